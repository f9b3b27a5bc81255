"""Recognises user stories, in one sentence or over several lines."""

import re
from collections.abc import Sequence

from specloom.ai.sentences import Kind, Sentence

_B = r"[*_]{0,3}"
_ROLE = re.compile(rf"{_B}(?:As|Als|En tant qu)\b{_B}[:]?\s*{_B}(?:an?|the|our|any|eine?|e|')?\b", re.IGNORECASE)
_WANT = re.compile(
    rf"(?:^|[\s,;*_–—-]){_B}I{_B}\s+{_B}(?:want|need|wish|would|can|could|should|must|have to|expect|like|am able|"
    rf"'d|prefer|require)\b"
    rf"|(?:^|[\s,;*_])I['’]d like\b|\bwe (?:want|need|would like)\b|\bmöchte ich\b|\bwill ich\b|\bje (?:veux|"
    rf"souhaite)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    rf"{_B}(?:I|we){_B}\s+{_B}(?:want|need|wish|would like|can|should|must|['’]d like|am able|expect)\b|"
    rf"{_B}I['’]d like\b",
    re.IGNORECASE,
)
_AIM = re.compile(rf"{_B}(?:so that|so|in order to|to|because|damit|um|afin)\b", re.IGNORECASE)
_FIRST_AIM = re.compile(rf"{_B}In order to\b", re.IGNORECASE)
_NAMED = re.compile(r"[*_]{0,2}(?:User )?Story(?: ?#?\d+)?[*_]{0,2}\s*[:–-][*_]{0,2}\s*", re.IGNORECASE)
# In units: what may lie between the first and the last line of a story; in code points, how long it may be.
_LINES = 4
_LONGEST = 900


def story(text: str, units: Sequence[Sentence], first: int) -> tuple[int, int, int] | None:
    """Start and end of the story that begins with unit `first`, and the unit after it; None when none does."""
    unit = units[first]
    if unit.kind in {Kind.CODE, Kind.ROW}:
        return None
    named = _NAMED.match(text, unit.start, unit.end)
    start = named.end() if named else unit.start
    if not (_ROLE.match(text, start, unit.end) or _FIRST_AIM.match(text, start, unit.end)):
        return None
    end, after = unit.end, first + 1
    wants = _WANT.search(text, start, min(end, start + _LONGEST)) is not None
    if not wants:
        found = _continued(text, units, first)
        if found is None:
            return None
        end, after = found
    if after < len(units) and _joins(units[after], unit) and _AIM.match(text, units[after].start, units[after].end):
        end, after = units[after].end, after + 1
    return (start, end, after) if end - start <= _LONGEST else None


def _continued(text: str, units: Sequence[Sentence], first: int) -> tuple[int, int] | None:
    """Where the wish of a story ends whose role, or aim, stands in a line of its own."""
    for i in range(first + 1, min(first + _LINES, len(units))):
        if not _joins(units[i], units[first]):
            return None
        if _WISH.match(text, units[i].start, units[i].end):
            return units[i].end, i + 1
        if not _ROLE.match(text, units[i].start, units[i].end):
            return None
        if _WANT.search(text, units[i].start, units[i].end):
            return units[i].end, i + 1
    return None


def _joins(unit: Sentence, first: Sentence) -> bool:
    return unit.kind is first.kind or {unit.kind, first.kind} <= {Kind.PROSE, Kind.ITEM, Kind.HEADING}
