#!/usr/bin/env python3
"""Writes register/fees.xlsx: what the sample fleet's certificates cost, as an office would reckon it in a spreadsheet.

    samples/fees.py            needs jpholiday beside what samples/make needs

What it knows is declared in holders.py and register.py, and the fees are typed here from the table that is published of
them; no run of shomei is asked. Certificates that were seen were applied for on the day of their notBefore, as far as
anybody knows. What lies ahead follows from the definitions of the plan: 90 days before its end, on the next day on which
applications are taken, after the 10th where that is possible, and in time.

Fees and totals are formulas; since nobody has opened the file, their values stand in a sheet of their own, reckoned here
without the formulas."""

import calendar
import dataclasses
import datetime
import pathlib
import sys

sys.dont_write_bytecode = True

import jpholiday  # noqa: E402  (after the line above, so that no bytecode lies about)
import openpyxl  # noqa: E402

import holders  # noqa: E402
import register  # noqa: E402
import sheets  # noqa: E402
from holders import BOTH, CARE, WELFARE, Holder  # noqa: E402
from issue import AT, JST  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
TODAY, DAY, YEARS = AT.date(), datetime.timedelta(1), range(2023, 2028)
# Usage category, first and last day of application, yen. Secondary, as the policies say.
FEES = [
    (WELFARE, datetime.date(2000, 1, 1), datetime.date(2014, 8, 17), 2600),
    (WELFARE, datetime.date(2014, 8, 18), datetime.date(2999, 12, 31), 7800),
    (BOTH, datetime.date(2014, 8, 18), datetime.date(2999, 12, 31), 13900),
    (CARE, datetime.date(2014, 8, 18), datetime.date(2999, 12, 31), 13200),
]
DEDUCTION, TRANSFER, UNKNOWN = "相殺", "振込", "不明"
PAYERS = {"差引": DEDUCTION, "支払額から相殺": DEDUCTION, "銀行振込": TRANSFER, "振り込み": TRANSFER}
PAST, AHEAD = "実績", "見込み"
# The certificate that no row of the registers can be given for sure: two rows have its serial number, miscopied.
AMBIGUOUS = ("訪問介護みそかつ",)
# The certificate that the CA gave the serial number of another holder's, whose row declares it.
BY_SERIAL = {"訪問介護おぐら": "T-035"}
# Of two with certificates for two services each, the later certificate is the other row's.
ROWS = {("訪問介護ちどり", WELFARE): "O-12", ("訪問介護ちどり", CARE): "O-11"}
# Renewed, whether or not the new one is in place: the earlier certificate is applied for no more.
RENEWED = ("訪問介護かもめ", "訪問介護うみねこ", "訪問介護とんび", "訪問介護こうじ")


@dataclasses.dataclass
class Seen:
    """A certificate, or a declared one: whose, from when to when."""

    name: str
    row: object
    begins: object
    end: datetime.datetime

    def category(self):
        """As the register has it, written out."""
        return {"介護": CARE}.get(self.cell("category"), self.cell("category"))

    def cell(self, key):
        """What the register says."""
        return self.row.rows[0].get(key) if self.row else None

    def payer(self):
        """As the register has it, in one word."""
        word = self.cell("payer")
        return PAYERS.get(word, word) or UNKNOWN


def certificates(entries):
    """Those of the CA that are in the fleet, each once."""
    trusted = {part for s in holders.SAMPLES if s.path.startswith("fleet/") and s.verdict == "trusted" for part in s.parts
               if isinstance(part, bytes)}
    # A revoked one was applied for and paid like any other.
    revoked = {part for s in holders.SAMPLES if "revoked" == s.fires for part in s.parts if isinstance(part, bytes)}
    rows = {entry.name: entry for entry in entries if entry.units != "error"}
    by_id = {entry.id: entry for entry in entries}
    seen = {}
    for holder in Holder.issued:
        if holder.der in seen or holder.der not in trusted | revoked:
            continue
        row = by_id.get(BY_SERIAL.get(holder.title)) or by_id.get(ROWS.get((holder.title, unit(holder)))) or rows.get(holder.title)
        row = None if holder.title in AMBIGUOUS else row
        seen[holder.der] = (Seen(holder.title, row, holder.begins.astimezone(JST).date(), holder.ends.astimezone(JST)), holder.der in revoked)
    return list(seen.values())


