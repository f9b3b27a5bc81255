"""Text comes out normalised, and sections stand exactly where their words do."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specloom.core.text import Section, SectionKind, Span
from specloom.parsing.errors import FileTooLarge
from specloom.parsing.writer import MAX_SECTIONS, TextWriter, label, normalise, one_line, table_text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\x0bd\x0ce\x85f\u2029g", "a\nb\nc\nd\ne\nf\ng"),
        ("nu\x00l \x1besc\x7f \ufeffmark sof\u00adt \ufffe", "nul esc mark soft "),
        ("e\u0301", "é"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("tab\tand\n\n\nlines", "tab\tand\n\n\nlines"),
        ("\u202eright to left\u202c \u200d", "\u202eright to left\u202c \u200d"),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@given(st.text())
def test_normalised_text_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.lists(st.tuples(st.integers(1, 6), st.text(max_size=20), st.text(max_size=40)), max_size=12))
def test_headings_stand_where_their_sections_say(parts: list[tuple[int, str, str]]) -> None:
    writer = TextWriter(10_000)
    for level, title, body in parts:
        writer.heading(level, title)
        writer.block(body)
    text, sections = writer.finish()
    assert [section.label for section in sections] == [label(title) for _, title, _ in parts if label(title)]
    for section in sections:
        assert text.startswith(f"{'#' * section.level} {one_line(section.label)}", section.start)
        later = [other for other in sections if other.start > section.start and other.level <= section.level]
        assert section.end == (later[0].start if later else len(text))


def test_sections_are_ordered_outer_before_inner() -> None:
    writer = TextWriter(1000)
    page = writer.block("Title\nbody")
    writer.mark_heading(2, "body", 6)
    writer.mark_heading(1, "Title", 0)
    writer.mark(SectionKind.PAGE, "page 1", Span(page.start, 5))
    _, sections = writer.finish()
    assert sections == (
        Section(SectionKind.HEADING, "Title", 1, 0, 10),
        Section(SectionKind.PAGE, "page 1", 0, 0, 5),
        Section(SectionKind.HEADING, "body", 2, 6, 10),
    )


def test_what_was_written_since_is_marked_without_the_gap() -> None:
    writer = TextWriter(1000)
    writer.block("one")
    before = writer.length
    writer.block("two")
    writer.block("three")
    writer.mark_since(before, SectionKind.SLIDE, "slide 2")
    writer.mark_since(writer.length, SectionKind.SLIDE, "slide 3")
    text, (second, third) = writer.finish()
    assert text[second.start : second.end] == "two\n\nthree"
    assert third.start == third.end == len(text)


def test_tables() -> None:
    assert table_text([["a", "b|c"], ["1\n2", "x"], ["", " "]]) == "| a | b\\|c |\n| --- | --- |\n| 1 2 | x |"
    assert table_text([["a"], ["1", "2"]]) == "| a |  |\n| --- | --- |\n| 1 | 2 |"
    assert table_text([["", " "]]) == ""


def test_composed_letters_that_grow_are_not_cut() -> None:
    grown = "\u05e9\u05bc\u05c1"  # what NFC makes of the single code point U+FB2C
    assert table_text([["\ufb2c", "b"]]).startswith(f"| {unicodedata.normalize('NFC', grown)} | b |")


def test_text_has_a_limit() -> None:
    writer = TextWriter(5)
    writer.block("12345")
    with pytest.raises(FileTooLarge, match="more than 5 characters"):
        writer.block("6")


def test_sections_have_a_limit() -> None:
    writer = TextWriter(10_000_000)
    for number in range(MAX_SECTIONS + 5):
        writer.heading(1, f"{number}")
        writer.table([["a", "b"]])
    _, sections = writer.finish()
    assert len(sections) == 2 * MAX_SECTIONS
