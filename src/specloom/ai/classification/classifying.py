"""Of which type a requirement is."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from specloom.ai.analysis import Classification, Clause, Statement
from specloom.ai.classification.cues import tokens
from specloom.ai.classification.frameworks import framework
from specloom.ai.classification.functions import COMPLIANCE
from specloom.ai.classification.priorities import priority
from specloom.ai.classification.scoring import OF_TYPE, TOPICS, Reading, by_type, probabilities, scores
from specloom.ai.classification.structure import signs
from specloom.ai.grammar import clause
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, RequirementType

# A regulation that is called by its name is hardly mentioned for another reason.
_NAMED = 6.0
# User stories and scenarios tell what happens; the steps of a scenario may still be about how.
_TELLS = {Form.USER_STORY: 1.5, Form.SCENARIO: 0.6}
_ROLE_BEGINS, _ROLE_ENDS = 6, 40
# Characters of a statement that are read. None is so long but by accident, of a table or a file without line breaks:
# its beginning says of what type it is, and one of a megabyte takes no longer than a page.
_READ = 4_000


def classify(text: str, statement: Statement, parts: Clause, frameworks: Sequence[str] = ()) -> Classification:
    """The type of a requirement of `text`, whose `parts` are known.

    `frameworks` are the names of regulations that the tenant calls its own.
    """
    statement = _clipped(statement)
    reading = _read(text, statement, parts)
    named = framework(statement.words(text), reading.words, frameworks)
    if named:
        reading = replace(reading, signs=[*reading.signs, (COMPLIANCE, _NAMED)])
    chances = probabilities(scores(reading))
    types = by_type(chances)
    chosen = max(RequirementType, key=lambda each: types[each])
    topic = TOPICS[max(OF_TYPE[chosen], key=lambda each: chances[each])]
    urgency = priority(text, statement, parts, topic, words=reading.words, headings=reading.headings)
    return Classification(chosen, types[chosen], topic.quality, topic.aspect, named, urgency)


def classify_sentence(sentence: str) -> Classification:
    """The type of a sentence that stands alone."""
    statement = Statement(0, len(sentence), Form.SENTENCE, 1.0)
    return classify(sentence, statement, clause(sentence, statement))


def _clipped(statement: Statement) -> Statement:
    """The beginning of a statement and of what it hangs on."""
    if all(each.end - each.start <= _READ for each in (statement.span, *statement.context, *statement.heading)):
        return statement
    context, heading = (
        tuple(Span(each.start, min(each.end, each.start + _READ)) for each in spans)
        for spans in (statement.context, statement.heading)
    )
    end = min(statement.end, statement.start + _READ)
    return replace(statement, end=end, context=context, heading=heading)


def _read(text: str, statement: Statement, parts: Clause) -> Reading:
    found = [token for each in (*statement.context, statement.span) for token in tokens(text, each.start, each.end)]
    words = [word for word, _ in found]
    role = _role(words)
    away = [each for each in (parts.condition, parts.purpose) if each is not None]
    aside = [i < role or not statement.start <= place < statement.end for i, (_, place) in enumerate(found)]
    for each in away:
        aside = [was or each.start <= place < each.end for was, (_, place) in zip(aside, found, strict=True)]
    headings = [_heading(text[each.start : each.end]) for each in statement.heading]
    form = Form.USER_STORY if role else statement.form
    return Reading(words, aside, headings, signs(statement, parts, found), _TELLS.get(form, 0.0))


@lru_cache(maxsize=1024)
def _heading(text: str) -> tuple[str, ...]:
    return tuple(word for word, _ in tokens(text))


def _role(words: Sequence[str]) -> int:
    """Where a user story goes on after its role, which asks for little ("As a baker, I |want"); 0 for what is none."""
    if "as" not in words[:_ROLE_BEGINS]:
        return 0
    return next((i + 1 for i, word in enumerate(words[:_ROLE_ENDS]) if word in {"i", "we"}), 0)
