"""Sessions as they are opened, changed and shown."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from specloom.schemas.base import Input, Output
from specloom.vocabulary.conversations import SessionStatus, SessionType

LONGEST_CONTEXT = 20_000


def _short_enough(context: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(context, ensure_ascii=False)) > LONGEST_CONTEXT:
        raise ValueError(f"must not be longer than {LONGEST_CONTEXT} characters of JSON")
    return context


SessionTitle = Annotated[str, Field(min_length=3, max_length=200, examples=["Vision of the booking desk"])]
Participants = Annotated[list[UUID], Field(max_length=50, description="Users of your tenant.")]
ContextData = Annotated[
    dict[str, Any],
    AfterValidator(_short_enough),
    Field(description="What whoever replies should know, in your own form.", examples=[{"workshop": "kick-off"}]),
]


class SessionCreate(Input):
    """A conversation to begin. Whoever begins it takes part."""

    session_type: SessionType
    title: SessionTitle
    product_id: UUID | None = Field(None, description="What it is about. A vision may be defined before its product.")
    participants: Participants = Field(default_factory=list)
    context_data: ContextData = Field(default_factory=dict)

    @model_validator(mode="after")
    def _about_a_product(self) -> Self:
        if self.product_id is None and self.session_type is not SessionType.VISION_DEFINITION:
            raise ValueError("product_id may only be left out of a vision_definition")
        return self


class SessionUpdate(Input):
    """Only what is sent changes."""

    title: SessionTitle = Field(default_factory=str)
    participants: Participants = Field(default_factory=list, description="All of them; whoever asks stays one.")
    context_data: ContextData = Field(default_factory=dict)
    status: Literal["active", "paused", "completed"] = Field(
        "active", description="`paused` takes no messages until it is `active` again; `completed` is final."
    )


class SessionRead(Output):
    """A conversation."""

    id: UUID
    tenant_id: UUID
    product_id: UUID | None
    session_type: SessionType
    title: str
    status: SessionStatus
    participants: list[UUID] = Field(description="They may say something and change the session, as admins may.")
    context_data: dict[str, Any]
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime = Field(description="Moves on with each message.")
    ended_at: datetime | None = Field(description="When it was completed, or expired.")


class SessionDetailRead(SessionRead):
    """A conversation, with where to follow it from."""

    last_event_id: int = Field(
        description="Give it to `GET /sessions/{id}/events` as `Last-Event-ID` to hear what happens after this answer."
    )


class SessionStateRead(Output):
    """What goes on in a session this moment. It is a hint, kept for seconds or minutes: nothing depends on it."""

    status: SessionStatus
    last_activity: datetime
    typing: list[UUID] = Field(description="Participants who were writing within the last seconds.")
    replying_to: UUID | None = Field(description="The message that is being answered.")
    job_id: UUID | None = Field(description="The job that answers it.")
    reply_so_far: str = Field(description="What of the answer has been written.")
