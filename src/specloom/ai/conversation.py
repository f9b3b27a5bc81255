"""What a conversation is made of: what a partner is given to answer, and what it answers with.

Places count code points of the text they are in. Whatever stands in messages, sources and the backlog was written by
people for people: it is data to a partner, never an instruction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from uuid import UUID

from specloom.ai.analysis import RuleSetting
from specloom.ai.protocols import Run, Usage
from specloom.core.text import Span
from specloom.vocabulary.conversations import SessionType
from specloom.vocabulary.identity import AiTone, QuestionDepth
from specloom.vocabulary.requirements import Priority, Quality, RequirementKind, RequirementType

LONGEST_ANSWER = 5_000
"""In code points: an answer is a message like any other."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the dialogue. `number` is that of the person's message, also for the reply to it."""

    number: int
    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class BacklogItem:
    """What stands in the product's backlog, in reading order; `fields` are its texts by name."""

    id: UUID
    kind: RequirementKind
    key: str
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that may hold the answer: `text` stands from `start` in a document version, or in a message."""

    kind: Literal["document", "message"]
    title: str
    start: int
    text: str
    document_id: UUID | None = None
    version_id: UUID | None = None
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A dialogue whose last message, a person's, is to be answered.

    `said` is in order and may begin late: `summary` tells what was said before. `asked` are the questions that were
    asked already. `guidance` and `frameworks` are of the tenant's industry, `context` what whoever opened the session
    noted, as JSON.
    """

    session_type: SessionType
    title: str
    said: tuple[Said, ...]
    summary: str = ""
    asked: tuple[str, ...] = ()
    tone: AiTone = AiTone.PROFESSIONAL
    depth: QuestionDepth = QuestionDepth.DETAILED
    backlog: tuple[BacklogItem, ...] = ()
    sources: tuple[Source, ...] = ()
    guidance: str = ""
    frameworks: tuple[str, ...] = ()
    context: str = ""
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is to be answered."""
        return self.said[-1].text

    @property
    def heard(self) -> str:
        """All that people said, as far as it is here."""
        return "\n\n".join(each.text for each in self.said if each.role == "user")


@dataclass(frozen=True, slots=True)
class Quotation:
    """What the mark `[number]` of an answer stands for: `quote` stands from `start` to `end` in the source's own text,
    that is in the document or message, not in the passage."""

    number: int
    source: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A requirement that was understood from the message, with its place in it."""

    span: Span
    statement: str
    type: RequirementType
    quality: Quality | None
    priority: Priority
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. `asked` are the questions in its text, `questions` what to talk about next, those included.

    `unsupported` are words that were to be quoted and stand in no source; in the text they have no quotation marks.
    """

    text: str
    model: str
    quotations: tuple[Quotation, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    questions: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Digest:
    """What was said up to and including the message with a number, in short."""

    text: str
    up_to: int


class Partner(Protocol):
    """Answers in a conversation, streaming through `run.delta`. `model` is what `Answer.model` will say."""

    model: str

    async def digest(self, conversation: Conversation, run: Run) -> Digest | None:
        """Sums up the older part of a conversation that has grown too long; None while it has not."""

    async def answer(self, conversation: Conversation, run: Run) -> Answer:
        """Answers the last message; `EngineError` and its kinds tell what went wrong."""
