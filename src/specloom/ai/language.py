"""Tells in which language a text is written, by the Compact Language Detector (CLD2)."""

import re
from dataclasses import dataclass

import pycld2

# Enough to tell the language of a text, taken evenly from all of it.
_SAMPLE, _PIECES = 60_000, 12
# What the detector refuses (control characters, surrogates, noncharacters), and signs that belong to no language.
_UNREADABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff#*{}\[\]<>|/\\=+_~`^@$%&]"
)
_UNKNOWN = "un"


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is ISO 639 ("en", "zh"), "und" when it cannot be told; `name` for people; `share` 0 to 1 of the text."""

    code: str
    name: str
    share: float


UNDETERMINED = Language("und", "an unknown language", 0.0)


def languages(text: str) -> tuple[Language, ...]:
    """The languages of a text, most used first; only `UNDETERMINED` for numbers, code or nonsense."""
    letters = _UNREADABLE.sub(" ", _sample(text))
    if not letters.strip():
        return (UNDETERMINED,)
    try:
        reliable, _, found = pycld2.detect(letters, isPlainText=True)
    except pycld2.error:
        return (UNDETERMINED,)
    named = tuple(
        Language(code.split("-")[0], name.capitalize(), percent / 100)
        for name, code, percent, _ in found
        if code != _UNKNOWN and percent
    )
    return named if reliable and named else (UNDETERMINED,)


def _sample(text: str) -> str:
    if len(text) <= _SAMPLE:
        return text
    size, step = _SAMPLE // _PIECES, len(text) // _PIECES
    return " ".join(text[start : start + size] for start in range(0, step * _PIECES, step))
