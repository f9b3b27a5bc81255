"""Reads numbers, in figures or in English words."""

import re

_UNDER_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES: dict[str, float] = {word: value for value, word in enumerate(_UNDER_TWENTY.split())}
"""The numbers that are one word of their own, zero to nineteen."""
_WORDS = ONES | {word: value * 10 for value, word in enumerate(_TENS.split(), 2)}
_SCALES: dict[str, float] = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "dozen": 12, "half": 0.5}
_SCALES |= {"hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "lakh": 1e5, "crore": 1e7, "k": 1e3, "bn": 1e9}
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_GROUPED = re.compile(r"\d{1,3}(?:[,\u00a0\u202f]\d{2,3})*,\d{3}(?:\.\d+)?$")


def is_number(word: str) -> bool:
    """Whether the word is a number, perhaps with its unit: "5", "five", "99.9%", "500ms", "$20"."""
    return word[:1].isdecimal() or word in _WORDS or word in _SCALES or (len(word) > 1 and word[0] in "$€£¥₹")


def spoken(words: str) -> float | None:
    """The value of a number in words or figures: "twenty-five", "2 million", "1,500.5"; None when it is none."""
    total, group, found = 0.0, 0.0, False
    for word in words.lower().replace("-", " ").split():
        if word in {"and", "a"}:
            continue
        if word in _SCALES:
            scale = _SCALES[word]
            group = (group if found else 1) * scale
            if scale >= _SCALES["thousand"]:
                total, group = total + group, 0.0
        elif word in _WORDS:
            group += _WORDS[word]
        else:
            value = figures(word)
            if value is None:
                return None
            group += value
        found = True
    return total + group if found else None


def figures(word: str) -> float | None:
    """The value of a number in figures, thousands grouped as English or Indian writers do."""
    if _DECIMAL_COMMA.fullmatch(word):
        word = word.replace(",", ".")
    elif _GROUPED.match(word):
        word = re.sub(r"[,\u00a0\u202f]", "", word)
    try:
        return float(word)
    except ValueError:
        return None
