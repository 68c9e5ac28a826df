"""Issues certificates under the lab's root for as long as lines come: `file|number|begin|end`, moments in Japan.

The first line that it writes tells on which days of 2026 to 2028 offices are closed, by jpholiday; then `ok` a certificate."""

import datetime
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, "samples")

import jpholiday  # noqa: E402  (after the line above, so that no bytecode lies about)
from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: E402

import issue  # noqa: E402
import testkeys  # noqa: E402


def is_closed(day):
    """Weekends, national holidays, 29 December to 3 January."""
    return day.weekday() >= 5 or jpholiday.is_holiday(day) or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def main():
    """The closed days, then one certificate a line."""
    first = datetime.date(2026, 1, 1)
    days = (first + datetime.timedelta(at) for at in range(365 * 3))
    print(*filter(is_closed, days), flush=True)
    root = issue.Signer.committed("root-2019")
    encryption = serialization.BestAvailableEncryption(b"pw")
    for at, line in enumerate(sys.stdin):
        file, number, begin, end = line.rstrip("\n").split("|")
        key = testkeys.ec_key(f"year {number} {begin}")
        made = issue.leaf(root, issue.name(f"{number} 事業所"), key, 0x7000 + at, issue.jst(begin), issue.jst(end))
        pathlib.Path(file).write_bytes(pkcs12.serialize_key_and_certificates(None, key, made, None, encryption))
        print("ok", flush=True)


main()
