"""Splits a stretch of text into words with their exact places; what belongs together stays one word."""

import re
from functools import lru_cache
from typing import NamedTuple

from specloom.core.text import Span

# Alternatives in order: the first that fits wins, and none backtracks over more than one word.
_WORD = re.compile(
    r"""
      [A-Za-z]+(?=[ ,;)\n])                                        # most words, found fast
    | `[^`\n]{1,200}`                                              # code
    | (?:https?|ftps?|wss?|mailto|file)://[^\s<>"]*[^\s<>".,;:!?)\]}'’]
    | [\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+                  # e-mail
    | (?:e\.g|i\.e|a\.m|p\.m|w\.r\.t|U\.S|a\.k\.a)\.(?!\w)
    | (?:etc|vs|approx|resp|incl|excl|max|min|Mr|Mrs|Dr|No|Nos|Fig|Sec)\.(?=[\s,;:)])
    | (?<![\w/])~?/(?:[\w.{}:*-]+/)*[\w{}*-][\w.{}*-]*(?<!\.)      # path
    | [<{][\w. -]{1,40}[>}]                                        # placeholder
    | [$€£¥₹]\s?\d+(?:[.,]\d+)*[kKmM]?\b                           # money
    | \d+(?:[.,:/]\d+)*(?:\s?%|°\s?[CF]?\b|[^\W\d_][\w-]*|-[^\W\d_][\w-]*|-\d[\w-]*)?  # number, unit
    | \w+(?:                                                       # other words, identifiers, file names
        [.](?!(?:The|This|These|It|If|When|An?|In|All|Each|We|Users?|System)\b)[A-Za-z_]\w*  # no two sentences
        |[./-]?\d[\w]*|[-/'’‑–](?=\w)\w+|_
      )*(?:['’](?=[\s,.;:)]))?
    | --+|\.\.\.|<=|>=|=>|->|[^\w\s]
    """,
    re.VERBOSE,
)
LONGEST_KEPT = 4000
"""Longer ranges of text, in characters, are read anew each time: what is kept of sentences must stay small."""
_TYPOGRAPHIC = str.maketrans("’‑–", "'--")


class Word(NamedTuple):
    """`text[start:end]` of the text it comes from: a word, number, identifier, code span, address or punctuation.

    `lower` is in small letters with plain apostrophes and hyphens, for looking words up.
    """

    start: int
    end: int
    text: str
    lower: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def spoken(self) -> bool:
        """Whether it is more than punctuation."""
        return self.text[0].isalnum() or len(self.text) > 2  # noqa: PLR2004


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words and punctuation marks of `text[start:end]` in order; they hold every character that is not a space."""
    last = len(text) if end is None else end
    kept = last - start <= LONGEST_KEPT
    return list(_kept(text, start, last) if kept else _words(text, start, last))


def _words(text: str, start: int, last: int) -> tuple[Word, ...]:
    found = []
    for match in _WORD.finditer(text, start, last):
        word = match.group()
        lower = word.lower()
        if not lower.isascii():
            lower = lower.translate(_TYPOGRAPHIC)
        found.append(Word(match.start(), match.end(), word, lower))
    return tuple(found)


# Grammar, relations and questions ask for the words of the same sentence one after another; keys hold the text itself,
# no copy of it. A sentence takes some 6 kB.
_kept = lru_cache(maxsize=1 << 12)(_words)
