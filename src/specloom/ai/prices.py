"""What a call of an OpenAI model costs, from the token counts its answer reports."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

_MILLION = Decimal(1_000_000)
_SNAPSHOT_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}$")

# Above this many prompt tokens the newer models bill the whole call at these multiples.
LONG_CONTEXT = 272_000
_LONG_INPUT = Decimal(2)
_LONG_OUTPUT = Decimal("1.5")
_CACHE_WRITE = Decimal("1.25")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens.

    `cached` is the price of prompt tokens read from the provider's cache. `writes_billed` says that prompt tokens
    written to it cost a quarter more than `input`; `long_context` that calls beyond `LONG_CONTEXT` prompt tokens
    cost more.
    """

    input: Decimal
    cached: Decimal
    output: Decimal
    writes_billed: bool = False
    long_context: bool = False


def _price(input_: str, cached: str, output: str, *, writes_billed: bool = False, long_context: bool = False) -> Price:
    return Price(Decimal(input_), Decimal(cached), Decimal(output), writes_billed, long_context)


# Standard tier, as published at https://developers.openai.com/api/docs/pricing in November 2026. A model that is not
# listed has no known price; an installation gives its own as `prices`.
PRICES: Mapping[str, Price] = MappingProxyType(
    {
        "gpt-6.1-sol": _price("2", "0.10", "10", writes_billed=True, long_context=True),
        "gpt-6.1-terra": _price("1", "0.05", "5", writes_billed=True, long_context=True),
        "gpt-6-astra": _price("10", "1", "50", writes_billed=True, long_context=True),
        "gpt-6-sol": _price("2", "0.20", "10", writes_billed=True, long_context=True),
        "gpt-6-luna": _price("0.10", "0.01", "0.50", writes_billed=True, long_context=True),
        "gpt-5.6-sol": _price("4", "0.40", "20", writes_billed=True, long_context=True),
        "gpt-5.6-terra": _price("2", "0.20", "12", writes_billed=True, long_context=True),
        "gpt-5.6-luna": _price("0.20", "0.02", "1.20", writes_billed=True, long_context=True),
        "gpt-5.5": _price("5", "0.50", "30", long_context=True),
        "gpt-5.4": _price("2.50", "0.25", "15", long_context=True),
        "gpt-5.4-mini": _price("0.75", "0.075", "4.50"),
        "gpt-5.4-nano": _price("0.20", "0.02", "1.25"),
        "gpt-5.2": _price("1.75", "0.175", "14"),
        "gpt-5.1": _price("1.25", "0.125", "10"),
        "gpt-5": _price("1.25", "0.125", "10"),
        "gpt-5-mini": _price("0.25", "0.025", "2"),
        "gpt-5-nano": _price("0.05", "0.005", "0.40"),
        "gpt-4.1": _price("2", "0.50", "8"),
        "gpt-4.1-mini": _price("0.40", "0.10", "1.60"),
        "gpt-4.1-nano": _price("0.10", "0.025", "0.40"),
        "gpt-4o": _price("2.50", "1.25", "10"),
        "gpt-4o-mini": _price("0.15", "0.075", "0.60"),
        "o4-mini": _price("1.10", "0.275", "4.40"),
        "o3": _price("2", "0.50", "8"),
        "o3-mini": _price("1.10", "0.55", "4.40"),
        "text-embedding-3-large": _price("0.13", "0.13", "0"),
        "text-embedding-3-small": _price("0.02", "0.02", "0"),
    }
)


def find_price(model: str, prices: Mapping[str, Price] = PRICES) -> Price | None:
    """The price of a model, also when it is named by a dated snapshot; None when it is not known."""
    return prices.get(model) or prices.get(_SNAPSHOT_DATE.sub("", model))


def cost(
    price: Price, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0, written_tokens: int = 0
) -> Decimal:
    """US dollars for one call. `cached_tokens` and `written_tokens` are parts of `prompt_tokens`."""
    long = price.long_context and prompt_tokens > LONG_CONTEXT
    write = price.input * _CACHE_WRITE if price.writes_billed else price.input
    fresh_tokens = max(0, prompt_tokens - cached_tokens - written_tokens)
    prompt = fresh_tokens * price.input + cached_tokens * price.cached + written_tokens * write
    completion = completion_tokens * price.output
    if long:
        prompt, completion = prompt * _LONG_INPUT, completion * _LONG_OUTPUT
    return (prompt + completion) / _MILLION
