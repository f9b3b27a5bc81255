"""Reads Gherkin: which lines are steps, and which conditions each expected outcome hangs on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specloom.ai.sentences import Kind, Sentence
from specloom.core.text import Span

_STEP = re.compile(
    r"(?:[-*•]\s+)?(?P<open>\*\*|__|\*|`)?(?P<keyword>Given|When|Then|And|But)\b(?P<close>\*\*|__|\*|"
    r"`)?[,:]?\s+(?P<rest>\S)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:then|THEN)\b[*_]{0,2}[,:]?\s+\S")
_OPENS = re.compile(
    r"\s*(?:[-*•#]+\s+)?(?:\*\*)?(?:Scenario(?: Outline| Template)?|Background|Example)\s*(?:\d+\s*)?:", re.IGNORECASE
)
_FIRST, _GOES_ON = frozenset({"given", "when"}), frozenset({"and", "but"})
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a scenario. `keyword` is in small letters; `own` are its words, `mark` the keyword's."""

    keyword: str
    mark: Span
    own: Span
    emphatic: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario expects, with the steps it hangs on, in reading order."""

    own: Span
    conditions: tuple[Span, ...]


def opens(text: str, unit: Sentence) -> bool:
    """Whether the unit is the line that names a scenario."""
    return _OPENS.match(text, unit.start, unit.end) is not None


def steps(text: str, units: Sequence[Sentence], first: int) -> tuple[list[Step], int]:
    """The steps that follow each other from unit `first`, and the unit after them.

    Where lines begin like steps but tell no scenario there are none, and the unit after those lines.
    """
    found: list[Step] = []
    i = first
    while i < len(units):
        lines = list(_lines(text, units[i]))
        if not lines or (not found and lines[0].keyword in _GOES_ON and not lines[0].emphatic):
            break
        found += lines
        i += 1
    return (found if _tells(found, text, units, first) else []), max(i, first + 1)


def outcomes(found: Sequence[Step]) -> Iterator[Outcome]:
    """Each Then, and each And or But after one, with the Given and When steps before it."""
    conditions: list[Span] = []
    acting = "given"
    for step in found:
        if step.keyword in _FIRST:
            if acting == "then" and (step.keyword == "given" or not conditions):
                conditions = []
            acting = step.keyword
        elif step.keyword == "then":
            acting = "then"
        if acting == "then":
            yield Outcome(step.own, tuple(conditions))
        else:
            # Markup may stand between the keyword and the words.
            conditions += (
                [step.mark, step.own] if step.own.start - step.mark.end > 1 else [Span(step.mark.start, step.own.end)]
            )


def _tells(found: Sequence[Step], text: str, units: Sequence[Sentence], first: int) -> bool:
    """Whether the steps are those of a scenario and not sentences that begin with the same words."""
    if not found:
        return False
    keywords = [step.keyword for step in found]
    if "then" in keywords and keywords[0] in {*_FIRST, "then"}:
        return len(found) > 1 or found[0].emphatic
    below = units[first].heading
    titled = (below >= 0 and opens(text, units[below])) or (first > 0 and opens(text, units[first - 1]))
    return titled or all(step.emphatic for step in found)


def _lines(text: str, unit: Sentence) -> Iterator[Step]:
    """The steps of a unit, which may hold several lines; none when any of its lines is something else."""
    if unit.kind in {Kind.HEADING, Kind.ROW}:
        return
    found: list[Step] = []
    start = unit.start
    while start < unit.end and len(found) < _AHEAD * 8:
        end = text.find("\n", start, unit.end)
        end = unit.end if end < 0 else end
        while start < end and text[start] in " \t\r":
            start += 1
        match = _STEP.match(text, start, end)
        if match:
            mark = Span(match.start("keyword"), match.end("keyword"))
            if _WHOLE.search(text, match.start("rest"), end) and match["keyword"].lower() in _FIRST:
                return
            own = Span(match.start("rest"), start + len(text[start:end].rstrip(" \t\r,;*_")))
            found.append(Step(match["keyword"].lower(), mark, own, bool(match["open"]) or match["keyword"].isupper()))
        elif found:
            found[-1] = Step(
                found[-1].keyword,
                found[-1].mark,
                Span(found[-1].own.start, start + len(text[start:end].rstrip())),
                found[-1].emphatic,
            )
        else:
            return
        start = end + 1
    yield from found
