"""Finds requirements that cannot both hold: in numbers, denials, obligations, people or times."""

from collections.abc import Sequence

from specloom.ai.analysis import Conflict, Evidence, Requirement
from specloom.ai.relations.clashes import Clash, clash
from specloom.ai.relations.corpus import Corpus
from specloom.ai.relations.frames import Frame, frames_of

# Requirements less similar than this are about different things, whatever clashes.
_LEAST = 0.22
# Readers of a whole document lose patience with doubtful pairs sooner than those who ask about one pair.
_SURE = 0.6


def conflicts(
    text: str, requirements: Sequence[Requirement], frames: Sequence[Frame] | None = None
) -> tuple[Conflict, ...]:
    """Pairs of requirements that cannot both hold, each with the places that clash, in reading order.

    `frames` are theirs, when they were read before.
    """
    frames = frames or frames_of(text, requirements)
    corpus = Corpus([[token.stem for token in each.demand] for each in frames])
    found: list[tuple[int, int, Clash]] = []
    for first, second, _ in corpus.candidates(_LEAST):
        clashing = clash(text, frames[first], frames[second], corpus.weights)
        if clashing and clashing.confidence >= _SURE:
            found.append((first, second, clashing))
    return tuple(
        Conflict(first, second, each.reason, each.confidence, Evidence((*each.first, *each.second), each.message))
        for first, second, each in sorted(found, key=lambda each: each[:2])
    )
