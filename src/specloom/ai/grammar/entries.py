"""Tells what a word can be before its neighbours are asked."""

from enum import IntEnum, auto
from functools import lru_cache

from specloom.ai.grammar import lexicon
from specloom.ai.grammar.numerals import is_number


class Tag(IntEnum):
    NOUN = auto()
    ADJECTIVE = auto()
    DETERMINER = auto()
    PRONOUN = auto()
    NUMBER = auto()
    PREPOSITION = auto()
    CONJUNCTION = auto()
    SUBORDINATOR = auto()
    RELATIVE = auto()
    THAT = auto()
    """ "that" before what is said: "ensure that …"."""
    MODAL = auto()
    AUXILIARY = auto()
    TO = auto()
    """ "to" before an infinitive."""
    NOT = auto()
    ADVERB = auto()
    VERB = auto()
    """Infinitive, present or past."""
    PARTICIPLE = auto()
    GERUND = auto()
    COMMA = auto()
    STOP = auto()
    """A mark that ends a clause: ";", ".", ":", a dash."""
    ASIDE = auto()
    """Anything within brackets, the brackets too; quotation marks."""


BASE, THIRD, PAST, GERUND, ADVERB, ADJECTIVE, NOUN_VERB = (1 << bit for bit in range(7))
"""What a word may be when its neighbours decide, as bits."""
_MARKS = {
    ",": Tag.COMMA,
    **dict.fromkeys((";", ".", ":", "?", "!", "|", "–", "—", "--", "-", "...", "…"), Tag.STOP),
}


@lru_cache(maxsize=1 << 16)
def entry(word: str) -> tuple[Tag | None, int]:
    """The tag of a word that has only one, and what else it may be."""
    fixed = _closed(word)
    if fixed is not None:
        return fixed, 0
    may = 0
    if lexicon.is_base_verb(word):
        may |= BASE
    if lexicon.is_third_person(word):
        may |= THIRD
    if lexicon.is_past(word):
        may |= PAST
    if lexicon.is_gerund(word):
        may |= GERUND
    if lexicon.is_adverb(word):
        may |= ADVERB
    if lexicon.is_adjective(word):
        may |= ADJECTIVE
    if may & (BASE | THIRD) and lexicon.is_noun_verb(word):
        may |= NOUN_VERB
    if not may and not word[0].isalnum() and len(word) == 1 and word not in "%/&°":
        return Tag.ASIDE, 0
    return None, may


def _closed(word: str) -> Tag | None:
    if word in _MARKS:
        return _MARKS[word]
    for members, tag in _CLOSED:
        if word in members:
            return tag
    return Tag.NUMBER if is_number(word) else None


_CLOSED: tuple[tuple[frozenset[str], Tag], ...] = (
    (lexicon.MODALS, Tag.MODAL),
    (lexicon.BE | lexicon.HAVE | lexicon.DO, Tag.AUXILIARY),
    (lexicon.NEGATIONS, Tag.NOT),
    (frozenset({"to"}), Tag.TO),
    (lexicon.CONJUNCTIONS, Tag.CONJUNCTION),
    (frozenset({"that", "what", "why", "how"}), Tag.THAT),
    (lexicon.RELATIVES, Tag.RELATIVE),
    (lexicon.SUBORDINATORS - {"as"}, Tag.SUBORDINATOR),
    (lexicon.DETERMINERS, Tag.DETERMINER),
    (lexicon.PRONOUNS, Tag.PRONOUN),
    (lexicon.PREPOSITIONS, Tag.PREPOSITION),
)
