"""How many tokens a text takes in a model's context: exact for OpenAI's models, estimated without the tokeniser."""

import math
import re
from collections.abc import Sequence

try:
    from toktok import batch_count
except ImportError:  # no wheel for this platform
    batch_count = None

_OLD_ENCODING = re.compile(r"gpt-3\.5|gpt-4(?![o.])|gpt-35|text-embedding")

# What the chat format itself adds to each message, and to the answer's beginning.
_PER_MESSAGE = 4
_PER_REPLY = 3
_BYTES_PER_TOKEN = 4


def count(text: str, model: str) -> int:
    """Tokens of one text."""
    return count_each([text], model)[0]


def count_each(texts: Sequence[str], model: str) -> list[int]:
    """Tokens of each text, in order."""
    if batch_count is None:
        # Four characters of English make a token; other scripts take more bytes and more tokens alike.
        return [math.ceil(len(text.encode(errors="replace")) / _BYTES_PER_TOKEN) for text in texts]
    encoding = "cl100k_base" if _OLD_ENCODING.search(model) else "o200k_base"
    # One thread: pieces are short, and a worker shares its cores.
    counts: list[int] = batch_count(texts, encoding, threads=1)
    return counts


def count_messages(contents: Sequence[str], model: str) -> int:
    """Tokens of a chat prompt made of messages with these contents."""
    return sum(count_each(contents, model)) + _PER_MESSAGE * len(contents) + _PER_REPLY
