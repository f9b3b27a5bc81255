"""Tells when two requirements never apply at once, so that they cannot clash."""

from specloom.ai.analysis import Measure
from specloom.ai.relations.bounds import Mismatch, mismatches
from specloom.ai.relations.frames import Frame
from specloom.ai.relations.topics import ANY_SYSTEM

_OUTSIDE = frozenset({"outside"})
_INSIDE = frozenset({"inside", "within", "during", "in"})
_FEW = 2
_UNLESS = frozenset({"unless", "except"})
_SAME_CONDITION = 0.5


def never_together(first: Frame, second: Frame) -> bool:
    """Whether the two never apply at once, as far as their conditions tell."""
    mine, theirs = first.condition, second.condition
    if any(word.lower in _UNLESS for frame in (first, second) for word in frame.words) and (mine or theirs):
        return True
    apart = mine and theirs and len(mine & theirs) < _SAME_CONDITION * min(len(mine), len(theirs))
    if apart and not _same_trigger(first, second):
        return True
    swapped = mine & theirs and 0 < len(mine - theirs) <= _FEW and 0 < len(theirs - mine) <= _FEW
    if swapped and not _same_trigger(first, second):
        return True
    words = [{token.lower for token in frame.words} for frame in (first, second)]
    if any(_OUTSIDE & one and not _OUTSIDE & other and _INSIDE & other for one, other in (words, words[::-1])):
        return True
    one, other = first.actor, second.actor
    # "Members may" and "board members may": what holds for a part need not hold for the whole.
    if one & other - ANY_SYSTEM and one != other:
        return True
    return any(_on_either_side(first, second, each) for each in mismatches(first, second))


def _same_trigger(first: Frame, second: Frame) -> bool:
    """Whether the same is to happen after different times: "after 15 minutes without input"."""
    return bool(first.action & second.action) and any(
        each.kind == "s" and _applies(first, each.first) and _applies(second, each.second)
        for each in mismatches(first, second)
    )


def _on_either_side(first: Frame, second: Frame, each: Mismatch) -> bool:
    """Whether two measures say to what a requirement applies, above a limit and below it."""
    if {each.first.comparator[:1], each.second.comparator[:1]} != {"<", ">"} or not each.excluded:
        return False
    return _applies(first, each.first) and _applies(second, each.second)


def _applies(frame: Frame, measure: Measure) -> bool:
    condition, action = frame.clause.condition, frame.clause.action
    within = condition is not None and condition.start <= measure.span.start < condition.end
    return within or (action is not None and measure.span.start < action.start)
