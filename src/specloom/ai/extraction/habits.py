"""Tells by which verbs a document as a whole states what it wants, for one says "shall" where another says "will"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# In order: a sentence counts for the first that it holds.
_OBLIGING = re.compile(r"\b(?:(shall|must)|should|needs? to|ha(?:s|ve) to)\b", re.IGNORECASE)
_FORETELLING = re.compile(r"\bwill\b", re.IGNORECASE)
_ALLOWING = re.compile(r"\b(?:can|may)\b", re.IGNORECASE)
# One sentence in so many obliges: formally above, at all below.
_FORMAL_SHARE, _PLAIN_SHARE = 6, 25


class Manner(StrEnum):
    """How the document as a whole states requirements: by modal verbs throughout, now and then, or not to be seen."""

    FORMAL = "formal"
    MIXED = "mixed"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Habits:
    """Which shares of a document's sentences, 0 to 1, oblige (formally: "shall", "must"), foretell ("will") or allow
    ("can", "may").
    """

    formal: float
    obliging: float
    foretelling: float
    allowing: float

    def manner(self, *, promised: bool) -> Manner:
        """The manner of the document; `promised` says that one of its headings announces requirements."""
        if self.formal * _FORMAL_SHARE >= 1:
            return Manner.FORMAL
        return Manner.MIXED if promised or self.obliging * _PLAIN_SHARE >= 1 else Manner.PLAIN


def habits(sentences: Iterable[str]) -> Habits:
    """The habits of the document that has these sentences."""
    count = formal = obliging = foretelling = allowing = 0
    for sentence in sentences:
        count += 1
        duty = _OBLIGING.search(sentence)
        if duty:
            obliging += 1
            formal += duty[1] is not None
        elif _FORETELLING.search(sentence):
            foretelling += 1
        elif _ALLOWING.search(sentence):
            allowing += 1
    whole = max(1, count)
    return Habits(formal / whole, obliging / whole, foretelling / whole, allowing / whole)
