"""A requirement as the rules read it: its words in reading order, each with its place in the document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from specloom.ai.analysis import Clause, Requirement
from specloom.ai.grammar import Reading, Tag, Word, lexicon, read
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form

# A quotation longer than this is no name but a sentence that somebody writes.
_QUOTED_WORDS = 12
# How many requirements back the sentence may begin that another was cut from.
_NEIGHBOURS = 12
_OPENING = {'"': '"', "“": "”", "«": "»", "„": "“", "‘": "’"}
_SHOUTED = 0.6
# In code points. A longer context is no lead-in, and every item under it would have to be read with it.
_READABLE_CONTEXT = 2_000
_BINDING = re.compile(r"\b(?:shall|must)\b", re.IGNORECASE)
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{2,6}s?(?![\w-])")
_EXPLAINED = re.compile(
    r"\w\s*\(\s*[\"“']?(?P<before>[A-Z]{2,6}s?)[\"”']?\s*\)"
    r"|(?P<after>\b[A-Z]{2,6}s?)[*_\"”'`]{0,3}\s*"
    r"(?:\(\w+\s\w|[:=|–—]\s*\w|-\s\w|stands for|means|is short for|refers to|denotes)"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An offence at `text[start:end]` of the document: what the words there are guilty of, and what to write instead.

    `confidence` is the probability, 0 to 1, that a reviewer agrees.
    """

    start: int
    end: int
    message: str
    suggestion: str
    confidence: float = 0.9


