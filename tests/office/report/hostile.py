"""Makes an office of certificates and holders whose names are made to hurt: python3 hostile.py FOLDER."""

import csv
import pathlib
import sys

sys.path.insert(0, "samples")

from cryptography import x509  # noqa: E402  (after the line above)
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: E402
from cryptography.x509.oid import NameOID  # noqa: E402

import issue  # noqa: E402

HURT = [
    '=HYPERLINK("http://example.invalid","x")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "a\r\nEND:VEVENT\r\nSUMMARY:evil",
    'b"} 1\nshomei_evil{a="\\',
    "c | d \\| e \\",
    "# [x](javascript:alert(1)) `y` *z* ~~w~~ $v$",
    "http://example.invalid/ www.example.invalid @all",
    "\u202egpj.exe\u2066",
    "\x1b[31mred\x07\x00\x9b",
    "d;e,f:g\\n",
    "{{ .Secret }} ${HOME} %s",
    "1. e\n- f",
]

folder = pathlib.Path(sys.argv[1])
(folder / "fleet").mkdir(parents=True, exist_ok=True)
root = issue.Signer.committed("root-2019")
(folder / "fleet" / "root.cer").write_bytes(root.certificate.public_bytes(serialization.Encoding.DER))
key = serialization.load_pem_private_key((issue.KEYS / "leaf-ec-01.key").read_bytes(), None)
rows = [["台帳ID", "名称", "種別", "事業所番号", "都道府県", "請求サービス", "担当者", "メール", "シリアル番号", "有効期限", "タグ"]]


def write(at, common, organization="e-seikyuu", end="2027-02-10"):
    """A certificate under the lab's root; its friendly name is its common name."""
    attributes = [(NameOID.ORGANIZATION_NAME, organization), (NameOID.COMMON_NAME, common)]
    subject = x509.Name([x509.NameAttribute(oid, value, _validate=False) for oid, value in attributes])
    made = issue.leaf(root, subject, key, 0x5000 + at, issue.jst("2024-03-01"), issue.jst(end))
    friendly = common.replace("\x00", "").encode()
    encryption = serialization.BestAvailableEncryption(b"pw")
    blob = pkcs12.serialize_key_and_certificates(friendly, key, made, None, encryption)
    (folder / "fleet" / f"{at:02}.p12").write_bytes(blob)


for at, hurt in enumerate(HURT):
    write(at, hurt)
    # A cell of a register is one line, as its reader has it; it may hold everything else.
    cell = hurt.replace("\x00", "")
    number = f"99270001{at:02}"
    rows.append([f"H{at:02}{cell}", cell, "事業所", number, cell, "介護", cell, cell, f"{0x5000 + at:06X}", "", cell])
    # Almost the same, of nobody in the register: as it is.
    write(at + 40, hurt + "♪", end="2027-04-10")
    # And one that is only declared.
    rows.append([f"D{at:02}{cell}", cell, "事業所", f"99270002{at:02}", "大阪府", "介護", cell, "", "", "2027-03-10", cell])
write(90, "長" * (1 << 20))
write(91, "L", organization="長い" * (1 << 19))
write(92, "long\u202e" * 20000)
with open(folder / "register.csv", "w", encoding="utf-8-sig", newline="") as file:
    csv.writer(file).writerows(rows)
(folder / "passwords.txt").write_text("pw\n")
(folder / "shomei.yaml").write_text(
    f"policy: {pathlib.Path('policies/lab.yaml').resolve()}\nat: 2026-11-23T09:00:00+09:00\npasswords:\n  file: passwords.txt\nprompt: false\nhost: pc1\n"
)
print(len(HURT))
