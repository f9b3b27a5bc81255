"""Reads CSV as spreadsheets and other tools write it: any of their delimiters, a declared one, ragged rows."""

import csv
import io
import re
from collections import Counter
from itertools import islice

from specloom.exchange.incoming import MAX_ROWS, Problem, Record, Table, TooManyRows, UnreadableFile
from specloom.exchange.spreadsheet import unescaped

_DELIMITERS = ",;\t|"
_DECLARED_DELIMITER = re.compile(rf'"?sep=([{_DELIMITERS}])"?\r?\n')
_MAX_COLUMNS = 300
_MAX_HEADER = 200
_SAMPLE_ROWS = 50
_SAMPLE_CHARS = 64 * 1024


def read_csv(text: str) -> Table:
    """The records of a CSV file whose first line that holds anything is its header.

    Raises UnreadableFile for what is no table, TooManyRows.
    """
    text = text.removeprefix("\ufeff")
    declared = _DECLARED_DELIMITER.match(text)
    content = text[declared.end() :] if declared else text
    reader = csv.reader(
        io.StringIO(content, newline=""), delimiter=declared[1] if declared else _delimiter(content), strict=True
    )
    header: list[str] = []
    records: list[Record] = []
    notes: list[Problem] = []
    try:
        for number, row in enumerate(reader, 1):
            cells = [unescaped(cell.replace("\r\n", "\n").replace("\r", "\n")) for cell in row]
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(cells)
                continue
            if len(records) == MAX_ROWS:
                raise TooManyRows
            if any(cell.strip() for cell in cells[len(header) :]):
                notes.append(Problem(number, None, "It has more cells than the header: the last ones are left out."))
            named = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
            records.append(Record(number, named))
    except csv.Error as error:
        raise UnreadableFile(f"The file cannot be read as CSV. Near line {reader.line_num:,}: {error}.") from error
    if not header:
        raise UnreadableFile("The file is empty. Send a CSV file whose first line names its columns.")
    return Table(tuple(filter(None, header)), tuple(records), notes=tuple(notes))


def _header(cells: list[str]) -> list[str]:
    """The names of the columns, each once: a second "Labels" becomes "Labels (2)"."""
    if len(cells) > _MAX_COLUMNS:
        raise UnreadableFile(f"The file has {len(cells):,} columns; at most {_MAX_COLUMNS} are allowed.")
    seen: Counter[str] = Counter()
    names = []
    for cell in cells:
        name = " ".join(cell.split())[:_MAX_HEADER]
        seen[name] += 1
        names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return names


def _delimiter(content: str) -> str:
    """The delimiter by which most of the first rows have as many cells as the header, and the more the better."""

    def agreement(delimiter: str) -> tuple[int, int]:
        sample = io.StringIO(content[:_SAMPLE_CHARS], newline="")
        rows = (row for row in csv.reader(sample, delimiter=delimiter) if any(row))
        try:
            widths = [len(row) for row in islice(rows, _SAMPLE_ROWS)]
        except csv.Error:
            return (0, 0)
        columns = widths[0] if widths else 0
        return (widths.count(columns), columns) if columns > 1 else (0, 0)

    return max(_DELIMITERS, key=agreement)
