"""How much a word tells about what a requirement is about: rare ones much, commonplaces little."""

from collections import Counter
from collections.abc import Iterable
from math import log

from specloom.ai.relations.stems import concept

# What is known of words before the text is read, as if it came after this many other requirements.
_BEFORE = 40
_RARE = 0.01
_USUAL = {
    0.35: """
    system user application software product platform service app tool solution function functionality feature provide
    allow support use able enable include ensure shall component module
    """,
    0.1: """
    data information item list new available option set manage create modify delete show view give take specific
    different current possible access page type name value time number way make work page content detail display
    appropriate relevant following certain based various same other least each maximum minimum every any all day hour
    minute second website site easy good well handle perform process interface store contain base
    """,
}
_EXPECTED = {concept(word): share for share, words in _USUAL.items() for word in words.split()}


class Weights:
    """Weights of words, from their number of requirements in the text and from what is usual.

    With few requirements the second decides, with many the first.
    """

    def __init__(self, documents: Iterable[Iterable[str]] = ()) -> None:
        self.frequency: Counter[str] = Counter()
        count = 0
        for document in documents:
            self.frequency.update(set(document))
            count += 1
        self._count = count + _BEFORE

    def __getitem__(self, word: str) -> float:
        seen = self.frequency[word] + _BEFORE * _EXPECTED.get(word, _RARE)
        return log(1 + self._count / seen) / 2
