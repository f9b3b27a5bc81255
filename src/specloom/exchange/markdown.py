"""A backlog as a document to read: headings by kind, lists, and the passages that each requirement rests on."""

import re
from collections.abc import Iterator
from typing import Any

from specloom.exchange.backlog import Backlog, Entry
from specloom.exchange.columns import FIELDS, LEVELS, STORY, Column, kind_label, written
from specloom.exchange.stories import written_story

_IN_LINE = re.compile(r"[\\`*_\[\]<>|#]")
# What at the beginning of a line would make a heading of it, of the line above, or a block that swallows the rest.
_AT_LINE_START = re.compile(r"^([ \t]*)(#|=+[ \t]*$|-+[ \t]*$|```|~~~|>)", re.MULTILINE)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_SAID_IN_SENTENCE = frozenset({"as_a", "i_want", "so_that"})


def write_markdown(backlog: Backlog) -> bytes:
    """CommonMark. Texts keep the Markdown they hold, but for headings and HTML, which would break the outline."""
    labels = {column.name: column.label for column in backlog.custom_columns}
    blocks = [block for entry in backlog.entries for block in _blocks(entry, labels)]
    return ("\n\n".join(blocks) + "\n").encode()


def _blocks(entry: Entry, labels: dict[str, str]) -> Iterator[str]:
    yield f"{'#' * (LEVELS.index(entry.kind) + 1)} {_line(entry.name)}"
    facts = [entry.key, kind_label(entry.kind), entry.status.value]
    if entry.priority:
        facts.append(f"{entry.priority.value} priority")
    facts.append(f"version {entry.version}")
    yield " · ".join(_line(fact) for fact in facts)
    if entry.kind is STORY:
        yield _text(written_story(entry.fields))
    for column in FIELDS:
        if entry.fields.get(column.name) and column.name not in _SAID_IN_SENTENCE:
            yield from _field(column, entry.fields[column.name])
    for name, label in labels.items():
        if entry.custom.get(name) not in (None, "", []):
            yield from _labelled(label, entry.custom[name])
    for cited in entry.citations:
        yield "\n".join(
            f"> {line}".rstrip() for line in [*_text(cited.quote).split("\n"), "", f"— {_line(cited.title)}"]
        )


def _field(column: Column, value: Any) -> Iterator[str]:
    if column.name == "description":
        yield _text(value)
    else:
        yield from _labelled(column.label, value)


def _labelled(label: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield f"**{_line(label)}**"
        yield "\n".join("- " + _text(str(item)).replace("\n", "\n  ") for item in value)
    else:
        yield f"**{_line(label)}:** {_text(written(value))}"


def _line(text: str) -> str:
    return _IN_LINE.sub(r"\\\g<0>", " ".join(text.split()))


def _text(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _TAG.sub(r"\\<", _AT_LINE_START.sub(r"\1\\\2", lines))
