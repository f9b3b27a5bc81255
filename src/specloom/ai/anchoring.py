"""Finds the source sentences a summary's sentence stands on, and the sections of the source nothing stands on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log

from specloom.ai.embedded_summarise.terms import terms
from specloom.ai.protocols import Omission
from specloom.core.text import Section, Span

# A sentence is found when these sources hold this share of its words, weighed by rarity, and so many different words.
_CLEAR = 0.8
_FEWEST_WORDS = 3
# A further source is taken when it adds this share.
_WORTH_ADDING = 0.15
_MOST_SOURCES = 3


class Anchors:
    """The source sentences, indexed by their words."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._holders: dict[str, list[int]] = {}
        for index, sentence in enumerate(sentences):
            for word in _words(sentence):
                self._holders.setdefault(word, []).append(index)
        self._count = len(sentences)

    def find(self, sentence: str) -> list[int]:
        """Indices of the source sentences, in order, that together clearly say what the sentence says; else none."""
        words = _words(sentence)
        weights = {word: log(1 + self._count / (1 + len(self._holders.get(word, ())))) for word in words}
        whole = sum(weights.values())
        missing, taken = set(words), list[int]()
        while len(taken) < _MOST_SOURCES:
            gains = defaultdict[int, float](float)
            for word in missing & self._holders.keys():
                for index in self._holders[word]:
                    gains[index] += weights[word]
            best = min(gains, key=lambda index: (-gains[index], index), default=None)
            if best is None or gains[best] < _WORTH_ADDING * whole:
                break
            taken.append(best)
            missing -= {word for word in missing if best in self._holders.get(word, ())}
        found = words - missing
        clear = len(found) >= _FEWEST_WORDS and sum(weights[word] for word in found) >= _CLEAR * whole
        return sorted(taken) if clear else []


def omissions(sections: Sequence[Section], sources: Iterable[Span]) -> tuple[Omission, ...]:
    """The sections none of the ranges touches, in reading order."""
    spans = list(sources)
    return tuple(
        Omission(section.label, section.start, section.end)
        for section in sections
        if not any(span.start < section.end and section.start < span.end for span in spans)
    )


def _words(text: str) -> set[str]:
    """The terms that may be compared. Numbers, which have many spellings, are left to `numbers`."""
    return {term for term in terms(text) if not term.isdecimal()}