class Document:
    """What rules need to know of the whole text: how it obliges, and which abbreviations it explains."""

    def __init__(self, text: str, requirements: Sequence[Requirement]) -> None:
        self.text = text
        self.requirements = requirements

    @cached_property
    def obligations(self) -> int:
        """How often the text says "shall" or "must"."""
        return sum(1 for _ in _BINDING.finditer(self.text))

    @cached_property
    def _first_uses(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for requirement in self.requirements:
            statement = requirement.statement
            for match in _ACRONYM.finditer(self.text, statement.start, statement.end):
                found.setdefault(match.group().removesuffix("s"), match.start())
        return found

    def first_use(self, acronym: str) -> int:
        """Where a requirement first uses an abbreviation; -1 where none does."""
        return self._first_uses.get(acronym, -1)

    @cached_property
    def _explained(self) -> frozenset[str]:
        explained = {match["before"] or match["after"] for match in _EXPLAINED.finditer(self.text)}
        return frozenset(each.removesuffix("s") for each in explained)

    def explains(self, acronym: str) -> bool:
        """Whether the text writes an abbreviation out somewhere: "Vehicle Control Unit (VCU)", "VCU: …"."""
        return acronym in self._explained

    @cached_property
    def cut(self) -> frozenset[int]:
        """The requirements that were cut from the sentence of an earlier one and hang on words of it, one of each."""
        lenders: dict[int, int] = {}
        for index, requirement in enumerate(self.requirements):
            for other in range(index - 1, max(-1, index - _NEIGHBOURS), -1):
                lender = self.requirements[other].statement
                if any(lender.start <= each.start and each.end <= lender.end for each in requirement.statement.context):
                    lenders.setdefault(other, index)
                    break
        return frozenset(lenders.values())


@dataclass(frozen=True)
class Wording:
    """Requirement number `index` of a document.

    `words` are those of its context, in reading order, and from `own` on those of its own range. Positions that rules
    pass around are indices into `words`.
    """

    document: Document
    index: int

    @cached_property
    def requirement(self) -> Requirement:
        return self.document.requirements[self.index]

    @cached_property
    def clause(self) -> Clause:
        return self.requirement.clause

    @cached_property
    def form(self) -> Form:
        return self.requirement.statement.form

    @cached_property
    def reading(self) -> Reading:
        """What each word does in its sentence, and in which region it stands."""
        statement = self.requirement.statement
        lengthy = sum(each.end - each.start for each in statement.context) > _READABLE_CONTEXT
        return read(self.document.text, [*(() if lengthy else statement.context), statement.span])

    @cached_property
    def words(self) -> list[Word]:
        return self.reading.words

    @cached_property
    def own(self) -> int:
        start = self.requirement.statement.start
        return next((i for i, word in enumerate(self.words) if word.start >= start), len(self.words))

    @cached_property
    def lower(self) -> list[str]:
        """The words in small letters, with plain apostrophes and hyphens."""
        return [word.lower for word in self.words]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different words in small letters, to rule lists out at once."""
        return frozenset(self.lower)

    @cached_property
    def line(self) -> str:
        """The words in small letters with one space between two, for patterns that no list of phrases can hold."""
        return " ".join(word.replace(" ", "_") for word in self.lower)

    def place(self, offset: int) -> int:
        """The position of the word at an offset of the line."""
        return self.line.count(" ", 0, offset)

    @cached_property
    def tags(self) -> list[Tag]:
        return self.reading.tags

    def next(self, at: int) -> str:
        """The word after a position, in small letters; empty at the end."""
        return self.lower[at + 1] if at + 1 < len(self.lower) else ""

    def before(self, at: int) -> str:
        """The word before a position, in small letters; empty at the beginning."""
        return self.lower[at - 1] if at else ""

    @cached_property
    def muted(self) -> frozenset[int]:
        """Positions of words that require nothing: code, addresses, quotations, names, and the benefit of a story."""
        muted = {
            i for i, word in enumerate(self.words) if word.text[0] == "`" or "://" in word.text or "@" in word.text
        }
        muted.update(self._quoted())
        if self.form is Form.USER_STORY and (reason := self.within(self.clause.purpose)):
            muted.update(range(reason[0], reason[1] + 1))
        spoken = [word for word in self.words[self.own :] if word.text[0].isalpha()]
        shouted = sum(word.text.isupper() for word in spoken) > _SHOUTED * len(spoken)
        titled = sum(word.text[0].isupper() for word in spoken) > _SHOUTED * len(spoken)
        if not shouted and not titled:
            muted.update(i for i, word in enumerate(self.words) if self._is_name(i, word))
        return frozenset(muted)

    def _is_name(self, at: int, word: Word) -> bool:
        capital = word.text[0].isupper() and not word.text.isupper()
        opens = at in {0, self.own} or not self.words[at - 1].text[0].isalnum()
        return capital and not opens

    def _quoted(self) -> Iterator[int]:
        position = 0
        while position < len(self.words):
            closing = _OPENING.get(self.words[position].text)
            if closing:
                window = range(position + 1, min(position + _QUOTED_WORDS, len(self.words)))
                end = next((at for at in window if self.words[at].text == closing), None)
                if end is not None:
                    yield from range(position, end + 1)
                    position = end
            position += 1

    @cached_property
    def measured(self) -> list[tuple[int, int]]:
        """The positions of its measures, first and last word of each."""
        return [at for each in self.clause.measures if (at := self.within(each.span)) is not None]

    def within(self, span: Span | None) -> tuple[int, int] | None:
        """The positions of the first and the last word inside a range of the document; None when there are none."""
        if span is None:
            return None
        inside = [i for i, word in enumerate(self.words) if span.start <= word.start and word.end <= span.end]
        return (inside[0], inside[-1]) if inside else None

    def span(self, first: int, last: int) -> Span:
        """The range from one word to another. Where they stand in different ranges, that of the words around `last`."""
        start = next(i for i in range(first, last + 1) if all(self._adjoin(k) for k in range(i, last)))
        return Span(self.words[start].start, self.words[last].end)

    def _adjoin(self, at: int) -> bool:
        """Whether nothing but white space and mark-up stands between a word and the next in the document."""
        gap = self.document.text[self.words[at].end : self.words[at + 1].start]
        return self.words[at].end <= self.words[at + 1].start and not gap.strip()

    def hit(self, first: int, last: int, message: str, suggestion: str, confidence: float = 0.9) -> Hit:
        """An offence of the words from `first` to `last`."""
        place = self.span(first, last)
        return Hit(place.start, place.end, message, suggestion, confidence)

    def quote(self, first: int, last: int) -> str:
        """The words as they stand in the document, in one line."""
        place = self.span(first, last)
        return " ".join(self.document.text[place.start : place.end].split())

    def phrase(self, place: Span | None, otherwise: str) -> str:
        """A part of the clause in one line, with quotation marks; other words when it is missing or long."""
        said = " ".join(self.document.text[place.start : place.end].split()) if place else ""
        plain = 0 < len(said.split()) <= _NAMED_WORDS and not {",", ";", ":"} & set(said)
        return f'"{said}"' if plain else otherwise


# Of longer subjects and objects nobody wants to read the whole in a message.
_NAMED_WORDS = 6


def uncapitalised(said: str) -> str:
    """A phrase as it stands within a sentence: its article in small letters, with or without quotation marks."""
    first, space, rest = said.partition(" ")
    return f"{first.lower()}{space}{rest}" if first.strip('"').lower() in lexicon.DETERMINERS else said
