"""Weighs the signs of a sentence and of the place it stands at into the probability that it is a requirement."""

import math
from dataclasses import dataclass
from enum import StrEnum

from specloom.ai.extraction.signs import Signs, signs
from specloom.ai.extraction.surroundings import Role
from specloom.ai.extraction.weights import BARE, CONTEXT, INTERCEPT, PLACES, SIGNS

THRESHOLD = 0.5
"""The least probability at which a statement is reported."""


class Manner(StrEnum):
    """How the document as a whole states requirements: by modal verbs throughout, now and then, or not to be seen."""

    FORMAL = "formal"
    MIXED = "mixed"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Place:
    """What surrounds a sentence: the role of the heading or label above it, and marks of its own position.

    `known` says that the document is long enough for its headings and its manner to tell something.
    """

    role: Role = Role.NONE
    listed: bool = False
    quoted: bool = False
    manner: Manner = Manner.MIXED
    known: bool = False


def probability(sentence: str) -> float:
    """The probability, 0 to 1, that one bare sentence, of which nothing else is known, is a requirement."""
    return _probability(evidence(signs(sentence)) + BARE)


def judge(found: Signs, place: Place) -> float:
    """The probability, 0 to 1, that a sentence with these signs is a requirement where it stands."""
    odds = evidence(found) + _place(found, place)
    return _probability(odds * CONTEXT if place.known else odds)


def evidence(found: Signs) -> float:
    """The log-odds that the signs alone give."""
    if "no words" in found.names:
        return -6.0
    return INTERCEPT + sum(SIGNS.get(name, 0.0) for name in found.names)


def _place(found: Signs, place: Place) -> float:
    return sum(PLACES.get(name, 0.0) for name in surroundings(found, place))


def surroundings(found: Signs, place: Place) -> list[str]:
    """The names of what the place adds to the signs of a sentence."""
    shape = "item" if found.shape == "fragment" and place.listed else found.shape
    names = [f"{place.role} {shape}"]
    if shape == "command" and not place.listed:
        names.append("command alone")
    if place.quoted:
        names.append("quoted")
    if place.manner is not Manner.MIXED and place.role not in {Role.ACCEPTANCE, Role.SCENARIO}:
        names.append(f"{place.manner} {shape}")
    return names


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
