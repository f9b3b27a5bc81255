"""Tells whether the clauses of a requirement stand in the order of EARS: condition, then who, then shall, then what."""

from dataclasses import dataclass
from enum import StrEnum

from specloom.ai.analysis import Statement
from specloom.ai.grammar.modality import main, operators
from specloom.ai.grammar.phrases import predicate, subject
from specloom.ai.grammar.reading import opens_main, read
from specloom.ai.grammar.triggers import Region
from specloom.core.text import Span
from specloom.vocabulary.requirements import Ears

_RANKS = {Ears.OPTIONAL_FEATURE: 0, Ears.STATE_DRIVEN: 1, Ears.EVENT_DRIVEN: 2, Ears.UNWANTED_BEHAVIOUR: 2}


class Place(StrEnum):
    """Where a condition stands: before the subject, between subject and verb, or after the verb."""

    LEADING = "leading"
    MEDIAL = "medial"
    TRAILING = "trailing"


@dataclass(frozen=True, slots=True)
class Order:
    """`conditions` are the conditions in reading order with their places.

    `fits`: all lead, a feature before a state before an event, and a subject with a modal verb follows them.
    """

    conditions: tuple[tuple[Span, Place], ...]
    fits: bool


def ears_order(text: str, statement: Statement) -> Order:
    """The order of the clauses of a statement that is a sentence, its own words only."""
    reading = read(text, [statement.span])
    operator = main(reading, operators(reading))
    phrase = predicate(reading, operator)
    verb = operator.verb if operator and operator.verb >= 0 else phrase.first if phrase else len(reading.words)
    found: list[tuple[Span, Place]] = []
    ranks: list[int] = []
    started = next((at for at, region in enumerate(reading.regions) if opens_main(reading.tags[at], region)), 0)
    for stretch in reading.stretches:
        if stretch.region is not Region.CONDITION:
            continue
        place = Place.LEADING if stretch.first < started else Place.MEDIAL if stretch.first < verb else Place.TRAILING
        found.append((reading.span(stretch.first, stretch.last), place))
        if stretch.ears in _RANKS:
            ranks.append(_RANKS[stretch.ears])
    led = all(place is Place.LEADING for _, place in found)
    who = operator is not None and subject(reading, operator.first) is not None
    return Order(tuple(found), led and who and ranks == sorted(ranks))
