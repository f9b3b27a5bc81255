"""Chooses the sentences of a summary: those that together say most of a document within the length that is wished."""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log2

from specloom.ai.embedded_summarise.naming import Match
from specloom.ai.embedded_summarise.ranking import Ranking
from specloom.ai.embedded_summarise.reading import Reading
from specloom.ai.embedded_summarise.terms import count_words
from specloom.ai.embedded_summarise.wishes import Wish
from specloom.ai.sentences import Sentence

# Candidates beyond these are dropped; only texts of several megabytes come near.
_MOST_CANDIDATES = 4_000
_CANDIDATES_KEPT = 2_000
# A summary of 1,700 words takes some 170 words; ten times the text takes about twice as much.
_USUAL_WORDS, _USUAL_SOURCE, _GROWTH = 170, 1_700, 0.32
_LARGEST_SHARE = 0.5
_MOST_WORDS = 800
_FEWEST_WORDS = 25
# Lists of named things (risks, action items) should be complete rather than short.
_USUAL_LIST, _LIST_GROWTH, _LIST_SOURCE = 8, 3, 500
_LOOSENESS = 1.09
_FULL = 0.97
_EVENNESS = 1.5
_LONGEST_LEAD = 20
_NEAR_DUPLICATE = 0.7
_PARTS = 10
_ENOUGH_PLAIN = 2
# What adds less than this part of what the first sentence added is not worth a place.
_LEAST_GAIN = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the summary may become. `words` is aimed at; only one sentence alone may be longer than `most_words`."""

    words: float
    most_words: float
    sentences: float
    bullets: float


def limits(wish: Wish, words: int) -> Limits:
    """The wished lengths, or for a document of so many words the usual ones."""
    usual = min(_MOST_WORDS, _LARGEST_SHARE * words, _USUAL_WORDS * (words / _USUAL_SOURCE) ** _GROWTH)
    usual = max(usual, _FEWEST_WORDS)
    sentences = inf if wish.sentences is None else wish.sentences
    bullets = inf if wish.bullets is None else wish.bullets
    if wish.words is not None:
        fewest = wish.words if wish.fewest_words is None else min(wish.fewest_words, _LARGEST_SHARE * words)
        target = min(wish.words, max(usual, fewest))
        most = wish.words if wish.fewest_words or not wish.loose else wish.words * _LOOSENESS
        return Limits(target, most, sentences, bullets)
    if min(sentences, bullets) < inf and (wish.strict or not wish.bounded):
        return Limits(inf, inf, sentences, bullets)
    if wish.strict:
        return Limits(inf, inf, inf, round(_USUAL_LIST + _LIST_GROWTH * log2(1 + words / _LIST_SOURCE)))
    return Limits(usual, usual * _LOOSENESS, sentences, bullets)


class Selection:
    """Chooses in two steps: `take` all units, in pieces of any size, then `choose`."""

    def __init__(self, sentences: Sequence[Sentence], reading: Reading, ranking: Ranking, wish: Wish) -> None:
        self._sentences = sentences
        self._units = reading.units
        self._ranking = ranking
        self._wish = wish
        self._is_dialogue = reading.is_dialogue
        self._limits = limits(wish, reading.words)
        # Where enough sentences say plainly that they are decisions, the likely ones would only blur the list.
        self._least = Match.PLAIN if wish.strict and reading.plain >= _ENOUGH_PLAIN else Match.NONE
        self._candidates: list[tuple[float, int]] = []
        self._chosen: list[int] = []
        self._said: set[int] = set()
        self._words = 0
        self._bullets = 0
        self._groups: Counter[tuple[int, int]] = Counter()

    def take(self, first: int, last: int) -> None:
        """Considers the units from place `first` to before `last`."""
        for unit in self._units[first:last]:
            if unit.worth > 0 and unit.match >= self._least:
                self._candidates.append((-self._ranking.gain(unit.place, frozenset()), unit.place))
        if len(self._candidates) > _MOST_CANDIDATES:
            self._candidates = heapq.nsmallest(_CANDIDATES_KEPT, self._candidates)

    def choose(self) -> list[int]:
        """Places of the chosen sentences in reading order; empty only when no unit is eligible."""
        candidates = self._candidates
        heapq.heapify(candidates)
        shortest = min((self._units[place].words, place) for _, place in candidates)[1] if candidates else None
        least = 0.0 if self._wish.strict or not candidates else candidates[0][0] * _LEAST_GAIN
        while candidates and not self._is_full() and candidates[0][0] <= least:
            stale, place = heapq.heappop(candidates)
            fresh = -self._gain(place)
            if fresh > least:
                continue
            # What is left to say only shrinks, so a gain that still leads after an update is the largest.
            if candidates and fresh > max(stale, candidates[0][0]):
                heapq.heappush(candidates, (fresh, place))
            elif self._fits(place, self._lead(place)) and not self._repeats(place):
                self._add(place, self._lead(place))
            elif self._lead(place) is not None and self._fits(place, None) and not self._repeats(place):
                self._add(place, None)
        if not self._chosen and shortest is not None:
            self._chosen.append(shortest)
        return sorted(self._chosen)

    def _gain(self, place: int) -> float:
        gain = self._ranking.gain(place, self._said)
        return gain / (1 + _EVENNESS * self._groups[self._group(place)]) if self._wish.even else gain

    def _group(self, place: int) -> tuple[int, int]:
        """The part of the document that the unit belongs to: a heading's, a page, or else a tenth of the text."""
        sentence = self._sentences[place]
        if max(sentence.heading, sentence.section) < 0:
            return -1, place * _PARTS // len(self._units)
        return sentence.heading, -1 if sentence.heading >= 0 else sentence.section

    def _lead(self, place: int) -> int | None:
        """The short sentence that introduces the unit and without which it says little, unless it is chosen already."""
        lead = self._sentences[place].lead
        return lead if lead >= 0 and lead not in self._chosen and self._units[lead].words <= _LONGEST_LEAD else None

    def _is_full(self) -> bool:
        bounds = self._limits
        return (
            self._words >= bounds.words * _FULL
            or len(self._chosen) >= bounds.sentences
            or self._bullets >= bounds.bullets
        )

    def _fits(self, place: int, lead: int | None) -> bool:
        added = self._cost(place) + (0 if lead is None else self._cost(lead))
        return (
            self._words + added <= self._limits.most_words
            and len(self._chosen) + (1 if lead is None else 2) <= self._limits.sentences
        )

    def _cost(self, place: int) -> int:
        """Words that the unit takes, with the name of who speaks if that has to be put before it."""
        unit = self._units[place]
        return unit.words + (count_words(unit.speaker) if self._is_dialogue else 0)

    def _repeats(self, place: int) -> bool:
        """Whether a chosen sentence says nearly the same in nearly the same words."""
        if place in self._chosen:
            return True
        terms = set(self._units[place].terms)
        for other in self._chosen:
            others = set(self._units[other].terms)
            if len(terms & others) >= _NEAR_DUPLICATE * len(terms | others):
                return True
        return False

    def _add(self, place: int, lead: int | None) -> None:
        for added in (place,) if lead is None else (lead, place):
            self._chosen.append(added)
            self._said.update(self._ranking.contents(added))
            self._words += self._cost(added)
        self._bullets += 1
        self._groups[self._group(place)] += 1
