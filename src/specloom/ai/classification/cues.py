"""Finds the cues of a lexicon in a sentence, in time that grows with the sentence and not with the lexicon.

A cue is a few words: "response time", "@modal be eas*", "within # @moment". In it a word stands for itself and its
plural, `stem*` for any word that begins so, `a|b` for either, `#` for a number, `%` for a percentage, `@name` for a
word of the set of that name, `~` for up to six words that do not matter. Hyphens separate words; case does not count.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from specloom.ai.grammar.numerals import is_number

Mark = TypeVar("Mark")

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+|\d\w*)?|\d+(?:[.,:]\d+)*|[%€$£₹<>≤≥/°&]|[;.](?=\s)")
_GAP = 6
# Stands among the slots of a cue for a gap.
_A_GAP = -1
# Words whose cues are remembered: not all, lest a long text of ever new words fills the memory.
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
    """What one word of a cue accepts."""

    words: frozenset[str]
    stems: frozenset[str] = frozenset()
    number: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word may be in the cues of a lexicon: the slots it fills; the cues it is, and those it begins.

    Of these, `then` has those that go on with a word, by its slot, and `later` those that go on with a gap.
    """

    fills: frozenset[int] = frozenset()
    alone: tuple[int, ...] = ()
    then: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    later: tuple[int, ...] = ()


_NOTHING = _Word()


class Lexicon(Generic[Mark]):
    """Cues, each with a mark that says what it speaks for."""

    def __init__(self, cues: Iterable[tuple[str, Mark]], sets: Mapping[str, str]) -> None:
        """`sets` gives the words of each `@name`, in the notation of a cue's single word, separated by spaces."""
        self._marks: list[Mark] = []
        self._cues: list[tuple[int, ...]] = []
        self._beginning: dict[int, list[int]] = {}
        self._by_word: dict[str, set[int]] = {}
        self._by_stem: dict[str, set[int]] = {}
        self._by_number: set[int] = set()
        self._known: dict[str, _Word] = {}
        numbers: dict[_Slot, int] = {}
        for cue, mark in cues:
            slots = tuple(_A_GAP if word == "~" else self._numbered(_slot(word, sets), numbers) for word in cue.split())
            self._beginning.setdefault(slots[0], []).append(len(self._cues))
            self._cues.append(slots)
            self._marks.append(mark)
        self._needed = [frozenset(slots) - {_A_GAP} for slots in self._cues]
        self._longest = max(map(len, self._by_stem), default=0)

    def find(self, words: Sequence[str]) -> list[tuple[int, int, Mark]]:
        """Each cue that occurs, once: the range of words where it first does, and its mark."""
        known = [self._word(word) for word in words]
        fills = [each.fills for each in known]
        there = frozenset().union(*fills)
        if not there:
            return []
        found: dict[int, tuple[int, int, Mark]] = {}
        for place, word in enumerate(known):
            if word is _NOTHING:
                continue
            for cue in word.alone:
                if cue not in found:
                    found[cue] = (place, place + 1, self._marks[cue])
            begun = [*word.later]
            if word.then and place + 1 < len(fills):
                for slot in word.then.keys() & fills[place + 1]:
                    begun += word.then[slot]
            for cue in begun:
                if cue not in found and self._needed[cue] <= there:
                    end = _filled(self._cues[cue], 1, fills, place + 1)
                    if end:
                        found[cue] = (place, end, self._marks[cue])
        return [*found.values()]

    def _numbered(self, slot: _Slot, numbers: dict[_Slot, int]) -> int:
        """The number of a slot, by which it is looked up from the words that fill it."""
        number = numbers.setdefault(slot, len(numbers))
        for word in slot.words:
            self._by_word.setdefault(word, set()).add(number)
        for stem in slot.stems:
            self._by_stem.setdefault(stem, set()).add(number)
        if slot.number:
            self._by_number.add(number)
        return number

    def _word(self, word: str) -> _Word:
        kind = _ANY_NUMBER if word[:1].isdigit() and word not in self._by_word else word
        known = self._known.get(kind)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[kind] = self._looked_up(kind)
        return known

    def _looked_up(self, word: str) -> _Word:
        fills = set(self._by_word.get(word, ()))
        if word.endswith("s"):
            fills.update(self._by_word.get(word[:-1], ()))
        for length in range(1, min(len(word), self._longest) + 1):
            fills.update(self._by_stem.get(word[:length], ()))
        if is_number(word):
            fills |= self._by_number
        if not fills:
            return _NOTHING
        cues = sorted(cue for slot in fills for cue in self._beginning.get(slot, ()))
        then: dict[int, tuple[int, ...]] = {}
        for cue in cues:
            if len(self._cues[cue]) > 1 and self._cues[cue][1] != _A_GAP:
                then[self._cues[cue][1]] = (*then.get(self._cues[cue][1], ()), cue)
        alone = tuple(cue for cue in cues if len(self._cues[cue]) == 1)
        later = tuple(cue for cue in cues if self._cues[cue][1:2] == (_A_GAP,))
        return _Word(frozenset(fills), alone, then, later)


def _slot(word: str, sets: Mapping[str, str]) -> _Slot:
    exact: set[str] = set()
    stems: set[str] = set()
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
            stems.add(choice[:-1])
        else:
            exact.add(choice)
    return _Slot(frozenset(exact), frozenset(stems), number)


def _filled(slots: tuple[int, ...], slot: int, fills: Sequence[frozenset[int]], place: int) -> int:
    """Where the words end that fill the slots from `slot` on, beginning with those at `place`; 0 when they do not."""
    while slot < len(slots):
        if slots[slot] == _A_GAP:
            reach = range(place, min(place + _GAP + 1, len(fills)))
            return next((end for each in reach if (end := _filled(slots, slot + 1, fills, each))), 0)
        if place >= len(fills) or slots[slot] not in fills[place]:
            return 0
        slot += 1
        place += 1
    return place
