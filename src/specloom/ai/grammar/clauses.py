"""Finds who does what to what under which condition: in sentences, list items, rows, user stories and scenarios."""

import re
from bisect import bisect_right
from dataclasses import replace

from specloom.ai.analysis import Clause, Measure, Statement
from specloom.ai.grammar.measuring import measures
from specloom.ai.grammar.modality import Operator, main, operators
from specloom.ai.grammar.phrases import Phrase, agent, predicate, subject
from specloom.ai.grammar.reading import Reading, opens_main, read
from specloom.ai.grammar.tagging import Tag
from specloom.ai.grammar.triggers import Region, pattern
from specloom.core.text import Span
from specloom.vocabulary.requirements import Ears, Form, Modality

_STORY = re.compile(
    r"\bAs\s++(?P<actor>(?:an?\b|the\b)?+\s*+[^,\n]{1,120}?)\s*+(?:[,\n]\s*+)?\b(?:I|we)(?:'d|’d|'ll)?\s+"
    r"(?P<wish>(?:really\s+)?(?:want(?:s|ed)?|need|wish|would\s+(?:like|love|want)|like|can|could|should|must|may|am|will|shall|have|"
    r"expect|require|hope)\b)",
    re.IGNORECASE,
)
_STORY_AIM = re.compile(
    r"(?<![,;.\s])[,;.\s]*+\b(?:so\s+that|so(?=\s+(?:I|we|it|they|the|my|our|he|she)\b)|in\s+order\s+(?:to|that))\b",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"^[ \t>*-]*(?P<word>Given|When|Then|And|But|Scenario(?: Outline)?|Feature|Background|Examples?)\b:?", re.MULTILINE
)
_STEP_WORD = re.compile(r"\W*(?P<word>Given|When|While|If|Then|Where)\b[*_:]*", re.IGNORECASE)
_STEP_KINDS = {
    "given": Ears.STATE_DRIVEN,
    "while": Ears.STATE_DRIVEN,
    "when": Ears.EVENT_DRIVEN,
    "if": Ears.EVENT_DRIVEN,
    "where": Ears.OPTIONAL_FEATURE,
}
_OPPOSITES = {">": "<=", "<": ">="}
_INLINE_STEP = re.compile(r"(?<!\w)(?P<word>Given|When|Then|given|when|then)\b")


def clause(text: str, statement: Statement) -> Clause:
    """The parts of a statement, as ranges of the text; what it does not have is None."""
    if statement.form is Form.USER_STORY:
        found = _story(text, statement)
        if found is not None:
            return found
    if statement.form is Form.SCENARIO:
        found = _scenario(text, statement) or _outcome(text, statement)
        if found is not None:
            return found
    return _sentence(text, statement)


def _sentence(text: str, statement: Statement) -> Clause:
    own = read(text, [statement.span])
    read_as = own
    found = operators(own)
    if statement.context and statement.form is not Form.ROW and not _stands_alone(own, found):
        together = read(text, [*statement.context, statement.span])
        read_as, found = together, operators(together)
    parsed = _parse(read_as, found)
    limits = measures(text, statement.start, statement.end)
    return replace(parsed, measures=_denied(read_as, limits) if parsed.negated else limits)


