"""Tells for each word of a sentence whether it is affirmed or denied there."""

from collections.abc import Sequence

from specloom.ai.grammar.lexicon import BE, MODALS, RELATIVES, SUBORDINATORS, base_form
from specloom.ai.grammar.tokens import Word
from specloom.ai.relations.stems import wordset

AFFIRMED, NEUTRAL, DENIED = 1, 0, -1

_NOT = wordset(
    """
    not never no nor neither none nobody without cannot
    """
)
_SUBJECTS = wordset("no none nobody neither")
# Verbs that deny what they govern, and those that affirm it; as participles ("is prohibited") they judge their subject.
_DENYING = wordset(
    """
    prevent prohibit forbid disallow deny refuse reject block ban preclude disable inhibit avoid exclude omit
    suppress
    """
)
_JUDGING = _DENYING | wordset("allow permit accept support enable grant possible")
# "no more than", "not exceed", "not only", "not later than": these set bounds and deny nothing.
_BOUNDING = wordset(
    """
    more less later fewer greater longer larger higher lower earlier sooner only limited exceed necessarily
    least
    """
)
_ENDING = wordset(
    """
    . ; : ( ) but — – -- !
    """
)
# "that" after these goes on with what is demanded; after other words it says which thing is meant.
_DEMANDING = wordset("ensure guarantee assure require verify check confirm expect want specify state say mean so such")
_STRONG = wordset("shall must will should may")
_SAYING = BE | wordset("want wants to")
_AUXILIARY = BE | wordset("be have has had do does did to")


def signs(words: Sequence[Word]) -> list[int]:
    """For each word: affirmed, denied, or neutral, as subjects are, of which the sentence only says something."""
    reader = _Reader(words)
    for place in range(len(words)):
        reader.read(place)
    reader.close(len(words))
    return reader.signs


class _Reader:
    """Reads words in order and knows of the clause it is in whether its verb was said, and whether it is denied."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.signs = [NEUTRAL] * len(words)
        self._words = words
        self._open(0)

    def _open(self, place: int) -> None:
        self._clause = place
        self._sign = AFFIRMED
        self._said = self._nobody = self._qualifying = False

    def close(self, end: int) -> None:
        """A clause without an auxiliary affirms all of its words."""
        if not self._said and not self._qualifying:
            self.signs[self._clause : end] = [AFFIRMED] * (end - self._clause)

    def read(self, place: int) -> None:
        lower = self._words[place].lower
        if lower in _ENDING or lower in SUBORDINATORS or lower in RELATIVES:
            self.close(place)
            self._open(place + 1)
            # "A code that was not used" only says which code; "ensure that" goes on demanding.
            self._qualifying = lower in RELATIVES and not self._follows_demand(place)
        elif self._qualifying and lower not in _STRONG:
            return
        elif lower in _NOT or lower.endswith("n't"):
            self._deny(place)
        else:
            self._say(place, lower)

    def _follows_demand(self, place: int) -> bool:
        return place > 0 and base_form(self._words[place - 1].lower) in _DEMANDING

    def _deny(self, place: int) -> None:
        lower = self._words[place].lower
        following = {word.lower for word in self._words[place + 1 : place + 3]}
        if not following & _BOUNDING:
            if lower in _SUBJECTS and not self._said:
                self._nobody = True
            else:
                self._sign = -self._sign
        self._said = self._said or lower not in _SUBJECTS

    def _say(self, place: int, lower: str) -> None:
        if lower in MODALS:
            self._clause = place if self._said or self._qualifying else self._clause
            self._sign = DENIED if self._nobody else AFFIRMED
            self._said, self._nobody, self._qualifying = True, False, False
        base = base_form(lower)
        if self._said:
            self.signs[place] = self._sign
            if lower == "possible" or (base in _JUDGING and lower != base and self._after_auxiliary(place)):
                self._judge(place, -self._sign if base in _DENYING else self._sign)
        if base in _DENYING:
            self.signs[place] = self._sign
            self._said, self._sign = True, -self._sign
        elif lower in _SAYING:
            self._said = True

    def _judge(self, place: int, sign: int) -> None:
        """ "Exports are prohibited" denies the exports."""
        self.signs[self._clause : place] = [
            sign if each == NEUTRAL else each for each in self.signs[self._clause : place]
        ]

    def _after_auxiliary(self, place: int) -> bool:
        """Whether an auxiliary comes right before, adverbs and "not" aside: "are not explicitly permitted"."""
        return any(word.lower in _AUXILIARY for word in self._words[max(0, place - 3) : place])
