"""Splits any text into its smallest readable units, each with its exact place, its kind and the heading above it.

A unit is a sentence of running text or of a list item, a heading, a row of a table, or a line of code. Units never
cross a blank line, a list item, a heading, a row or the border of a section. The time grows linearly with the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specloom.ai.sentences.boundaries import stretches
from specloom.ai.sentences.layout import SPEAKER, Block, Kind, blocks
from specloom.core.text import Section

__all__ = ["SPEAKER", "Kind", "Sentence", "split", "stream"]

_IN_TABLE = -2


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]`, trimmed, without the bullet, number or `#` that marks it; offsets in code points.

    `block` numbers the paragraph, list item, heading or row it belongs to. `level` is the depth of a heading, 1 being
    the topmost, and 0 for the rest. The others are indices, -1 for none: `section` into the sections given to `split`
    (the innermost that holds it), `heading` and `lead` into the list that `split` returned. `heading` is the heading it
    stands under (of a heading: the one above, so that following it upward gives the path); `lead` is the sentence that
    introduces its list ("The service shall:"), or the first row of its table.
    """

    start: int
    end: int
    kind: Kind
    block: int
    level: int = 0
    section: int = -1
    heading: int = -1
    lead: int = -1


def split(text: str, sections: Sequence[Section] = ()) -> list[Sentence]:
    """All units of `text` in reading order. `sections` are in reading order and may nest; headings among them count."""
    return list(stream(text, sections))


def stream(text: str, sections: Sequence[Section] = ()) -> Iterator[Sentence]:
    """What `split` returns, one by one, for callers that have other things to do while a long text is split."""
    above = _Above()
    within = _Within(sections)
    count = 0
    for number, block in enumerate(blocks(text, sections)):
        above.enter(block)
        for start, end in stretches(text, block):
            yield Sentence(start, end, block.kind, number, block.level, within.at(start), above.heading, above.lead)
            if block.kind is Kind.HEADING:
                above.headings.append((block.level, count))
            elif block.kind is Kind.ROW:
                above.leads = above.leads or [(_IN_TABLE, "", count)]
            elif text[end - 1] in ":：—–-":
                above.leads.append((block.indent, block.marker, count))
            count += 1


class _Above:
    """The headings and lead-in sentences that are open while blocks arrive in order, innermost last."""

    def __init__(self) -> None:
        self.headings: list[tuple[int, int]] = []
        self.leads: list[tuple[int, str, int]] = []

    def enter(self, block: Block) -> None:
        """Closes what does not hold the block: deeper or equal headings, and the lists that it leaves."""
        if block.kind is Kind.HEADING:
            while self.headings and self.headings[-1][0] >= block.level:
                self.headings.pop()
        in_table = bool(self.leads) and self.leads[-1][0] == _IN_TABLE
        if block.kind is not (Kind.ROW if in_table else Kind.ITEM):
            self.leads.clear()
        while (
            block.kind is Kind.ITEM
            and self.leads
            and (self.leads[-1][0] > block.indent or self.leads[-1][:2] == (block.indent, block.marker))
        ):
            self.leads.pop()

    @property
    def heading(self) -> int:
        return self.headings[-1][1] if self.headings else -1

    @property
    def lead(self) -> int:
        return self.leads[-1][2] if self.leads else -1


class _Within:
    """Tells in which section a place lies, for places asked in rising order."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._ahead = sorted(range(len(sections)), key=lambda i: (sections[i].start, -sections[i].end), reverse=True)
        self._open: list[int] = []
        self._sections = sections

    def at(self, offset: int) -> int:
        """Index of the innermost section that holds the offset, -1 when none does."""
        while self._ahead and self._sections[self._ahead[-1]].start <= offset:
            self._open.append(self._ahead.pop())
        while self._open and self._sections[self._open[-1]].end <= offset:
            self._open.pop()
        return self._open[-1] if self._open else -1
