"""Tells which sentences are of the kinds that a template names: by their wording, their heading or their lead-in."""

import re
from collections.abc import Sequence
from enum import IntEnum

from specloom.ai.embedded_summarise.cues import ACTIONS, REQUIREMENTS, Cue
from specloom.ai.sentences import Kind, Sentence

_CHECKBOX = re.compile(r"\[(?P<mark>[ xX])\]\s+$")
_LONGEST_CHECKBOX = 8


class Match(IntEnum):
    """How well a sentence fits what a template names."""

    NONE = 0
    LIKELY = 1
    PLAIN = 2


class Naming:
    """Judges sentences in reading order, for it remembers the headings and lead-in sentences it saw."""

    def __init__(self, text: str, sentences: Sequence[Sentence], cues: tuple[Cue, ...]) -> None:
        self._text = text
        self._sentences = sentences
        self._cues = cues
        self._announced: dict[int, tuple[Cue, ...]] = {}
        self._topmost = -1
        self._said: set[int] = set()

    def judge(self, place: int, wording: str) -> Match:
        """How well the sentence at that place, which says `wording`, is of a wanted kind."""
        sentence = self._sentences[place]
        if sentence.kind is Kind.HEADING:
            self._announce(place, sentence, wording)
        if not self._cues or sentence.kind in {Kind.HEADING, Kind.CODE}:
            return Match.NONE
        checkbox = self._checkbox(sentence)
        if checkbox and checkbox["mark"] != " ":
            return Match.NONE
        said = [cue for cue in self._cues if cue.said.search(wording)]
        if said:
            self._said.add(place)
        plainly = any(cue.plainly and cue.plainly.search(wording) for cue in said)
        if plainly or checkbox or self._is_announced(sentence):
            return Match.PLAIN
        return Match.LIKELY if said or sentence.lead in self._said else Match.NONE

    def _is_announced(self, sentence: Sentence) -> bool:
        """Whether the heading says what the sentence is. Under a heading of requirements, only list items are some."""
        announced = self._announced.get(sentence.heading, ())
        return any(cue is not REQUIREMENTS or sentence.kind is Kind.ITEM for cue in announced)

    def _announce(self, place: int, heading: Sentence, wording: str) -> None:
        """Notes what the heading promises. The title of the whole document promises nothing about each of its parts."""
        if self._topmost < 0:
            self._topmost = place
        above = () if heading.heading == self._topmost else self._announced.get(heading.heading, ())
        self._announced[place] = above + tuple(cue for cue in self._cues if cue.asked.search(wording))

    def _checkbox(self, sentence: Sentence) -> re.Match[str] | None:
        """The box before the sentence when tasks are wanted: a ticked one is done."""
        before = self._text[max(0, sentence.start - _LONGEST_CHECKBOX) : sentence.start]
        return _CHECKBOX.search(before) if ACTIONS in self._cues else None
