"""Custom fields as they are defined and shown."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool

from specloom.schemas.base import Input, Output
from specloom.vocabulary.requirements import FieldType, RequirementKind

FieldName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{0,49}$", description="What values are sent and kept under.", examples=["risk_class"]
    ),
]
Label = Annotated[str, Field(min_length=1, max_length=100, description="For people.", examples=["Risk class"])]
FieldDescription = Annotated[str, Field(max_length=500)]
Choices = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100)]],
    Field(max_length=200, description="Of `choice` and `multi_choice`, and of these only.", examples=[["low", "high"]]),
]
Default = Annotated[Any, Field(description="A value of the field's type, for new requirements that bring none.")]


class CustomFieldCreate(Input):
    kind: RequirementKind
    name: FieldName
    label: Label | None = Field(None, description="Left out, it is made from the name.")
    description: FieldDescription = ""
    type: FieldType
    required: StrictBool = False
    choices: Choices = Field(default_factory=list)
    default: Default = None


class CustomFieldUpdate(Input):
    """Only what is sent changes. Values that requirements have stay as they are, also those that are no choice any
    more; name, kind and type stay for life."""

    label: Label = Field(default_factory=str)
    description: FieldDescription = Field(default_factory=str)
    required: StrictBool = Field(default_factory=bool)
    choices: Choices = Field(default_factory=list)
    default: Default = None


class CustomFieldRead(Output):
    """A field that your tenant added to a kind of requirement."""

    id: UUID
    kind: RequirementKind
    name: str
    label: str
    description: str
    type: FieldType
    required: bool
    choices: list[str]
    default: Any
    created_at: datetime
    updated_at: datetime
