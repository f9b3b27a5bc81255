"""Measures are quantities with their comparator and unit; dates, versions and names are none."""

import pytest

from specloom.ai.analysis import Measure
from specloom.ai.grammar import in_base_unit, measures
from specloom.core.text import Span


def found(text: str) -> list[tuple[str, float, str, str]]:
    return [
        (each.comparator, each.value, each.unit, text[each.span.start : each.span.end])
        for each in measures(text, 0, len(text))
    ]


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit", "quote"),
    [
        ("The gate opens within 3 seconds.", "<=", 3, "s", "within 3 seconds"),
        ("It answers in at most 250 ms.", "<=", 250, "ms", "at most 250 ms"),
        ("Files must not exceed 2.5 GB each.", "<=", 2.5, "GB", "not exceed 2.5 GB"),
        ("It must not take longer than five minutes.", "<=", 5, "min", "not take longer than five minutes"),
        ("No more than 4 bikes fit.", "<=", 4, "bikes", "No more than 4 bikes"),
        ("up to twenty-five riders", "<=", 25, "riders", "up to twenty-five riders"),
        ("a maximum response time of 2 s", "<=", 2, "s", "a maximum response time of 2 s"),
        ("≤ 20 kg", "<=", 20, "kg", "≤ 20 kg"),
        ("at least 12 characters", ">=", 12, "characters", "at least 12 characters"),
        ("no fewer than 3 keys", ">=", 3, "keys", "no fewer than 3 keys"),
        ("8 letters or more", ">=", 8, "letters", "8 letters or more"),
        ("at least one guard", ">=", 1, "guard", "at least one guard"),
        ("less than 80 percent", "<", 80, "%", "less than 80 percent"),
        ("more than 3 times per day", ">", 3, "times per day", "more than 3 times per day"),
        ("about 40 litres", "~", 40, "l", "about 40 litres"),
        ("within 0,5 seconds", "<=", 0.5, "s", "within 0,5 seconds"),
        ("open 99.9% of the year", "=", 99.9, "%", "99.9%"),
        ("1,000 requests per second", "=", 1000, "requests per s", "1,000 requests per second"),
        ("500 simultaneous users", "=", 500, "concurrent users", "500 simultaneous users"),
        ("2 million rows", "=", 2e6, "rows", "2 million rows"),
        ("20 000 rows", "=", 20000, "rows", "20 000 rows"),
        ("a fee of $1,500.50 per month", "=", 1500.5, "USD per month", "$1,500.50 per month"),
        ("cools to -20 °C", "=", -20, "°C", "-20 °C"),
        ("within two business days", "<=", 2, "business day", "within two business days"),
        ("within an hour", "<=", 1, "h", "within an hour"),
        ("after half an hour", "=", 0.5, "h", "half an hour"),
        ("a link of 100 Mbps", "=", 100, "Mbit/s", "100 Mbps"),
    ],
)
def test_quantities(text: str, comparator: str, value: float, unit: str, quote: str) -> None:
    assert found(text) == [(comparator, value, unit, quote)]


@pytest.mark.parametrize(
    ("text", "unit", "bounds"),
    [
        ("between 1 and 5 characters", "characters", (1, 5)),
        ("from 10 to 20 °C", "°C", (10, 20)),
        ("10-20 minutes", "min", (10, 20)),
        ("between two and four hours", "h", (2, 4)),
    ],
)
def test_a_range_has_two_bounds(text: str, unit: str, bounds: tuple[float, float]) -> None:
    least, greatest = found(text)
    assert least == (">=", bounds[0], unit, text)
    assert greatest == ("<=", bounds[1], unit, text)


@pytest.mark.parametrize(
    "text",
    [
        "See section 3.2 and REQ-12.",
        "It follows RFC 2119, ISO 27001 and TLS 1.2.",
        "due by 2031-01-31 at 10:30",
        "on 5 May 2031, at 5 pm",
        "painted in May 2031",
        "one of the riders",
        "two-factor sign-in",
        "Windows 10 and WCAG 2.1",
        "listens on port 8080",
        "version 4.2.1",
        "a second door",
        "the drawings of round 3 of the edits",
        "once a day",
        "",
    ],
)
def test_names_dates_and_versions_are_no_quantities(text: str) -> None:
    assert found(text) == []


def test_places_count_from_the_beginning_of_the_text() -> None:
    text = "Old: 9 s. New: at most 4 s."
    assert [each.value for each in measures(text, 10, len(text))] == [4]
    assert measures(text, 10, len(text))[0].span == Span(text.index("at most"), len(text) - 1)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (500, "ms", (0.5, "s")),
        (2, "h", (7200, "s")),
        (3, "GB", (3e9, "byte")),
        (120, "calls per min", (2, "calls per s")),
        (7, "keys", (7, "keys")),
    ],
)
def test_base_units_make_values_comparable(value: float, unit: str, expected: tuple[float, str]) -> None:
    base, name = in_base_unit(Measure("=", value, unit, Span(0, 1)))
    assert name == expected[1]
    assert base == pytest.approx(expected[0])
