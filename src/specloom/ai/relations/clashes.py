"""Decides whether two requirements that speak of the same thing can both hold, and names what clashes."""

from collections.abc import Iterator
from dataclasses import dataclass

from specloom.ai.relations.conditions import never_together
from specloom.ai.relations.frames import Frame
from specloom.ai.relations.opposites import Kind, oppositions
from specloom.ai.relations.people import decided, restricted
from specloom.ai.relations.suspects import (
    Suspect,
    at_times,
    before_and_after,
    denied,
    numbers,
    obliged,
    offers,
    opposite,
    optional,
)
from specloom.ai.relations.topics import ANY_SYSTEM, SUBSTANTIAL, topic, varies
from specloom.ai.relations.weights import Weights
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form

# How much a condition of one side takes away, and that stories tell wishes of different people, which may differ.
_ONE_SIDED, _STORIES = 0.85, 0.75


@dataclass(frozen=True, slots=True)
class Clash:
    """What clashes: the places in either requirement, a message that names them, and how sure it is, 0 to 1."""

    reason: str
    first: tuple[Span, ...]
    second: tuple[Span, ...]
    message: str
    confidence: float


def clash(text: str, first: Frame, second: Frame, weights: Weights) -> Clash | None:
    """The surest clash of two requirements; None when they can both hold, or are about different things."""
    if never_together(first, second):
        return None
    found = []
    for suspect in _suspects(text, first, second):
        if suspect.reason != "actor" and _of_others(first, second):
            continue
        aside = (*suspect.first, *suspect.second)
        shared = topic(first, second, weights, aside)
        if shared < suspect.least or varies(first, second, weights, aside, SUBSTANTIAL):
            continue
        sure = suspect.confidence * (0.6 + 0.4 * min(1.0, shared / 0.8))
        if bool(first.condition) != bool(second.condition):
            sure *= _ONE_SIDED
        if Form.USER_STORY in {each.requirement.statement.form for each in (first, second)}:
            sure *= _STORIES
        found.append(Clash(suspect.reason, suspect.first, suspect.second, suspect.message, round(min(sure, 0.97), 2)))
    return max(found, key=lambda each: each.confidence, default=None)


def _of_others(first: Frame, second: Frame) -> bool:
    """Whether the two say something of different actors, neither of which the other so much as names."""
    mine, theirs = first.actor - ANY_SYSTEM, second.actor - ANY_SYSTEM
    return bool(mine and theirs) and not (mine & second.concepts or theirs & first.concepts)


def _suspects(text: str, first: Frame, second: Frame) -> Iterator[Suspect]:
    yield from before_and_after(text, first, second)
    opposed = oppositions(first, second)
    # Two things are opposites here, not what is said of them: "active accounts" and "inactive accounts".
    if any(each.named for each in opposed):
        return
    yield from restricted(text, first, second)
    yield from decided(text, first, second)
    yield from numbers(text, first, second)
    deed = bool(first.action & second.concepts or second.action & first.concepts)
    for each in opposed:
        offered = each.kind is Kind.DEED and (offers(first) or offers(second))
        if not offered and (deed or each.reason != "actor"):
            yield opposite(text, each)
    if not opposed:
        yield from denied(text, first, second)
    yield from at_times(text, first, second)
    yield from optional(first, second)
    yield from obliged(first, second)
