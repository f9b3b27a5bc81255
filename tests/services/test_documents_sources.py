"""Where a stretch stands, and how much of a text is covered."""

import pytest

from specloom.core.text import Section, SectionKind, Span
from specloom.services.documents.sources import Places, covered_percent

TEXT = "Preface\n# One\ntext\n## Two\nmore\n# Three\nend"


def section(kind: SectionKind, label: str, level: int, start: str, end: str | None) -> Section:
    return Section(kind, label, level, TEXT.index(start), len(TEXT) if end is None else TEXT.index(end))


PLACES = Places(
    TEXT,
    [
        section(SectionKind.PAGE, "page 1", 0, "Preface", "## Two"),
        section(SectionKind.HEADING, "One", 1, "# One", "# Three"),
        section(SectionKind.PAGE, "page 2", 0, "## Two", None),
        section(SectionKind.HEADING, "Two", 2, "## Two", "# Three"),
        section(SectionKind.HEADING, "Three", 1, "# Three", None),
    ],
)


@pytest.mark.parametrize(
    ("quote", "label", "line"),
    [
        ("Preface", "page 1", 1),
        ("# One", "One, page 1", 2),
        ("text", "One, page 1", 3),
        ("## Two", "Two, page 2", 4),
        ("more", "Two, page 2", 5),
        ("end", "Three, page 2", 7),
    ],
)
def test_places(quote: str, label: str, line: int) -> None:
    start = TEXT.index(quote)
    source = PLACES.source(Span(start, start + len(quote)))
    assert (source.quote, source.label, source.line) == (quote, label, line)


def test_a_text_without_sections_has_lines_only() -> None:
    source = Places("one\ntwo", ()).source(Span(4, 7))
    assert (source.quote, source.label, source.line) == ("two", None, 2)


@pytest.mark.parametrize(
    ("omitted", "percent"),
    [
        ([], 100.0),
        ([Span(0, 100)], 0.0),
        ([Span(0, 25)], 75.0),
        ([Span(50, 75), Span(0, 25)], 50.0),
        ([Span(0, 50), Span(10, 20), Span(40, 60)], 40.0),
        ([Span(0, 1)] * 3, 99.0),
    ],
)
def test_coverage(omitted: list[Span], percent: float) -> None:
    assert covered_percent(100, omitted) == percent


def test_coverage_of_nothing() -> None:
    assert covered_percent(0, []) == 0.0
