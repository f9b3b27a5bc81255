"""Understands a message: the requirements in it, what an analyst would ask about them, and what it asks itself."""

import re
from dataclasses import dataclass
from typing import Any

from specloom.ai.analysis import Analysis, AnalysisRequest, Requirement
from specloom.ai.conversation import Candidate, Conversation
from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.ai.protocols import JSON, Usage
from specloom.ai.sentences import Kind, Sentence, split
from specloom.core.text import Span
from specloom.vocabulary.analyses import AnalysisType

_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|also|then|now|ok(?:ay)?|please|hi|hello|hey)\b[\s,]*)*"
    r"(?:(?:(?:what|which|whose|how)(?:\s+\w+)?|who|whom|when|where|why)\s+"
    r"(?:is|are|was|were|do|does|did|can|could|should|would|will|may|must|has|have|about|happens)\b"
    r"|(?:do|does|did|is|are|was|were|can|could|should|would|will|may|has|have)\s+(?:we|you|i|it|they|there|our|the)\b"
    r"|(?:tell|show|give|quote|cite|find|list|summari[sz]e|explain|look up)\s+(?:me|us|what|where|all|the|our|up)\b)",
    re.IGNORECASE,
)
_ENDS = ("?", "？", "؟", ";?")
# A message with fewer words than this leans on the one before it: "And for refunds?"
_SHORT = 6
_LONGEST_QUERY = 1_000


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of a message: its analysis, and the stretches of it that are questions."""

    analysis: Analysis
    questions: tuple[Span, ...]
    candidates: tuple[Candidate, ...]


async def understand(conversation: Conversation) -> Understanding:
    """Reads the message that is to be answered as the embedded analyst does."""
    text = conversation.message
    request = AnalysisRequest(
        title=conversation.title,
        text=text,
        type=AnalysisType.COMPREHENSIVE,
        depth=conversation.depth,
        rules=conversation.rules,
        frameworks=conversation.frameworks,
    )
    analysis = await EmbeddedAnalyst().analyse(request, _Unheard())
    questions = tuple(Span(each.start, each.end) for each in split(text) if _is_question(text, each))
    candidates = tuple(_candidate(text, each) for each in analysis.requirements if not _asked(each, questions))
    return Understanding(analysis, questions, candidates)


def query_of(conversation: Conversation) -> str:
    """What to look for in the documents: the message, or its questions alone, after what a short one leans on."""
    text = conversation.message
    asked = [text[each.start : each.end] for each in split(text) if _is_question(text, each)]
    words = " ".join(asked) or text
    if len(words.split()) < _SHORT:
        before = [each.text for each in conversation.said[:-1] if each.role == "user"]
        words = " ".join([*before[-1:], words])
    return words[-_LONGEST_QUERY:]


def _is_question(text: str, sentence: Sentence) -> bool:
    if sentence.kind in {Kind.HEADING, Kind.CODE}:
        return False
    words = text[sentence.start : sentence.end]
    return words.rstrip("\"'”’)»* ").endswith(_ENDS) or _ASKS.match(words) is not None


def _asked(requirement: Requirement, questions: tuple[Span, ...]) -> bool:
    place = requirement.statement
    return any(each.start <= place.start and place.end <= each.end for each in questions)


def _candidate(text: str, requirement: Requirement) -> Candidate:
    statement, kind = requirement.statement, requirement.classification
    return Candidate(
        statement.span, statement.words(text), kind.type, kind.quality, kind.priority, statement.confidence
    )


class _Unheard:
    """A run that nobody follows: understanding one message takes a fraction of a second, and costs nothing."""

    async def progress(self, step: str, fraction: float, message: str, details: dict[str, Any] | None = None) -> None:
        pass

    async def delta(self, text: str) -> None:
        pass

    async def recall(self, step: str) -> JSON:  # noqa: ARG002
        return None

    async def reserve(self, step: str, model: str, prompt_tokens: int, completion_tokens: int) -> None:
        pass

    async def keep(
        self,
        step: str,
        value: JSON,
        model: str | None = None,
        usage: Usage | None = None,
        *,
        reserved: str | None = None,
    ) -> None:
        pass
