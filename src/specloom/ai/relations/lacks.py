"""Finds what requirements leave unsaid about roles, failures, decisions, data, interfaces and qualities."""

import re
from collections import defaultdict
from collections.abc import Iterator

from specloom.ai.analysis import Evidence, Gap
from specloom.ai.relations.book import Book
from specloom.ai.relations.cues import (
    ADDING,
    AREAS,
    CHANGING,
    CHECKING,
    DECIDING,
    EXTERNAL,
    FAILING,
    MEASURED,
    OTHERWISE,
    PERSONAL,
    RETENTION,
    SERVING,
    STORING,
    VAGUE,
)
from specloom.ai.relations.frames import Frame
from specloom.ai.relations.stems import concept, stem
from specloom.core.text import Span
from specloom.vocabulary.requirements import Quality, RequirementType

_FEWEST_MENTIONS = 2
_FEWEST_REQUIREMENTS = 15
_SHOWN = 5


def roles(book: Book) -> Iterator[Gap]:
    """Roles that are named more than once and never act, are never allowed, served or told anything."""
    mentions: dict[str, list[tuple[int, Span]]] = defaultdict(list)
    served: set[str] = set()
    for number, token in book.roles():
        mentions[token.concept].append((number, book.named(book.frames[number], token)))
        before = book.text[max(0, token.span.start - 40) : token.span.start]
        if token.concept in book.frames[number].actor or SERVING.search(before):
            served.add(token.concept)
    acting = {word for each in book.frames for word in each.actor}
    for role, found in mentions.items():
        numbers = tuple(dict.fromkeys(number for number, _ in found))
        if role in acting | served or len(numbers) < _FEWEST_MENTIONS:
            continue
        name = book.words(found[0][1])
        message = f'"{name}" is named {len(found)} times, but no requirement says what this role does.'
        spans = tuple(span for _, span in found[:_SHOWN])
        yield Gap("role_without_story", numbers[:_SHOWN], min(0.8, 0.5 + 0.05 * len(found)), Evidence(spans, message))


def errors(book: Book) -> Iterator[Gap]:
    """What is checked without a word on what follows when the check fails."""
    failing = set(book.speaking(FAILING))
    for number, each in enumerate(book.frames):
        checked = each.action & CHECKING
        if not checked or number in failing or not each.object:
            continue
        about = {other for word in each.object for other in book.concepts.get(word, ())}
        if not about & failing:
            spans = tuple(span for span in (each.clause.object, each.clause.action) if span)
            message = f'Nothing says what happens when "{book.words(spans[0])}" does not pass.'
            yield Gap("error_without_handling", (number,), 0.5, Evidence(spans, message))


def measures(book: Book) -> Iterator[Gap]:
    """Qualities that are demanded without a number, one gap for each quality."""
    vague: dict[Quality, list[tuple[int, Span]]] = defaultdict(list)
    for number, each in enumerate(book.requirements):
        quality, statement = each.classification.quality, each.statement
        if (
            each.classification.type is RequirementType.NON_FUNCTIONAL
            and quality in MEASURED
            and not each.clause.measures
        ):
            found = VAGUE.search(book.text, statement.start, statement.end)
            if found and not any(c.isdecimal() for c in book.text[statement.start : statement.end]):
                vague[quality].append((number, Span(*found.span())))
    for found_in in vague.values():
        spans = tuple(span for _, span in found_in[:_SHOWN])
        named = ", ".join(dict.fromkeys(f'"{book.words(span)}"' for span in spans))
        message = f"{named}: no number says when this is met."
        numbers = tuple(number for number, _ in found_in)
        yield Gap("quality_without_measure", numbers, 0.8, Evidence(spans, message))


def alternatives(book: Book) -> Iterator[Gap]:
    """Decisions of which only one outcome is described."""
    for number, each in enumerate(book.frames):
        span = each.clause.condition
        if span is None or not re.match(r"(?:only )?if\b", book.text[span.start : span.end], re.IGNORECASE):
            continue
        deciding = each.condition & DECIDING
        about = each.condition - DECIDING - {"user"}
        if not deciding or not about or OTHERWISE & {token.lower for token in each.words}:
            continue
        others = {other for word in about for other in book.concepts.get(word, ())} - {number}
        if not any(_otherwise(book.frames[other]) for other in others):
            message = f'Nothing says what happens otherwise than "{book.words(span)}".'
            yield Gap("condition_without_alternative", (number,), 0.5, Evidence((span,), message))


