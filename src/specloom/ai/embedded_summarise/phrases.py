"""Compiles lists of phrases in many languages, one language a line, into one pattern."""

import re


def phrases(listed: str) -> re.Pattern[str]:
    """A pattern that finds any of the phrases, in capitals or not.

    Alternatives in a line are parted by `|` and may be regular expressions. They match whole words where the script has
    spaces between words; a line that begins with `=` is taken as it stands.
    """
    return re.compile(alternatives(listed), re.IGNORECASE)


def alternatives(listed: str) -> str:
    """The regular expression of `phrases`, to build others with."""
    lines = [line.strip() for line in listed.splitlines() if line.strip()]
    return "|".join(_alternative(line) for line in lines)


def _alternative(line: str) -> str:
    if line.startswith("="):
        return f"(?:{line[1:]})"
    spaced = any(character.isascii() and character.isalpha() for character in line) or "а" <= line[0] <= "я"
    return rf"\b(?:{line})\b" if spaced else f"(?:{line})"
