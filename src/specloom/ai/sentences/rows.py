"""Tells which lines of a run are rows of a table or of a delimited file, whatever the delimiter."""

import re
from collections.abc import Iterator

from specloom.ai.sentences.lines import Line

_QUOTED = re.compile(r'"[^"]*"')
_PIPED = re.compile(r"\|[^|]*\|")
_GAP = re.compile(r"\S(?: {3,}|\t+)(?=\S)")
_TIGHT = {",": re.compile(r",(?=\S)"), ";": re.compile(r";(?=\S)")}
_FIELD = re.compile(
    r"(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To|Message-ID|Von|An|Datum|Gesendet|Betreff|De|À|Date|Objet|Para|Asunto|"
    r"Fecha|发件人|收件人|主题|日期|差出人|宛先|件名|日時)\s*[:：]\s*\S",
)


def rows(text: str, run: list[Line], table: bool) -> set[int]:
    """Positions of the lines in the run that are rows. `table` says that the run lies in a table."""
    if table:
        return set(range(len(run)))
    found = {i for i, line in enumerate(run) if _PIPED.match(text, line.start, line.end)}
    fields = {i for i, line in enumerate(run) if _FIELD.match(text, line.start, line.end)}
    if len(fields) > 1:
        found |= fields
    for counts, shortest in _counted(text, run):
        found |= _constant(counts, shortest)
    return found


def _counted(text: str, run: list[Line]) -> Iterator[tuple[list[int], int]]:
    """Per delimiter: how often it stands in each line, and how many lines must agree to make a table."""
    bare = [_QUOTED.sub("", text[line.start : line.end]) for line in run]
    yield [line.count("|") for line in bare], 2
    yield [len(_GAP.findall(line)) for line in bare], 2
    for tight in _TIGHT.values():
        yield [len(tight.findall(line)) for line in bare], 3


def _constant(counts: list[int], shortest: int) -> set[int]:
    """Positions within stretches of at least `shortest` lines that agree on a count above zero."""
    found: set[int] = set()
    first = 0
    for i in range(1, len(counts) + 1):
        if i == len(counts) or counts[i] != counts[first]:
            if counts[first] and i - first >= shortest:
                found |= set(range(first, i))
            first = i
    return found
