"""The same comparisons for bare sentences, of which nothing was extracted before."""

from collections.abc import Sequence
from typing import Literal

from specloom.ai.analysis import Classification, Requirement
from specloom.ai.relations.clashes import clash
from specloom.ai.relations.corpus import Corpus, content
from specloom.ai.relations.duplicates import same
from specloom.ai.relations.frames import Frame, frame, sentence
from specloom.vocabulary.requirements import RequirementType


def similarity(one: str, other: str) -> float:
    """How much two sentences say the same, 0 to 1, as far as words tell."""
    return Corpus([content(one), content(other)]).similarity(0, 1)


def relation(one: str, other: str) -> Literal["duplicate", "conflict"] | None:
    """What two sentences are to each other; None when both can stand."""
    text = f"{one}\n\n{other}"
    first, second = _frame(text, 0, len(one)), _frame(text, len(one) + 2, len(text))
    corpus = Corpus([[token.stem for token in each.demand] for each in (first, second)])
    if clash(text, first, second, corpus.weights):
        return "conflict"
    return "duplicate" if same(text, first, second, corpus.weights, corpus.similarity(0, 1)) else None


def rank(wordings: Sequence[str], limit: int = 10) -> list[list[tuple[int, float]]]:
    """For each wording the others that are most similar to it, best first: their places and similarities."""
    corpus = Corpus([content(each) for each in wordings])
    return [corpus.ranked(number, limit) for number in range(len(wordings))]


def _frame(text: str, start: int, end: int) -> Frame:
    statement, parts = sentence(text, start, end)
    return frame(text, Requirement(statement, parts, Classification(RequirementType.FUNCTIONAL, 0.5)))
