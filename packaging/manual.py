"""Makes the manual as pages for a browser: manual.py FOLDER writes FOLDER/manual and its first pages."""
import html, pathlib, re, sys

from markdown_it import MarkdownIt

root = pathlib.Path(__file__).parent.parent
out = pathlib.Path(sys.argv[1])
STYLE = """
body{font:16px/1.75 "Yu Gothic UI","Meiryo","Hiragino Sans","Noto Sans CJK JP",system-ui,sans-serif;color:#1d2733;background:#fff;margin:0}
main{max-width:50rem;margin:0 auto;padding:1.5rem 1rem 4rem}
nav{background:#1f4e79;padding:.6rem 1rem}nav a{color:#fff;margin-right:1rem;text-decoration:none}
h1{font-size:1.6rem;line-height:1.35}h2{font-size:1.25rem;margin-top:2.2rem;border-bottom:1px solid #ccd5de}
pre{background:#f3f6f9;border:1px solid #dbe3ea;padding:.7rem .9rem;overflow-x:auto;line-height:1.45}
code{font-family:Consolas,"BIZ UDGothic","Noto Sans Mono CJK JP",monospace;font-size:.92em}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{border:1px solid #ccd5de;padding:.3rem .6rem;vertical-align:top;text-align:left}
th{background:#eef3f8}img{max-width:100%}
@media(prefers-color-scheme:dark){body{background:#14191f;color:#e3e8ed}pre,th{background:#1e262e}a{color:#8fc1f0}}
"""
markdown = MarkdownIt("commonmark").enable("table")


def anchor(text):
    """The anchor that a code host gives a heading, which the documents' links name."""
    text = re.sub(r"[`*]", "", text).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text))


def page(source, up, title_of_manual, links):
    text = source.read_text(encoding="utf-8")
    tokens = markdown.parse(text)
    title = "shomei"
    seen = {}
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[at + 1].content
            name = anchor(heading)
            seen[name] = seen.get(name, -1) + 1
            token.attrSet("id", name if not seen[name] else f"{name}-{seen[name]}")
            if token.tag == "h1":
                title = re.sub(r"[`*]", "", heading)
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", links(child.attrGet("href")))
            if child.type == "image":
                child.attrSet("src", links(child.attrGet("src")))
    body = markdown.renderer.render(tokens, markdown.options, {})
    lang = "ja" if re.search("[ぁ-ん]", text[:2000]) else "en"
    return (f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>\n"
            f'<body><nav><a href="{up}">{title_of_manual}</a></nav><main>\n{body}</main></body></html>\n')


def to_page(link, allowed):
    """A link of a document as a link of its page; what has no page here is left out."""
    target, _, part = link.partition("#")
    if "://" in link or not target:
        return link
    if target.endswith(".md"):
        target = target[:-3] + ".html"
    if not allowed(target):
        return ""
    return target + ("#" + part if part else "")


made = {}
for lang in ("ja", "en"):
    for source in sorted((root / "docs" / lang).glob("*.md")):
        made[(lang, source.stem)] = source
pictures = {path.name for path in (root / "docs" / "pictures").glob("*.png")}


def in_manual(lang):
    def allowed(target):
        path = pathlib.PurePosixPath("manual", lang, target)
        parts = []
        for piece in path.parts:
            if piece == "..":
                if not parts:
                    return False
                parts.pop()
            else:
                parts.append(piece)
        if parts[:2] == ["manual", "pictures"]:
            return parts[-1] in pictures
        return len(parts) == 3 and (parts[1], parts[2].removesuffix(".html")) in made
    return allowed


for (lang, stem), source in made.items():
    target = out / "manual" / lang / f"{stem}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    word = "手引きの目次" if lang == "ja" else "Contents"
    target.write_text(page(source, "index.html", word, lambda link, l=lang: to_page(link, in_manual(l))), encoding="utf-8")
for lang, word in (("ja", "shomei の手引き"), ("en", "The shomei manual")):
    rows = []
    for (l, stem), source in made.items():
        if l == lang:
            title = re.sub(r"[`*#]", "", source.read_text(encoding="utf-8").splitlines()[0]).strip()
            rows.append(f'<li><a href="{stem}.html">{html.escape(title)}</a></li>')
    (out / "manual" / lang / "index.html").write_text(
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{word}</title><style>{STYLE}</style></head><body><main><h1>{word}</h1><ul>\n" + "\n".join(rows) + "\n</ul></main></body></html>\n",
        encoding="utf-8")
(out / "manual" / "pictures").mkdir(exist_ok=True)
for name in sorted(pictures):
    (out / "manual" / "pictures" / name).write_bytes((root / "docs" / "pictures" / name).read_bytes())


def at_top(lang):
    def links(link):
        target = to_page(link, in_manual(lang))
        if "://" in target or not target or target.startswith("#"):
            return target
        return f"manual/{lang}/{target}"
    return links


for lang, name in (("ja", "はじめに.html"), ("en", "start.html")):
    first = root / "docs" / lang / "windows.md"
    word = "手引きの目次" if lang == "ja" else "Contents"
    (out / name).write_text(page(first, f"manual/{lang}/index.html", word, at_top(lang)), encoding="utf-8")
