"""Reads what the code of a specification declares: the choices of a configuration, the limits on a field's values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specloom.ai.sentences import Kind, Sentence
from specloom.core.text import Span

_KEY = re.compile(r"(?P<key>[A-Za-z_][\w.-]{0,60}):[ \t]*(?P<value>\S.*)?")
# A value in quotes that says something in words; paths, addresses and mere numbers do not.
_CHOICE = re.compile(r"""(["'])(?=[^"']*[A-Za-z]{2})(?![./]|\w+://)[^"']{2,200}\1""")
_CLASS = re.compile(r"(?:export |public |abstract |data )*(?:class|interface|type|struct|entity|model)\s+[A-Za-z_]\w*")
_FIELD = re.compile(
    r"[a-z_]\w{0,60}\s*:\s*(?P<type>[A-Za-z_][\w\[\], .|]{0,80}?)\s*(?P<rest>=\s*\w*[Ff]ield\(.*|\(.*\))"
)
_LIMIT = re.compile(
    r"\b(?:min_length|max_length|min_items|max_items|pattern|regex|ge|gt|le|lt|multiple_of|max_digits|decimal_places)\s*="
)
_NOTED = re.compile(
    r"\((?:[^()]*\b)?(?:enum|unique|encrypted|encoded|required|not null|max|min|immutable)\b", re.IGNORECASE
)
# Of the leaves of a block: fewer that are choices in words make it a configuration to run, not a specification.
_FEWEST, _SHARE = 2, 0.8
CHOSEN, LIMITED = 0.6, 0.55


@dataclass(frozen=True, slots=True)
class Declaration:
    """A line that declares something, and the lines or keys it stands under, outermost first."""

    own: Span
    context: tuple[Span, ...]
    confidence: float


def block(units: Sequence[Sentence], first: int) -> int:
    """The unit after the lines of code that begin with unit `first` and stand under one heading."""
    i = first
    while i < len(units) and units[i].kind is Kind.CODE and units[i].heading == units[first].heading:
        i += 1
    return i


def declarations(text: str, units: Sequence[Sentence], first: int, after: int) -> Iterator[Declaration]:
    """What a block of code declares, in reading order."""
    yield from _choices(text, units[first:after]) or _limits(text, units[first:after])


def _choices(text: str, lines: Sequence[Sentence]) -> list[Declaration]:
    """The leaves of a block that is nothing but keys and values, most of them in words."""
    found: list[Declaration] = []
    above: list[tuple[int, Span]] = []
    leaves = 0
    for line in lines:
        match = _KEY.fullmatch(text, line.start, line.end)
        if not match:
            if text.startswith("#", line.start):
                continue
            return []
        indent = line.start - (text.rfind("\n", 0, line.start) + 1)
        while above and above[-1][0] >= indent:
            above.pop()
        if not match["value"]:
            above.append((indent, Span(*match.span("key"))))
            continue
        leaves += 1
        if _CHOICE.fullmatch(match["value"]):
            keys = tuple(span for _, span in above)
            found.append(Declaration(Span(line.start, line.end), keys, CHOSEN))
    return found if len(found) >= max(_FEWEST, _SHARE * leaves) else []


def _limits(text: str, lines: Sequence[Sentence]) -> list[Declaration]:
    """The fields of the block's classes whose declaration limits their values."""
    found: list[Declaration] = []
    owner: Span | None = None
    for line in lines:
        words = text[line.start : min(line.end, line.start + 400)]
        if _CLASS.match(words):
            owner = Span(line.start, line.end)
        elif words.startswith(("def ", "async def ", "@", "function ")):
            owner = None
        elif owner and (field := _FIELD.match(words)) and (_LIMIT.search(field["rest"]) or _NOTED.match(field["rest"])):
            found.append(Declaration(Span(line.start, line.end), (owner,), LIMITED))
    return found
