"""Writes the registers as an office would have them, and what is expected of them.

Every byte follows from the declarations: the workbook bears a fixed day and is stored, not deflated, since what
compression makes of it depends on its version."""

import csv
import datetime
import io
import re
import zipfile

import openpyxl
from openpyxl.styles import Alignment, Font

from register import CERTIFICATES, MAIN, OSAKA

MADE = datetime.datetime(2026, 11, 20, 9, 0)
# Header in the sheet, its cell in a row; the first column is a number that nobody needs.
SHEET = [
    ("No.", None), ("管理番号", "id"), ("事業所名", "name"), ("事業所/代理人", "kind"), ("事業所番号", "number"), ("都道府県", "prefecture"),
    ("サービス", "services"), ("代理人コード", "agent"), ("代理開始日", "begin"), ("代理終了日", "end"), ("証明書利用区分", "category"),
    ("端末名", "places"), ("担当者", "person"), ("メールアドレス", "mail"), ("電話番号", "tel"), ("FAX", "fax"), ("〒", "postcode"),
    ("所在地", "address"), ("連絡方法", "channel"), ("手数料支払方法", "payer"), ("PW変更日", "changed"), ("利用状況", "status"),
    ("状況日", "since"), ("シリアル番号", "serial"), ("有効期限", "expiry"), ("グループ", "tag"), ("備考", "notes"),
]
GROUPS = [("基本情報", 1, 7), ("代理請求", 8, 10), ("証明書", 11, 12), ("連絡先", 13, 19), ("その他", 20, 27)]
OTHER = [
    ("コード", "id"), ("事業所名称", "name"), ("事業者番号", "number"), ("都道府県", "prefecture"), ("サービス種別", "services"), ("利用区分", "category"), ("パソコン名", "places"), ("担当", "person"), ("電話", "tel"),
    ("メール", "mail"), ("FAX番号", "fax"), ("連絡手段", "channel"), ("支払方法", "payer"), ("代理請求者", "agent"), ("代理開始", "begin"), ("代理終了", "end"), ("パスワード最終変更日", "changed"), ("シリアルNo", "serial"),
    ("証明書有効期限", "expiry"), ("メモ", "notes"), ("印刷", "printed"),
]
HEADER_ROW = 5
# Cells that are merged where a holder has several rows: those that speak of the holder.
MERGED = [at for at, (_, key) in enumerate(SHEET, 1) if key not in (None, "number", "services", "agent", "begin", "end")]


def write_all(here, entries):
    """Both registers and expected.tsv."""
    folder = here / "register"
    folder.mkdir(exist_ok=True)
    main = [entry for entry in entries if entry.register == MAIN]
    other = [entry for entry in entries if entry.register == OSAKA]
    (folder / "register.xlsx").write_bytes(workbook(main))
    (folder / "register-osaka.csv").write_bytes(table(other))
    (folder / "expected.tsv").write_text(expected(entries), "utf-8")


def value(entry, row, key, first):
    """What stands in a cell. What speaks of the holder stands in its first row."""
    if key in ("id", "name"):
        return getattr(entry, key) if first else None
    return row.get(key)


def workbook(entries):
    """The workbook: a sheet of remarks, then the register below its titles."""
    book = openpyxl.Workbook()
    book.properties.creator = "shomei samples"
    book.active.title = "はじめに"
    book.active["A1"] = "この台帳は架空のものです。記入方法は総務課まで。"
    sheet = book.create_sheet("台帳")
    headings(sheet)
    at = HEADER_ROW
    for count, entry in enumerate(entries, 1):
        entry.at = at + 1
        for number, row in enumerate(entry.rows):
            at += 1
            cells = [count if number == 0 else None] + [value(entry, row, key, number == 0) for _, key in SHEET[1:]]
            for column, content in enumerate(cells, 1):
                fill(sheet.cell(at, column), content)
        for column in MERGED if len(entry.rows) > 1 else []:
            sheet.merge_cells(start_row=entry.at, end_row=at, start_column=column, end_column=column)
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 4)
    return fixed(book)


def headings(sheet):
    """Title, day, groups of columns, headers."""
    sheet["A1"] = "電子請求 証明書管理台帳(架空)"
    sheet["A1"].font = Font(size=14, bold=True)
    sheet.merge_cells("A1:H1")
    sheet["A2"] = "令和8年11月20日現在  総務課"
    for title, first, last in GROUPS:
        sheet.cell(HEADER_ROW - 1, first, title).alignment = Alignment(horizontal="center")
        sheet.merge_cells(start_row=HEADER_ROW - 1, end_row=HEADER_ROW - 1, start_column=first, end_column=last)
    for column, (header, _) in enumerate(SHEET, 1):
        cell = sheet.cell(HEADER_ROW, column, header)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 4 if column == 1 else 16


def fill(cell, content):
    """One cell; days look like days."""
    if content is None:
        return
    cell.value = content
    if isinstance(content, datetime.date):
        cell.number_format = "yyyy/m/d"
    elif isinstance(content, int):
        cell.number_format = "0"


def fixed(book):
    """The workbook's bytes, the same each time."""
    out, made = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as stored:
        for name in sorted(parts.namelist()):
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            stored.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), content)
    return made.getvalue()


def table(entries):
    """The CSV, in CP932 with the line ends of Windows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header for header, _ in OTHER)
    for number, entry in enumerate(entries, 2):
        entry.at = number
        row = {**entry.rows[0], "printed": "済"}
        writer.writerow(value(entry, row, key, True) for _, key in OTHER)
    return out.getvalue().encode("cp932")


def expected(entries):
    """What is intended, one line a holder, a row in error, a certificate."""
    lines = ["what\tregister\twho\tunits\tfires\tnearly"]
    for entry in entries:
        what, who = ("row", entry.at) if entry.units == "error" else ("holder", entry.id)
        units = "-" if entry.units == "error" else entry.units
        lines.append(f"{what}\t{entry.register}\t{who}\t{units}\t{entry.fires or '-'}\t{entry.nearly or '-'}")
    lines += [f"certificate\t-\tfleet/{path}\t-\t{fires or '-'}\t{nearly or '-'}" for path, fires, nearly, _, _ in CERTIFICATES]
    return "\n".join(lines) + "\n"
