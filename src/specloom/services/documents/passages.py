"""Cuts a text into the passages by which search finds it: some 2,000 characters each, at borders of paragraphs."""

from collections.abc import Iterator

from specloom.crud.documents import NewPassage
from specloom.crud.documents.search import folded

LONGEST = 2000
# Where a passage may end, best first; the last resort is anywhere.
_BORDERS = ("\n\n", "\n", "。", ". ", " ")


def cut(text: str) -> list[NewPassage]:
    """The passages of a text in reading order. They cover all of it but what is blank.

    PostgreSQL can index any of them: it refuses texts with more than a megabyte of words, and knows no such limit here.
    """
    return [NewPassage(start, end, folded(text[start:end])) for start, end in _stretches(text)]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = _end(text, start)
        if not text[start:end].isspace():
            yield start, end
        start = end


def _end(text: str, start: int) -> int:
    limit = start + LONGEST
    if limit >= len(text):
        return len(text)
    for border in _BORDERS:
        place = text.rfind(border, start + LONGEST // 2, limit)
        if place >= 0:
            return place + len(border)
    return limit
