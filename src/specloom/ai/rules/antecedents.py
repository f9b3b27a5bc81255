"""Finds the things that a pronoun may stand for, and measures how far they compete with each other."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from specloom.ai.grammar import Reading, Region, Tag, is_role, lexicon
from specloom.ai.rules.phrases import listed

SINGULAR = frozenset({"it", "its", "itself", "this"})
POINTING = frozenset({"this", "these", "those"})
PLURAL = frozenset({"they", "them", "their", "theirs", "themselves", "these", "those"})
PERSONAL = frozenset({"he", "him", "his", "himself", "she", "her", "hers", "herself"})
SPEAKING = listed("we us our ours i my me you your")
POSSESSIVE = frozenset({"its", "their", "his", "her", "our", "my", "your"})
_SUBJECTS = frozenset({"it", "they", "he", "she", "we"})
_EXPLETIVE = listed(
    """
    possible impossible necessary important essential required recommended mandatory feasible desirable
    acceptable clear likely unlikely assumed expected permissible easy difficult responsibility become the a
    that
    """
)
_VERBAL = frozenset({Tag.VERB, Tag.AUXILIARY, Tag.MODAL, Tag.PARTICIPLE})
_NOMINAL = frozenset({Tag.NOUN, Tag.ADJECTIVE, Tag.NUMBER, Tag.DETERMINER})
# Groups that act as one, and things that are named like people.
_BODIES = lexicon.GENERIC_ACTORS | listed(
    """
    authority organization organisation company department agency team party tenant provider committee board
    council crew panel ministry processor receiver sender reader publisher
    """
)
# Noun phrases that a reader still has in mind when a pronoun comes.
_REMEMBERED = 12
_MASS = listed(
    """
    data people staff information material software equipment metadata personnel
    """
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase, words `first` to `last`, its head last."""

    first: int
    last: int
    head: str
    plural: bool
    either: bool
    """Whether it can be one or many: "data", "staff"."""
    person: bool
    subject: bool
    """Whether a verb follows it that it is the subject of."""
    inner: bool
    """Whether it hangs on a noun or verb by a preposition."""
    region: Region


def nouns(reading: Reading) -> list[Noun]:
    """The noun phrases of a sentence in order."""
    found: list[Noun] = []
    tags, at = reading.tags, 0
    while at < len(tags):
        if tags[at] not in _NOMINAL and not _gerund_of(reading, at):
            at += 1
            continue
        first = at
        while at < len(tags) and (tags[at] in _NOMINAL or _gerund_of(reading, at)):
            if at > first and (tags[at] is Tag.DETERMINER or _acts(reading, at)):
                break
            at += 1
        if tags[at - 1] is Tag.NOUN or reading.words[at - 1].text[0].isupper() or _governs(tags, first, at):
            found.append(_noun(reading, first, at - 1))
        if at < len(tags) and tags[at] is Tag.NOUN:
            at += 1
    return found


def _governs(tags: list[Tag], first: int, after: int) -> bool:
    """Whether an article opens the phrase and a verb follows it: its last word is a noun whatever its ending."""
    return tags[first] is Tag.DETERMINER and after - first > 1 and after < len(tags) and tags[after] in _VERBAL


def _acts(reading: Reading, at: int) -> bool:
    """Whether a word taken for a noun is the verb after its subject: "drivers hand parcels", "the bus stops at"."""
    word, before = reading.words[at].lower, reading.words[at - 1].lower
    if any(reading.tags[i] in _VERBAL for i in range(_clause_start(reading, at), at)):
        return False
    following = reading.tags[at + 1] if at + 1 < len(reading.tags) else Tag.STOP
    if reading.tags[at - 1] not in {Tag.NOUN, Tag.ADJECTIVE}:
        return False
    if lexicon.singular(before) != before and lexicon.is_base_verb(word):
        return following in {*_NOMINAL, Tag.PREPOSITION, Tag.TO}
    return (
        lexicon.singular(before) == before
        and lexicon.is_third_person(word)
        and following in {Tag.PREPOSITION, Tag.COMMA}
    )


