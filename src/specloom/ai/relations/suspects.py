"""Finds what may clash in two requirements: numbers, opposites, denials, times and obligations."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from specloom.ai.grammar.lexicon import is_gerund, is_role
from specloom.ai.relations.bounds import mismatches
from specloom.ai.relations.frames import Frame, Part, Token
from specloom.ai.relations.opposites import Kind, Opposition
from specloom.ai.relations.polarity import AFFIRMED, DENIED
from specloom.ai.relations.stems import wordset
from specloom.ai.relations.topics import ANY_SYSTEM
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, Modality

# Below this, two requirements do not speak of the same thing. By hand, on the pairs of the tests, as are the others.
LEAST_TOPIC = 0.36
POSSIBLE = wordset("able can could possible possibility ability allow allows let lets enable enables")
"""Words that offer something rather than demand it."""
_OPTIONAL = wordset(
    """
    optional optionally voluntary preferably ideally they_wish he_wishes need_not needn't left_empty left_blank left_out
    not_required not_mandatory not_necessary
    """
)
_MANDATORY = wordset("required mandatory obligatory compulsory")
_OBLIGING = _MANDATORY | wordset("shall must requires require")
_MAY = frozenset({Modality.PERMISSION})
_MUST = frozenset({Modality.OBLIGATION})
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?|\d{1,2}\s?[ap]m")
# "Some medicines must not", "the grids of the other player": what is denied is another thing.
_SOME = frozenset({"some", "certain", "other", "another", "others"})


@dataclass(frozen=True, slots=True)
class Suspect:
    """What would clash if both spoke of the same thing; `least` says how much so, 0 to 1."""

    reason: str
    first: tuple[Span, ...]
    second: tuple[Span, ...]
    message: str
    confidence: float
    least: float


def numbers(text: str, mine: Frame, theirs: Frame) -> Iterator[Suspect]:
    """Measures of the same kind that no value meets, or that set two limits."""
    found = mismatches(mine, theirs)
    # 95 % within two seconds and 99 % within five are two points of one curve.
    curve = len({each.kind for each in found}) > 1 and len({each.rising for each in found}) == 1
    for each in [] if curve else found:
        one, other = said(text, each.first.span), said(text, each.second.span)
        # "round 3 of the edits" counts nothing.
        if " of the " in f"{one} {other}":
            continue
        first, second = (each.first.span,), (each.second.span,)
        if each.excluded:
            message = f'"{one}" and "{other}" cannot both hold for the same thing.'
            yield Suspect("number", first, second, message, 0.9, LEAST_TOPIC)
        elif each.rising and each.first.comparator[:1] == each.second.comparator[:1]:
            message = f'"{one}" and "{other}" set two different limits for the same thing.'
            yield Suspect("number", first, second, message, 0.75, 0.5)


def opposite(text: str, each: Opposition) -> Suspect:
    one, other = said(text, each.first.span), said(text, each.second.span)
    denials = [not_ for token, not_ in ((each.first, one), (each.second, other)) if token.sign == DENIED]
    aside = f' ("{denials[0]}" is denied)' if denials else ""
    message = f'"{one}" and "{other}"{aside} exclude each other.'
    least = {Kind.WAY: LEAST_TOPIC - 0.07, Kind.LEAVE: LEAST_TOPIC}.get(each.kind, 0.5)
    return Suspect(each.reason, (each.first.span,), (each.second.span,), message, 0.85, least)


def denied(text: str, first: Frame, second: Frame) -> Iterator[Suspect]:
    """The same deed, required by one and ruled out by the other."""
    mine = _by_concept(token for token in first.tokens if token.part is Part.MAIN)
    theirs = _by_concept(token for token in second.tokens if token.part is Part.MAIN)
    shared = [word for word in mine if word in theirs]
    against = [word for word in shared if mine[word].sign * theirs[word].sign == DENIED]
    if any(_SOME & {token.lower for token in each.words} for each in (first, second)):
        return
    done = first.action | second.action
    deeds = [word for word in against if word in done or _is_deed(mine[word].lower) or _is_deed(theirs[word].lower)]
    if not deeds or len(against) * 2 < sum(bool(mine[word].sign and theirs[word].sign) for word in shared):
        return
    one, other = mine[deeds[0]], theirs[deeds[0]]
    affirming, denying = (first, second) if one.sign == AFFIRMED else (second, first)
    wanted, ruled = (one, other) if affirming is first else (other, one)
    required = "allows" if affirming.modality in _MAY else "asks for"
    message = f'One {required} "{said(text, wanted.span)}", the other rules "{said(text, ruled.span)}" out.'
    spans = {id(wanted): (wanted.span,), id(ruled): _with_denial(denying, ruled)}
    # What is denied under a condition is as often as not an exception to the rule.
    exception = bool(denying.condition) and not affirming.condition
    yield Suspect("negation", spans[id(one)], spans[id(other)], message, 0.7 if exception else 0.9, LEAST_TOPIC)


def _is_deed(word: str) -> bool:
    """Whether a word says of itself that something is done, as "type" and "recycled" do not."""
    return is_gerund(word) or word.endswith("ion")


def before_and_after(text: str, first: Frame, second: Frame) -> Iterator[Suspect]:
    """The same event, before which one wants what the other wants after it."""
    for one, other in _turns(first):
        for mine, theirs in _turns(second):
            if other.concept == theirs.concept and one.lower != mine.lower:
                message = f'One says "{_from(text, one, other)}", the other "{_from(text, mine, theirs)}".'
                spans = Span(one.span.start, other.span.end), Span(mine.span.start, theirs.span.end)
                yield Suspect("time", (spans[0],), (spans[1],), message, 0.8, 0.5)


def at_times(text: str, first: Frame, second: Frame) -> Iterator[Suspect]:
    """The same deed at different times of the day."""
    mine, theirs = ([t for t in frame.main if _CLOCK.fullmatch(t.lower)] for frame in (first, second))
    if len(mine) == len(theirs) == 1 and mine[0].lower != theirs[0].lower:
        one, other = mine[0].span, theirs[0].span
        message = f'One says "{said(text, one)}", the other "{said(text, other)}".'
        yield Suspect("time", (one,), (other,), message, 0.7, 0.7)


def obliged(first: Frame, second: Frame) -> Iterator[Suspect]:
    """The same deed, left open by one ("may") and demanded by the other."""
    if any(POSSIBLE & {token.lower for token in each.words} for each in (first, second)):
        return
    modes = {first.modality, second.modality}
    if not (modes & _MAY and modes & _MUST) or not first.action & second.action:
        return
    spans = [each.clause.action for each in (first, second)]
    if spans[0] and spans[1] and not {t.sign for t in (*first.main, *second.main)} & {DENIED}:
        message = "One leaves it open, the other demands it."
        yield Suspect("modality", (spans[0],), (spans[1],), message, 0.6, 0.85)


def optional(first: Frame, second: Frame) -> Iterator[Suspect]:
    """What one marks as optional and the other obliges to."""
    marks = [_phrase(frame, _OPTIONAL) for frame in (first, second)]
    if bool(marks[0]) == bool(marks[1]):
        return
    marked, other = (0, second) if marks[0] else (1, first)
    mark = marks[marked]
    verb = next((t for t in other.words if t.lower in _OBLIGING), None)
    if mark is None or verb is None or not (other.modality in _MUST or verb.lower in _MANDATORY):
        return
    spans = [(mark,), (verb.span,)]
    first_spans, second_spans = spans if marked == 0 else spans[::-1]
    yield Suspect("modality", first_spans, second_spans, "One leaves it open, the other demands it.", 0.75, 0.5)


def offers(frame: Frame) -> bool:
    """Whether a requirement gives somebody a possibility, rather than demanding that it be done."""
    words = [token.lower for token in frame.words]
    return (
        frame.modality in _MAY
        or frame.requirement.statement.form is Form.USER_STORY
        or bool({"able", "can", "allow", "allows", "enable", "let", "option", "want", "ability"} & set(words))
        or bool(frame.actor and not frame.actor & ANY_SYSTEM and any(is_role(word) for word in frame.actor))
    )


def _turns(frame: Frame) -> Iterator[tuple[Token, Token]]:
    for place, word in enumerate(frame.words):
        if word.lower in {"before", "after"}:
            following = [token for token in frame.words[place + 1 : place + 4] if token in frame.tokens]
            if following and following[0].span.start - word.span.end < 30:  # noqa: PLR2004
                yield word, following[0]


def _with_denial(frame: Frame, token: Token) -> tuple[Span, ...]:
    """The word and the denial before it, when that is near."""
    place = frame.words.index(token)
    for before in reversed(frame.words[max(0, place - 6) : place]):
        if before.lower in {"not", "never", "no", "cannot", "without"} or before.lower.endswith("n't"):
            return before.span, token.span
    return (token.span,)


def _phrase(frame: Frame, phrases: frozenset[str]) -> Span | None:
    """Where the requirement first has one of the phrases."""
    found = sorted(frame.phrases[each] for each in frame.phrases.keys() & phrases)
    if not found:
        return None
    place, size = found[0]
    return Span(frame.words[place].span.start, frame.words[place + size - 1].span.end)


def _by_concept(tokens: Iterable[Token]) -> dict[str, Token]:
    """Each word once; one that is both affirmed and denied is neither."""
    found: dict[str, Token] = {}
    for token in tokens:
        earlier = found.get(token.concept)
        if earlier is None or (earlier.sign == 0 and token.sign):
            found[token.concept] = token
        elif earlier.sign * token.sign == DENIED:
            found[token.concept] = replace(earlier, sign=0)
    return found


def _from(text: str, first: Token, last: Token) -> str:
    return said(text, Span(first.span.start, last.span.end))


def said(text: str, span: Span) -> str:
    return " ".join(text[span.start : span.end].split())
