"""ROUGE-1 and ROUGE-2 of a summary: the F1 of words and pairs of words it shares with a reference, stemmed or not."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specloom.ai.stemming import stem

_TOKEN = re.compile(r"[a-z0-9]+")
_SHORTEST_STEMMED = 4


@dataclass(frozen=True, slots=True)
class Rouge:
    """F1 of single words and of pairs of words, 0 to 100."""

    one: float
    two: float


def rouge(summary: str, reference: str, *, stemmed: bool) -> Rouge:
    """Compares a summary with one reference."""
    ours, theirs = (_tokens(text, stemmed=stemmed) for text in (summary, reference))
    return Rouge(_f1(ours, theirs), _f1(list(pairwise(ours)), list(pairwise(theirs))))


def _tokens(text: str, *, stemmed: bool) -> list[str]:
    tokens = _TOKEN.findall(text.lower())
    return [stem(token) if len(token) >= _SHORTEST_STEMMED else token for token in tokens] if stemmed else tokens


def _f1(ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> float:
    shared = (Counter(ours) & Counter(theirs)).total()
    return 200 * shared / (len(ours) + len(theirs)) if shared else 0.0
