"""The sentence of a user story: who, what and what for, taken apart and put together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Blanks are bounded: a text of nothing else would take forever.
_BEGINNING = re.compile(
    r"\s{0,9}As\s{1,9}(?:an?|the)\s{1,9}(?P<as_a>[^,\n]{3,100})[,\n]\s{0,9}I\s{1,9}(?:want|need|would\s{1,9}like)"
    r"(?:\s{1,9}to)?\s{1,9}",
    re.IGNORECASE,
)
_SO_THAT = re.compile(r"[,;]?\s{1,9}so\s{1,9}that\s{1,9}", re.IGNORECASE)
_ENDS = " \t\n,;."


@dataclass(frozen=True, slots=True)
class Story:
    as_a: str
    i_want: str
    so_that: str | None
    rest: str
    """What stands below the sentence."""


def read_story(text: str) -> Story | None:
    """The parts of "As a ..., I want ..., so that ...", None if `text` does not begin with such a sentence."""
    beginning = _BEGINNING.match(text)
    if not beginning:
        return None
    sentence, _, rest = text[beginning.end() :].partition("\n\n")
    i_want, *so_that = _SO_THAT.split(sentence, maxsplit=1)
    last, _, below = (so_that[0] if so_that else i_want).partition("\n")
    return Story(
        beginning["as_a"].strip(_ENDS),
        (i_want if so_that else last).strip(_ENDS),
        last.strip(_ENDS) if so_that else None,
        f"{below}\n\n{rest}".strip(),
    )


def written_story(fields: Mapping[str, Any]) -> str:
    """The sentence of a story whose parts stand in `fields`."""
    return f"As {_with_article(fields['as_a'])}, I want {fields['i_want']}, so that {fields['so_that']}"


def _with_article(role: str) -> str:
    if re.match(r"(?:an?|the)\s", role, re.IGNORECASE):
        return role
    return f"{'an' if role[:1].casefold() in 'aeiou' else 'a'} {role}"
