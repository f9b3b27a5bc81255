"""Finds phrases of closed lists among the words of a requirement, in time that does not grow with the lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specloom.ai.rules.wording import Wording


def listed(words: str) -> frozenset[str]:
    """The words of a list that are parted by white space."""
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Match:
    """A listed phrase at the words `first` to `last`, and what the list says about it."""

    first: int
    last: int
    phrase: str
    advice: str


class Phrases:
    """Phrases by their first word.

    `groups` maps an advice to its phrases, parted by `|` or line ends, in small letters.
    """

    def __init__(self, groups: Mapping[str, str]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for advice, listed in groups.items():
            for phrase in listed.replace("\n", "|").split("|"):
                if parts := tuple(phrase.split()):
                    self._by_first.setdefault(parts[0], []).append((parts, advice))
        for phrases in self._by_first.values():
            phrases.sort(key=lambda each: -len(each[0]))

    def find(self, wording: Wording) -> Iterator[Match]:
        """The longest phrases in reading order, without those in quotations, code and names."""
        if self._by_first.keys().isdisjoint(wording.vocabulary):
            return
        lower, after = wording.lower, 0
        for position, word in enumerate(lower):
            if position < after or word not in self._by_first:
                continue
            match = self._at(lower, position)
            if match:
                after = match.last + 1
                if position not in wording.muted:
                    yield match

    def _at(self, lower: list[str], position: int) -> Match | None:
        for parts, advice in self._by_first[lower[position]]:
            if tuple(lower[position : position + len(parts)]) == parts:
                return Match(position, position + len(parts) - 1, " ".join(parts), advice)
        return None
