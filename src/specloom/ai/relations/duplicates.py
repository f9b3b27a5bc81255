"""Finds requirements that say the same in other words, and leaves variants of one pattern alone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from specloom.ai.analysis import Duplicate, Evidence, Requirement
from specloom.ai.relations.bounds import mismatches
from specloom.ai.relations.clashes import clash
from specloom.ai.relations.corpus import Corpus, content
from specloom.ai.relations.descriptions import akin, is_description
from specloom.ai.relations.frames import Frame, frames_of
from specloom.ai.relations.opposites import oppositions
from specloom.ai.relations.polarity import DENIED
from specloom.ai.relations.topics import ANY_SYSTEM, covered, turned, varies
from specloom.ai.relations.weights import Weights
from specloom.core.text import Span

# Two requirements are alike from this similarity on, when each says this share of what the other says. By hand, on the
# pairs of the tests.
LEAST, _LEAST_COVERED = 0.5, 0.64
# Descriptions are reported from a lower similarity on, and are then right as often as not.
_UNSURE = 0.5
_LONGEST_SWAP = 4
# Larger groups of equal wordings are reported against their first member only.
_SMALL_GROUP = 6
_MOST_WORDS = 8


def duplicates(
    text: str, requirements: Sequence[Requirement], frames: Sequence[Frame] | None = None
) -> tuple[Duplicate, ...]:
    """Pairs of requirements that say the same, in reading order. `frames` are theirs, when they were read before."""
    frames = frames or frames_of(text, requirements)
    described = [number for number, each in enumerate(requirements) if is_description(text, each)]
    if 2 * len(described) < len(requirements):
        described = []
    wordings = [[token.stem for token in each.demand] for each in frames]
    for number in described:
        wordings[number] = content(_words(text, requirements[number].statement.span))
    corpus = Corpus(wordings)
    found = {(first, second): similarity for first, second, similarity in akin(corpus, described)}
    found |= {
        (first, second): 1.0
        for first, second in _equal(frames)
        if same(text, frames[first], frames[second], corpus.weights, 1.0)
    }
    apart = set(described)
    for first, second, similarity in corpus.candidates(LEAST):
        if wordings[first] == wordings[second] or {first, second} <= apart:
            continue
        if same(text, frames[first], frames[second], corpus.weights, similarity):
            found[first, second] = similarity
    return tuple(
        Duplicate(first, second, round(similarity, 3), _confidence(similarity), _evidence(text, frames, first, second))
        for (first, second), similarity in sorted(found.items())
    )


def _equal(frames: Sequence[Frame]) -> Iterator[tuple[int, int]]:
    """Pairs with the same words of content in the same order; however common these words are."""
    groups: dict[tuple[tuple[str, bool], ...], list[int]] = defaultdict(list)
    for number, each in enumerate(frames):
        if each.demand:
            groups[tuple((token.stem, token.sign == DENIED) for token in each.demand)].append(number)
    for members in groups.values():
        for place, other in enumerate(members):
            for first in members[:place] if len(members) < _SMALL_GROUP else members[: min(place, 1)]:
                yield first, other


def same(text: str, first: Frame, second: Frame, weights: Weights, similarity: float) -> bool:
    """Whether two requirements of that similarity say the same."""
    if min(similarity / LEAST, covered(first, second, weights) / _LEAST_COVERED) < 1:
        return False
    return not (
        mismatches(first, second)
        or oppositions(first, second)
        or _numbers(first) != _numbers(second)
        or _different(first.actor, second.actor)
        or _different(first.condition, second.condition)
        or turned(first, second)
        or varies(first, second, weights, longest=_LONGEST_SWAP)
        or _denies(first) != _denies(second)
        or clash(text, first, second, weights)
    )


def _denies(each: Frame) -> bool:
    return any(token.sign == DENIED or token.lower == "non" for token in each.main)


def _numbers(each: Frame) -> set[str]:
    return {token.concept for token in each.tokens if token.concept[0] in "#0123456789"}


def _different(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both are known and nothing is in both; "the system" and its names are nobody in particular."""
    mine, theirs = one - ANY_SYSTEM, other - ANY_SYSTEM
    return bool(mine and theirs) and not mine & theirs


def _confidence(similarity: float) -> float:
    """From similarity to the share of such pairs that are duplicates, as a line; by hand, on the pairs of the tests."""
    return round(min(0.97, _UNSURE + max(0.0, similarity - LEAST)), 2)


def _evidence(text: str, frames: Sequence[Frame], first: int, second: int) -> Evidence:
    """The words that the two share, as far as they stand together."""
    one, other = frames[first], frames[second]
    spans = one.requirement.statement.span, other.requirement.statement.span
    theirs = {token.concept for token in other.tokens}
    shared = list(dict.fromkeys(_words(text, t.span) for t in one.tokens if t.concept in theirs))
    listed = ", ".join(f'"{word}"' for word in shared[:_MOST_WORDS])
    message = f"They share {listed}." if listed and one.tokens != other.tokens else "They have the same words."
    return Evidence(spans, message)


def _words(text: str, span: Span) -> str:
    return " ".join(text[span.start : span.end].split())