def _denied(reading: Reading, limits: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """What remains allowed: one that must not be done more than 5 times is done at most 5 times."""
    starts = [word.start for word in reading.words]
    turned = []
    for limit in limits:
        at = max(0, bisect_right(starts, limit.span.start) - 1)
        own = reading.regions[at] is Region.MAIN and limit.comparator in _OPPOSITES
        turned.append(replace(limit, comparator=_OPPOSITES[limit.comparator]) if own else limit)
    return tuple(turned)


def _stands_alone(reading: Reading, found: list[Operator]) -> bool:
    """Whether a sentence has a subject and verb of its own, so that its lead-in adds nothing."""
    operator = main(reading, found)
    if operator is not None:
        return subject(reading, operator.first) is not None
    phrase = predicate(reading, None)
    return phrase is not None and subject(reading, phrase.first) is not None


def _parse(reading: Reading, found: list[Operator]) -> Clause:
    operator = main(reading, found)
    phrase = predicate(reading, operator)
    kinds = _kinds(reading)
    condition = _conditions(reading)
    purpose = next((s for s in reading.stretches if s.region is Region.PURPOSE), None)
    strength = operator.modality if operator else Modality.NONE
    said = Clause(
        condition=condition,
        purpose=None if purpose is None else reading.span(purpose.first, purpose.last),
        modality=strength,
        negated=operator.negated if operator else False,
    )
    if phrase is None:
        return said
    who = subject(reading, operator.first if operator else phrase.first)
    return replace(_roles(reading, phrase, who, said), ears=_ears(kinds))


def _roles(reading: Reading, phrase: Phrase, who: Span | None, said: Clause) -> Clause:
    """Who acts on what: the subject of an active verb acts, that of a passive one is acted on."""
    negated = said.negated or phrase.negated
    if phrase.passive:
        return replace(
            said, actor=agent(reading, phrase), action=phrase.verb, object=who, passive=True, negated=negated
        )
    return replace(said, actor=who, action=phrase.verb, object=phrase.object, negated=negated)


def _conditions(reading: Reading) -> Span | None:
    """The first condition, with those that follow it at once."""
    first, last = -1, -1
    for stretch in reading.stretches:
        if stretch.region is not Region.CONDITION:
            continue
        if first < 0:
            first, last = stretch.first, stretch.last
        elif all(reading.tags[at] in {Tag.COMMA, Tag.CONJUNCTION} for at in range(last, stretch.first)):
            last = stretch.last
    return None if first < 0 else reading.span(first, last)


def _kinds(reading: Reading) -> set[Ears]:
    kinds = set()
    started = next((at for at, region in enumerate(reading.regions) if opens_main(reading.tags[at], region)), 0)
    for stretch in reading.stretches:
        if stretch.region is Region.CONDITION:
            condition = reading.lower(stretch.first, stretch.last)
            kind = pattern(condition, stretch.ears, leading=stretch.first < started)
            if kind is not None:
                kinds.add(kind)
    return kinds


def _ears(kinds: set[Ears]) -> Ears:
    if not kinds:
        return Ears.UBIQUITOUS
    return Ears.COMPLEX if len(kinds) > 1 else next(iter(kinds))


def _story(text: str, statement: Statement) -> Clause | None:
    """ "As a ROLE, I want to ACTION OBJECT so that PURPOSE"."""
    opening = _STORY.search(text, statement.start, statement.end)
    if opening is None:
        return None
    aim = _STORY_AIM.search(text, opening.end(), statement.end)
    rest = read(text, [Span(opening.start("wish"), aim.start() if aim else statement.end)])
    found = operators(rest)
    operator = next((each for each in found if each.first == 0 and each.modality is not Modality.NONE), None)
    phrase = predicate(rest, operator)
    if phrase is not None and operator is None:
        phrase = _wished(rest, phrase)
    purpose = None
    if aim is not None:
        purpose = _trimmed(text, Span(aim.start() + _lead(aim.group()), statement.end))
    return Clause(
        actor=_trimmed(text, Span(*opening.span("actor"))),
        action=phrase.verb if phrase else None,
        object=phrase.object if phrase else None,
        condition=_conditions(rest),
        purpose=purpose,
        measures=measures(text, statement.start, statement.end),
        modality=operator.modality if operator else Modality.NONE,
        negated=operator.negated if operator else False,
    )


def _wished(reading: Reading, phrase: Phrase) -> Phrase:
    """What is wanted: the verb after "I want to", "I want the system to"."""
    for at in range(len(reading.words)):
        if reading.tags[at] is Tag.TO:
            inner = predicate(reading, Operator(at, at + 1, at + 1, Modality.NONE))
            return inner or phrase
        if reading.tags[at] is Tag.STOP:
            break
    return phrase


def _scenario(text: str, statement: Statement) -> Clause | None:
    """Given and When make the condition; what follows Then is done."""
    steps = list(_STEP.finditer(text, statement.start, statement.end))
    if not any(step["word"] == "Then" for step in steps):
        steps = list(_INLINE_STEP.finditer(text, statement.start, statement.end))
    then = next((step for step in steps if step["word"].lower() == "then"), None)
    if then is None:
        return None
    first = next(
        (step for step in steps if step["word"].lower() in {"given", "when"} and step.start() < then.start()), None
    )
    outcome = read(text, [Span(then.end(), _outcome_end(statement.end, then.start(), steps))])
    parsed = _parse(outcome, operators(outcome))
    words = {step["word"].lower() for step in steps if step.start() < then.start()}
    kinds = {_STEP_KINDS[word] for word in words & _STEP_KINDS.keys()}
    condition = None if first is None else _trimmed(text, Span(first.start("word"), then.start()))
    return replace(
        parsed, condition=condition, ears=_ears(kinds), measures=measures(text, statement.start, statement.end)
    )


def _outcome(text: str, statement: Statement) -> Clause | None:
    """One outcome of a scenario whose Given and When are its context, each word of theirs before what it says."""
    condition: Span | None = None
    kinds: set[Ears] = set()
    word = ""
    for span in statement.context:
        opening = _STEP_WORD.match(text, span.start, span.end)
        if opening is not None:
            word = opening["word"].lower()
        if word in _STEP_KINDS and (opening is None or opening.end() < span.end):
            kinds.add(_STEP_KINDS[word])
            condition = Span(condition.start if condition else span.start, span.end)
    if condition is None:
        return None
    own = read(text, [statement.span])
    parsed = _parse(own, operators(own))
    kinds |= _kinds(own)
    return replace(
        parsed, condition=condition, ears=_ears(kinds), measures=measures(text, statement.start, statement.end)
    )


def _outcome_end(end: int, then: int, steps: list[re.Match[str]]) -> int:
    return next((step.start() for step in steps if step.start() > then), end)


def _lead(matched: str) -> int:
    return len(matched) - len(matched.lstrip(",;. \t\r\n"))


def _trimmed(text: str, span: Span) -> Span | None:
    """The range without spaces and marks at its ends."""
    start, end = span.start, span.end
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and text[end - 1] in " \t\r\n,;.:|>*-":
        end -= 1
    return Span(start, end) if start < end else None
