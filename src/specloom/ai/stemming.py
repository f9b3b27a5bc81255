"""Stems English words by Porter's rules, so that the forms of a word are alike."""

from collections.abc import Sequence
from functools import lru_cache

# Each step of M. F. Porter, "An algorithm for suffix stripping" (1980), with the suffixes of a step longest first.
_STEP_2 = (
    ("ational", "ate"), ("ization", "ize"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("tional", "tion"), ("biliti", "ble"), ("entli", "ent"), ("ousli", "ous"), ("ation", "ate"), ("alism", "al"),
    ("aliti", "al"), ("iviti", "ive"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
    ("alli", "al"), ("ator", "ate"), ("eli", "e"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ness", ""), ("ful", ""),
)  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "sion",
    "tion", "al", "er", "ic", "ou",
)  # fmt: skip


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word in small letters."""
    word = _without_inflection(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(_replaced(word, _STEP_2), _STEP_3)
    suffix = next((suffix for suffix in _STEP_4 if word.endswith(suffix)), "")
    if suffix:
        # "-ion" falls only after s or t, which stay.
        base = word[: len(word) - (3 if suffix in {"sion", "tion"} else len(suffix))]
        word = base if _measure(base) > 1 else word
    if word.endswith("e") and (_measure(word[:-1]) > 1 or (_measure(word[:-1]) == 1 and not _ends_short(word[:-1]))):
        word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


def _without_inflection(word: str) -> str:
    """Step 1a and 1b: plural, past and progressive."""
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    base = next((word[: -len(end)] for end in ("ed", "ing") if word.endswith(end)), "")
    if not _has_vowel(base):
        return word
    if base.endswith(("at", "bl", "iz")):
        return base + "e"
    if base[-1:] == base[-2:-1] and _is_consonant(base, len(base) - 1) and base[-1] not in "lsz":
        return base[:-1]
    return base + "e" if _measure(base) == 1 and _ends_short(base) else base


def _replaced(word: str, suffixes: Sequence[tuple[str, str]]) -> str:
    for suffix, replacement in suffixes:
        if word.endswith(suffix):
            base = word[: -len(suffix)]
            return base + replacement if _measure(base) > 0 else word
    return word


def _is_consonant(word: str, at: int) -> bool:
    if word[at] == "y":
        return at == 0 or not _is_consonant(word, at - 1)
    return word[at] not in "aeiou"


def _has_vowel(word: str) -> bool:
    return any(not _is_consonant(word, at) for at in range(len(word)))


def _measure(word: str) -> int:
    """How often a vowel is followed by a consonant: Porter's m."""
    return sum(not _is_consonant(word, at) and _is_consonant(word, at + 1) for at in range(len(word) - 1))


def _ends_short(word: str) -> bool:
    """Whether the word ends in consonant, vowel, consonant, the last not w, x or y."""
    consonants = [_is_consonant(word, at) for at in range(len(word))][-3:]
    return consonants == [True, False, True] and word[-1] not in "wxy"
