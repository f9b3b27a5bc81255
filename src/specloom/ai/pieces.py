"""Cuts a text into numbered sentences, and these into parts a model can read at once, at borders of its sections."""

from collections.abc import Sequence
from dataclasses import dataclass

from specloom.ai.prompts import sentence_line
from specloom.ai.sentences import Sentence, split
from specloom.ai.tokens import count, count_each
from specloom.core.text import Section, Span


@dataclass(frozen=True, slots=True)
class Unit:
    """A source sentence, or a piece of one that is too long to be read at once: its place, and its line in a prompt."""

    start: int
    end: int
    section: int
    line: str
    tokens: int


def units(text: str, sections: Sequence[Section], longest: int, model: str) -> list[Unit]:
    """The sentences of a text in reading order, none longer than `longest` tokens. Their numbers count from 1."""
    places: list[tuple[Span, Sentence]] = []
    sentences = split(text, sections)
    sizes = count_each([text[sentence.start : sentence.end] for sentence in sentences], model)
    for sentence, size in zip(sentences, sizes, strict=True):
        span = Span(sentence.start, sentence.end)
        places.extend((piece, sentence) for piece in ([span] if size <= longest else _cut(text, span, longest, model)))
    lines = [
        sentence_line(number, text[span.start : span.end], sentence.level)
        for number, (span, sentence) in enumerate(places, 1)
    ]
    return [
        Unit(span.start, span.end, sentence.section, line, tokens)
        for (span, sentence), line, tokens in zip(places, lines, line_tokens(lines, model), strict=True)
    ]


def line_tokens(lines: Sequence[str], model: str) -> list[int]:
    """What each line takes in a prompt, its end included."""
    return [tokens + 1 for tokens in count_each(lines, model)]


def parts(of: Sequence[Unit], limit: int) -> list[range]:
    """Runs of units of at most `limit` tokens each, ended where a section ends unless that leaves a run half empty."""
    runs: list[range] = []
    begin = border = size = 0
    for index, unit in enumerate(of):
        if index > begin and unit.section != of[index - 1].section:
            border = index
        while size + unit.tokens > limit and index > begin:
            cut = border if border - begin > (index - begin) // 2 else index
            runs.append(range(begin, cut))
            begin = border = cut
            size = sum(rest.tokens for rest in of[begin:index])
        size += unit.tokens
    return [*runs, range(begin, len(of))]


def batches(sizes: Sequence[int], limit: int) -> list[range]:
    """Runs of indices whose sizes sum up to `limit` at most; a size beyond the limit stands alone."""
    runs: list[range] = []
    begin = total = 0
    for index, size in enumerate(sizes):
        if total + size > limit and index > begin:
            runs.append(range(begin, index))
            begin, total = index, 0
        total += size
    return [*runs, range(begin, len(sizes))]


def _cut(text: str, span: Span, longest: int, model: str) -> list[Span]:
    """Halves a range, at white space when there is some near its middle, until each piece fits."""
    if span.end - span.start <= 1 or count(text[span.start : span.end], model) <= longest:
        return [span]
    middle = (span.start + span.end) // 2
    space = text.rfind(" ", span.start + (middle - span.start) // 2, middle)
    middle = space + 1 if space >= 0 else middle
    return [
        *_cut(text, Span(span.start, middle), longest, model),
        *_cut(text, Span(middle, span.end), longest, model),
    ]