def unit(holder):
    """The usage category that the certificate itself bears."""
    return next((a.value for a in holder.subject if a.oid.dotted_string == "2.5.4.11"), None)


def rows_of(entries):
    """Every application of the years: name, ID, category, day, past or ahead, payer."""
    found = certificates(entries)
    rows = [(one, one.begins, PAST) for one, _ in found]
    last = {}
    for one, _ in found:
        last[one.name] = max(last.get(one.name, one.begins), one.begins)
    ahead = [one for one, revoked in found if not revoked and not (one.name in RENEWED and one.begins < last[one.name])]
    ahead += [declared(entry) for entry in entries if entry.rows[0].get("expiry")]
    rows += [(one, day, AHEAD) for one in ahead if goes_on(one) and (day := planned(one))]
    rows = [(one, day, kind) for one, day, kind in rows if fiscal_year(day) in YEARS]
    return sorted(rows, key=lambda row: (row[1], row[2], row[0].name))


def declared(entry):
    """What a row declares that nobody has seen."""
    said = entry.rows[0]["expiry"]
    day = said if isinstance(said, datetime.date) else from_reiwa(said)
    return Seen(entry.name, entry, None, datetime.datetime.combine(day, datetime.time(23, 59, 59), JST))


def from_reiwa(text):
    """令和9年8月31日."""
    year, rest = text.removeprefix("令和").split("年")
    month, day = rest.removesuffix("日").split("月")
    return datetime.date(2018 + int(year), int(month), int(day))


def goes_on(one):
    """Whether its holder goes on with a certificate of its own: not closed by then, not with somebody else."""
    if one.cell("status") in ("代理へ移行", "他社管理"):
        return False
    if one.cell("status") == "廃止":
        return from_reiwa(one.cell("since")) >= one.end.date()
    if one.cell("agent"):
        # Billed for from a day on: there is nothing to renew if the agent begins by the end.
        begins = one.cell("begin")
        begins = datetime.datetime.strptime(begins, "%Y/%m/%d").date() if isinstance(begins, str) else begins
        return begins > one.end.date()
    return True


def fiscal_year(day):
    """From April on."""
    return day.year - (day.month < 4)


def is_open(day):
    """Neither a weekend nor a holiday nor New Year."""
    return day.weekday() < 5 and not jpholiday.is_holiday(day) and (1, 3) < (day.month, day.day) < (12, 29)


def takes(day, prefecture):
    """Whether one can apply: in 大阪府 up to the 20th."""
    return is_open(day) and (prefecture not in ("大阪府", "大阪") or day.day <= 20)


def in_hand(day, prefecture):
    """Five business days later; in 愛知県 seven, and then up to the 15th."""
    aichi = prefecture in ("愛知県", "愛知")
    for _ in range(7 if aichi else 5):
        day = step(day, is_open)
    return day if not aichi or day.day <= 15 else step(day, lambda day: is_open(day) and day.day <= 15)


def step(day, fits, by=DAY):
    """The next day that fits."""
    day += by
    while not fits(day):
        day += by
    return day


def planned(one):
    """When it is to be applied for; nothing once it has ended."""
    if one.end < AT:
        return None
    prefecture = one.cell("prefecture")
    fits = lambda day: takes(day, prefecture)  # noqa: E731
    start = max(one.end.date() - 90 * DAY, TODAY)
    safe = last_safe(one, prefecture, fits)
    between = [start + at * DAY for at in range((safe - start).days + 1) if fits(start + at * DAY)]
    outside = [day for day in between if day.day > 10]
    return (outside or between or [step(start - DAY, fits)])[0]


