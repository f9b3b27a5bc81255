"""CSV and its kin: short cells become a Markdown table; where cells hold prose, rows become "header: value" lines."""

import csv
import io
import re
from collections import Counter
from itertools import islice

from specloom.core.text import Span
from specloom.parsing.document import Draft, Source
from specloom.parsing.plain import read_text
from specloom.parsing.writer import TextWriter

_DELIMITERS = ",;\t|"
_DECLARED_DELIMITER = re.compile(rf'"?sep=([{_DELIMITERS}])"?\r?\n')  # a spreadsheet's own first line
_SAMPLE_ROWS = 50
_SAMPLE_CHARS = 64 * 1024
# A cell longer than this is read as text rather than looked up in a grid.
_PROSE = 80


def parse(source: Source) -> Draft:
    text, encoding = read_text(source)
    rows = read_rows(text, field_limit=source.limits.max_text_chars)
    writer = TextWriter(source.limits.max_text_chars)
    if any(len(cell) > _PROSE or "\n" in cell for row in rows for cell in row):
        _write_records(writer, rows)
    else:
        writer.table(rows)
    text, sections = writer.finish()
    columns = max(map(len, rows), default=0)
    return Draft(text, sections, encoding=encoding, metadata={"rows": str(len(rows)), "columns": str(columns)})


def read_rows(text: str, field_limit: int) -> list[list[str]]:
    """The rows of `text` that hold anything, cells stripped of outer blanks; the delimiter is found out."""
    if declared := _DECLARED_DELIMITER.match(text):
        delimiter, text = declared[1], text[declared.end() :]
    else:
        delimiter = _find_delimiter(text)
    csv.field_size_limit(field_limit)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    return [row for row in rows if any(row)]


def _find_delimiter(text: str) -> str:
    """The delimiter by which most of the first rows get the same number of columns; of equals, the one with more."""

    def agreement(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text[:_SAMPLE_CHARS], newline=""), delimiter=delimiter)
        widths = Counter(len(row) for row in islice(reader, _SAMPLE_ROWS) if len(row) > 1)
        columns, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return (count, columns)

    return max(_DELIMITERS, key=agreement)


def _write_records(writer: TextWriter, rows: list[list[str]]) -> None:
    header, *records = rows
    for record in records or [header]:
        lines = []
        for index, cell in enumerate(record):
            name = header[index] if records and index < len(header) else ""
            if cell:
                lines.append(f"{name}: {cell}" if name else cell)
        writer.block("\n".join(lines))
    writer.mark_table(Span(0, writer.length))
