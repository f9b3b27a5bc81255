"""A backlog as the CSV of Jira's bulk import: epics first, then features as tasks and stories, each with its parent.

Jira knows three levels below a project, of which the last has no story points; therefore features and stories stand
side by side below their epic, and the labels of a story tell its feature.
"""

import re
from collections.abc import Mapping

from specloom.exchange.backlog import Backlog, Entry, ValueForm
from specloom.exchange.columns import EPIC, FEATURE, FIELDS, PRODUCT, STORY, written
from specloom.exchange.spreadsheet import csv_bytes
from specloom.exchange.stories import written_story
from specloom.vocabulary.requirements import Priority, RequirementKind

_HEADER = [
    *("Issue Id", "Parent", "Issue Type", "Summary", "Description", "Priority", "Story Points"),
    *("Epic Name", "Epic Link", "Labels", "Labels", "Labels"),
]
_TYPES: Mapping[RequirementKind, str] = {EPIC: "Epic", FEATURE: "Task", STORY: "Story"}
_PRIORITIES: Mapping[Priority, str] = {
    Priority.CRITICAL: "Highest",
    Priority.HIGH: "High",
    Priority.MEDIUM: "Medium",
    Priority.LOW: "Low",
}
# Macros, links and mentions, images: a text must not call anything in Jira.
_MARKUP = re.compile(r"[{\[!]")
_MAX_SUMMARY = 255
_NOT_IN_LABELS = re.compile(r"\s+")


def write_jira(backlog: Backlog) -> bytes:
    """Issues for all below the product. `Parent` is for Jira Cloud, `Epic Name` and `Epic Link` for Data Center."""
    numbers = {entry.key: number for number, entry in enumerate(backlog.entries)}
    by_key = {entry.key: entry for entry in backlog.entries}
    rows = [_HEADER]
    for kinds in ({EPIC}, {FEATURE, STORY}):
        rows += [_row(entry, by_key, numbers) for entry in backlog.entries if entry.kind in kinds]
    return csv_bytes(rows)


def _row(entry: Entry, by_key: Mapping[str, Entry], numbers: Mapping[str, int]) -> list[str]:
    parent = by_key.get(entry.parent or "")
    feature = parent if parent and parent.kind is FEATURE else None
    epic = by_key.get(feature.parent or "") if feature else parent
    if epic is None or epic.kind is PRODUCT:
        epic = None
    return [
        str(numbers[entry.key]),
        str(numbers[epic.key]) if epic else "",
        _TYPES[entry.kind],
        " ".join(entry.name.split())[:_MAX_SUMMARY],
        _description(entry),
        _PRIORITIES[entry.priority] if entry.priority else "",
        written(entry.fields.get("estimated_effort")),
        entry.name if entry.kind is EPIC else "",
        epic.name if epic else "",
        _NOT_IN_LABELS.sub("_", entry.key),
        entry.status.value,
        _NOT_IN_LABELS.sub("_", feature.key) if feature else "",
    ]


def _description(entry: Entry) -> str:
    """The texts of an entry in Jira's markup."""
    parts = [_safe(written_story(entry.fields))] if entry.kind is STORY else []
    for column in FIELDS:
        value = entry.fields.get(column.name)
        if not value or column.name in {"as_a", "i_want", "so_that", "estimated_effort"}:
            continue
        if column.form is ValueForm.LIST:
            items = "\n".join("* " + _safe(item).replace("\n", "\\\\\n") for item in value)
            parts.append(f"h3. {column.label}\n{items}")
        else:
            parts.append(_safe(value) if column.name == "description" else f"h3. {column.label}\n{_safe(value)}")
    return "\n\n".join(parts)


def _safe(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)
