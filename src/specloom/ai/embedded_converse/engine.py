"""A conversation partner that needs no key: quotes what the documents say, notes requirements, asks the next question.

The same conversation always gets the same answer.
"""

import asyncio
from collections.abc import Iterator, Sequence

from specloom.ai.conversation import LONGEST_ANSWER, Answer, Candidate, Conversation, Digest
from specloom.ai.conversing import Understanding, next_questions, understand
from specloom.ai.conversing.quoting import QuoteCheck
from specloom.ai.embedded_converse.answering import Found, answers, related
from specloom.ai.embedded_converse.wording import PHRASES, kind_of
from specloom.ai.language import UNDETERMINED, languages
from specloom.ai.protocols import Run
from specloom.vocabulary.identity import AiTone, QuestionDepth

_MOST_CANDIDATES = 12
_MOST_FINDINGS = {QuestionDepth.BASIC: 0, QuestionDepth.DETAILED: 2, QuestionDepth.COMPREHENSIVE: 4}
# The first that the words do not hold themselves.
_MARKS = (('"', '"'), ("“", "”"), ("«", "»"))
# Fewer letters than this do not tell a language.
_TELLING = 40


class EmbeddedPartner:
    """A `Partner` that needs no key and no network."""

    model = "embedded"

    async def digest(self, conversation: Conversation, run: Run) -> Digest | None:  # noqa: ARG002
        """None: it reads conversations of any length."""
        return None

    async def answer(self, conversation: Conversation, run: Run) -> Answer:
        """Answers, piece by piece. Starting over is as fast as recalling would be: nothing is kept."""
        understood = await understand(conversation)
        agenda = next_questions(conversation, understood)
        paragraphs = await asyncio.to_thread(_compose, conversation, understood, agenda.asked)
        check, written = QuoteCheck(conversation), ""
        for place, paragraph in enumerate(paragraphs):
            piece = check.feed(f"\n\n{paragraph}" if place else paragraph)
            if place == len(paragraphs) - 1:
                piece += check.finish()
            if piece:
                written += piece
                await run.delta(piece)
        return Answer(
            text=written,
            model=self.model,
            quotations=tuple(check.quotations),
            candidates=understood.candidates,
            questions=agenda.suggested,
            asked=agenda.asked,
            unsupported=tuple(check.unsupported),
        )


def _compose(conversation: Conversation, understood: Understanding, asked: Sequence[str]) -> list[str]:
    """The paragraphs of the answer; what would make it too long for a message is left out, questions last."""
    phrases = PHRASES[conversation.tone]
    if not asked:
        closing = phrases.asked_all
    elif len(asked) == 1:
        closing = f"{phrases.ask} {asked[0]}"
    else:
        closing = "\n".join([phrases.ask_several, *(f"- {question}" for question in asked)])
    room = LONGEST_ANSWER - len(closing) - 100
    paragraphs: list[str] = []
    for paragraph in _paragraphs(conversation, understood):
        if sum(len(each) + 2 for each in paragraphs) + len(paragraph) <= room:
            paragraphs.append(paragraph)
    return [*paragraphs, closing]


def _paragraphs(conversation: Conversation, understood: Understanding) -> Iterator[str]:
    phrases, text = PHRASES[conversation.tone], conversation.message
    for question in understood.questions:
        found = answers(text[question.start : question.end], conversation)
        if not found and len(understood.questions) == 1:
            yield phrases.nothing if conversation.sources else phrases.no_sources
        elif found:
            yield _listed(phrases.found, [_quote(conversation, each) for each in found])
    candidates = understood.candidates[:_MOST_CANDIDATES]
    if candidates:
        intro = phrases.noted_one if len(understood.candidates) == 1 else phrases.noted
        lines = [_candidate(number, each) for number, each in enumerate(candidates, 1)]
        yield "\n".join([intro.format(n=len(understood.candidates)), *lines])
        yield from _remarks(conversation, understood)
    elif not understood.questions:
        yield phrases.nothing_noted
    if understood.candidates and not understood.questions:
        found = related(conversation, understood.analysis.requirements)
        if found:
            yield _listed(phrases.related, [_quote(conversation, each) for each in found])
    spoken = languages(text)[0]
    if spoken is not UNDETERMINED and spoken.code != "en" and len(text) >= _TELLING:
        yield phrases.foreign.format(language=spoken.name)


def _remarks(conversation: Conversation, understood: Understanding) -> Iterator[str]:
    """What the rules say of the wording."""
    text, phrases = conversation.message, PHRASES[conversation.tone]
    lines = []
    for finding in understood.analysis.findings[: _MOST_FINDINGS[conversation.depth]]:
        rule = f" ({finding.rule_id})" if conversation.tone is AiTone.TECHNICAL else ""
        lines.append(f'"{text[finding.start : finding.end]}"{rule}: {finding.suggestion}')
    if lines:
        yield _listed(phrases.checked, lines)


def _candidate(number: int, each: Candidate) -> str:
    return f"{number}. {each.statement} ({kind_of(each.type, each.quality, each.priority)})"


def _quote(conversation: Conversation, found: Found) -> str:
    """The words as they stand, with where they do; the check gives the number."""
    source = conversation.sources[found.source]
    words = " ".join(source.text[found.span.start : found.span.end].split())
    opening, closing = next(marks for marks in _MARKS if not set(marks) & set(words) or marks is _MARKS[-1])
    return f"{opening}{words}{closing} [{found.source + 1}] ({source.title})"


def _listed(intro: str, lines: Sequence[str]) -> str:
    return "\n".join([intro, *(f"- {line}" for line in lines)])
