"""Finds a unit's own words: without the bullet, number, identifier, label and markup around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from specloom.ai.sentences import Kind, Sentence
from specloom.core.text import Span

_PREFIX = (
    r"REQ|RQ|FR|FUN|FN|NFR|NF|UC|US|AC|BR|SR|SRS|SYS|SYSREQ|CR|CON|PR|PERF|SEC|UI|UX|IF|INT|HR|TR|UR|ST|STORY|FEAT|"
    r"F|R|T|S|C|D|N|"
    r"OPS|COMP|REL|SAF|ENV|DATA|LEGAL|RULE|EPIC|Req|Requirement|Story|Feature|Rule|Criterion"
)
_OPEN, _SHUT, _INDEX = r"[\[(*_`]{0,4}", r"[\])*_`]{0,4}", r"\d{1,5}(?:[.-]\d{1,4}){0,3}[a-z]?"
# An identifier that a separator follows, one with one of the usual prefixes, or the number of a section.
_IDENTIFIER = re.compile(
    rf"{_OPEN}(?P<id>[A-Za-z][A-Za-z0-9]{{0,11}}(?:[-_./ ][A-Za-z][A-Za-z0-9]{{0,11}}){{0,3}}[-_./ ]?{_INDEX}){_SHUT}"
    r"\s?(?:[:)|–—]|\.(?!\d)|\s-\s|\]|\t)[*_]{0,2}\s*(?=\S)"
    rf"|{_OPEN}(?P<known>(?:{_PREFIX})[-_. ]?(?:[A-Z]{{1,6}}[-_.])?{_INDEX}){_SHUT}[:.)]?[*_]{{0,2}}\s+(?=\S)"
    r"|(?P<number>\d{1,3}(?:\.\d{1,3}){1,4})[.)]?\s+(?=[A-Z])"
)
_NUMBER_BEFORE = re.compile(r"(?P<id>\d{1,3}(?:\.\d{1,3}){1,4})[.)]?\s*$")
_LABEL = re.compile(
    r"(?:\*\*|__)(?P<bold>[^*_\n]{1,60}?)\s*(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:：–—-])\s*|"
    r"(?P<plain>[^\W\d_][^\s.:,;!?]{0,30}(?: [^\s.:,;!?]{1,25}){0,4}): (?=\S)"
)
# In headings, above one another.
_DEEPEST = 12
_OPENING_MARKUP = re.compile(r"[*_~#>\s✅⚠️❌☑☐•]*(?:\[[ xX]\]\s*)?")
_CLOSING_MARKUP = re.compile(r"[\s*_~;,]*$")
_CLOCK = re.compile(r"\[?\d{1,2}:\d\d(?::\d\d)?\]?\s*(?:[-–—]\s*)?")


@dataclass(frozen=True, slots=True)
class Wording:
    """`text[start:end]` is the unit's own words, `label` what stands before them with a colon or in bold."""

    start: int
    end: int
    identifier: str | None = None
    label: Span | None = None


def wording(text: str, unit: Sentence, earlier: int) -> Wording:
    """The own words of a unit; `earlier` is where the unit before it ends, so that its mark lies in between."""
    start, end = unit.start, unit.end
    closing = _CLOSING_MARKUP.search(text, max(start, end - 12), end)
    end = closing.start() if closing and closing.start() > start else end
    identifier = None
    if unit.kind in {Kind.ITEM, Kind.HEADING} or unit.kind is Kind.PROSE:
        mark = _NUMBER_BEFORE.search(text[max(earlier, start - 24) : start])
        identifier = mark["id"] if mark else None
    clock = _CLOCK.match(text, start, end)
    if clock and clock.end() < end:
        start = clock.end()
    label = None
    for turn in range(3):
        if turn:
            start = _skip(_OPENING_MARKUP, text, start, end)
        found = _IDENTIFIER.match(text, start, end) if identifier is None else None
        if found and found.end() < end:
            identifier = found["id"] or found["known"] or found["number"]
            start = _skip(_OPENING_MARKUP, text, found.end(), end)
            continue
        named = _LABEL.match(text, start, end) if label is None else None
        if named and named.end() < end:
            group = "bold" if named["bold"] else "plain"
            label = Span(named.start(group), named.end(group))
            start = _skip(_OPENING_MARKUP, text, named.end(), end)
    if text.count("**", start, end) % 2 and text.startswith("**", start - 2):
        start -= 2
    return Wording(start, end, identifier, label)


def _skip(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.match(text, start, end)
    return found.end() if found and found.end() < end else start


def quoted(text: str, unit: Sentence) -> bool:
    """Whether the unit's line is marked as a quotation of an earlier message."""
    line = text.rfind("\n", max(0, unit.start - 60), unit.start) + 1
    return text[max(line, unit.start - 60) : unit.start].lstrip().startswith(">")


def path(text: str, units: Sequence[Sentence], heading: int) -> tuple[Span, ...]:
    """The headings above, topmost first, without the markup around their words."""
    found: list[Span] = []
    while heading >= 0 and len(found) < _DEEPEST:
        unit = units[heading]
        found.append(trimmed(text, unit.start, unit.end))
        heading = unit.heading
    return tuple(reversed(found))


def trimmed(text: str, start: int, end: int) -> Span:
    """The range without markup at its edges and the colon at its end."""
    start = _skip(_OPENING_MARKUP, text, start, end)
    while end > start + 1 and text[end - 1] in "*_~:： \t\n":
        end -= 1
    return Span(start, end)
