"""A backlog as a table for spreadsheets: CSV and XLSX, whose cells no spreadsheet takes for formulas."""

import csv
import io
import re

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from specloom.exchange.backlog import Backlog
from specloom.exchange.columns import cells, custom_headers, headers

# What spreadsheets take for the beginning of a formula, in their full-width forms too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
# What the XML of a workbook cannot hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDTHS = {"key": 12, "parent": 12, "kind": 12, "name": 40, "status": 13, "priority": 10, "version": 9}
_WIDTH_OF_TEXTS = 50
_MAX_CELL = 32_767


def harmless(text: str) -> str:
    """`text` with an apostrophe before what a spreadsheet would take for a formula; `unescaped` takes it away."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write_csv(backlog: Backlog) -> bytes:
    """RFC 4180 in UTF-8, with a byte order mark so that spreadsheets read it as such."""
    return csv_bytes(_rows(backlog))


def csv_bytes(rows: list[list[str]]) -> bytes:
    # Every cell is quoted, so that spreadsheets that expect semicolons do not find new cells within texts.
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
        [harmless(_lines(cell)) for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(backlog: Backlog) -> bytes:
    """A workbook with one sheet; the header stays in sight and filters."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Backlog"
    names = headers(custom_headers(backlog.custom_columns))
    for number, row in enumerate(_rows(backlog), 1):
        for column, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(number, column, _NOT_IN_XML.sub("\ufffd", _lines(text))[:_MAX_CELL])
                cell.data_type = "s"
                cell.quotePrefix = bool(_FORMULA.match(text))
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6F0")
    for column, name in enumerate(names, 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(name, _WIDTH_OF_TEXTS)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    workbook.properties.creator = "Specloom"
    workbook.properties.created = workbook.properties.modified = backlog.written_at.replace(tzinfo=None)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _rows(backlog: Backlog) -> list[list[str]]:
    """The header and a row for each entry."""
    custom = custom_headers(backlog.custom_columns)
    names = headers(custom)
    rows = (cells(entry, custom) for entry in backlog.entries)
    return [list(names.values()), *([row[name] for name in names] for row in rows)]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
