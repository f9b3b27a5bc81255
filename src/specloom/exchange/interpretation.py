"""Understands the columns and values of a table, whoever wrote it: by their names, or as a mapping says."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from specloom.exchange.backlog import CustomColumn, ValueForm
from specloom.exchange.columns import (
    FIELDS,
    KIND_WORDS,
    PRIORITY_WORDS,
    READ,
    STATUS_WORDS,
    Column,
    custom_headers,
    guessed_as,
    known_as,
    plain,
    without_noise,
)
from specloom.exchange.incoming import Incoming, Problem, Record, Row, Table, UnknownColumn
from specloom.exchange.lists import read_list, written_list

E = TypeVar("E", bound=StrEnum)

_COLUMNS = {column.name: column for column in READ}
_FIELDS = frozenset(column.name for column in FIELDS)
_STRUCTURE = frozenset({"parent", "level", "outline"})
_NAMES = frozenset({"key", "parent", "level"})
_LONGEST_WORD = 100
_OUTLINE_PART = re.compile(r"[1-9]\d*")  # "1.2.0-3": what is 0 is no level
_CUSTOM = "custom_fields."


def interpret(
    table: Table, custom_columns: Iterable[CustomColumn] = (), mapping: Mapping[str, str | None] | None = None
) -> Incoming:
    """The rows of `table`.

    `mapping` names for some headers the column meant (one of `READ`, or `custom_fields.` and the name of one of
    `custom_columns`), None for "leave it out"; the other headers are recognised by what they say. Raises UnknownColumn
    for a mapping that names what is not there.
    """
    columns = _assign(table, list(custom_columns), mapping or {})
    reader = _RowReader(columns)
    rows = tuple(reader.row(record) for record in table.records)
    if not {"key", "name", "description", "i_want"} & set(columns.values()):
        message = "No column is known as name, description or key. Send a mapping that says which is which."
        reader.errors.append(Problem(None, None, message))
    left_out = [header for header, name in columns.items() if name is None]
    notes = list(table.notes)
    if left_out:
        quoted = ", ".join(f"'{header}'" for header in left_out)
        notes.append(Problem(None, None, f"Left out, because no field is known by that name: {quoted}."))
    return Incoming(rows, columns, tuple(reader.errors), (*notes, *reader.notes))


def _assign(
    table: Table, custom_columns: list[CustomColumn], mapping: Mapping[str, str | None]
) -> dict[str, str | None]:
    fields = _COLUMNS.keys() | {_CUSTOM + column.name for column in custom_columns}
    if unknown := sorted(set(mapping) - set(table.headers)):
        raise UnknownColumn(f"The mapping names columns that the file does not have: {', '.join(unknown)}.")
    if unknown := sorted({name for name in mapping.values() if name} - fields):
        known = ", ".join(sorted(fields))
        raise UnknownColumn(f"The mapping names unknown fields: {', '.join(unknown)}. Known are: {known}.")
    custom = {plain(column.name): _CUSTOM + column.name for column in custom_columns}
    labelled = {plain(header): _CUSTOM + name for name, header in custom_headers(custom_columns).items()}
    columns = {
        header: mapping[header]
        if header in mapping
        else labelled.get(plain(header)) or known_as(header) or custom.get(plain(header))
        for header in table.headers
    }
    certain = {name for header, name in columns.items() if header not in table.fallbacks}
    for header in table.headers:
        if columns[header] is None and header not in mapping:
            guess = table.guesses.get(header) or guessed_as(header)
            columns[header] = guess if header in table.guesses or guess not in certain else None
    return columns


@dataclass(slots=True)
class _RowReader:
    columns: Mapping[str, str | None]
    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def row(self, record: Record) -> Row:
        values = self._values(record)
        custom = {name.removeprefix(_CUSTOM): text for name, text in values.items() if name.startswith(_CUSTOM)}
        fields = {
            name: value
            for name in _FIELDS & values.keys()
            if (value := self._value(record, _COLUMNS[name], values[name])) is not None
        }
        return Row(
            number=record.number,
            foreign_id=record.foreign_id,
            key=values.get("key"),
            parent=values.get("parent"),
            level=record.level if record.level is not None else self._level(record, values),
            kind=self._word(record, "kind", values.get("kind"), KIND_WORDS, quiet=True)
            or KIND_WORDS.get(plain(record.kind or ""))
            or KIND_WORDS.get(without_noise(record.kind or "")),
            name=values.get("name"),
            status=self._word(record, "status", values.get("status"), STATUS_WORDS),
            priority=self._word(record, "priority", values.get("priority"), PRIORITY_WORDS),
            fields=fields,
            custom=custom,
        )

    def _values(self, record: Record) -> dict[str, str]:
        """The texts by column; where several headers mean the same column, what they say together."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for header, text in record.cells.items():
            name = self.columns.get(header)
            if name and not (record.level is not None and name in _STRUCTURE):
                found[name].append((header, text))
        texts = {name: self._together(record, name, said) for name, said in found.items()}
        return texts | {name: texts[name].strip() for name in _NAMES & texts.keys()}

    def _together(self, record: Record, name: str, said: list[tuple[str, str]]) -> str:
        column = _COLUMNS.get(name)
        if column:
            said = sorted(said, key=lambda each: column.rank(each[0]))
        texts = list(dict.fromkeys(text for _, text in said))
        if column and column.form is ValueForm.LIST:
            return written_list([item for text in texts for item in read_list(text)]) if len(texts) > 1 else texts[0]
        if name in _FIELDS and column and column.form is ValueForm.TEXT:
            return "\n\n".join(texts)
        for header, text in said[1:]:
            if text != texts[0] and name not in {"sources", "version"} and header not in self.left_out:
                self.left_out.add(header)
                message = f"'{header}' is left out: '{said[0][0]}' gives the {name.removeprefix(_CUSTOM)} already."
                self.notes.append(Problem(record.number, header, message))
        return texts[0]

    def _value(self, record: Record, column: Column, text: str) -> Any:
        if column.form is ValueForm.LIST:
            return read_list(text)
        if column.form is ValueForm.NUMBER:
            return self._number(record, column, text)
        return text

    def _number(self, record: Record, column: Column, text: str) -> int | None:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            self.errors.append(Problem(record.number, column.label, f"'{text[:40]}' is not a number."))
            return None
        if number == 0:  # what tools write for "not estimated"
            return None
        if not number.is_integer():
            self.errors.append(Problem(record.number, column.label, f"{text} is not a whole number."))
            return None
        return int(number)

    def _level(self, record: Record, values: Mapping[str, str]) -> int | None:
        if outline := values.get("outline"):
            return len(_OUTLINE_PART.findall(outline)) or None
        if (level := values.get("level")) is None:
            return None
        if level.isdecimal() and len(level) < 4:  # noqa: PLR2004 - no tree is a thousand levels deep
            return int(level)
        self.errors.append(Problem(record.number, "Level", f"'{level[:40]}' is not a level: 1, 2, 3, ..."))
        return None

    def _word(
        self, record: Record, name: str, text: str | None, words: Mapping[str, E], *, quiet: bool = False
    ) -> E | None:
        """What `text` means; `quiet` where tools say much that means nothing here."""
        if text is None:
            return None
        word = re.sub(r"^(?:p?\d+|[a-z])\s*[-.:)]\s+", "", text.strip(), flags=re.IGNORECASE)
        found = words.get(plain(word)) if len(word) <= _LONGEST_WORD else None
        if found is None and not quiet:
            message = f"'{text[:40]}' is none of the values known as {name}; it is left as it would be without."
            self.notes.append(Problem(record.number, _COLUMNS[name].label, message))
        return found
