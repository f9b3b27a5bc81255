"""Rules about words that leave open how fast, how many, how good or when."""

from collections.abc import Iterator

from specloom.ai.grammar import lexicon
from specloom.ai.rules.phrases import Match, Phrases
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.vague_words import (
    COUNTED,
    HEDGE,
    NEVER_AFTER,
    ONLY_ATTRIBUTES,
    ONLY_SAID_OF_THINGS,
    QUANTITY,
    SUBJECTIVE,
    SUBJECTIVE_TERMS,
    TERMS,
    TIME,
    TIME_TERMS,
    TIMED_BEFORE,
    VAGUE,
)
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form


def _listed(
    phrases: Phrases, wording: Wording, terms: dict[str, str], before: dict[str, frozenset[str]]
) -> Iterator[Match]:
    """The phrases that are not part of a term of their own, nor bound by the word before."""
    lower = wording.lower
    for match in phrases.find(wording):
        following = lower[match.last + 1] if match.last + 1 < len(lower) else ""
        preceding = lower[match.first - 1] if match.first else ""
        if following and following in terms.get(match.phrase, "").split():
            continue
        if preceding in before.get(match.phrase, frozenset()):
            continue
        yield match


def _measured(wording: Wording, match: Match) -> bool:
    """Whether a measure follows that says how much is meant: "fast: at most 2 seconds"."""
    for first, _ in wording.measured:
        between = wording.lower[match.last + 1 : first]
        if first > match.last and len(between) <= _WITHIN and not {"and", "or", "but", ";", "."} & set(between):
            return True
    return False


_WITHIN = 12


def _acts(wording: Wording, at: int) -> bool:
    """Whether the word is the verb of its sentence ("shall clear the list"), or the first word of an order."""
    before = wording.lower[at - 1] if at else ""
    follows = wording.lower[at + 1] if at + 1 < len(wording.lower) else ""
    ordered = before in lexicon.MODALS | {"to", "not"} or (not before.isalnum() and follows in lexicon.DETERMINERS)
    return ordered and lexicon.is_base_verb(wording.lower[at])


def _attributed(wording: Wording, at: int) -> bool:
    """Whether the word stands where an adjective of a thing stands: after an article, or after a form of "be"."""
    before = wording.lower[at - 1] if at else ""
    return before in {"a", "an", "the", "very", "too", "with", "in", "of", "and", "as", *lexicon.BE}


def _vague(wording: Wording) -> Iterator[Hit]:
    for match in _listed(VAGUE, wording, TERMS, NEVER_AFTER):
        if (_measured(wording, match) and match.advice != HEDGE) or _acts(wording, match.first):
            continue
        if match.phrase in ONLY_ATTRIBUTES and not _attributed(wording, match.first):
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" can mean anything: two readers will test it differently.',
            f'Replace "{said}": {match.advice}.',
            0.85,
        )


def _subjective(wording: Wording) -> Iterator[Hit]:
    for match in _listed(SUBJECTIVE, wording, SUBJECTIVE_TERMS, {"important": frozenset({"most"})}):
        if _measured(wording, match) or _acts(wording, match.first):
            continue
        if match.phrase in ONLY_SAID_OF_THINGS and not _attributed(wording, match.first):
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" is a matter of taste: nobody can prove that it is met.',
            f'Instead of "{said}", {match.advice}.',
        )


def _quantity(wording: Wording) -> Iterator[Hit]:
    for match in _listed(QUANTITY, wording, COUNTED, NEVER_AFTER):
        if {"(", ":"} & set(wording.lower[match.last + 1 : match.last + 5]):
            continue  # The list follows.
        said = wording.quote(match.first, match.last)
        counted = _counted(wording, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" leaves open how many{counted}, or which.',
            f'Give the number or the least and the largest number instead of "{said}", or list{counted or " them"}.',
            0.75,
        )


def _counted(wording: Wording, last: int) -> str:
    """The noun that is counted, with a space before it; empty when it is not plain."""
    noun = wording.lower[last + 1] if last + 1 < len(wording.lower) else ""
    plural = noun.isalpha() and noun.endswith("s") and not noun.endswith("ss")
    return f" {noun}" if plural and not lexicon.is_third_person(noun) else ""


def _time(wording: Wording) -> Iterator[Hit]:
    for match in _listed(TIME, wording, TIME_TERMS, NEVER_AFTER | TIMED_BEFORE):
        if _measured(wording, match):
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" names no time that a test could measure.',
            f'Replace "{said}": {match.advice}.',
        )


RULES = (
    Rule(
        id="vague_term",
        title="Vague word",
        severity=Severity.MAJOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="Words of degree and fitness without a measure mean something else to everybody who reads them.",
        example="The import shall handle the files efficiently.",
        better="The import shall read 10,000 rows in at most 60 seconds.",
        suggestion="Replace the word by what can be measured or observed.",
        check=_vague,
        forms=ALL_FORMS,
    ),
    Rule(
        id="subjective_term",
        title="Matter of taste",
        severity=Severity.MAJOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="What is easy or beautiful depends on who judges, so no test can prove it.",
        example="The booking form shall be intuitive.",
        better="The booking form shall let a first-time guest book a room within 3 minutes.",
        suggestion="Say what people must be able to do, in which time, with how many errors.",
        check=_subjective,
        forms=ALL_FORMS,
    ),
    Rule(
        id="vague_quantity",
        title="Indefinite number",
        severity=Severity.MINOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="Design and test need to know how many: two, two hundred or two million are different products.",
        example="The portal shall offer several languages.",
        better="The portal shall offer English, Polish and Urdu.",
        suggestion="Give a number, limits, or the list.",
        check=_quantity,
        forms=ALL_FORMS - {Form.USER_STORY},
    ),
    Rule(
        id="vague_time",
        title="Indefinite time",
        severity=Severity.MAJOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="Without a limit, an interval or an event nobody can say that it is too late.",
        example="The gateway shall forward alarms promptly.",
        better="The gateway shall forward each alarm within 5 seconds.",
        suggestion="Give the longest time or the interval, with its unit and the event from which it counts.",
        check=_time,
        forms=ALL_FORMS,
    ),
)
