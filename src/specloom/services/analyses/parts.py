"""The text of an analysis of a session: what its people said, message by message, with places counted in each."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any
from uuid import UUID

from specloom.core.text import Section, SectionKind, Span
from specloom.schemas.analyses import PlaceRead
from specloom.services.documents.drafts import sections_of
from specloom.services.documents.sources import Places

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Part:
    """`text[start:end]` of what is analysed is this message, the `number`th of its session; a text that was sent along
    is none."""

    start: int
    end: int
    message_id: UUID | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SessionText:
    """What people said in a session, as (message, its number, words) in order."""

    session_id: UUID
    title: str
    messages: Sequence[tuple[UUID, int, str]]

    def joined(self, further: str | None) -> tuple[str, list[Part]]:
        """All of it as one text, with the text that was sent along at its end. Messages are parted by blank lines."""
        said: list[tuple[UUID | None, int | None, str]] = [
            *self.messages,
            *([(None, None, further)] if further else []),
        ]
        parts: list[Part] = []
        at = 0
        for message_id, number, words in said:
            parts.append(Part(at, at + len(words), message_id, number))
            at += len(words) + len(_BETWEEN)
        return _BETWEEN.join(words for _, _, words in said), parts


def stored(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts as they are kept with the analysis."""
    return [{**asdict(each), "message_id": str(each.message_id) if each.message_id else None} for each in parts]


def read(rows: Sequence[dict[str, Any]]) -> tuple[Part, ...]:
    """What `stored` gave."""
    return tuple(Part(**{**row, "message_id": UUID(row["message_id"]) if row["message_id"] else None}) for row in rows)


def sections(text: str, parts: Sequence[Part]) -> tuple[Section, ...]:
    """A section for each part, and the headings within it."""
    return tuple(chain.from_iterable(_sections(text, part) for part in parts))


def _sections(text: str, part: Part) -> list[Section]:
    label = f"message {part.number}" if part.number else "text"
    within = sections_of(text[part.start : part.end])
    return [
        Section(SectionKind.PAGE, label, 0, part.start, part.end),
        *(replace(each, start=each.start + part.start, end=each.end + part.start) for each in within),
    ]


class PartPlaces(Places):
    """The places of a text that has parts, each counted in its own."""

    def __init__(self, text: str, parts: Sequence[Part]) -> None:
        super().__init__(text, sections(text, parts))
        self._whole = text
        self._parts = parts
        self._starts = [part.start for part in parts]

    def source(self, span: Span) -> PlaceRead:
        """The place in its part; what would reach beyond it ends with it."""
        part = self._parts[max(0, bisect_right(self._starts, span.start) - 1)]
        place = super().source(Span(span.start, max(span.start, min(span.end, part.end))))
        lines_before = self._whole.count("\n", 0, part.start)
        return PlaceRead(
            start=place.start - part.start,
            end=place.end - part.start,
            quote=place.quote,
            label=place.label,
            line=place.line - lines_before,
            message_id=part.message_id,
        )
