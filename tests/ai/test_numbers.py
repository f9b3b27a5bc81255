"""Numbers are the same number however they are written, and others are not."""

import pytest

from specloom.ai.numbers import Numbers

SOURCE = (
    "The fee is ₹1,00,000 from 12.03.2026, or 1.234,56 €. It takes three days and 1,500 calls of 2.50 s each, "
    "for 10 000 users, on 5 June 2025; see v2.1.9. We may go to ५० shops."
)


@pytest.mark.parametrize(
    "text",
    [
        *("no number", "100000 rupees", "2026-03-12", "12 March 2026", "3 days", "three days", "1500 calls", "1.5 k"),
        *("2,5 s", "2.5 s", "10,000 users", "10000 users", "2025-06-05", "5.6.2025", "50 shops", "version 2.1.9"),
        *("1234.56", "1,234.56"),
    ],
)
def test_known(text: str) -> None:
    assert Numbers(SOURCE).holds_all_of(text)


@pytest.mark.parametrize(
    "text", ["4 days", "10 001 users", "13 March 2026", "1501", "25 s", "1 234 567", "2.1.8", "51 shops", "3 of 44"]
)
def test_unknown(text: str) -> None:
    assert not Numbers(SOURCE).holds_all_of(text)


def test_may_is_only_a_month_with_a_capital() -> None:
    assert not Numbers("We may go.").holds_all_of("in 5 shops")
    assert Numbers("We go in May.").holds_all_of("in month 05")
