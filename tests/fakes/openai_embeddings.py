"""What the fake provider makes of texts: vectors in which texts that share words are near one another."""

import base64
import re
from array import array
from hashlib import blake2b
from math import sqrt
from random import Random
from typing import Any

from toktok import batch_count

LENGTHS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072}
MOST_TEXTS, MOST_TOKENS, MOST_TOKENS_A_TEXT = 2_048, 300_000, 8_192
_WORD = re.compile(r"\w+")
_KNOWN = 6


def objection_to(body: dict[str, Any]) -> str | None:
    """What the real API would find wrong with the request."""
    texts = body["input"]
    if not texts or not all(texts):
        return "'$.input' is invalid: input cannot be an empty string."
    sizes = batch_count(texts, "cl100k_base", threads=1)
    if max(sizes) > MOST_TOKENS_A_TEXT:
        return f"This model's maximum context length is {MOST_TOKENS_A_TEXT} tokens; you asked for {max(sizes)}."
    if len(texts) > MOST_TEXTS or sum(sizes) > MOST_TOKENS:
        return f"Requested {sum(sizes)} tokens in {len(texts)} inputs, more than one request may hold."
    if body.get("dimensions", 1) > LENGTHS.get(body["model"], 1536):
        return f"Invalid value for 'dimensions' = {body['dimensions']}."
    return None


def embeddings_of(body: dict[str, Any], *, usage: bool) -> dict[str, Any]:
    """The answer, in reverse order, for the index of a vector counts and not its place."""
    texts = body["input"]
    length = body.get("dimensions") or LENGTHS.get(body["model"], 1536)
    data = [
        {"object": "embedding", "index": index, "embedding": _written(_vector(text, length), body)}
        for index, text in enumerate(texts)
    ]
    answer = {"object": "list", "data": data[::-1], "model": body["model"]}
    if usage:
        tokens = sum(batch_count(texts, "cl100k_base", threads=1))
        answer["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
    return answer


def _vector(text: str, length: int) -> list[float]:
    """Each word is a direction of its own, by its first letters; a text is the sum of its words."""
    total = [0.0] * length
    for word in sorted({word[:_KNOWN] for word in _WORD.findall(text.casefold())} or {text}):
        random = Random(blake2b(word.encode(), digest_size=8).digest())
        total = [value + random.gauss(0, 1) for value in total]
    norm = sqrt(sum(value * value for value in total))
    return [value / norm for value in total]


def _written(vector: list[float], body: dict[str, Any]) -> list[float] | str:
    if body.get("encoding_format") == "base64":
        return base64.b64encode(array("f", vector).tobytes()).decode()
    return vector
