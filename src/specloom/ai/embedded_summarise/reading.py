"""Takes in a document piece by piece: the terms of its sentences, their frequencies, what each sentence is good for."""

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from specloom.ai.embedded_summarise.cues import ABOUT
from specloom.ai.embedded_summarise.naming import Match, Naming
from specloom.ai.embedded_summarise.phrases import phrases
from specloom.ai.embedded_summarise.terms import count_words, is_ended, terms
from specloom.ai.embedded_summarise.wishes import Wish
from specloom.ai.sentences import SPEAKER, Kind, Sentence

_ABOUT_WORTH = 3.0
_NAMED_WORTH = {Match.NONE: 1.0, Match.LIKELY: 1.6, Match.PLAIN: 2.0}
_STRICT_WORTH = {Match.NONE: 0.0, Match.LIKELY: 1.0, Match.PLAIN: 2.0}
_OPENING_WORTH = 1.5
_DANGLING_WORTH = 0.85
_FRAGMENT_WORTH = 0.7
_TOPIC_WORTH = 24.0
_FOCUS_WORTH = 0.5
_MOST_FOCUS = 2
_UNFINISHED_WORTH = 0.5
_SCRAP_WORTH = 0.3
# Shorter ones are scraps, and so are lines that have no full stop and not as many words as these.
_FEWEST_WORDS = 4
_FEWEST_UNENDED = 7
_DIALOGUE_SHARE = 0.4
# Sentences that come again more often are headers, footers and the like.
MOST_ALIKE = 2

