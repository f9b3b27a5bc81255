"""Costs are exact sums of published prices, and unknown where the price is."""

from decimal import Decimal

import pytest

from specloom.ai.prices import LONG_CONTEXT, PRICES, Price, cost, find_price


def test_cost_of_a_plain_call() -> None:
    assert cost(PRICES["gpt-4.1-mini"], 1_000_000, 500_000) == Decimal("0.40") + Decimal("0.80")


def test_cached_and_written_tokens_have_their_own_price() -> None:
    luna = PRICES["gpt-6-luna"]
    assert cost(luna, 1_000_000, 0, cached_tokens=600_000, written_tokens=0) == pytest.approx(
        2 * (Decimal("0.10") * Decimal("0.4") + Decimal("0.01") * Decimal("0.6"))
    )
    assert cost(luna, 100_000, 0, written_tokens=100_000) == Decimal("0.0125")
    assert cost(PRICES["gpt-4.1-mini"], 100_000, 0, written_tokens=100_000) == Decimal("0.04")


def test_long_prompts_cost_more_where_the_provider_says_so() -> None:
    sol, mini = PRICES["gpt-6.1-sol"], PRICES["gpt-4.1-mini"]
    assert cost(sol, LONG_CONTEXT, 1_000) == (2 * Decimal(LONG_CONTEXT) + 10 * 1_000) / 1_000_000
    assert cost(sol, LONG_CONTEXT + 1, 1_000) == (4 * Decimal(LONG_CONTEXT + 1) + 15 * 1_000) / 1_000_000
    assert cost(mini, LONG_CONTEXT + 1, 0) == Decimal("0.40") * (LONG_CONTEXT + 1) / 1_000_000


def test_snapshots_cost_what_their_model_costs() -> None:
    assert find_price("gpt-6-luna-2026-09-22") == PRICES["gpt-6-luna"]
    assert find_price("gpt-6-luna-mega") is None
    assert find_price("llama-4") is None


def test_an_installation_may_name_its_own_prices() -> None:
    own = {**PRICES, "llama-4": Price(Decimal("0.3"), Decimal("0.3"), Decimal("0.9"))}
    price = find_price("llama-4", own)
    assert price is not None
    assert cost(price, 1_000, 1_000) == Decimal("0.0012")


def test_the_table_is_plausible() -> None:
    for price in PRICES.values():
        assert 0 < price.cached <= price.input
        assert price.output == 0 or price.output > price.input
