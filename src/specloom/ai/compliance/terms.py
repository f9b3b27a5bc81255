"""Words and phrases that a text is searched for, fast enough for long texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

# Acronyms are words of other meanings in small letters: "AI", "OT", "PROTECTED".
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]+\b")
_LEADING_CHOICE = re.compile(r"\(\?:([^()]*)\)(?![?*])(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Terms:
    """Alternatives, those in any case apart from those that begin with an acronym."""

    in_any_case: re.Pattern[str] | None
    as_written: re.Pattern[str] | None


class Searched:
    """A text, and where terms begin in it; each is looked for once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[Terms, list[int]] = {}

    def places(self, sought: Terms) -> list[int]:
        if sought not in self._known:
            found = [*self._starts(sought.in_any_case, self._lowered), *self._starts(sought.as_written, self._text)]
            self._known[sought] = sorted(found)
        return self._known[sought]

    def _starts(self, pattern: re.Pattern[str] | None, text: str) -> Iterator[int]:
        for match in pattern.finditer(text) if pattern else ():
            start = match.start()
            if start == 0 or not (text[start - 1].isalnum() or text[start - 1] == "_"):
                yield start

    @cached_property
    def _lowered(self) -> str:
        """The text in small letters, each at its place: some letters become two, and stay as they are."""
        lowered = self._text.lower()
        if len(lowered) == len(self._text):
            return lowered
        return "".join(small if len(small := each.lower()) == 1 else each for each in self._text)


@cache
def terms(written: str) -> Terms:
    """Regular expressions between bars, in which `*` stands for any ending and `#` for any one word."""
    alternatives = [each for part in _parts(written) for each in _unfolded(part)]
    exact = [each for each in alternatives if _ACRONYM.match(each)]
    return Terms(
        in_any_case=_pattern([each.lower() for each in alternatives if each not in exact]),
        as_written=_pattern(exact),
    )


def _pattern(alternatives: list[str]) -> re.Pattern[str] | None:
    """What begins with a letter is found fast, as the first letters are looked for before anything is tried; so it is
    left to the reader of the matches to see whether they begin a word."""
    if not alternatives:
        return None
    joined = "|".join(alternatives).replace("*", r"\w*").replace("#", r"[\w.]+").replace(" ", r"\s+")
    return re.compile(rf"(?:{joined})(?!\w)")


def _parts(written: str) -> Iterator[str]:
    """The alternatives between the bars that stand in no parentheses."""
    depth, start = 0, 0
    for place, character in enumerate(written):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            yield written[start:place]
            start = place + 1
    yield written[start:]


def _unfolded(part: str) -> Iterator[str]:
    """An alternative that begins with a choice, as one for each."""
    leading = _LEADING_CHOICE.fullmatch(part)
    if leading is None:
        yield part
    else:
        for choice in leading[1].split("|"):
            yield f"{choice}{leading[2]}"
