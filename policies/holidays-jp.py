"""Makes holidays-jp.yaml from the Python package `holidays` (MIT), of which it takes facts only.

    python3 policies/holidays-jp.py > policies/holidays-jp.yaml

Each February the Cabinet Office announces the next year's holidays: raise UNTIL then, raise PACKAGE
to a release made after that, here and in tests/install, and run this and the tests."""

import sys
from datetime import date

import holidays

# The release that was looked at; another may know the days by other names.
PACKAGE = "0.108"
# The Cabinet Office's own list begins here.
FROM = 1955
# The last year that is announced. What the package computes beyond is a forecast and no fact.
UNTIL = 2027

# Days that the Cabinet Office's list names otherwise.
NAMES = {
    date(2019, 5, 1): "休日（祝日扱い）",
    date(2019, 10, 14): "体育の日（スポーツの日）",
    date(2019, 10, 22): "休日（祝日扱い）",
}
# Names for which the package has no English, or not the one we want for all days of the name.
ENGLISH = {
    "休日（祝日扱い）": "Holiday by Special Law",
    "体育の日（スポーツの日）": "Physical Education Day (Sports Day)",
    "国民の休日": "Holiday between Holidays",
    "建国記念の日": "National Foundation Day",
    "大喪の礼": "State Funeral of the Emperor",
    "即位礼正殿の儀": "Enthronement Ceremony",
    "結婚の儀": "Wedding of the Crown Prince",
}

HEAD = f"""\
# 日本の国民の祝日・休日。policies/holidays-jp.py が Python のパッケージ holidays {PACKAGE}(MIT)の示す日から作ったもので、
# 手では直しません。別のパッケージと内閣府の syukujitsu.csv との突き合わせは tests/reading/holidays にあります。
# Japan's national holidays, made by policies/holidays-jp.py from the days that Python's package holidays {PACKAGE} (MIT)
# gives, not edited by hand. tests/reading/holidays compares them with another package and the Cabinet Office's syukujitsu.csv.
"""


def named():
    """Name in Japanese and in English by day."""
    years = range(FROM, UNTIL + 1)
    japanese = holidays.country_holidays("JP", years=years, language="ja")
    english = holidays.country_holidays("JP", years=years, language="en_US")
    days = {}
    for day in sorted(japanese):
        name = NAMES.get(day, japanese[day])
        days[day] = (name, ENGLISH.get(name, english[day]))
    return days


def main():
    """Writes the file to standard output."""
    if holidays.__version__ != PACKAGE:
        sys.exit(f"holidays is {holidays.__version__} and not {PACKAGE}: see the top of this file")
    days = named()
    out = [HEAD + "schema: shomei/holidays/1", f"from: {FROM}-01-01", f"until: {UNTIL}-12-31", "source:"]
    out.append("  ja: 国民の祝日に関する法律と、内閣府が公表した国民の祝日")
    out.append("  en: the Act on National Holidays, and the holidays that the Cabinet Office announced")
    out.append("names:")
    out += [f"  {ja}: {en}" for ja, en in dict.fromkeys(days.values())]
    out.append("days:")
    out += [f"  {day}: {ja}" for day, (ja, _) in days.items()]
    sys.stdout.buffer.write(("\n".join(out) + "\n").encode())


main()
