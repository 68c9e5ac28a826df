"""Writes `list.xlsb`, a workbook in Excel's binary form ([MS-XLSB]): IDs and provider numbers as numbers whose zeros stand
in the format of their cells, one ID as a formula's result. No free program writes XLSB; LibreOffice reads it."""

import struct
import zipfile


def record(kind, data=b""):
    """A record: kind and length in seven bits a byte."""
    head = bytes([kind & 0x7F | 0x80, kind >> 7]) if kind > 0x7F else bytes([kind])
    length, size = len(data), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + data


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


FORMATS = {164: "0000", 165: "0000000000", 166: "000000"}
styles = record(278)
styles += record(615, struct.pack("<I", len(FORMATS)))
styles += b"".join(record(44, struct.pack("<H", number) + wide(code)) for number, code in FORMATS.items()) + record(616)
font = struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 0, 0) + struct.pack("<BBhBBBB", 0, 0, 0, 0, 0, 0, 255) + b"\x02" + wide("Calibri")
styles += record(611, struct.pack("<I", 1)) + record(43, font) + record(612)
form = lambda parent, number: struct.pack("<HHHHHBBHBB", parent, number, 0, 0, 0, 0, 0, 0x1008, 1, 0)
# The forms of named styles come before those of cells, and are other forms.
styles += record(626, struct.pack("<I", 1)) + record(47, form(0xFFFF, 166)) + record(627)
styles += record(617, struct.pack("<I", 3)) + record(47, form(0, 0)) + record(47, form(0, 164)) + record(47, form(0, 165)) + record(618)
styles += record(279)

rows = [["台帳ID", "名称", "事業所番号"]] + [[n, f"事業所{n}", 125000000 + n] for n in range(1, 4)]
cells = b""
for at, row in enumerate(rows):
    cells += record(0, struct.pack("<IIHHBI", at, 0, 300, 0, 0, 0))
    for column, value in enumerate(row):
        place = lambda form: struct.pack("<II", column, form)
        if isinstance(value, str):
            cells += record(6, place(0) + wide(value))
        elif column == 0 and value == 3:
            # =1+2, with its result.
            formula = struct.pack("<BHBHB", 0x1E, 1, 0x1E, 2, 0x03)
            cells += record(9, place(1) + struct.pack("<dH", value, 0) + struct.pack("<I", len(formula)) + formula + struct.pack("<I", 0))
        elif column == 0:
            # A short number: thirty bits and two flags.
            cells += record(2, place(1) + struct.pack("<i", value << 2 | 2))
        else:
            cells += record(5, place(2) + struct.pack("<d", value))
sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, 2)) + record(145) + cells + record(146) + record(130)
workbook = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("台帳")) + record(144) + record(132)

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.ms-excel"
xml = '<?xml version="1.0" encoding="UTF-8"?>'
with zipfile.ZipFile("list.xlsb", "w") as book:
    book.writestr("[Content_Types].xml", f'{xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.bin" ContentType="{TYPES}.sheet.binary.macroEnabled.main"/><Override PartName="/xl/worksheets/sheet1.bin" ContentType="{TYPES}.worksheet"/><Override PartName="/xl/styles.bin" ContentType="{TYPES}.styles"/></Types>')
    book.writestr("_rels/.rels", f'{xml}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>')
    book.writestr("xl/_rels/workbook.bin.rels", f'{xml}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.bin"/><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>')
    book.writestr("xl/workbook.bin", workbook)
    book.writestr("xl/styles.bin", styles)
    book.writestr("xl/worksheets/sheet1.bin", sheet)
