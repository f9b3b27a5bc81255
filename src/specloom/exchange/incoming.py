"""What comes out of a file of another tool: records as they stand, then rows whose columns are understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus

MAX_ROWS = 5_000


class UnreadableFile(ValueError):
    """A file as a whole cannot be taken in; the message says why and what to do."""

    code: ClassVar[str] = "unreadable_file"


class UnsafeFile(UnreadableFile):
    """XML that declares a document type or goes deeper than any backlog does."""

    code = "unsafe_file"


class TooManyRows(UnreadableFile):
    code = "too_many_rows"

    def __init__(self) -> None:
        super().__init__(f"The file holds more than {MAX_ROWS:,} entries. Split it and import the parts one by one.")


class UnknownColumn(ValueError):
    """A mapping names a column the file does not have, or a field that a backlog does not have."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to tell about a row (None: about the file), by the number the reader of the file knows it by."""

    row: int | None
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a file as it stands: its cells by header, those only that hold something.

    `number` is the row as spreadsheets count (the header is row 1), or the place in the order of the tree. What the
    structure of the file tells beside the cells is in `foreign_id`, `level` (1 is the topmost) and `kind`.
    """

    number: int
    cells: Mapping[str, str]
    foreign_id: str | None = None
    level: int | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`guesses` says for headers whose name tells nothing which column they seem to be, by what stands in them;
    `fallbacks` are headers of what stands in for a name or text that a record does not have."""

    headers: tuple[str, ...]
    records: tuple[Record, ...]
    guesses: Mapping[str, str] = field(default_factory=dict)
    fallbacks: frozenset[str] = frozenset()
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A record understood: what is None or missing was not in the file.

    `custom` holds texts still, by the name of the tenant's column.
    """

    number: int
    foreign_id: str | None = None
    key: str | None = None
    parent: str | None = None
    level: int | None = None
    kind: RequirementKind | None = None
    name: str | None = None
    status: RequirementStatus | None = None
    priority: Priority | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """What the file calls it, the surest name first."""
        return tuple(dict.fromkeys(name for name in (self.foreign_id, self.key) if name))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file understood. `columns` tells for each header what it was taken for, None if it was left out."""

    rows: tuple[Row, ...]
    columns: Mapping[str, str | None]
    errors: tuple[Problem, ...]
    notes: tuple[Problem, ...]
