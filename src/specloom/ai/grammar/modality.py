"""Tells how strongly a sentence obliges, and in which words it says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from specloom.ai.grammar.reading import Reading, read
from specloom.ai.grammar.tagging import Tag
from specloom.ai.grammar.triggers import Region
from specloom.ai.grammar.verbs import listed
from specloom.core.text import Span
from specloom.vocabulary.requirements import Modality

_OBLIGATION, _PROHIBITION = Modality.OBLIGATION, Modality.PROHIBITION
_RECOMMENDATION, _PERMISSION, _INTENTION = Modality.RECOMMENDATION, Modality.PERMISSION, Modality.INTENTION

_MODALS: dict[str, Modality] = {
    **dict.fromkeys(("shall", "must"), _OBLIGATION),
    **dict.fromkeys(("should", "ought"), _RECOMMENDATION),
    **dict.fromkeys(("may", "can", "could", "might"), _PERMISSION),
    **dict.fromkeys(("will", "i'll", "you'll", "we'll", "they'll", "it'll"), _INTENTION),
    "would": Modality.NONE,
}
_NEGATED: dict[str, Modality] = {
    **dict.fromkeys(("cannot", "can't", "mustn't", "shan't", "couldn't", "mayn't"), _PROHIBITION),
    "shouldn't": _RECOMMENDATION,
    "won't": _INTENTION,
    **dict.fromkeys(("wouldn't", "mightn't"), Modality.NONE),
    "needn't": _PERMISSION,
}
_WITH_TO: dict[str, Modality] = {
    **dict.fromkeys(("required", "obliged", "obligated", "mandated", "bound"), _OBLIGATION),
    **dict.fromkeys(("supposed", "expected", "recommended", "encouraged", "advised"), _RECOMMENDATION),
    **dict.fromkeys(("allowed", "permitted", "entitled", "free", "able", "authorised", "authorized"), _PERMISSION),
    **dict.fromkeys(("forbidden", "prohibited"), _PROHIBITION),
    **dict.fromkeys(("going", "intended", "planned"), _INTENTION),
}
_PREDICATES: dict[str, Modality] = {
    **dict.fromkeys(("required", "mandatory", "compulsory", "obligatory"), _OBLIGATION),
    **dict.fromkeys(("forbidden", "prohibited", "disallowed"), _PROHIBITION),
    **dict.fromkeys(("recommended", "advisable", "desirable"), _RECOMMENDATION),
    **dict.fromkeys(("optional", "permitted", "allowed", "permissible"), _PERMISSION),
}
_REVERSED = {
    _OBLIGATION: _PROHIBITION,
    _PERMISSION: _PROHIBITION,
    _PROHIBITION: _PERMISSION,
}
_OUTCOMES = listed("cause lead result be become occur happen seem appear vary change affect fail exist contain")
_HINDERED = listed("no nobody none neither nothing")
_BEFORE_SUBJECT = frozenset({Tag.COMMA, Tag.STOP, Tag.CONJUNCTION, Tag.VERB, Tag.MODAL, Tag.AUXILIARY})
# No modal verb stands farther from its verb, or from where its subject begins, in words.
_FARTHEST = 60
_LONGEST_INSERTION = 12
_STARTING = frozenset({Tag.MODAL, Tag.AUXILIARY})
_STARTING_WORDS = frozenset({"need", "needs", "never"})


@dataclass(frozen=True, slots=True)
class Operator:
    """Words `first` to `last` (exclusive) of a reading that say how strongly: "must not", "is required to".

    `verb` is the index of the verb they rule, -1 for none ("X is mandatory"). `epistemic`: they rather guess
    ("must have been", "might cause") than oblige.
    """

    first: int
    last: int
    verb: int
    modality: Modality
    negated: bool = False
    epistemic: bool = False


def modality(text: str, start: int, end: int) -> Modality:
    """How strongly the sentence `text[start:end]` obliges, by its main clause."""
    return of_reading(read(text, [Span(start, end)]))


def of_reading(reading: Reading) -> Modality:
    """How strongly a sentence obliges that has been read."""
    found = operators(reading)
    operator = main(reading, found) or next((each for each in found if _inner(reading, each)), None)
    return Modality.NONE if operator is None else operator.modality


def _inner(reading: Reading, operator: Operator) -> bool:
    """Whether a relative clause obliges: "a door that must stay shut"."""
    return reading.regions[operator.first] is Region.RELATIVE and reading.words[operator.first].lower in {
        "shall",
        "must",
    }


def main(reading: Reading, found: Sequence[Operator]) -> Operator | None:
    """The operator of the main clause."""
    for operator in found:
        if reading.regions[operator.first] is Region.MAIN and operator.modality is not Modality.NONE:
            return operator
    return None


def operators(reading: Reading) -> list[Operator]:
    """All operators of a sentence in order."""
    found = []
    at = 0
    while at < len(reading.words):
        starts = reading.tags[at] in _STARTING or reading.words[at].lower in _STARTING_WORDS
        operator = _at(reading, at) if starts else None
        if operator is not None:
            found.append(operator)
            at = max(at + 1, operator.last)
        else:
            at += 1
    return found


def _at(reading: Reading, at: int) -> Operator | None:
    tagged, lower = reading.tags[at], reading.words[at].lower
    if tagged is Tag.MODAL:
        return _modal(reading, at)
    if tagged is Tag.AUXILIARY:
        return _BY_AUXILIARY[lower](reading, at) if lower in _BY_AUXILIARY else None
    if tagged in {Tag.VERB, Tag.NOUN} and lower in {"need", "needs"}:
        return _need_to(reading, at)
    if lower == "never" and (at == 0 or reading.tags[at - 1] is Tag.STOP) and at + 1 < len(reading.words):
        return Operator(at, at + 1, at + 1, _PROHIBITION, negated=True) if reading.tags[at + 1] is Tag.VERB else None
    return None


def _past_adverbs(reading: Reading, at: int, *, commas: bool = False) -> tuple[int, bool]:
    """The next word that is no adverb, and whether a "not" or "never" came before it; `commas` are passed, too."""
    negated = False
    passed = {Tag.ADVERB, Tag.NOT, Tag.ASIDE, Tag.COMMA} if commas else {Tag.ADVERB, Tag.NOT, Tag.ASIDE}
    last = min(len(reading.words), at + _FARTHEST)
    while at < last and (reading.tags[at] in passed or reading.regions[at] is Region.CONDITION):
        follows = reading.words[at + 1].lower if at + 1 < len(reading.words) else ""
        negated |= reading.tags[at] is Tag.NOT and follows != "only"
        at += 1
    return at, negated


def _modal(reading: Reading, at: int) -> Operator:
    lower = reading.words[at].lower
    negative = lower in _NEGATED
    verb, negated = _past_adverbs(reading, _past_insertion(reading, at + 1), commas=True)
    negated |= negative
    strength = _NEGATED[lower] if negative else _MODALS[lower]
    if negated and not negative and strength in {_OBLIGATION, _PERMISSION}:
        strength = _PROHIBITION
    if lower == "ought" and verb < len(reading.words) and reading.tags[verb] is Tag.TO:
        verb, also = _past_adverbs(reading, verb + 1)
        negated |= also
    if not negated and _hindered(reading, at):
        negated = True
        strength = _REVERSED.get(strength, strength)
    return Operator(at, verb, verb, strength, negated, _epistemic(reading, lower, verb))


def _past_insertion(reading: Reading, at: int) -> int:
    """The word after what stands between commas, or after a colon: "may, at any time, cancel", "shall: cancel"."""
    if at < len(reading.words) and reading.words[at].text == ":":
        return at + 1
    if at >= len(reading.words) or reading.tags[at] is not Tag.COMMA:
        return at
    closing = range(at + 2, min(len(reading.words) - 1, at + _LONGEST_INSERTION))
    found = next((here for here in closing if reading.tags[here] is Tag.COMMA), at)
    inserted = reading.tags[at + 1] is Tag.PREPOSITION and reading.tags[found + 1] in {Tag.VERB, Tag.AUXILIARY}
    return found + 1 if inserted and found > at else at


def _hindered(reading: Reading, at: int) -> bool:
    """Whether the subject itself says no: "No user shall", "None of the doors may"."""
    first, farthest = at, max(0, at - _FARTHEST)
    region = reading.regions[at]
    while first > farthest and reading.regions[first - 1] is region and reading.tags[first - 1] not in _BEFORE_SUBJECT:
        first -= 1
    return first < at and reading.words[first].lower in _HINDERED


def _epistemic(reading: Reading, modal: str, verb: int) -> bool:
    if verb >= len(reading.words):
        return False
    lower = reading.words[verb].lower
    if lower == "have" and verb + 1 < len(reading.words):
        if modal == "must":
            return reading.words[verb + 1].lower == "been"
        return reading.tags[verb + 1] in {Tag.PARTICIPLE, Tag.AUXILIARY} and modal in {"may", "might", "could"}
    return modal in {"might", "may", "could", "can", "would"} and lower in _OUTCOMES


def _have_to(reading: Reading, at: int) -> Operator | None:
    after, negated = _past_adverbs(reading, at + 1)
    if after >= len(reading.words) or reading.tags[after] is not Tag.TO:
        return None
    released = _denied_before(reading, at)
    verb, also = _past_adverbs(reading, after + 1)
    strength = _PERMISSION if released else _PROHIBITION if negated or also else _OBLIGATION
    return Operator(at, verb, verb, strength, released or negated or also)


def _need_to(reading: Reading, at: int) -> Operator | None:
    after, negated = _past_adverbs(reading, at + 1)
    if after >= len(reading.words):
        return None
    if reading.tags[after] is Tag.TO:
        released = negated or _denied_before(reading, at)
        verb, also = _past_adverbs(reading, after + 1)
        strength = _PERMISSION if released else _PROHIBITION if also else _OBLIGATION
        return Operator(at, verb, verb, strength, released or also)
    if negated and reading.words[at].lower == "need":
        return Operator(at, after, after, _PERMISSION, negated=True)
    return None


def _denied_before(reading: Reading, at: int) -> bool:
    """Whether "do not" or "does not" stands right before."""
    if at and reading.words[at - 1].lower in {"don't", "doesn't", "didn't"}:
        return True
    return at > 1 and reading.tags[at - 1] is Tag.NOT and reading.tags[at - 2] is Tag.AUXILIARY


def _imperative(reading: Reading, at: int) -> Operator | None:
    """ "Do not store …" at the beginning of a clause."""
    if at and reading.tags[at - 1] not in {Tag.STOP, Tag.COMMA, Tag.ADVERB}:
        return None
    if at and reading.tags[at - 1] is Tag.COMMA and reading.regions[at - 1] is Region.MAIN:
        return None
    verb, negated = _past_adverbs(reading, at + 1)
    negated |= reading.words[at].lower == "don't"
    if not negated or verb >= len(reading.words) or reading.tags[verb] is not Tag.VERB:
        return None
    return Operator(at, verb, verb, _PROHIBITION, negated=True)


def _be(reading: Reading, at: int) -> Operator | None:
    after, negated = _past_adverbs(reading, at + 1)
    negated |= reading.words[at].lower in {"isn't", "aren't", "wasn't", "weren't"}
    if after >= len(reading.words):
        return None
    lower = reading.words[after].lower
    if reading.tags[after] is Tag.TO and reading.words[at].lower in {"is", "are", "was", "were"}:
        verb, also = _past_adverbs(reading, after + 1)
        # "The goal is to …" says what a goal is; "The data is to be kept" obliges.
        if verb < len(reading.words) and reading.words[verb].lower == "be":
            return Operator(at, verb, verb, _PROHIBITION if negated or also else _OBLIGATION, negated or also)
        return None
    if after + 1 < len(reading.words) and reading.tags[after + 1] is Tag.TO and lower in _WITH_TO:
        verb, also = _past_adverbs(reading, after + 2)
        strength = _WITH_TO[lower]
        if negated or also:
            strength = _REVERSED.get(strength, strength) if not also else _PROHIBITION
            if negated and _WITH_TO[lower] is _OBLIGATION:
                strength = _PERMISSION
        return Operator(at, verb, verb, strength, negated or also)
    if lower in _PREDICATES and not _noun_follows(reading, after):
        strength = _PREDICATES[lower]
        if negated:
            strength = _PERMISSION if strength in {_OBLIGATION, _PROHIBITION} else _REVERSED.get(strength, strength)
        return Operator(at, after + 1, -1, strength, negated)
    return None


def _noun_follows(reading: Reading, at: int) -> bool:
    return at + 1 < len(reading.words) and reading.tags[at + 1] in {Tag.NOUN, Tag.ADJECTIVE}


_BY_AUXILIARY = {
    **dict.fromkeys(("has", "have", "had"), _have_to),
    **dict.fromkeys(("do", "don't"), _imperative),
    **dict.fromkeys(("be", "is", "are", "was", "were", "it's", "isn't", "aren't", "wasn't", "weren't"), _be),
}
