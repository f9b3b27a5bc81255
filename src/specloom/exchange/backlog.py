"""A backlog as it goes into a file: the product and everything below it, in reading order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus


class ValueForm(StrEnum):
    """How a value is written: what a cell, an attribute or a paragraph has to hold."""

    TEXT = "text"
    LIST = "list"
    """Several texts, each of which may have several lines."""
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class CustomColumn:
    """A field that a tenant has added to a kind of requirement; `options` are those of a choice."""

    name: str
    label: str
    form: ValueForm
    kinds: frozenset[RequirementKind]
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that a requirement rests on, and what the source is called."""

    title: str
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement of any kind.

    `fields` and `custom` hold those values that are there: texts, lists of texts, numbers, as JSON has them.
    `foreign_id` is what the tool it was imported from calls it.
    """

    id: UUID
    kind: RequirementKind
    key: str
    parent: str | None
    name: str
    status: RequirementStatus
    priority: Priority | None
    changed_at: datetime
    version: int = 1
    fields: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    citations: tuple[Quote, ...] = ()
    foreign_id: str | None = None


@dataclass(frozen=True)
class Backlog:
    """`entries[0]` is the product; a parent stands before its children, and these in their order."""

    entries: tuple[Entry, ...]
    custom_columns: tuple[CustomColumn, ...]
    written_at: datetime

    @property
    def product(self) -> Entry:
        return self.entries[0]

    def children(self, parent: Entry) -> Sequence[Entry]:
        return self._by_parent.get(parent.key, ())

    @cached_property
    def _by_parent(self) -> Mapping[str, Sequence[Entry]]:
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.parent is not None:
                found[entry.parent].append(entry)
        return found
