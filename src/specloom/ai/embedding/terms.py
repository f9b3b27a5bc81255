"""Turns a text of any script into the terms that are compared in search, each with its place and its dimension."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from specloom.ai.embedded_summarise.terms import WORD, is_dense
from specloom.ai.embedding.vectors import DIMENSIONS
from specloom.ai.relations.stems import SYNONYMS, wordset
from specloom.ai.stemming import stem

_SHORTEST_STEMMED, _LONGEST_STEMMED = 3, 40
# Words that begin alike are mostly forms of one word, in most languages that inflect; English ones are stemmed instead.
_PREFIX = 7
# Between the parts of "orderId", "user_id", "ISO25010" and "10MB".
_BORDER = re.compile(r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
STOP = wordset(
    """
    a about above after again against all also am an and any are as at be because been before being below between both
    but by can could did do does doing done down during each few for from further had has have having he her here hers
    him his how i if in into is it its itself just me more most my no nor not of off on once only or other our ours
    out over own s same she should so some such t than that the their theirs them then there these they this those
    through to too under until up very was we were what when where which while who whom why will with would you your
    yours shall must may might
    """
)

# What no rule for endings brings together: a base, then its forms, one group a line.
_IRREGULAR = """
become became
begin began begun
break broke broken
bring brought
build built
buy bought
choose chose chosen
come came
criterion criteria
child children
deal dealt
draw drew drawn
drive drove driven
eat ate eaten
fall fell fallen
feel felt
find found
foot feet
forget forgot forgotten
get got gotten
give gave given
go goes went gone
grow grew grown
hear heard
hide hid hidden
hold held
index indices indexes
keep kept
know knew known
lead led
leave left
lend lent
lose lost loss losses
mean meant
meet met
pay paid payment payments payer
person people
retain retention
run ran
see saw seen
sell sold
send sent
show shown
speak spoke spoken
spend spent
steal stole stolen
take took taken
teach taught
tell told
think thought
understand understood
wear wore worn
win won
write wrote written
"""


class Term(NamedTuple):
    """`text[start:end]`, and the dimension that all forms of the word share."""

    start: int
    end: int
    dimension: int


def terms(text: str) -> Iterator[Term]:
    """The terms of a text in order. Stop words are none; of scripts without spaces, pairs of characters are."""
    for match in WORD.finditer(text):
        word = match.group()
        start = match.start()
        if is_dense(word[0]):
            for at in range(max(1, len(word) - 1)):
                yield Term(start + at, start + min(at + 2, len(word)), dimension(word[at : at + 2]))
        else:
            for found in _dimensions(word):
                yield Term(start, match.end(), found)


@lru_cache(maxsize=1 << 16)
def dimension(term: str) -> int:
    """The same for a term in every version and on every machine."""
    return int.from_bytes(blake2b(term.encode(errors="replace"), digest_size=4).digest()) % DIMENSIONS


@lru_cache(maxsize=1 << 16)
def _dimensions(word: str) -> tuple[int, ...]:
    """Of a word; of an identifier also those of its parts."""
    folded = dict.fromkeys(_fold(part) for part in (word.strip("_"), *_BORDER.split(word)))
    return tuple(dimension(_stem(part)) for part in folded if part and part not in STOP)


def _stem(word: str) -> str:
    """What the forms of a word share: endings fall ("invoices", "invoicing"), irregular forms are known ("paid")."""
    if not _SHORTEST_STEMMED <= len(word) <= _LONGEST_STEMMED or not word.isalpha():
        return word
    return stem(_BASES.get(word, word)) if word.isascii() else word[:_PREFIX]


def _fold(word: str) -> str:
    """The word without capitals, accents and compatibility forms."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in apart if not "\u0300" <= c <= "\u036f"))


_BASES = {form: base for base, *forms in map(str.split, _IRREGULAR.strip().splitlines()) for form in forms}


def _related() -> Mapping[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for group in SYNONYMS:
        shared = {each for word in group if "-" not in word for each in _dimensions(word)}
        for each in shared:
            found[each] |= shared - {each}
    return {each: frozenset(others) for each, others in found.items()}


RELATED = _related()
"""The dimensions of the words that mean the same as one with synonyms."""
