"""Measures how far two requirements speak of the same thing, and whether they only vary one pattern."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from specloom.ai.grammar.lexicon import GENERIC_ACTORS, PREPOSITIONS
from specloom.ai.relations.frames import EMPTY, Frame, Part, Token
from specloom.ai.relations.stems import concept, wordset
from specloom.ai.relations.weights import Weights
from specloom.core.text import Span

ANY_SYSTEM = frozenset(concept(word) for word in GENERIC_ACTORS) | {"user"}
"""Actors that are nobody in particular."""
_ANYTHING = wordset("system application app software product service platform solution tool website site user")
# From this weight on, a word tells which thing is meant. By hand, on the pairs of the tests, as are the others.
SUBSTANTIAL = 0.75
_ALIKE, _BUILT_ALIKE = 0.4, 0.6
_SYSTEM = 0.4
_LONGEST_SWAP = 2
_TURNS = tuple(
    tuple(pair.split("/"))
    for pair in [
        "in/out",
        "up/down",
        "on/off",
        "before/after",
        "above/below",
        "over/under",
        "with/without",
        "inside/outside",
        "left/right",
        "during/outside",
    ]
)


def topic(first: Frame, second: Frame, weights: Weights, aside: Iterable[Span]) -> float:
    """How much of what they say is about the same thing, 0 to 1, the words that clash left out."""
    mine, theirs = (_apart(frame, aside) for frame in (first, second))
    weight = {word: weights[word] * (_SYSTEM if word in ANY_SYSTEM else 1) for word in mine | theirs}
    shared = sum(weight[word] for word in mine & theirs)
    one, other = sum(weight[word] for word in mine), sum(weight[word] for word in theirs)
    if not shared:
        return 0.0
    return 0.5 * shared / min(one, other) + 0.5 * shared / (one + other - shared)


def covered(first: Frame, second: Frame, weights: Weights) -> float:
    """The share of what either says that the other says, too: the smaller of the two, 0 to 1."""
    mine, theirs = (_apart(frame, ()) - ANY_SYSTEM for frame in (first, second))
    shared = sum(weights[word] for word in mine & theirs)
    most = max(sum(weights[word] for word in side) for side in (mine, theirs))
    return shared / most if most else 0.0


def varies(
    first: Frame,
    second: Frame,
    weights: Weights,
    aside: Iterable[Span] = (),
    least: float = 0.0,
    *,
    longest: int | None = None,
) -> bool:
    """Whether words that weigh at least so much stand in the place of others, with all else alike: a variant.

    `longest` is how many words may be swapped, under whatever preposition; None means two under the same one.
    """
    spans = tuple(aside)
    mine, theirs = (
        [
            (t.concept, before)
            for t, before in _governed(frame)
            if not any(s.start <= t.span.start < s.end for s in spans)
        ]
        for frame in (first, second)
    )
    moved = {word for word, _ in mine} & {word for word, _ in theirs}
    matcher = SequenceMatcher(None, [word for word, _ in mine], [word for word, _ in theirs], autojunk=False)
    if matcher.ratio() < _ALIKE:
        return False
    if longest is not None and matcher.ratio() >= _BUILT_ALIKE and _both_add(mine, theirs, moved):
        return True
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "replace" or max(b - a, d - c) > (longest or _LONGEST_SWAP):
            continue
        if longest is None and mine[a][1] != theirs[c][1]:
            continue
        swapped = [{word for word, _ in side} - moved for side in (mine[a:b], theirs[c:d])]
        if (
            all(swapped)
            and not all(side <= _ANYTHING for side in swapped)
            and all(max((weights[w] for w in side), default=least) >= least for side in swapped)
        ):
            return True
    return False


def _both_add(mine: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]], shared: set[str]) -> bool:
    """Whether either says something that the other does not."""
    return all({word for word, _ in side} - shared - _ANYTHING for side in (mine, theirs))


def turned(first: Frame, second: Frame) -> bool:
    """Whether small words turn one into the other's opposite: in and out, up and down, before and after."""
    mine, theirs = ({token.lower for token in frame.words} for frame in (first, second))
    return any(
        (one in mine and other in theirs and one not in theirs and other not in mine)
        or (other in mine and one in theirs and other not in theirs and one not in mine)
        for one, other in _TURNS
    )


def _governed(frame: Frame) -> Iterator[tuple[Token, str]]:
    """The words of content of what is required, each with the preposition that leads to it."""
    before = ""
    for token in frame.words:
        if token.lower in PREPOSITIONS:
            before = token.lower
        elif token.lower not in EMPTY and token.part is not Part.PURPOSE:
            yield token, before
            before = ""


def _apart(frame: Frame, aside: Iterable[Span]) -> set[str]:
    spans = tuple(aside)
    return {
        token.concept
        for token in frame.tokens
        if token.part is not Part.PURPOSE and not any(s.start <= token.span.start < s.end for s in spans)
    }
