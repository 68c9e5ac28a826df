"""Three hundred offices by another program than shomei: reads the certificates of a folder, renames some of their files,
writes the list of offices as offices keep it, and prints who can submit claims.

Arguments: the folder, the password, the moment judged (YYYY-MM-DD, midnight in Japan), the claim period's first and last
day. Writes `list.xlsx` in the working folder. Numbers and days are read from the certificates alone."""

import datetime
import json
import os
import sys

import openpyxl
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

folder, password, *days = sys.argv[1:]
JAPAN = datetime.timezone(datetime.timedelta(hours=9))
now, first, last = (datetime.datetime.fromisoformat(day).replace(tzinfo=JAPAN) for day in days)
last += datetime.timedelta(days=1) - datetime.timedelta(seconds=1)
ROOT_ENDS = datetime.datetime(2029, 7, 20, 23, 59, 59, tzinfo=JAPAN)

# What each provider number has: name, and the spans of its certificates.
offices = {}
paths = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if name.endswith(".p12"))
for index, path in enumerate(paths):
    with open(path, "rb") as file:
        _, certificate, _ = pkcs12.load_key_and_certificates(file.read(), password.encode())
    [common] = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    number, name = common.value.split(" ", 1)
    end = min(certificate.not_valid_after_utc, ROOT_ENDS)
    offices.setdefault(number, (name, []))[1].append((certificate.not_valid_before_utc, end))
    # As a browser names what it exports: nothing but the subject says whose it is.
    if index % 3 == 0:
        os.rename(path, os.path.join(os.path.dirname(path), f"client ({index}).p12"))


def state(spans):
    """Whether claims can be submitted in the period: all of it, up to some day of it, or not."""
    spans = [(begin, end) for begin, end in spans if begin <= first and end > max(now, first)]
    if not spans:
        return "cannot"
    return "can" if max(end for _, end in spans) >= last else "can_until"


def era(day):
    return f"令和{day.year - 2018}年{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})"


def western(day):
    return f"{day.year}/{day.month}/{day.day}({'月火水木金土日'[day.weekday()]})"


expected = {"can": 0, "can_until": 0, "cannot": 0, "unknown": 0}
rows = []
for index, (number, (name, spans)) in enumerate(sorted(offices.items())):
    expected[state(spans)] += 1
    # The last day as the certificate prints it, in as many ways as there are clerks.
    printed = max(end for _, end in spans).astimezone(JAPAN).date()
    ways = [era(printed), western(printed), printed, "－", None, "未登録", f"R{printed.year - 2018}.{printed.month}.{printed.day}"]
    rows.append((number, name, ways[index % len(ways)]))
# Ten more have no certificate here: of half of them the clerk knows a day that nobody has seen.
for n in range(10):
    known = n % 2 == 0
    expected["unknown" if known else "cannot"] += 1
    rows.append((f"98{n:08}", f"証明書なし{n}", era(datetime.date(2028, 3, 31)) if known else "なし"))

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "事業所一覧"
sheet["A1"] = "令和9年度 電子証明書 管理台帳"
sheet["H2"] = "令和9年9月28日現在"
headers = ["No", "管理番号", "事業所の名称", "事業所番号(10桁)", "都道府県", "サービスの種類", "電子証明書の種類", "担当",
           "E-mail", "TEL", "〒", "状況", "電子証明書の有効期限"]
prefectures = ["長野県", "長 野 県", "ﾅｶﾞﾉｹﾝ", "20", "〃", "長野", "長野県松本市"]
mails = ["k{n}@example.jp", "岳 樹 <k{n}@example.jp>", "k{n}@example.jp; l{n}@example.jp", "－", "mailto:k{n}@example.jp", None]
at = 4


def put(values):
    global at
    for column, value in enumerate(values, 1):
        if value not in ("", None):
            sheet.cell(at, column, value)
    at += 1


for index, (number, name, expiry) in enumerate(rows):
    if index % 60 == 0:
        if index:
            put(["", "小計", "60件"])
            put([])
        # Each page repeats its headers.
        put(headers)
    n = index + 1
    put([n, n, name, int(number), prefectures[index % 7], "介護", "共通", "〃" if index % 3 else "岳 樹",
         (mails[index % 6] or "").format(n=n), 260000000 + n if index % 2 else f"026-{n:03}-0001", 3900000 + n,
         "〇" if index % 5 else "－", expiry])
    # The zeros stand in the format alone.
    sheet.cell(at - 1, 2).number_format = "0000"
    sheet.cell(at - 1, 4).number_format = "0000000000"
for line in [["", "合計", f"{len(rows)}件"], ["", "うち介護", f"{len(rows)}件"], [], ["【凡例】"], ["", "〇", "利用中"],
             ["", "※", "事務局で記入"], ["", "更新日", "R9.9.28"], ["", "担当", "事務局 岳"], ["", "", "", "", "以上"]]:
    put(line)
book.create_sheet("記入のしかた").append(["事業所番号は10桁で書いてください"])
book.save("list.xlsx")
print(json.dumps({**expected, "all": len(rows), "first_id": f"{1:04}"}))
