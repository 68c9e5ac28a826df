"""Makes shomei.ico from shomei.svg: four sizes, as PNG. Needs chromium."""
import pathlib, struct, subprocess, tempfile

here = pathlib.Path(__file__).parent
svg = (here / "shomei.svg").read_text()
images = []
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for size in (16, 32, 48, 256):
        page = folder / "page.html"
        page.write_text(f'<body style="margin:0"><div style="width:{size}px;height:{size}px">{svg}</div></body>')
        shot = folder / f"{size}.png"
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/user",
             "--default-background-color=00000000", f"--window-size={size},{size}", f"--screenshot={shot}", page.as_uri()],
            check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        images.append((size, shot.read_bytes()))
# ICONDIR, an ICONDIRENTRY for each size, then the images.
head = struct.pack("<HHH", 0, 1, len(images))
offset = len(head) + 16 * len(images)
entries = b""
for size, data in images:
    entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), offset)
    offset += len(data)
(here / "shomei.ico").write_bytes(head + entries + b"".join(data for _, data in images))