def last_safe(one, prefecture, fits):
    """The last day on which applying is in time."""
    day = one.end.date()
    over = (one.end + datetime.timedelta(seconds=1)).date() > day
    month = day.replace(day=1)
    if day.day > 10 or (day.day == 10 and over):
        month += calendar.monthrange(month.year, month.month)[1] * DAY
    deadline = min(step(month, is_open, -DAY), day if over else day - DAY)
    return step(deadline + DAY, lambda day: fits(day) and in_hand(day, prefecture) <= deadline, -DAY)


def fee(category, day):
    """By the table; nothing where the category is unknown."""
    return next((yen for name, first, last, yen in FEES if name == category and first <= day <= last), None)


def workbook(rows):
    """Remarks, the fees, the applications, totals as formulas, totals as values."""
    book = openpyxl.Workbook()
    book.properties.creator = "shomei samples"
    book.active.title = "はじめに"
    for at, line in enumerate(REMARKS, 1):
        book.active.cell(at, 1, line)
    table = book.create_sheet("手数料")
    table.append(["証明書利用区分", "申請日(から)", "申請日(まで)", "手数料(円)"])
    for line in FEES:
        table.append(line)
    applications(book.create_sheet("申請"), rows)
    totals(book.create_sheet("集計"), len(rows))
    values(book.create_sheet("集計(値)"), rows)
    return sheets.fixed(book)


REMARKS = [
    "架空の見本の証明書の発行手数料を、台帳と証明書の日付から手で集計したもの。samples/fees.py が作る。shomei の出力ではない。",
    "申請日は、実績は証明書の有効期間の始まり、見込みは期限の 90 日前からの最初の申請できる日(推定)。",
    "利用区分の分からない証明書は「不明」として数え、0 円とはしない。「集計」は数式、「集計(値)」はその値。",
]


def applications(sheet, rows):
    """One row an application; year and fee are formulas."""
    sheet.append(["台帳ID", "名称", "証明書利用区分", "申請日(推定)", "実績・見込み", "支払方法", "年度", "手数料(円)"])
    for at, (one, day, kind) in enumerate(rows, 2):
        found = f'SUMIFS(手数料!$D$2:$D$5,手数料!$A$2:$A$5,C{at},手数料!$B$2:$B$5,"<="&D{at},手数料!$C$2:$C$5,">="&D{at})'
        sheet.append([one.row.id if one.row else None, one.name, one.category(), day, kind, one.payer(),
                      f"=YEAR(D{at})-IF(MONTH(D{at})<4,1,0)", f'=IF(C{at}="","{UNKNOWN}",{found})'])
    for column, width in zip("ABCDEFGH", (10, 24, 24, 14, 12, 10, 8, 12)):
        sheet.column_dimensions[column].width = width


HEADS = ["年度", "実績・見込み", "支払方法", "件数", "合計(円)", "手数料不明"]


def keys():
    """The groups of the totals."""
    return [(year, kind, payer) for year in YEARS for kind in (PAST, AHEAD) for payer in (DEDUCTION, TRANSFER, UNKNOWN)]


def totals(sheet, count):
    """By year, past or ahead, and payer."""
    sheet.append(HEADS)
    column = {key: f"申請!${key}$2:${key}${count + 1}" for key in "EFGH"}
    for at, key in enumerate(keys(), 2):
        where = f"{column['G']},A{at},{column['E']},B{at},{column['F']},C{at}"
        sheet.append([*key, f"=COUNTIFS({where})", f"=SUMIFS({column['H']},{where})", f'=COUNTIFS({where},{column["H"]},"{UNKNOWN}")'])


def values(sheet, rows):
    """The same, reckoned here."""
    sheet.append(HEADS)
    for key in keys():
        fees = [fee(one.category(), day) for one, day, kind in rows if (fiscal_year(day), kind, one.payer()) == key]
        sheet.append([*key, len(fees), sum(yen for yen in fees if yen is not None), fees.count(None)])


def main(folder):
    """The workbook, into a folder."""
    holders.all_samples()
    entries = register.entries(Holder.issued)
    (pathlib.Path(folder) / "fees.xlsx").write_bytes(workbook(rows_of(entries)))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else HERE / "register")
