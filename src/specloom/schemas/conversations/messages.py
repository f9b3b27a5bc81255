"""Messages as they are said and shown, and the job that replies to one."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from specloom.schemas.base import Input, Output
from specloom.schemas.documents import not_blank
from specloom.schemas.jobs import JobPayload, JobRead
from specloom.vocabulary.conversations import MessageType, SourceStatus
from specloom.vocabulary.requirements import Priority, Quality, RequirementType

LONGEST_MESSAGE = 5_000

# Kept to the code point: what is cited by place must be what was sent.
Said = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=LONGEST_MESSAGE),
    AfterValidator(not_blank),
    Field(examples=["The desk must confirm each booking within 5 seconds. What do our documents say of refunds?"]),
]


class ReplyToMessage(JobPayload):
    """Answer this message of a session."""

    job_type: ClassVar[str] = "reply_to_message"
    queue: ClassVar[str] = "llm"
    resource: ClassVar[str] = "sessions"

    session_id: UUID
    message_id: UUID


class MessageCreate(Input):
    """What one says."""

    content: Said
    references_message_id: UUID | None = Field(None, description="An earlier message of the session, if it is of one.")


class QuotedRead(Output):
    """A stretch of a source, word for word. `number` is that of the mark `[1]` in the message."""

    kind: Literal["document", "message"]
    number: int
    document_id: UUID | None = None
    version_id: UUID | None = None
    message_id: UUID | None = None
    source_status: SourceStatus = Field(
        description="Now: `outdated` when the document has a newer version, where the words may not stand any more."
    )
    title: str = Field(description="Of the source.")
    start: int = Field(description="In the source's text, in code points; so is `end`.")
    end: int
    quote: str


class MessageCitationRead(Output):
    """A stretch of a message, word for word; `start` and `end` count its code points."""

    message_id: UUID
    start: int
    end: int
    quote: str


class CandidateRead(Output):
    """A requirement that was understood from the message answered, for people to make something of."""

    statement: str
    type: RequirementType
    quality: Quality | None
    priority: Priority
    confidence: float = Field(ge=0, le=1)
    citation: MessageCitationRead


class UnsupportedRead(Output):
    """Words that were to be quoted, but stand in no source: they lost their quotation marks."""

    words: str


class ReplyDetailsRead(Output):
    """What comes with a reply; of other messages, all of it is empty."""

    model_used: str | None = None
    tokens_used: int | None = None
    suggested_questions: list[str] = Field(default_factory=list, description="What to talk about next.")
    candidate_requirements: list[CandidateRead] = Field(default_factory=list)
    citations: list[QuotedRead] = Field(default_factory=list)
    unsupported: list[UnsupportedRead] = Field(default_factory=list)
    cancelled: bool = Field(False, description="The reply was cancelled; a retry of its job writes it after all.")
    error_code: str | None = Field(None, description="Why there is no reply; a retry of its job may write it.")


class MessageRead(Output):
    """What was said. A person's message never changes; a reply that failed may be replaced by one that did not."""

    id: UUID
    session_id: UUID
    number: int = Field(description="Counts 1, 2, 3, … in the session.")
    message_type: MessageType
    author_id: UUID | None = Field(description="Null for what no person said.")
    content: str
    metadata: ReplyDetailsRead
    references_message_id: UUID | None
    reply_to: UUID | None = Field(description="The message that this one answers.")
    job_id: UUID | None = Field(description="Of a person's message: the job that answers it.")
    created_at: datetime
    updated_at: datetime


class MessageAccepted(Output):
    """What was said, and the job that answers it; messages are answered one after the other."""

    message: MessageRead
    job: JobRead