def _clause_start(reading: Reading, at: int) -> int:
    """The position after the last mark or subordinator before a word."""
    while at and reading.tags[at - 1] not in {Tag.STOP, Tag.COMMA, Tag.SUBORDINATOR, Tag.CONJUNCTION}:
        at -= 1
    return at


def _gerund_of(reading: Reading, at: int) -> bool:
    """A gerund before a noun belongs to its phrase: "quality checking process"."""
    tags = reading.tags
    return (
        tags[at] is Tag.GERUND
        and at + 1 < len(tags)
        and tags[at + 1] is Tag.NOUN
        and at > 0
        and tags[at - 1] in _NOMINAL
    )


def _noun(reading: Reading, first: int, last: int) -> Noun:
    head = reading.words[last].lower
    after = last + 1
    while after < len(reading.tags) and reading.tags[after] in {Tag.ADVERB, Tag.ASIDE}:
        after += 1
    before = reading.tags[first - 1] if first else Tag.STOP
    counted = reading.words[first].lower in {"each", "every", "a", "an", "one", "this", "that", "either"}
    name = reading.words[last].text
    many = (
        (name[-1] == "s" and name[:-1].isupper())
        or (not name.isupper() and lexicon.singular(head) != head)
        or reading.words[first].lower in {"these", "those", "many", "several", "both"}
    )
    return Noun(
        first,
        last,
        head,
        plural=many and not counted,
        either=head in _MASS,
        person=is_role(head),
        subject=after < len(reading.tags)
        and (reading.tags[after] in _VERBAL - {Tag.PARTICIPLE} or _acts(reading, after)),
        inner=before is Tag.PREPOSITION,
        region=reading.regions[first],
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The place of a pronoun in its sentence, and the noun phrases that it may stand for, nearest last."""

    at: int
    word: str
    reading: Reading
    candidates: Sequence[Noun]
    all: Sequence[Noun]

    @property
    def expletive(self) -> bool:
        """Whether "it" stands for what follows: "it shall be possible to"."""
        words = [word.lower for word in self.reading.words[self.at + 1 : self.at + 7]]
        return (
            self.word == "it"
            and any(word in _EXPLETIVE for word in words[1:4])
            and bool({"to", "that", "for", "if"} & set(words))
        )

    @property
    def subject(self) -> bool:
        """Whether the pronoun is itself the subject of a verb."""
        following = self.reading.tags[self.at + 1] if self.at + 1 < len(self.reading.tags) else Tag.STOP
        return self.word in _SUBJECTS and following in _VERBAL | {Tag.ADVERB, Tag.NOT}


def choose(reading: Reading, at: int, phrases: Sequence[Noun]) -> Choice:
    """What the pronoun at word `at` may stand for, of the noun phrases of its sentence."""
    word = reading.words[at].lower
    until = bisect_left(phrases, at, key=lambda noun: noun.last)
    known = phrases[max(0, until - _REMEMBERED) : until]
    return Choice(at, word, reading, [noun for noun in known if _agrees(reading, word, noun, at)], known)


def _agrees(reading: Reading, word: str, noun: Noun, at: int) -> bool:
    if word in SPEAKING:
        return False
    if word in PERSONAL:
        return noun.person and not noun.plural
    if word in SINGULAR:
        return not noun.plural and (not noun.person or noun.head in _BODIES)
    return noun.plural or noun.either or _joined(reading, noun, at) or (noun.person and not noun.plural)


def _joined(reading: Reading, noun: Noun, at: int) -> bool:
    """Whether an "and" joins the phrase with another one before the pronoun."""
    after = noun.last + 1
    return after < at - 1 and reading.words[after].lower == "and" and reading.tags[after + 1] in _NOMINAL
