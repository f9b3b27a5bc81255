"""Reads one sentence as far as a judgement needs it: its main verb, what kind of subject that has, and how it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from specloom.ai.extraction import vocabulary
from specloom.ai.grammar.lexicon import BE, DO, HAVE, NOUN_VERBS, is_adverb, is_role, singular
from specloom.ai.grammar.verbs import BASES, GERUNDS, PARTICIPLES, PASTS, THIRD

_PAST_AUXILIARIES = frozenset({"was", "were", "wasn't", "weren't", "had", "hadn't", "did", "didn't"})
_FINITE_BE = BE - {"be", "been", "being"}
_FINITE_HAVE = HAVE - {"having"}
_PLURALS = frozenset(
    ("we", "they", "you", "i", "who", "people", "staff", "personnel", "everyone", "data", "these", "those")
)
_PRONOUNS = {
    "i": "we",
    "we": "we",
    "you": "you",
    "he": "other",
    "she": "other",
    "it": "it",
    "they": "it",
    "there": "there",
}
_AFTER_VERBS = frozenset({"to", "from", "into", "out", "up", "on", "it", "them", "that", "as"})
_OBLIGING = frozenset({"shall", "must", "should"})
_POINTERS = frozenset({"this", "that", "these", "those", "such"})
# Forms that are verbs in the third person or plural nouns, and those that are verbs only.
_EITHER = frozenset(form for form, base in THIRD.items() if base in NOUN_VERBS)
_VERBS_ONLY = frozenset(THIRD) - _EITHER


class Finite(StrEnum):
    """The form of the main verb."""

    MODAL = "modal"
    BE = "be"
    HAVE = "have"
    PRESENT = "present"
    PERFECT = "perfect"
    PAST = "past"
    IMPERATIVE = "imperative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """`words` in small letters; `verb` is the index of the main verb (-1: none), `after` of what it says then.

    `modal` is the modal verb the main verb is, `base` the infinitive of the full verb that follows; `subject` the kind
    of its subject: product, user, paper, project, we, you, it, this, there, other or none.
    """

    words: Sequence[str]
    finite: Finite
    verb: int
    subject: str
    head: str
    modal: str
    base: str
    negated: bool
    passive: bool
    opening: int


def read(words: Sequence[str]) -> Reading:
    """`words` are the words and punctuation of one sentence in small letters, without bullet and number."""
    finite, verb = _main_verb(words)
    opening = _opening(words, verb if verb >= 0 else len(words))
    subject, head = ("none", "") if finite in {Finite.NONE, Finite.IMPERATIVE} else _subject(words[opening:verb])
    modal = vocabulary.MODALS.get(words[verb], "") if finite is Finite.MODAL else ""
    after = verb + 1
    duty = _duty(words, verb) if finite in {Finite.BE, Finite.HAVE, Finite.PRESENT} else 0
    if duty:
        finite, modal, after = Finite.MODAL, "need", duty
    negated = finite is Finite.MODAL and words[verb] in {"cannot", "can't", "won't", "mustn't", "shouldn't", "couldn't"}
    while 0 < after < len(words) and (words[after] in {"not", "n't", "never", "be"} or is_adverb(words[after])):
        negated = negated or words[after] in {"not", "never"}
        after += 1
    following = words[after] if 0 < after < len(words) else ""
    base = _base(following) if finite in {Finite.MODAL, Finite.BE, Finite.PERFECT, Finite.HAVE} else ""
    if finite in {Finite.PRESENT, Finite.PAST, Finite.IMPERATIVE}:
        base = _base(words[verb])
    passive = following in PARTICIPLES and (
        finite is Finite.BE or (finite is Finite.MODAL and "be" in words[verb + 1 : after])
    )
    return Reading(words, finite, verb, subject, head, modal, base, negated, passive, opening)


def _duty(words: Sequence[str], verb: int) -> int:
    """Where the infinitive begins that "has to", "needs to" or "is required to" rules; 0 where none does."""
    after = words[verb + 1] if verb + 1 < len(words) else ""
    if words[verb] in {"has", "have", "need", "needs"} and after == "to":
        return verb + 2
    if (
        words[verb] in {"is", "are"}
        and after in {"required", "obliged", "obligated", "to"}
        and "to" in words[verb + 1 : verb + 3]
    ):
        return words.index("to", verb + 1) + 1
    return 0


def _main_verb(words: Sequence[str]) -> tuple[Finite, int]:
    """The first finite verb that no conjunction or relative pronoun has claimed."""
    search = _Search(words)
    for i in range(len(words)):
        search.step(i)
        if search.done:
            break
    return search.result()


class _Search:
    """Looks for the main verb word by word; what may be a noun as well gives way to a surer verb."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        # How many clauses still lack their verb, and whether a comma ends them.
        self._waiting = 0
        self._closes = False
        self._present = self._past = self._claimed = -1
        self._sure: tuple[Finite, int] | None = None

    @property
    def done(self) -> bool:
        return self._sure is not None

    def step(self, i: int) -> None:
        word = self._words[i]
        before = self._words[i - 1] if i else ""
        if word in {",", ";", ":"}:
            if self._closes or (word != "," and self._present < 0 and self._past < 0):
                self._waiting, self._closes = 0, False
        elif word in vocabulary.SUBORDINATORS and _subordinates(self._words, i):
            self._waiting += 1
            self._closes = self._closes or not i or before in {",", "then", "and"}
        else:
            finite = _finite(self._words, i)
            if finite and self._waiting:
                self._waiting -= 1
                self._closes = self._closes and self._waiting > 0
                self._claimed = i if finite is Finite.MODAL and word in _OBLIGING else self._claimed
            elif finite:
                self._take(finite, i)

    def _take(self, finite: Finite, i: int) -> None:
        word = self._words[i]
        if finite is Finite.PAST and word not in vocabulary.SAYING:
            self._past = i if self._past < 0 else self._past
        elif finite is Finite.PRESENT and (word in _EITHER or word in NOUN_VERBS):
            self._present = i if self._present < 0 else self._present
        elif finite in {Finite.MODAL, Finite.PAST} or self._present < 0:
            self._sure = finite, i

    def result(self) -> tuple[Finite, int]:
        if self._sure:
            return self._sure
        if self._present >= 0 and (self._past < 0 or self._present < self._past):
            return Finite.PRESENT, self._present
        if self._past >= 0:
            return Finite.PAST, self._past
        if self._claimed >= 0:
            return Finite.MODAL, self._claimed
        first = _first_spoken(self._words)
        commanding = first < len(self._words) and self._words[first] in BASES and _commands(self._words, first)
        return (Finite.IMPERATIVE, first) if commanding else (Finite.NONE, -1)