_UNFINISHED = re.compile(r"(?:[:：,]|--|[—–])$")
# Openings that lean on a sentence that the summary may not have.
_DANGLING = phrases(
    """
    it|its|they|their|he|his|she|her|this|these|that|those|such|but|and|or|however|also|so|then|therefore
    er|sie|es|dies(?:e[rsmn]?)?|aber|und|jedoch|auch|il|elle|ils|elles|ce|cela|mais|et|cependant
    este|esta|esto|pero|sin embargo
    但是|因此|它|他们|しかし|それ|そして
    लेकिन|यह|वह|لكن|هذا
    """
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence as ranking sees it: where it stands among the sentences, its length, its terms in order, numbered.

    `worth` is what its kind and wording are good for: usually 1, and 0 when it has no place in the summary. `match`
    tells how well it fits what the template names; `likeness` is shared by sentences that differ at most in numbers.
    `speaker` is the name at the head of the paragraph that the sentence goes on.
    """

    place: int
    words: int
    terms: "array[int]"
    worth: float
    match: Match
    likeness: int
    speaker: str


class Reading:
    """What was read of a document so far. Feed it all sentences in order, in pieces of any size, then ask.

    `spread` counts the sentences that hold a term, `pairs` those that hold two terms in a row (see `pair`), `announced`
    holds the terms of title and headings, `alike` counts sentences by likeness, `words` is the length of all, `plain`
    the number of plain matches.
    """

    def __init__(self, text: str, title: str, sentences: Sequence[Sentence], wish: Wish) -> None:
        self.units: list[Unit] = []
        self.spread: Counter[int] = Counter()
        self.pairs: Counter[int] = Counter()
        self.announced: set[int] = set()
        self.alike: Counter[int] = Counter()
        self.words = 0
        self.plain = 0
        self._text = text
        self._sentences = sentences
        self._wish = wish
        self._naming = Naming(text, sentences, wish.cues)
        self._eligible = _eligible(sentences)
        self._numbers: dict[str, int] = {}
        self._paragraphs = 0
        self._turns = 0
        self._name = ""
        self.announced.update(map(self._number, terms(title)))

    def take(self, first: int, last: int) -> None:
        """Takes in the sentences from place `first` to before `last`."""
        for place in range(first, last):
            sentence = self._sentences[place]
            wording = " ".join(self._text[sentence.start : sentence.end].split())
            found = terms(wording)
            numbered = array("I", map(self._number, found))
            if sentence.kind is Kind.HEADING:
                self.announced.update(numbered)
            likeness = hash(tuple(number for number, term in zip(numbered, found, strict=True) if term.isalpha()))
            self.alike[likeness] += 1
            self._count(numbered, again=self.alike[likeness] > MOST_ALIKE)
            speaker = self._speaker(place, wording)
            words = len(found) if sentence.kind is Kind.ROW else count_words(wording)
            self.words += words
            match = self._naming.judge(place, wording)
            self.plain += match is Match.PLAIN
            eligible = sentence.kind in self._eligible or self._wish.strict
            worth = _worth(wording, words) if eligible else 0.0
            if place and self._sentences[place - 1].kind is Kind.HEADING:
                worth *= _OPENING_WORTH
            if self._is_fragment(sentence):
                worth *= _FRAGMENT_WORTH
            worth *= 1 + _TOPIC_WORTH * min(_MOST_FOCUS, len(self._wish.topic.intersection(found)))
            worth *= 1 + _FOCUS_WORTH * min(_MOST_FOCUS, len(self._wish.focus.intersection(found)))
            worth *= _STRICT_WORTH[match] if self._wish.strict else _NAMED_WORTH[match]
            self.units.append(Unit(place, words, numbered, worth, match, likeness, speaker))

    def _is_fragment(self, sentence: Sentence) -> bool:
        """Whether the sentence is the rest of its lead-in rather than a sentence."""
        return sentence.lead >= 0 and self._text[sentence.start].islower()

    @property
    def is_dialogue(self) -> bool:
        """Whether most paragraphs begin with the name of a speaker."""
        return self._turns > _DIALOGUE_SHARE * self._paragraphs > 1

    def _speaker(self, place: int, wording: str) -> str:
        """The name at the head of the paragraph, for all but its first sentence, which holds it."""
        if place and self._sentences[place - 1].block == self._sentences[place].block:
            return self._name
        found = SPEAKER.match(wording)
        self._paragraphs += 1
        self._turns += found is not None
        self._name = (found["name"] or "") if found else ""
        return ""

    def _count(self, numbered: "array[int]", *, again: bool) -> None:
        """Counts the terms and pairs of a sentence, so that what comes `again` and again does not grow important."""
        if again:
            self.spread.update({term for term in numbered if term not in self.spread})
        else:
            self.spread.update(set(numbered))
            self.pairs.update({pair(one, two) for one, two in pairwise(numbered)})

    def _number(self, term: str) -> int:
        return self._numbers.setdefault(term, len(self._numbers))


def pair(one: int, two: int) -> int:
    """One number for two terms in a row, above those of all terms."""
    return (one + 1) << 32 | two


def _eligible(sentences: Sequence[Sentence]) -> set[Kind]:
    """The kinds of sentences that a summary is made of: running text, and rows, code or headings if they prevail."""
    length = Counter[Kind]()
    for sentence in sentences:
        length[sentence.kind] += sentence.end - sentence.start
    running = length[Kind.PROSE] + length[Kind.ITEM]
    if running >= length[Kind.ROW] and running:
        return {Kind.PROSE, Kind.ITEM}
    if length[Kind.ROW]:
        return {Kind.PROSE, Kind.ITEM, Kind.ROW}
    return {Kind.CODE} if length[Kind.CODE] else {Kind.HEADING}


def _worth(wording: str, words: int) -> float:
    worth = 1.0
    if words < _FEWEST_WORDS or (words < _FEWEST_UNENDED and not is_ended(wording)):
        worth *= _SCRAP_WORTH
    if _UNFINISHED.search(wording):
        worth *= _UNFINISHED_WORTH
    if _DANGLING.match(wording):
        worth *= _DANGLING_WORTH
    if ABOUT.search(wording):
        worth *= _ABOUT_WORTH
    return worth
