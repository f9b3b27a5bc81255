"""Lists the sections of a document that no sentence of its summary stands on."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from specloom.ai.embedded_summarise.writing import wording
from specloom.ai.protocols import Omission, SummarySentence
from specloom.ai.sentences import Kind, Sentence
from specloom.core.text import Section, SectionKind, Span

_NUMBERED = re.compile(r"(?P<name>.*?)(?P<number>\d+)")
_PLURALS = {"page": "pages", "slide": "slides", "table": "tables"}


def headings(text: str, sentences: Sequence[Sentence]) -> tuple[Section, ...]:
    """The sections that the headings found in a text make, for a text that came without any."""
    places = [place for place, sentence in enumerate(sentences) if sentence.kind is Kind.HEADING]
    ends: list[int] = []
    open_at: list[tuple[int, int]] = []
    # From the last heading upward: a section ends where the next heading of its level or above begins.
    for place in reversed(places):
        heading = sentences[place]
        while open_at and open_at[-1][0] > heading.level:
            open_at.pop()
        ends.append(open_at[-1][1] if open_at else len(text))
        open_at.append((heading.level, heading.start))
    ends.reverse()
    found = [sentences[place] for place in places]
    labels = [wording(text, Span(heading.start, heading.end)) for heading in found]
    return tuple(
        Section(SectionKind.HEADING, label, heading.level, heading.start, end)
        for heading, label, end in zip(found, labels, ends, strict=True)
    )


def omissions(
    sections: Iterable[Section], sentences: Iterable[Sentence], written: Iterable[SummarySentence]
) -> tuple[Omission, ...]:
    """The outermost sections with something to say of which the summary says nothing, neighbouring pages as one."""
    told = sorted(span.start for sentence in written for span in sentence.sources)
    content = [sentence.start for sentence in sentences if sentence.kind is not Kind.HEADING]
    telling = sorted((one for one in sections if _holds(one, content)), key=lambda one: (one.start, -one.end))
    found: list[Omission] = []
    for kind in SectionKind:
        of_kind = [section for section in telling if section.kind is kind]
        untold = [section for section in of_kind if not _holds(section, told)]
        found += [Omission(_label(run), run[0].start, run[-1].end) for run in _runs(untold, of_kind)]
    return _outermost(found)


def _holds(section: Section, offsets: Sequence[int]) -> bool:
    """Whether any of the offsets, which rise, lies in the section."""
    at = bisect_left(offsets, section.start)
    return at < len(offsets) and offsets[at] < section.end


def _runs(untold: Sequence[Section], of_kind: Sequence[Section]) -> Iterator[list[Section]]:
    """Untold pages, slides or tables that follow each other; each heading for itself."""
    follows = dict(pairwise(of_kind))
    run: list[Section] = []
    for section in untold:
        if run and section.level == 0 and follows.get(run[-1]) == section:
            run.append(section)
            continue
        if run:
            yield run
        run = [section]
    if run:
        yield run


def _label(run: Sequence[Section]) -> str:
    """ "page 4", or "pages 4–9" for several."""
    first, last = (_NUMBERED.fullmatch(section.label) for section in (run[0], run[-1]))
    if len(run) == 1:
        return run[0].label
    if first is None or last is None or first["name"] != last["name"]:
        return f"{run[0].label} – {run[-1].label}"
    name = first["name"].strip()
    return f"{_PLURALS.get(name, name)} {first['number']}–{last['number']}"


def _outermost(found: Iterable[Omission]) -> tuple[Omission, ...]:
    """Those that no other one holds, in reading order."""
    kept: list[Omission] = []
    for omission in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or omission.end > kept[-1].end:
            kept.append(omission)
    return tuple(kept)
