"""Weighs the signs of a sentence and of the place it stands at into the probability that it is a requirement."""

import math
from dataclasses import dataclass

from specloom.ai.extraction.habits import Habits, Manner
from specloom.ai.extraction.reading import kind
from specloom.ai.extraction.signs import Signs, signs
from specloom.ai.extraction.surroundings import Role
from specloom.ai.extraction.weights import (
    BARE,
    CONTEXT,
    HABITS,
    INTERCEPT,
    PLACES,
    SIGNS,
    USUAL_ALLOWING,
    USUAL_FORETELLING,
    USUAL_OBLIGING,
)

THRESHOLD = 0.5
"""The least probability at which a statement is reported."""

_FORETELLING = frozenset({"will", "would"})
_WEAK = _FORETELLING | {"can", "could", "may", "might"}


@dataclass(frozen=True, slots=True)
class Place:
    """What surrounds a sentence: the role of the heading or label above it, and marks of its own position.

    `known` says that the document is long enough for its headings and its manner to tell something; `habits` are those
    of the document, if they are known.
    """

    role: Role = Role.NONE
    listed: bool = False
    quoted: bool = False
    manner: Manner = Manner.MIXED
    known: bool = False
    habits: Habits | None = None


def probability(sentence: str, habits: Habits | None = None) -> float:
    """The probability, 0 to 1, that one bare sentence, of which at most its document's habits are known, is one."""
    found = signs(sentence)
    return _probability(evidence(found) + _habitual(found, habits) + BARE)


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
    return sum(PLACES.get(name, 0.0) for name in surroundings(found, place)) + _habitual(found, place.habits)


def _habitual(found: Signs, habits: Habits | None) -> float:
    """What a sentence with a weak modal verb gains or loses by how else its document speaks."""
    if habits is None or found.reading.modal not in _WEAK:
        return 0.0
    if found.reading.modal in _FORETELLING:
        obliging = HABITS["will obliging"] * (habits.obliging - USUAL_OBLIGING)
        return obliging + HABITS["will foretelling"] * (habits.foretelling - USUAL_FORETELLING)
    return HABITS["can allowing"] * (habits.allowing - USUAL_ALLOWING)


def surroundings(found: Signs, place: Place) -> list[str]:
    """The names of what the place adds to the signs of a sentence."""
    shape = "item" if found.shape == "fragment" and place.listed else found.shape
    names = [f"{place.role} {shape}"]
    if shape == "command" and not place.listed:
        names.append("command alone")
    if place.role is Role.FLOW and _by_a_person(found):
        names.append("step of a person")
    if place.quoted:
        names.append("quoted")
    if place.manner is not Manner.MIXED and place.role not in {Role.ACCEPTANCE, Role.SCENARIO}:
        names.append(f"{place.manner} {shape}")
    return names


def _by_a_person(found: Signs) -> bool:
    """Whether a step says what people do; of a fragment the first words tell."""
    if found.shape == "present":
        return found.reading.subject in {"user", "you"}
    return found.shape == "fragment" and any(kind(word) == "user" for word in found.reading.words[:2])


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