def _finite(words: Sequence[str], i: int) -> Finite | None:
    """The form of a word if it can be a finite verb where it stands."""
    word = words[i]
    before = words[i - 1] if i else ""
    after = words[i + 1] if i + 1 < len(words) else ""
    if word in vocabulary.MODALS:
        # "in May", "the will"
        noun = before in vocabulary.PREPOSITIONS or (before in vocabulary.DETERMINERS and before not in _POINTERS)
        return None if noun else Finite.MODAL
    if word in _PAST_AUXILIARIES and after not in PARTICIPLES:
        return Finite.PAST
    if word in _FINITE_BE:
        return Finite.PAST if word in _PAST_AUXILIARIES else Finite.BE
    if word in _FINITE_HAVE and before != "to":
        return Finite.PERFECT if after in PARTICIPLES or after == "been" else Finite.HAVE
    if word in DO:
        return Finite.PRESENT
    barred = before in vocabulary.PREPOSITIONS or (before in vocabulary.DETERMINERS and before not in _POINTERS)
    return None if not i or barred else _full(word, before, after)


def _full(word: str, before: str, after: str) -> Finite | None:
    """The form of a full verb in the present or past tense."""
    if word in THIRD and _predicates(word, before, after):
        return Finite.PRESENT
    if not before[0].isalpha():
        return None
    plural = before in _PLURALS or (before.endswith("s") and not before.endswith(("ss", "us", "is")))
    if word in BASES and plural and before not in _VERBS_ONLY:
        return Finite.PRESENT if word not in NOUN_VERBS or _opens_object(after) else None
    if word in PASTS and before not in BE and before not in HAVE and not is_adverb(before):
        return Finite.PAST if word not in PARTICIPLES or _opens_object(after) else None
    return None


