"""Tells whether the numbers and dates of one text occur in another, however the two write them."""

import re
import unicodedata
from collections.abc import Iterator

_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,'’٫٬]\d+)*")
_WORD = re.compile(r"\b(?:[A-Z]?[a-z]+)\b")

_COUNTING = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# Months only with a capital: "may" is no number.
_WORDS = {name: str(value) for value, month in enumerate(_MONTHS, 1) for name in (month, month[:3])}
_WORDS |= {name: str(value) for value, word in enumerate(_COUNTING) for name in (word, word.capitalize())}


class Numbers:
    """The numbers a source text holds, digits of any script, in figures or as English words and months."""

    def __init__(self, text: str) -> None:
        self._known = {_WORDS[word] for word in _WORD.findall(text) if word in _WORDS}
        for number in _figures(text):
            self._known |= _readings(number) | _parts(number)

    def holds_all_of(self, text: str) -> bool:
        """Whether the source knows every number of the text. A text without numbers is held."""
        return all(
            _readings(number) & self._known or (len(_parts(number)) > 1 and _parts(number) <= self._known)
            for number in _figures(text)
        )


def _figures(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        yield "".join(str(unicodedata.decimal(char, char)) for char in match.group())


def _parts(number: str) -> set[str]:
    """The figures between separators: a date 12.03.2026 has three, and 12 100 may be two numbers."""
    if re.search(r"\s", number):
        return set(number.split())
    return {_plain(part) for part in re.split(r"\D", number)}


def _readings(number: str) -> set[str]:
    """The values a number may stand for: 1,500 is fifteen hundred or one and a half, 1,00,000 only a lakh."""
    separators = re.findall(r"\D", number)
    digits = _plain(re.sub(r"\D", "", number))
    if not separators or (len(separators) > 1 and len(set(separators)) == 1):
        return {digits}
    whole, _, fraction = number.rpartition(separators[-1])
    decimal = f"{_plain(re.sub(r'[^0-9]', '', whole))}.{fraction}".rstrip("0").rstrip(".")
    grouped = len(separators) == 1 and len(fraction) == 3  # noqa: PLR2004
    return {decimal, digits} if grouped else {decimal}


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"
