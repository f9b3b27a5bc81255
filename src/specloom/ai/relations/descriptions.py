"""Finds descriptions of several sentences, such as feature requests, that ask for the same in words of their own.

Sentences say the same when they share what fills each place. Descriptions seldom share half of their words; what gives
them away is that they are much nearer to each other than to the rest.
"""

import re
from collections.abc import Iterator, Sequence
from math import sqrt

from specloom.ai.analysis import Requirement
from specloom.ai.relations.corpus import Corpus
from specloom.vocabulary.requirements import Form

_ENDED = re.compile(r"[.!?]\s+[^\W\d_]")
# Each must be among so many nearest of the other, more similar than the first figure, and so many times more similar
# than either is to the neighbours after those. By hand, on the feature requests of `tests/quality/analysis`.
_NEAREST, _LEAST, _LIFT = 2, 0.14, 2.0
_NEIGHBOURS = slice(3, 13)


def is_description(text: str, requirement: Requirement) -> bool:
    """Whether a requirement goes on after its first sentence; stories and scenarios do so by their form."""
    statement = requirement.statement
    if statement.form in {Form.USER_STORY, Form.SCENARIO}:
        return False
    return bool(_ENDED.search(text, statement.start, statement.end))


def akin(corpus: Corpus, numbers: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    """Pairs `first < second` of these wordings of the corpus that ask for the same, with their similarity."""
    ranked = {number: corpus.ranked(number, _NEIGHBOURS.stop) for number in numbers}
    nearest = {number: {other for other, _ in each[:_NEAREST]} for number, each in ranked.items()}
    distant = {
        number: sum(similarity for _, similarity in each[_NEIGHBOURS]) / max(1, len(each[_NEIGHBOURS]))
        for number, each in ranked.items()
    }
    for number, each in ranked.items():
        for other, similarity in each[:_NEAREST]:
            if other > number and other in nearest and number in nearest[other]:
                usual = sqrt(distant[number] * distant[other])
                if similarity >= max(_LEAST, _LIFT * usual):
                    yield number, other, similarity
