"""Reads a requirement into what comparisons need: its words of content, each with its place, part and polarity."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from specloom.ai.analysis import Clause, Measure, Requirement, Statement
from specloom.ai.grammar import clause, words
from specloom.ai.grammar.lexicon import (
    ADVERBS,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    DO,
    HAVE,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    SUBORDINATORS,
)
from specloom.ai.grammar.measuring import in_base_unit
from specloom.ai.grammar.numerals import ONES
from specloom.ai.grammar.tokens import Word
from specloom.ai.relations.polarity import signs
from specloom.ai.relations.stems import PHRASAL, concept, stem, wordset
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, Modality

# Adverbs that bear on what is required stay words of content.
_TELLING = wordset(
    """
    online offline manually forward back fast daily weekly monthly yearly hourly nightly quarterly always once forever
    together first last
    """
)
EMPTY = (
    (ADVERBS - _TELLING)
    | BE
    | CONJUNCTIONS
    | DETERMINERS
    | DO
    | HAVE
    | MODALS
    | PREPOSITIONS
    | PRONOUNS
    | RELATIVES
    | SUBORDINATORS
    | wordset(
        """
    able want wants wish need needs way etc e.g. i.e. like please given then
    exceed exceeds exceeding maximum minimum most least max min
    """
    )
)
_ORDINALS = wordset("first second third fourth fifth sixth seventh eighth ninth tenth")
_LONGEST_PHRASE = 3
_STORY = re.compile(r"\s*As (?:an?|the) [^,.]{2,60},? I (?:want|need|would|can|must|wish)\b", re.IGNORECASE)


class Part(IntEnum):
    """Where in its requirement a word stands."""

    MAIN = 0
    CONDITION = 1
    PURPOSE = 2


@dataclass(frozen=True, slots=True)
class Token:
    """A word of content: what it shares with synonyms (`concept`) and with its own forms (`stem`), and its place."""

    concept: str
    stem: str
    span: Span
    sign: int
    part: Part
    lower: str


@dataclass(frozen=True)
class Frame:
    """A requirement as comparisons see it. Its words are in reading order, those of its context first."""

    requirement: Requirement
    words: tuple[Token, ...]
    """Every word, those without content too."""

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tuple(token for token in self.words if token.lower not in EMPTY)

    @cached_property
    def phrases(self) -> Mapping[str, tuple[int, int]]:
        """Runs of one to three words in small letters, joined by underscores: where each first begins, and its size."""
        lowers = [token.lower for token in self.words]
        runs = ((place, size) for size in range(1, _LONGEST_PHRASE + 1) for place in range(len(lowers) - size + 1))
        found: dict[str, tuple[int, int]] = {}
        for place, size in runs:
            found.setdefault("_".join(lowers[place : place + size]), (place, size))
        return found

    @property
    def clause(self) -> Clause:
        return self.requirement.clause

    @property
    def measures(self) -> tuple[Measure, ...]:
        return self.clause.measures

    @property
    def modality(self) -> Modality:
        return self.clause.modality

    @cached_property
    def main(self) -> tuple[Token, ...]:
        """The tokens of what is required: without conditions and purposes."""
        return tuple(token for token in self.tokens if token.part is Part.MAIN) or self.tokens

    @cached_property
    def demand(self) -> tuple[Token, ...]:
        """The tokens of what is required and when: without purposes."""
        return tuple(token for token in self.tokens if token.part is not Part.PURPOSE) or self.tokens

    @cached_property
    def concepts(self) -> frozenset[str]:
        return frozenset(token.concept for token in self.main)

    @cached_property
    def actor(self) -> frozenset[str]:
        return self._within(self.clause.actor)

    @cached_property
    def action(self) -> frozenset[str]:
        return self._within(self.clause.action)

    @cached_property
    def object(self) -> frozenset[str]:
        return self._within(self.clause.object)

    @cached_property
    def condition(self) -> frozenset[str]:
        """The words of its condition, but for measures and ordinals, which clash rather than tell apart."""
        found = (token.concept for token in self.tokens if token.part is Part.CONDITION)
        return frozenset(word for word in found if word[0] != "#" and word not in _ORDINALS)

    def _within(self, span: Span | None) -> frozenset[str]:
        if span is None or span.start == span.end:
            return frozenset()
        return frozenset(t.concept for t in self.tokens if span.start <= t.span.start and t.span.end <= span.end)


def frame(text: str, requirement: Requirement) -> Frame:
    """The frame of a requirement of the text."""
    statement, parts = requirement.statement, requirement.clause
    tokens: list[Token] = []
    for stretch in (*statement.context, statement.span):
        tokens += _tokens(words(text, stretch.start, stretch.end), parts)
    return Frame(requirement, tuple(_measured(tokens, parts.measures)))


def frames_of(text: str, requirements: Sequence[Requirement]) -> list[Frame]:
    """The frames of all requirements. Whoever compares them in several ways reads them once and passes them on."""
    return [frame(text, each) for each in requirements]


def sentence(text: str, start: int, end: int) -> tuple[Statement, Clause]:
    """A bare sentence as a statement with its parts, for texts of which no requirement was extracted."""
    form = Form.USER_STORY if _STORY.match(text, start, end) else Form.SENTENCE
    statement = Statement(start, end, form, 1.0)
    return statement, clause(text, statement)


def _tokens(found: Sequence[Word], parts: Clause) -> Iterator[Token]:
    polarity = signs(found)
    modals = [word.start for word in found if word.lower in MODALS]
    modal = modals[0] if len(modals) == 1 else -1
    place = 0
    while place < len(found):
        word, sign = found[place], polarity[place]
        place += 1
        if not word.spoken:
            continue
        end, made_of = word.end, keys(word.lower)
        phrasal = f"{stem(word.lower)}-{found[place].lower}" if place < len(found) else ""
        if phrasal in PHRASAL and not (place > 1 and found[place - 2].lower in DETERMINERS):
            made_of, end = [phrasal], found[place].end
            place += 1
        for key in made_of:
            yield Token(concept(key), stem(key), Span(word.start, end), sign, _part(word, parts, modal), key)


def _measured(tokens: Sequence[Token], measures: Sequence[Measure]) -> Iterator[Token]:
    """The tokens with one in place of all that a measure is made of: "500 ms" and "0.5 seconds" are the same."""
    ahead = sorted(measures, key=lambda each: each.span.start)
    said: set[Span] = set()
    for token in tokens:
        holder = next((each for each in ahead if each.span.start <= token.span.start < each.span.end), None)
        if holder is None:
            yield token
        elif holder.span not in said and token.lower not in EMPTY:
            said.add(holder.span)
            value, unit = in_base_unit(holder)
            name = f"#{round(value, 6):g} {unit}"
            yield replace(token, concept=name, stem=name, span=holder.span, lower=name)


def keys(lower: str) -> list[str]:
    """The words that a word is made of: "two-factor" is two, "e-mail" is one, "three" is "3"."""
    if lower in ONES:
        return [f"{ONES[lower]:g}"]
    if "-" in lower and lower[0] != "-" and concept(lower) == lower:
        return [each for each in lower.split("-") if each]
    bare = lower.strip("`'\"").removesuffix("'s")
    return [bare] if bare else []


def _part(word: Word, parts: Clause, modal: int) -> Part:
    purpose, condition = parts.purpose, parts.condition
    if purpose is not None and purpose.start <= word.start < purpose.end:
        return Part.PURPOSE
    # What holds the verb of the whole is no condition: "In the idle state the valve shall be closed".
    if condition is not None and condition.start <= word.start < condition.end:
        return Part.MAIN if condition.start <= modal <= word.start else Part.CONDITION
    return Part.MAIN
