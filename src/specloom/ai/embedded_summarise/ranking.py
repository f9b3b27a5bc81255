"""Ranks sentences by how much of what the rest of a document says they say, early ones first, in linear time.

Two measures work together. Directed centrality (after Zheng and Lapata's PacSum): a sentence counts by its likeness to
the sentences after it, which makes openings central without a rule about position; summed over all of them it is one
product with their sum, so no pair is ever compared. Coverage: the terms and pairs of terms that a sentence holds, each
by how many sentences share it and how special it is; what a chosen sentence has said counts no more for the next one.
"""

from collections import Counter, defaultdict
from collections.abc import Set as AbstractSet
from itertools import pairwise
from math import log, sqrt

from specloom.ai.embedded_summarise.reading import MOST_ALIKE, Reading, Unit, pair

_CENTRALITY_FLOOR = 0.05
_ANNOUNCED_WEIGHT = 2.0
# How much more the very first sentence counts, the second half as much, and so on.
_HEAD_START = 0.5
# How much the place in the text counts, and how much a long sentence pays for its length: speech differs from writing.
_EARLINESS, _EARLINESS_SPEECH = 1.0, 0.5
_TERSENESS, _TERSENESS_SPEECH = 0.7, 0.2


class Ranking:
    """Ranks what was read. Feed it all units from the last to the first, in pieces of any size, then ask."""

    def __init__(self, reading: Reading) -> None:
        count = len(reading.units)
        self._reading = reading
        self._units = reading.units
        # How little a term is used everywhere: next to nothing when every sentence holds it.
        self._special = {term: log((count + 1) / spread) for term, spread in reading.spread.items()}
        self._alike = reading.alike
        self._earliness = _EARLINESS_SPEECH if reading.is_dialogue else _EARLINESS
        self._terseness = _TERSENESS_SPEECH if reading.is_dialogue else _TERSENESS
        self._following: defaultdict[int, float] = defaultdict(float)
        self._centrality = [0.0] * count
        self._highest = 0.0

    def take(self, first: int, last: int) -> None:
        """Measures the units from place `first` to before `last`; everything after `last` must have been taken."""
        for place in range(last - 1, first - 1, -1):
            unit = self._units[place]
            if self._alike[unit.likeness] > MOST_ALIKE:
                continue
            vector = self._vector(unit)
            score = sum(weight * self._following.get(term, 0.0) for term, weight in vector.items())
            self._centrality[place] = score
            self._highest = max(self._highest, score)
            for term, weight in vector.items():
                self._following[term] += weight

    def gain(self, place: int, said: AbstractSet[int]) -> float:
        """What the unit adds to a summary that says `said` already."""
        unit = self._units[place]
        central = self._centrality[place] / self._highest if self._highest else 0.0
        early = (1 + _HEAD_START / (place + 1)) / (1 + self._earliness * place / len(self._units))
        worth = unit.worth / max(1, self._alike[unit.likeness] - MOST_ALIKE + 1)
        worth *= sqrt(central + _CENTRALITY_FLOOR) * early / float(max(1, unit.words) ** self._terseness)
        return worth * sum(weight for content, weight in self.contents(place).items() if content not in said)

    def contents(self, place: int) -> dict[int, float]:
        """What the unit says: its terms, and the pairs of terms that others hold too, with their weights."""
        reading, special = self._reading, self._special
        terms = self._units[place].terms
        contents = {term: sqrt(reading.spread[term] - 0.5) * special[term] for term in terms}
        for term in reading.announced.intersection(contents):
            contents[term] *= _ANNOUNCED_WEIGHT
        for one, two in pairwise(terms):
            shared = reading.pairs[pair(one, two)]
            if shared > 1:
                contents[pair(one, two)] = sqrt(shared - 1) * max(special[one], special[two])
        return contents

    def _vector(self, unit: Unit) -> dict[int, float]:
        """The terms of the unit, by how often it uses them and how few others do, as a vector of length 1."""
        weights = {term: (1 + log(times)) * self._special[term] for term, times in Counter(unit.terms).items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}
