"""Texts are cut without losing a sentence, into parts that fit."""

import re

from hypothesis import given
from hypothesis import strategies as st

from specloom.ai.pieces import Unit, batches, parts, units
from specloom.ai.tokens import count
from specloom.core.text import Section, SectionKind

MODEL = "gpt-6-luna"


def unit(section: int, tokens: int) -> Unit:
    return Unit(0, 1, section, "", tokens)


def test_units_are_numbered_sentences() -> None:
    text = "# Scope\n\nIt logs. It  keeps [12] logs.\n\n- It sends them."
    found = units(text, (), 100, MODEL)
    assert [made.line for made in found] == [
        "[1] # Scope",
        "[2] It logs.",
        "[3] It keeps (12) logs.",
        "[4] It sends them.",
    ]
    assert [text[made.start : made.end] for made in found][2] == "It  keeps [12] logs."
    assert [made.tokens for made in found] == [count(made.line, MODEL) + 1 for made in found]


def test_a_long_sentence_is_cut_at_white_space() -> None:
    text = " ".join(f"word{number}" for number in range(500))
    found = units(text, (), 40, MODEL)
    assert len(found) > 10
    assert " ".join(text[made.start : made.end].strip() for made in found) == text
    assert all(count(text[made.start : made.end], MODEL) <= 40 for made in found)
    assert all(re.fullmatch(r"(word\d+ ?)+", text[made.start : made.end]) for made in found)


def test_a_long_word_is_cut_anywhere() -> None:
    text = "語" * 300
    found = units(text, (), 40, MODEL)
    assert "".join(text[made.start : made.end] for made in found) == text
    assert all(count(text[made.start : made.end], MODEL) <= 40 for made in found)


def test_units_know_their_section() -> None:
    text = "One.\n\nTwo."
    sections = (Section(SectionKind.PAGE, "page 1", 0, 0, 6), Section(SectionKind.PAGE, "page 2", 0, 6, 10))
    assert [made.section for made in units(text, sections, 100, MODEL)] == [0, 1]


def test_parts_end_where_sections_end() -> None:
    made = [unit(section, 10) for section in (0, 0, 0, 1, 1, 1, 2)]
    assert parts(made, 50) == [range(3), range(3, 7)]


def test_a_section_border_does_not_leave_a_part_half_empty() -> None:
    made = [unit(section, 10) for section in (0, 1, 1, 1, 1, 1, 1)]
    assert parts(made, 40) == [range(4), range(4, 7)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30)), min_size=1, max_size=60), st.integers(30, 100))
def test_parts_cover_all_and_fit(shape: list[tuple[int, int]], limit: int) -> None:
    made = [unit(section, tokens) for section, tokens in shape]
    cut = parts(made, limit)
    assert [index for part in cut for index in part] == list(range(len(made)))
    assert all(0 < sum(made[index].tokens for index in part) <= limit for part in cut)


@given(st.lists(st.integers(1, 150), min_size=1, max_size=60))
def test_batches_cover_all_and_fit(sizes: list[int]) -> None:
    cut = batches(sizes, 100)
    assert [index for batch in cut for index in batch] == list(range(len(sizes)))
    assert all(len(batch) == 1 or sum(sizes[index] for index in batch) <= 100 for batch in cut)
