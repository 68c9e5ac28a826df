"""Reckons the formulas of samples/register/fees.xlsx, as a spreadsheet would, and compares them with the values beside.

Just the functions that the workbook uses: YEAR, MONTH and IF in two places, SUMIFS and COUNTIFS. Prints how many formulas
there were and exits with 1 if a total is not its value."""

import operator
import re
import sys

import openpyxl

RANGE = re.compile(r"(\w+)!\$([A-Z])\$(\d+):\$([A-Z])\$(\d+)$")
COMPARE = {"<=": operator.le, ">=": operator.ge}


class Book:
    """A workbook whose formulas are reckoned when they are asked for."""

    def __init__(self, path):
        self.book, self.known = openpyxl.load_workbook(path), {}

    def value(self, sheet, name):
        """What stands in a cell, or comes out there."""
        if (sheet, name) not in self.known:
            content = self.book[sheet][name].value
            formula = isinstance(content, str) and content.startswith("=")
            self.known[sheet, name] = self.reckon(sheet, content[1:]) if formula else content
        return self.known[sheet, name]

    def cells(self, text):
        """The values of a range of one column."""
        sheet, column, first, other, last = RANGE.match(text).groups()
        assert column == other, text
        return [self.value(sheet, f"{column}{row}") for row in range(int(first), int(last) + 1)]

    def reckon(self, sheet, formula):
        """One formula."""
        if found := re.fullmatch(r"YEAR\((\w+)\)-IF\(MONTH\(\1\)<4,1,0\)", formula):
            day = self.value(sheet, found[1])
            return day.year - (1 if day.month < 4 else 0)
        if found := re.fullmatch(r'IF\((\w+)="","(\w+)",(.*)\)', formula):
            return found[2] if self.value(sheet, found[1]) is None else self.reckon(sheet, found[3])
        name, arguments = re.fullmatch(r"(SUMIFS|COUNTIFS)\((.*)\)", formula).groups()
        arguments = arguments.split(",")
        added = self.cells(arguments.pop(0)) if name == "SUMIFS" else None
        fits = None
        for place, wanted in zip(arguments[::2], arguments[1::2], strict=True):
            these = [self.fits(sheet, value, wanted) for value in self.cells(place)]
            fits = [a and b for a, b in zip(fits or [True] * len(these), these, strict=True)]
        if added is None:
            return sum(fits)
        return sum(value for value, fit in zip(added, fits, strict=True) if fit and isinstance(value, (int, float)))

    def fits(self, sheet, value, wanted):
        """Whether a value is as a criterion says: a cell, a text, or a comparison with a cell."""
        if found := re.fullmatch(r'"([<>]=)"&(\w+)', wanted):
            return COMPARE[found[1]](value, self.value(sheet, found[2]))
        return value == (wanted[1:-1] if wanted.startswith('"') else self.value(sheet, wanted))


def main(path):
    """Every formula; what differs."""
    book, wrong, count = Book(path), [], 0
    for name in ("申請", "集計"):
        for row in book.book[name].iter_rows(min_row=2):
            for cell in row:
                count += isinstance(cell.value, str) and cell.value.startswith("=")
                book.value(name, cell.coordinate)
    for row in book.book["集計(値)"].iter_rows():
        for cell in row:
            if book.value("集計", cell.coordinate) != cell.value:
                wrong.append(f"集計!{cell.coordinate}: {book.value('集計', cell.coordinate)}, and not {cell.value}")
    print(*wrong, sep="\n", file=sys.stderr)
    print(count)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
