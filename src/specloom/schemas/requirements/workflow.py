"""How requirements go from draft to done, and what became of them: transitions, history, differences."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from specloom.schemas.base import Input, Output
from specloom.schemas.requirements.contents import Comment
from specloom.vocabulary.requirements import Priority, RequirementStatus


class TransitionCreate(Input):
    to: RequirementStatus
    comment: Comment | None = Field(None, description="Needed to send something in review back to draft.")


class VersionEntryRead(Output):
    """What it says was changed."""

    type: Literal["version"] = "version"
    number: int
    changed: list[str] = Field(description="The fields that differ from the version before; all of them in the first.")
    comment: str | None
    user_id: UUID | None
    created_at: datetime


class TransitionEntryRead(Output):
    """Its status was changed."""

    type: Literal["transition"] = "transition"
    from_status: RequirementStatus
    to_status: RequirementStatus
    version: int = Field(description="The version it had then.")
    comment: str | None
    automatic: bool = Field(description="Whether it came of a change of approved text, without being asked for.")
    user_id: UUID | None
    created_at: datetime


HistoryEntryRead = Annotated[VersionEntryRead | TransitionEntryRead, Field(discriminator="type")]


class RequirementVersionRead(Output):
    """A requirement as it once was; it never changes."""

    requirement_id: UUID
    number: int
    parent_id: UUID | None
    priority: Priority | None
    content: dict[str, Any] = Field(description="What it said: the fields of its kind.")
    custom_fields: dict[str, Any]
    comment: str | None
    created_by: UUID | None
    created_at: datetime


class RunRead(Output):
    """A stretch of text that was kept, taken out or put in. All but the deleted ones make the newer text, all but the
    inserted ones the older."""

    op: Literal["equal", "delete", "insert"]
    text: str


class TextChangeRead(Output):
    """A text that reads differently, word by word."""

    type: Literal["text"] = "text"
    field: str
    runs: list[RunRead]


class PlacedRead(Output):
    """An entry of a list and where it stands, from 0."""

    position: int
    value: str


class MovedRead(Output):
    from_position: int
    to_position: int
    value: str


class RewordedRead(Output):
    """An entry that took the place of a similar one."""

    from_position: int
    to_position: int
    runs: list[RunRead]


class ListChangeRead(Output):
    """A list with other entries, or the same in another order."""

    type: Literal["list"] = "list"
    field: str
    added: list[PlacedRead]
    removed: list[PlacedRead]
    reworded: list[RewordedRead]
    moved: list[MovedRead]


class ValueChangeRead(Output):
    """Any other value."""

    type: Literal["value"] = "value"
    field: str
    before: Any
    after: Any


ChangeRead = Annotated[TextChangeRead | ListChangeRead | ValueChangeRead, Field(discriminator="type")]


class DiffRead(Output):
    """What differs between two versions, field by field."""

    requirement_id: UUID
    from_version: int
    to_version: int
    changes: list[ChangeRead]
