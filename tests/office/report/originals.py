"""What the samples' registers say of people and places: every cell that is no day, category or the like."""

import csv
import json
import sys

import openpyxl

OPEN = {
    "No.", "事業所/代理人", "種別", "都道府県", "サービス", "サービス種別", "証明書利用区分", "利用区分", "代理開始日", "代理終了日",
    "代理開始", "代理終了", "連絡方法", "連絡手段", "手数料支払方法", "支払方法", "PW変更日", "パスワード最終変更日", "利用状況", "状況日",
    "有効期限", "証明書有効期限", "印刷",
}
found = {}


def take(rows, first):
    """The cells under each head that is not open."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in rows]
    at = next(i for i, row in enumerate(rows) if first in row)
    for row in rows[at + 1 :]:
        for head, cell in zip(rows[at], row):
            if cell.strip() and head not in OPEN:
                found.setdefault(head, set()).add(cell.strip())


book = openpyxl.load_workbook("samples/register/register.xlsx")
take(list(book["台帳"].iter_rows(values_only=True)), "管理番号")
take(list(csv.reader(open("samples/register/register-osaka.csv", encoding="cp932"))), "コード")
json.dump({head: sorted(cells) for head, cells in found.items()}, sys.stdout)
