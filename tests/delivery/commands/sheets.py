"""Every sheet of a workbook on standard input, as JSON: rows of what openpyxl reads."""

import io
import json
import sys

import openpyxl

book = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
cell = lambda value: value if value is None or isinstance(value, (str, int, float)) else str(value)
json.dump({sheet.title: [[cell(c) for c in row] for row in sheet.iter_rows(values_only=True)] for sheet in book}, sys.stdout)