def _otherwise(each: Frame) -> bool:
    return any(token.concept in OTHERWISE or token.lower in OTHERWISE for token in each.words)


def lifecycles(book: Book) -> Iterator[Gap]:
    """Things that can be added, and neither changed nor removed, in texts that say so of others: one gap for all."""
    changed = {word for each in book.frames if _does(each, CHANGING) for word in each.concepts}
    added: dict[str, tuple[int, Span]] = {}
    for number, each in enumerate(book.frames):
        action, span = each.clause.action, each.clause.object
        if action and span and each.object and stem(book.words(action).lower()) in ADDING and not each.object & changed:
            added.setdefault(book.words(span).lower(), (number, span))
    if changed and added:
        found = list(added.values())[:_SHOWN]
        named = ", ".join(f'"{book.words(span)}"' for _, span in found)
        evidence = Evidence(
            tuple(span for _, span in found), f"Nothing says whether {named} can be changed or removed."
        )
        yield Gap("create_without_delete", tuple(number for number, _ in found), 0.35, evidence)


def _does(each: Frame, deeds: frozenset[str]) -> bool:
    return any(token.concept in deeds for token in each.tokens)


def retention(book: Book) -> Iterator[Gap]:
    """Data of people and records that are stored, when no word of the text says for how long: one gap for all."""
    if RETENTION.search(book.text):
        return
    stored: list[tuple[int, Span]] = []
    for number, each in enumerate(book.frames):
        statement = each.requirement.statement
        found = PERSONAL.search(book.text, statement.start, statement.end)
        if found and any(token.concept in STORING and token.sign > 0 for token in each.tokens):
            stored.append((number, Span(*found.span())))
    if stored:
        named = ", ".join(list(dict.fromkeys(f'"{book.words(span)}"' for _, span in stored))[:_SHOWN])
        evidence = Evidence(tuple(span for _, span in stored[:_SHOWN]), f"Nothing says for how long {named} are kept.")
        yield Gap("data_without_retention", tuple(number for number, _ in stored), 0.6, evidence)


def interfaces(book: Book) -> Iterator[Gap]:
    """External systems of whose failure no requirement speaks."""
    failing = set(book.speaking(FAILING))
    relied: dict[str, list[tuple[int, Span]]] = defaultdict(list)
    for number, each in enumerate(book.requirements):
        for found in EXTERNAL.finditer(book.text, each.statement.start, each.statement.end):
            relied[" ".join(map(concept, found.group().lower().split()))].append((number, Span(*found.span())))
    for found_in in relied.values():
        numbers = tuple(dict.fromkeys(number for number, _ in found_in))
        named = {word for number in numbers for word in book.frames[number].object}
        if failing & set(numbers) or any(named & book.frames[number].concepts for number in failing):
            continue
        name = book.words(found_in[0][1])
        evidence = Evidence((found_in[0][1],), f'Nothing says what happens when "{name}" fails or does not answer.')
        yield Gap("interface_without_failure", numbers[:_SHOWN], 0.5, evidence)


def areas(book: Book) -> Iterator[Gap]:
    """Areas that a set of some size should settle and does not touch at all."""
    if len(book.requirements) < _FEWEST_REQUIREMENTS:
        return
    qualities = {each.classification.quality for each in book.requirements}
    span = Span(book.requirements[0].statement.start, book.requirements[-1].statement.end)
    for area, (quality, words) in AREAS.items():
        spoken = any(words.search(book.text, each.statement.start, each.statement.end) for each in book.requirements)
        if quality not in qualities and not spoken:
            message = f"None of the {len(book.requirements)} requirements is about {area}."
            yield Gap("missing_quality", (), 0.6, Evidence((span,), message))
