"""Tells when two measures of the same kind cannot both hold, whatever units they are in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from specloom.ai.analysis import Measure
from specloom.ai.grammar.measuring import in_base_unit
from specloom.ai.relations.frames import Frame
from specloom.ai.relations.stems import concept

_ABOUT = 0.2
_NOBODY = frozenset({"no", "none", "nobody"})
_DENIED = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
# Units up to this length are symbols ("s", "kB", "EUR"), longer ones words.
_SYMBOL = 3
_LONGEST_UNIT = 2
_Normal = tuple[str, float, Measure]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two measures of the same kind with different values. `excluded` says that no value meets both."""

    first: Measure
    second: Measure
    kind: str
    excluded: bool
    rising: int
    """1 when the first is the larger, -1 when the second is, 0 when only their sides differ."""


def mismatches(first: Frame, second: Frame) -> list[Mismatch]:
    """Measures of the same kind that differ, those which the two requirements share left out."""
    mine, theirs = list(_normal(first)), list(_normal(second))
    found = []
    for kind, value, measure in _unmatched(mine, theirs):
        for other_kind, other_value, other in _unmatched(theirs, mine):
            if kind == other_kind:
                excluded = not _meet(_range(measure, value), _range(other, other_value))
                rising = (value > other_value) - (value < other_value)
                found.append(Mismatch(measure, other, kind, excluded, rising))
    return found


def _unmatched(mine: list[_Normal], theirs: list[_Normal]) -> Iterator[_Normal]:
    """The measures for which the other requirement has no equal one; a bare value equals a limit of that value."""
    for kind, value, measure in mine:
        sides = {other.comparator[:1] for k, v, other in theirs if (k, v) == (kind, value)}
        if not sides & {measure.comparator[:1], "=", "~"} and not (sides and measure.comparator in {"=", "~"}):
            yield kind, value, measure


def _normal(frame: Frame) -> Iterator[_Normal]:
    # "No tenant shall hold more than 3" allows three.
    none = any(token.lower in _NOBODY for token in frame.words[:2])
    for found in frame.measures:
        measure = replace(found, comparator=_DENIED.get(found.comparator, found.comparator)) if none else found
        if _is_label(measure):
            continue
        # "99.9 % per month" is a share, not a rate.
        value, unit = (measure.value, "%") if measure.unit.startswith("%") else in_base_unit(measure)
        yield (
            " ".join(concept(word) if len(word) > _SYMBOL else word for word in unit.split()),
            round(value, 9),
            measure,
        )


def _is_label(measure: Measure) -> bool:
    """Whether the number rather says which one is meant: "3 of the help page edits" after "round"."""
    return measure.comparator == "=" and len(measure.unit.split()) > _LONGEST_UNIT and " per " not in measure.unit


def _range(measure: Measure, value: float) -> tuple[float, float, bool]:
    """Least and greatest value that meet a measure, and whether these two are among them."""
    match measure.comparator:
        case "<" | "<=":
            return -inf, value, measure.comparator == "<="
        case ">" | ">=":
            return value, inf, measure.comparator == ">="
        case "~":
            return value * (1 - _ABOUT), value * (1 + _ABOUT), True
        case _:
            return value, value, True


def _meet(one: tuple[float, float, bool], other: tuple[float, float, bool]) -> bool:
    least, greatest = max(one[0], other[0]), min(one[1], other[1])
    return least < greatest or (least == greatest and one[2] and other[2])
