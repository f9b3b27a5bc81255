"""A quote has one place in the text or none; opinions are pooled, and none grows too sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specloom.ai.openai_analyse.placing import Quotes, ranges
from specloom.ai.openai_analyse.pooling import agreed, pooled
from specloom.core.text import Span

TEXT = (
    "The crane shall lift 5 t [3].\nThe  crane\n  shall stop – at once. The crane shall **never** swing.\n"
    "It logs the day’s “peak”. It logs max_load. It logs the day. Staff log in. 起重机必须停止。"
)


def found(quote: str, *within: Span) -> str | None:
    place = Quotes(TEXT).find(quote, within)
    return None if place is None else TEXT[place.start : place.end]


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("The crane shall lift 5 t [3].", "The crane shall lift 5 t [3]"),
        ("The crane shall lift 5 t (3).", "The crane shall lift 5 t [3]"),
        ("  shall stop - at once", "shall stop – at once"),
        ("The crane shall stop — at once.", "The  crane\n  shall stop – at once"),
        ("The crane shall never swing", "The crane shall **never** swing"),
        ("The crane shall **never** swing", "The crane shall **never** swing"),
        ('It logs the day\'s "peak"', "It logs the day’s “peak"),
        ("It logs max_load.", "It logs max_load"),
        ("必须停止", "必须停止"),
    ],
)
def test_white_space_and_typography_do_not_matter(quote: str, words: str) -> None:
    assert found(quote) == words


@pytest.mark.parametrize(
    "quote",
    [
        "The crane shall lift 6 t",
        "The crane shall lift 5",  # there, and more than once is not asked: "5 t" begins with it
        "the crane shall lift 5 t",
        "crane shall lift",
        "The crane shall lift five t",
        "The crane shall stop at once",
        "It logs",  # three times
        "he crane shall lift 5 t",  # no whole word
        "Staff log i",
        "",
        " ",
        "...",
        "5",
        "[3]",
        ".*",
        "(a+)+$",
        "crane " * 2_000,
    ],
)
def test_what_does_not_stand_there_word_for_word_once_has_no_place(quote: str) -> None:
    there = {"The crane shall lift 5", "crane shall lift"}
    assert (found(quote) is not None) == (quote in there)


def test_the_cited_sentence_decides_between_equal_places() -> None:
    text = "Gates shall open. Gates shall open."
    quotes = Quotes(text)
    assert quotes.find("Gates shall open") is None
    assert quotes.find("Gates shall open", [Span(18, 35)]) == Span(18, 34)
    assert quotes.find("Gates shall open", [Span(0, 35)]) is None


def test_a_wrong_number_is_no_harm_when_the_place_is_the_only_one() -> None:
    assert found("Staff log in", Span(0, 10)) == "Staff log in"


def test_neighbours_make_one_range() -> None:
    sentences = [Span(0, 5), Span(6, 9), Span(10, 12), Span(20, 30)]
    assert ranges(sentences, [1, 0, 3, 1]) == [Span(0, 9), Span(20, 30)]
    assert ranges(sentences, []) == []


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_place_always_holds_the_words_of_the_quote(text: str, quote: str) -> None:
    place = Quotes(text).find(quote)
    if place is not None:
        assert 0 <= place.start < place.end <= len(text)
        there = [char for char in text[place.start : place.end].casefold() if char.isalnum()]
        assert "".join(there) == "".join(char for char in quote.casefold() if char.isalnum())


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_two_opinions_are_never_surer_than_the_surer_one(model: float, grammar: float) -> None:
    both = pooled(model, grammar)
    bounded = sorted(min(max(each, 0.05), 0.95) for each in (model, grammar))
    assert bounded[0] - 1e-9 <= both <= bounded[1] + 1e-9


def test_a_model_alone_can_neither_make_nor_kill_a_sure_thing() -> None:
    assert pooled(1.0, 0.1) < 0.75
    assert pooled(0.0, 0.99) >= 0.5
    assert pooled(0.9, 0.9) == pytest.approx(0.9)


def test_types_that_agree_are_surer_and_types_that_differ_less_sure() -> None:
    assert agreed(0.85, 0.8, same=True) == pytest.approx(0.95)
    assert 0.5 < agreed(0.85, 0.8, same=False) < 0.6
    assert agreed(0.85, 0.25, same=False) > agreed(0.85, 0.9, same=False)
    # Four types equally likely to the cues: the model's own rate remains.
    assert agreed(0.85, 0.25, same=True) == pytest.approx(0.85)
