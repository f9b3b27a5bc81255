"""Tells how likely readers take a pronoun for different things, and reports those that are likely misread."""

import math
from collections.abc import Iterator

from specloom.ai.grammar import Reading, Tag, read
from specloom.ai.rules.antecedents import (
    PERSONAL,
    PLURAL,
    POINTING,
    POSSESSIVE,
    SINGULAR,
    SPEAKING,
    Choice,
    choose,
    nouns,
)
from specloom.ai.rules.rule import Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.core.text import Span
from specloom.vocabulary.analyses import Characteristic, Severity

_PRONOUNS = (SINGULAR | PLURAL | PERSONAL | SPEAKING) - POINTING - {"i", "my", "me"}
# Weights of a logistic regression, fitted on the pronouns under tests/quality/analysis and the training half of
# ReqEval; on the other half nine of ten nocuous pronouns lie above 0.6, and three of four that lie there are nocuous.
_SPEAKS, _ONE, _TWO, _MANY = 0.6, -1.8, 0.4, 1.0
_PERSON, _PLURAL, _POSSESSES, _REFLEXIVE = -0.5, -0.6, 0.3, 0.3
_NEAR, _PARALLEL, _TWO_SUBJECTS, _INNER, _EITHER = 0.6, 0.4, -1.4, 0.3, 0.2
_LENGTH, _NOUNS = 0.6, -0.5
_REPORTED, _POINTED = 0.6, 0.7
_VERBAL = frozenset({Tag.MODAL, Tag.AUXILIARY, Tag.VERB})


def pronoun_risk(text: str, pronoun: Span, sentence: Span | None = None) -> float:
    """The probability, 0 to 1, that readers take the pronoun at that place for different things.

    `sentence` is the range around it that is read, without it the whole text. 0.0 where no word stands at the place.
    """
    around = sentence or Span(0, len(text))
    reading = read(text, [around])
    at = next((i for i, word in enumerate(reading.words) if word.start <= pronoun.start < word.end), None)
    return 0.0 if at is None else _risk(choose(reading, at, nouns(reading)))


def _risk(choice: Choice) -> float:
    candidates, reading = choice.candidates, choice.reading
    heads = len({noun.head for noun in candidates})
    refers = choice.word not in SPEAKING and not choice.expletive
    subjects = sum(noun.subject and not noun.inner for noun in candidates)
    total = _LENGTH * min(len(reading.words), 60) / 30 + _NOUNS * min(len(choice.all), 6) / 3
    total += (
        _SPEAKS * (choice.word in SPEAKING) + _PERSON * (choice.word in PERSONAL) + _PLURAL * (choice.word in PLURAL)
    )
    total += _POSSESSES * (choice.word in POSSESSIVE - SPEAKING) + _REFLEXIVE * choice.word.endswith(("self", "selves"))
    if candidates:
        nearest = candidates[-1]
        total += _NEAR * (choice.at - nearest.last <= 2)  # noqa: PLR2004
        total += _INNER * (nearest.inner and heads > 1)
        total += _EITHER * any(_then_or(reading, noun.last, choice.at) for noun in candidates)
    if refers:
        total += (0.0, _ONE, _TWO, _MANY)[min(heads, 3)] + _TWO_SUBJECTS * (subjects > 1)
        total += _PARALLEL * (choice.subject and subjects > 0 and candidates[0].subject and not candidates[0].inner)
    return 1 / (1 + math.exp(-total))


def _then_or(reading: Reading, at: int, before: int) -> bool:
    return at + 1 < before and reading.words[at + 1].lower == "or"


def _pronouns(wording: Wording) -> Iterator[Hit]:
    """Pronouns that are likely misread. "It shall be possible" and "we" are another rule's, or a matter of style."""
    for choice in _choices(wording):
        risk = _risk(choice)
        if risk < _REPORTED or choice.expletive or choice.word in SPEAKING:
            continue
        named = list(dict.fromkeys(wording.quote(noun.first, noun.last) for noun in choice.candidates[-2:]))
        yield _hit(wording, choice, named, risk)

    for at in range(wording.own, len(wording.words) - 1):
        if wording.lower[at] in POINTING and wording.tags[at] is Tag.PRONOUN and wording.tags[at + 1] in _VERBAL:
            said = wording.words[at].text
            yield wording.hit(
                at, at, f'"{said}" points to something that is not named.', f'Put the noun after "{said}".', _POINTED
            )


def _every(wording: Wording) -> Iterator[Hit]:
    """Every pronoun, with the risk for its confidence."""
    for choice in _choices(wording):
        yield _hit(wording, choice, [], _risk(choice))


def _choices(wording: Wording) -> Iterator[Choice]:
    if _PRONOUNS.isdisjoint(wording.vocabulary):
        return
    phrases = nouns(wording.reading)
    for at in range(wording.own, len(wording.words)):
        if wording.lower[at] in _PRONOUNS and at not in wording.muted:
            yield choose(wording.reading, at, phrases)


def _hit(wording: Wording, choice: Choice, named: list[str], risk: float) -> Hit:
    said = wording.words[choice.at].text
    whose = f": {' or '.join(named)}?" if len(named) > 1 else "."
    noun = f'"{named[0]}" or "{named[1]}"' if len(named) > 1 else "the noun"
    return wording.hit(
        choice.at,
        choice.at,
        f'"{said}" can stand for different things{whose}',
        f'Repeat {noun} instead of "{said}".',
        risk,
    )


RULES = (
    Rule(
        id="ambiguous_pronoun",
        title="Ambiguous pronoun",
        severity=Severity.MINOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="A pronoun with two candidates before it is read in two ways.",
        example="When the sensor loses the hub, it shall restart.",
        better="When the sensor loses the hub, the sensor shall restart.",
        suggestion="Repeat the noun.",
        check=_pronouns,
    ),
    Rule(
        id="strict_pronoun",
        title="Any pronoun (strict)",
        severity=Severity.INFO,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="Some houses want no pronoun at all; the confidence says how likely it is misread.",
        example="When the sensor has no signal, it shall restart.",
        better="When the sensor has no signal, the sensor shall restart.",
        suggestion="Repeat the noun.",
        check=_every,
        default_enabled=False,
    ),
)