def _predicates(word: str, before: str, after: str) -> bool:
    """Whether a word that may be a verb in the third person or a plural noun is the verb here."""
    if not before[0].isalnum() and before not in {")", '"', "”", "’", "`"}:
        return False
    if after in vocabulary.MODALS or after in _FINITE_BE or after in _FINITE_HAVE:
        return False
    if word in _EITHER:
        return _opens_object(after) or before in {"it", "this", "that", "which", "who", "system", "application", "user"}
    return True


def _opens_object(after: str) -> bool:
    """Whether a word may open what follows a verb, and hardly what follows a noun."""
    return after in vocabulary.DETERMINERS or after in _AFTER_VERBS


def _subordinates(words: Sequence[str], i: int) -> bool:
    """Whether the word opens a clause with a verb of its own rather than standing as a determiner or preposition."""
    word = words[i]
    after = words[i + 1] if i + 1 < len(words) else ""
    if word == "that":
        return i > 0
    if word == "as":
        return after not in {"a", "an", "well", "soon", "the", "part", "follows"} and i > 0 and words[i - 1] != "such"
    if word in {"before", "after", "since", "until", "once"}:
        return after not in GERUNDS and i + 2 < len(words)
    short = word in {"when", "while", "if", "where"}
    return not (short and (after in GERUNDS or after in PARTICIPLES or after in vocabulary.STATES))


def _commands(words: Sequence[str], first: int) -> bool:
    """Whether a sentence that begins with what may be an infinitive is a command, not a noun phrase."""
    after = words[first + 1] if first + 1 < len(words) else ""
    if words[first] not in NOUN_VERBS:
        return after not in {"of", ":", "for"} or words[first] in {"allow", "provide"}
    return _opens_object(after) or after in {"all", "new"} or (after.endswith("s") and after.isalpha())


def _first_spoken(words: Sequence[str]) -> int:
    for i, word in enumerate(words):
        if word[0].isalnum() and not is_adverb(word) and word != "please":
            return i
    return len(words)


def _opening(words: Sequence[str], verb: int) -> int:
    """Where the subject of the verb begins: after a condition or phrase that a comma closes."""
    first = words[0] if words else ""
    opens = (
        first in vocabulary.PREPOSITIONS or first in vocabulary.SUBORDINATORS or is_adverb(first) or first in GERUNDS
    )
    if not opens and first not in {"upon", "then", "and", "but", "also", "given"}:
        return 0
    for i in range(verb - 1, 0, -1):
        if words[i] == ",":
            return i + 1
    return 0


def _subject(words: Sequence[str]) -> tuple[str, str]:
    """The kind of a subject and its head noun."""
    head = ""
    for word in words:
        if word in vocabulary.PREPOSITIONS or word in vocabulary.SUBORDINATORS or word in {",", "(", ":"}:
            if head:
                break
            continue
        if word in vocabulary.DETERMINERS and not (word in _POINTERS and len(words) == 1):
            continue
        if word[0].isalnum() and not (head and (word in PARTICIPLES or word in GERUNDS)) and not is_adverb(word):
            head = word
    pointing = bool(words) and words[0] in _POINTERS
    if not head or head in _POINTERS:
        return ("this" if pointing else "none"), head
    return kind(head), head


@lru_cache(maxsize=20_000)
def kind(noun: str) -> str:
    """What kind of thing a noun names."""
    single = singular(noun)
    for word in (single, single.rpartition("-")[2]):
        if word in _PRONOUNS:
            return _PRONOUNS[word]
        if word in vocabulary.PAPER:
            return "paper"
        if word in vocabulary.PROJECT:
            return "project"
        if word in vocabulary.PRODUCT:
            return "product"
    return "user" if is_role(noun) else "other"


@lru_cache(maxsize=20_000)
def _base(word: str) -> str:
    for forms in (THIRD, PARTICIPLES, PASTS, GERUNDS):
        if word in forms:
            return forms[word]
    return word
