"""Finds the cues of a lexicon in a sentence, in time that grows with the sentence and not with the lexicon.

A cue is a few words: "response time", "@modal be eas*", "within # @moment". In it a word stands for itself and its
plural, `stem*` for any word that begins so, `a|b` for either, `#` for a number, `%` for a percentage, `@name` for a
word of the set of that name, `~` for up to six words that do not matter. Hyphens separate words; case does not count.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from specloom.ai.classification.topics import among

Mark = TypeVar("Mark")

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+|\d\w*)?|\d+(?:[.,:]\d+)*|[%€$£₹<>≤≥/°&]|[;.](?=\s)")
_NUMBERS = among(
    """
    one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety
    hundred thousand million billion half
    """
)
_GAP = 6
_SHORTEST_STEM = 2
# Pairs of words whose cues are remembered, lest a long text of ever new words fills the memory.
_KNOWN = 50_000
# Stands for all numbers that no cue names.
_ANY_NUMBER = "0"


def tokens(text: str, start: int = 0, end: int | None = None) -> list[tuple[str, int]]:
    """The words, numbers and signs of `text[start:end]` in lower case, each with its offset in the text.

    A full stop or semicolon between sentences is one of them.
    """
    found = _TOKEN.finditer(text, start, len(text) if end is None else end)
    return [(each[0].lower().replace("’", "'"), each.start()) for each in found]


@dataclass(frozen=True, slots=True)
class _Slot:
    """What one word of a cue accepts; a gap accepts nothing and lets up to six words pass."""

    words: frozenset[str]
    stems: tuple[str, ...] = ()
    number: bool = False
    gap: bool = False

    def accepts(self, word: str) -> bool:
        return (
            word in self.words
            or (word.endswith("s") and word[:-1] in self.words)
            or (bool(self.stems) and word.startswith(self.stems))
            or (self.number and _is_number(word))
        )


class Lexicon(Generic[Mark]):
    """Cues, each with a mark that says what it speaks for."""

    def __init__(self, cues: Iterable[tuple[str, Mark]], sets: Mapping[str, str]) -> None:
        """`sets` gives the words of each `@name`, in the notation of a cue's single word, separated by spaces."""
        self._cues: list[tuple[tuple[_Slot, ...], Mark]] = []
        self._by_word: dict[str, list[int]] = {}
        self._by_stem: dict[str, list[int]] = {}
        self._by_number: list[int] = []
        self._longest = _SHORTEST_STEM
        self._known: dict[tuple[str, str], tuple[int, ...]] = {}
        self._named: set[str] = set()
        for cue, mark in cues:
            slots = tuple(_slot(word, sets) for word in cue.split())
            number = len(self._cues)
            self._cues.append((slots, mark))
            self._named.update(*(slot.words for slot in slots))
            for word in slots[0].words:
                self._by_word.setdefault(word, []).append(number)
            for stem in slots[0].stems:
                self._by_stem.setdefault(stem, []).append(number)
                self._longest = max(self._longest, len(stem))
            if slots[0].number:
                self._by_number.append(number)

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, Mark]]:
        """Each cue that occurs, once: the range of words where it first does, and its mark."""
        seen: set[int] = set()
        kinds = [_ANY_NUMBER if word[:1].isdigit() and word not in self._named else word for word in words]
        for place, (kind, following) in enumerate(pairwise([*kinds, ""])):
            for number in self._starting(kind, following):
                if number in seen:
                    continue
                slots, mark = self._cues[number]
                end = _filled(slots, 1, words, place + 1)
                if end:
                    seen.add(number)
                    yield place, end, mark

    def _starting(self, word: str, following: str) -> tuple[int, ...]:
        """The cues that may begin with a word when that one follows."""
        known = self._known.get((word, following))
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = tuple(cue for cue in self._indexed(word) if self._may_go_on(cue, following))
            self._known[word, following] = known
        return known

    def _indexed(self, word: str) -> Iterator[int]:
        yield from self._by_word.get(word, ())
        if word.endswith("s"):
            yield from self._by_word.get(word[:-1], ())
        for length in range(_SHORTEST_STEM, min(len(word), self._longest) + 1):
            yield from self._by_stem.get(word[:length], ())
        if _is_number(word):
            yield from self._by_number

    def _may_go_on(self, cue: int, following: str) -> bool:
        slots = self._cues[cue][0]
        return len(slots) == 1 or slots[1].gap or slots[1].accepts(following)


def _is_number(word: str) -> bool:
    return word[:1].isdigit() or word in _NUMBERS


def _slot(word: str, sets: Mapping[str, str]) -> _Slot:
    if word == "~":
        return _Slot(frozenset(), gap=True)
    exact: set[str] = set()
    stems: list[str] = []
    number = False
    choices = word.split("|")
    while choices:
        choice = choices.pop()
        if choice.startswith("@"):
            choices.extend(sets[choice[1:]].split())
        elif choice == "#":
            number = True
        elif choice == "%":
            exact.update(("%", "percent", "percentage"))
        elif choice.endswith("*"):
            stems.append(choice[:-1])
        else:
            exact.add(choice)
    return _Slot(frozenset(exact), tuple(stems), number)


def _filled(slots: tuple[_Slot, ...], slot: int, words: Sequence[str], place: int) -> int:
    """Where the words end that fill the slots from `slot` on, beginning with those at `place`; 0 when they do not."""
    while slot < len(slots):
        if slots[slot].gap:
            reach = range(place, min(place + _GAP + 1, len(words)))
            return next((end for each in reach if (end := _filled(slots, slot + 1, words, each))), 0)
        if place >= len(words) or not slots[slot].accepts(words[place]):
            return 0
        slot += 1
        place += 1
    return place
