"""Reads a workbook from standard input by openpyxl: each sheet's rows of cells as [type, value]."""

import datetime
import io
import json
import sys

from openpyxl import load_workbook

book = load_workbook(io.BytesIO(sys.stdin.buffer.read()))


def cell(one):
    """A cell's type as the file tells it, and its value."""
    value = one.value
    if isinstance(value, datetime.datetime):
        value = value.date().isoformat()
    return [one.data_type, value, one.number_format]


def told(sheet):
    """A sheet and how it is set up."""
    return {
        "name": sheet.title,
        "rows": [[cell(one) for one in row] for row in sheet.iter_rows()],
        "frozen": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "charts": len(sheet._charts),
        "rules": sum(len(rules.rules) for rules in sheet.conditional_formatting),
        "paper": [sheet.page_setup.orientation, sheet.page_setup.paperSize],
        "repeated": sheet.print_title_rows,
        "hidden": [key for key, column in sheet.column_dimensions.items() if column.hidden],
    }


print(json.dumps([told(sheet) for sheet in book.worksheets]))
