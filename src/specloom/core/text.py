"""Texts and places in them: half-open ranges in Unicode code points, and the sections a document is made of."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]`, counted in code points."""

    start: int
    end: int


class SectionKind(StrEnum):
    HEADING = "heading"
    PAGE = "page"
    SLIDE = "slide"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document that carries a name.

    `label` is what a reader would call it ("3.2 Scope", "page 12", "slide 4"); `level` is the depth of a heading (1 is
    the topmost) and 0 for pages, slides and tables. A heading's section reaches to the next heading of its own level or
    above; `start` is where the heading itself stands.
    """

    kind: SectionKind
    label: str
    level: int
    start: int
    end: int


def shortened(text: str, length: int) -> str:
    """`text`, or as many of its words as leave room for the sign that something is missing."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    return (head.rsplit(None, 1)[0] if " " in head.strip() else head).rstrip() + "…"
