"""The columns of a backlog: what each is called here, what other tools call it, and how its values are written."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from specloom.exchange.backlog import CustomColumn, Entry, ValueForm
from specloom.exchange.lists import written_list
from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus

PRODUCT, EPIC, FEATURE, STORY = (
    RequirementKind.PRODUCT,
    RequirementKind.EPIC,
    RequirementKind.FEATURE,
    RequirementKind.USER_STORY,
)
LEVELS = (PRODUCT, EPIC, FEATURE, STORY)
"""The kinds from the root of the tree to its leaves."""


@dataclass(frozen=True, slots=True)
class Column:
    """`synonyms` are what other tools call it, surest first, in the form that `plain` gives them."""

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    form: ValueForm = ValueForm.TEXT
    kinds: frozenset[RequirementKind] = frozenset(LEVELS)

    @property
    def names(self) -> tuple[str, ...]:
        return (plain(self.label), plain(self.name), *self.synonyms)

    def rank(self, header: str) -> int:
        """How surely `header` means this column: the smaller the surer."""
        name = plain(header)
        return self.names.index(name) if name in self.names else len(self.names)


def _of(*kinds: RequirementKind) -> frozenset[RequirementKind]:
    return frozenset(kinds)


# What a row is and where it stands.
_PLACE = (
    Column(
        "key",
        "Key",
        (
            *("issue key", "foreign id", "id", "identifier", "req id", "requirement id", "object identifier"),
            *(
                "work item id",
                "item id",
                "external id",
                "unique id",
                "global id",
                "issue id",
                "absolute number",
                "number",
            ),
        ),
    ),
    Column(
        "parent",
        "Parent",
        (
            *("parent id", "parent key", "parent issue", "parent item", "parent work item", "parent requirement"),
            *("parent link", "feature link", "epic link", "belongs to"),
        ),
    ),
    Column(
        "kind",
        "Kind",
        ("type", "issue type", "item type", "work item type", "requirement type", "artifact type", "object type"),
    ),
)
_COMMON = (
    Column(
        "name",
        "Name",
        (
            *("title", "summary", "chapter name", "object heading", "heading", "subject", "short name"),
            *("requirement name", "long name"),
        ),
    ),
    Column("status", "Status", ("state", "workflow state", "approval status", "requirement status")),
    Column("priority", "Priority", ("importance", "moscow"), kinds=_of(EPIC, FEATURE, STORY)),
)
FIELDS = (
    Column(
        "description",
        "Description",
        (
            *("text", "object text", "requirement text", "primary text", "requirement", "statement", "body", "details"),
            *("content", "desc"),
        ),
        kinds=_of(PRODUCT, EPIC, FEATURE),
    ),
    Column("vision", "Vision", ("product vision",), kinds=_of(PRODUCT)),
    Column("business_value", "Business value", ("value",), kinds=_of(EPIC)),
    Column("as_a", "As a", ("as an", "role", "actor", "persona", "user type", "user role"), kinds=_of(STORY)),
    Column("i_want", "I want", ("i want to", "want", "capability", "goal"), kinds=_of(STORY)),
    Column("so_that", "So that", ("benefit", "reason"), kinds=_of(STORY)),
    Column(
        "acceptance_criteria",
        "Acceptance criteria",
        (
            *("acceptance criterion", "acceptance", "fit criterion", "fit criteria", "success criteria"),
            *("verification criteria", "acceptance tests"),
        ),
        form=ValueForm.LIST,
        kinds=_of(EPIC, STORY),
    ),
    Column("bounded_contexts", "Bounded contexts", ("contexts",), form=ValueForm.LIST, kinds=_of(EPIC)),
    Column("functional_requirements", "Functional requirements", form=ValueForm.LIST, kinds=_of(FEATURE)),
    Column(
        "non_functional_requirements",
        "Non-functional requirements",
        ("nonfunctional requirements", "nfr", "nfrs", "quality requirements"),
        form=ValueForm.LIST,
        kinds=_of(FEATURE),
    ),
    Column(
        "compliance_requirements",
        "Compliance requirements",
        ("regulatory requirements",),
        form=ValueForm.LIST,
        kinds=_of(FEATURE),
    ),
    Column("domain_objects", "Domain objects", ("entities",), form=ValueForm.LIST, kinds=_of(FEATURE)),
    Column(
        "estimated_effort",
        "Story points",
        ("estimated effort", "story point estimate", "points", "estimate", "effort"),
        form=ValueForm.NUMBER,
        kinds=_of(STORY),
    ),
)
# How deep a row stands, for tools that tell it by a number instead of a parent.
_DEPTH = (
    Column("level", "Level", ("outline level", "object level", "heading level", "hierarchy level", "indent", "depth")),
    Column("outline", "Outline", ("outline number", "section number", "object number", "section", "wbs")),
)
# Written for people; what they say is not taken back.
SOURCES = Column("sources", "Sources", form=ValueForm.LIST)
VERSION = Column("version", "Version", form=ValueForm.NUMBER)

WRITTEN = (*_PLACE, *_COMMON, *FIELDS)
READ = (*WRITTEN, *_DEPTH, SOURCES, VERSION)
CUSTOM_PREFIX = "Custom field: "

STATUS_WORDS: Mapping[str, RequirementStatus] = {
    **{status.value: status for status in RequirementStatus},
    **dict.fromkeys(("new", "open", "to do", "todo", "proposed", "backlog"), RequirementStatus.DRAFT),
    **dict.fromkeys(("in review", "under review", "submitted", "pending", "reviewed"), RequirementStatus.REVIEW),
    **dict.fromkeys(("accepted", "agreed", "baselined"), RequirementStatus.APPROVED),
    **dict.fromkeys(("done", "closed", "resolved", "completed", "verified"), RequirementStatus.IMPLEMENTED),
    **dict.fromkeys(("obsolete", "rejected", "deprecated", "withdrawn", "deleted"), RequirementStatus.ARCHIVED),
}
PRIORITY_WORDS: Mapping[str, Priority] = {
    **{priority.value: priority for priority in Priority},
    **dict.fromkeys(("highest", "blocker", "urgent", "must", "must have", "mandatory", "very high"), Priority.CRITICAL),
    **dict.fromkeys(("major", "should", "should have"), Priority.HIGH),
    **dict.fromkeys(("normal", "moderate", "could", "could have"), Priority.MEDIUM),
    **dict.fromkeys(("lowest", "minor", "trivial", "nice to have", "optional", "very low"), Priority.LOW),
}
KIND_WORDS: Mapping[str, RequirementKind] = {
    **{kind.value.replace("_", " "): kind for kind in RequirementKind},
    **dict.fromkeys(("theme", "initiative"), EPIC),
    **dict.fromkeys(("new feature", "capability"), FEATURE),
    **dict.fromkeys(("story", "product backlog item"), STORY),
}

# Words that tools put around the name of an attribute when they make an identifier of it.
_NOISE = frozenset(
    (
        *("ad", "at", "attr", "attribute", "attributes", "def", "definition", "so", "st", "spec", "object", "type"),
        *("string", "str", "xhtml", "enum", "enumeration", "int", "integer", "req", "requirement", "reqs", "field"),
        *("fld", "col", "column", "custom", "cf", "val", "the"),
    )
)
_AGAIN = re.compile(r" \(\d+\)$")  # what sets columns of the same name apart
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """`name` in small letters, its words set apart by one space: "ReqIF.ChapterName" and "chapter_name" look alike."""
    words = _NOT_A_WORD.sub(" ", _HUMP.sub(" ", name)).casefold().strip()
    return words.removeprefix("req if ")


_BY_NAME = {name: column.name for column in reversed(READ) for name in column.names}


def without_noise(name: str) -> str:
    """`name` as `plain` gives it, without the words and numbers by which tools make identifiers of names."""
    return " ".join(word for word in plain(name).split() if word not in _NOISE and not word.isdigit())


def known_as(header: str) -> str | None:
    """The name of the column that a header means, None if it is none of those in `READ`."""
    return _BY_NAME.get(plain(_AGAIN.sub("", header)))


def guessed_as(header: str) -> str | None:
    """The name of the column that an identifier seems to mean: "AD-Object-Text-1" the description."""
    return _BY_NAME.get(without_noise(header))


def custom_headers(columns: Iterable[CustomColumn]) -> dict[str, str]:
    """What a tenant's own columns are called in a file, by the names of their fields: their labels, set apart where
    these mean something else here, or another field as well."""
    labels = {column.name: column.label for column in columns}
    often = Counter(map(plain, labels.values()))
    headers = {}
    for name, label in labels.items():
        header = CUSTOM_PREFIX + label if plain(label) in _BY_NAME else label
        headers[name] = f"{header} ({name})" if often[plain(label)] > 1 else header
    return headers


def written(value: Any) -> str:
    """A value of any form as text; `from_text` reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return written_list([str(item) for item in value])
    return str(value)


def cells(entry: Entry, custom: Mapping[str, str]) -> dict[str, str]:
    """What stands in each column of an entry's row, by the name of the column; custom ones by their header, of which
    `custom` holds those of `custom_headers`."""
    values: dict[str, Any] = {
        "key": entry.key,
        "parent": entry.parent,
        "kind": kind_label(entry.kind),
        "name": entry.name,
        "status": entry.status.value,
        "priority": entry.priority and entry.priority.value,
        **{column.name: entry.fields.get(column.name) for column in FIELDS},
        **{header: entry.custom.get(name) for name, header in custom.items()},
        "sources": [f"{cited.title}: “{cited.quote}”" for cited in entry.citations],
        "version": entry.version,
    }
    return {name: written(value) for name, value in values.items()}


def headers(custom: Mapping[str, str]) -> dict[str, str]:
    """The header of each column by the names that `cells` uses, in the order in which people read them."""
    return {
        **{column.name: column.label for column in WRITTEN},
        **{header: header for header in custom.values()},
        **{column.name: column.label for column in (SOURCES, VERSION)},
    }


def kind_label(kind: RequirementKind) -> str:
    return kind.value.replace("_", " ").capitalize()
