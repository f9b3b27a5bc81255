"""Quotes and what became of them: the same words elsewhere stand, other words do not, and the nearest is named."""

import pytest

from specloom.ai.quotes import Relocated, places, relocate, uncovered
from specloom.ai.sentences import split
from specloom.core.text import Span

OLD = (
    "# Ferry\n\nThe gate shall open within 5 seconds. Staff may stop it.\n\n"
    "# Pier\n\nThe gate shall open within 5 seconds. The lamp shall glow.\n"
)


def span_of(text: str, quote: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return Span(start, start + len(quote))


def test_a_quote_is_found_where_it_went() -> None:
    new = "An introduction.\n\n" + OLD
    quotes = [span_of(OLD, "Staff may stop it."), span_of(OLD, "The lamp shall glow.")]
    for quote, found in zip(quotes, relocate(OLD, new, quotes), strict=True):
        assert found.span is not None
        assert new[found.span.start : found.span.end] == OLD[quote.start : quote.end]


def test_of_equal_passages_each_stays_in_its_surroundings() -> None:
    swapped = OLD[OLD.index("# Pier") :] + "\n" + OLD[: OLD.index("# Pier")]
    repeated = "The gate shall open within 5 seconds."
    first, second = span_of(OLD, repeated), span_of(OLD, repeated, 1)
    found = [each.span for each in relocate(OLD, swapped, [first, second])]
    assert found == [span_of(swapped, repeated, 1), span_of(swapped, repeated)]


def test_what_is_only_wrapped_otherwise_still_stands() -> None:
    new = OLD.replace("shall open within", "shall\n  open within")
    found = relocate(OLD, new, [span_of(OLD, "The gate shall open within 5 seconds.")])[0].span
    assert found is not None
    assert new[found.start : found.end] == "The gate shall\n  open within 5 seconds."


@pytest.mark.parametrize("change", ["within 7 seconds", "within 5 secondsX"])
def test_what_says_something_else_does_not_stand_and_its_successor_is_named(change: str) -> None:
    new = OLD.replace("within 5 seconds", change)
    found = relocate(OLD, new, [span_of(OLD, "The gate shall open within 5 seconds")])[0]
    assert found.span is None
    assert found.nearest is not None
    assert new[found.nearest.start : found.nearest.end] == f"The gate shall open {change}."


def test_what_is_gone_has_no_successor() -> None:
    assert relocate(OLD, "A wholly different page.", [span_of(OLD, "Staff may stop it.")]) == [Relocated(None, None)]
    assert relocate(OLD, "", [span_of(OLD, "Staff may stop it.")]) == [Relocated(None, None)]


def test_places_keep_to_whole_words() -> None:
    assert places("art and smart art", "art") == [Span(0, 3), Span(14, 17)]
    assert places("a.b axb", "a.b") == [Span(0, 3)]
    assert places("anything", "  ") == []


def test_uncovered_passages_leave_out_what_is_cited_and_headings() -> None:
    cited = [span_of(OLD, "shall open"), span_of(OLD, "The lamp shall glow.")]
    left = [OLD[each.start : each.end] for each in uncovered(split(OLD), cited)]
    assert left == ["Staff may stop it.", "The gate shall open within 5 seconds."]
    assert uncovered(split(OLD), [Span(0, len(OLD))]) == []
    whole = [OLD[each.start : each.end] for each in uncovered(split(OLD), [])]
    assert whole == [
        "The gate shall open within 5 seconds. Staff may stop it.",
        "The gate shall open within 5 seconds. The lamp shall glow.",
    ]
