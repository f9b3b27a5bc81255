"""Places in a text: half-open ranges counted in Unicode code points, and the sections a document is made of."""

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
