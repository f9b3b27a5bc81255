"""A product as a tree, and changes of many requirements of it at once."""

from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from specloom.schemas.base import Input, Output
from specloom.schemas.requirements.contents import Comment, CustomValues
from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus

MOST_OPERATIONS = 500
MOST_FOUND = 2000
"""How many requirements a filter may change at once."""


class TreeNodeRead(Output):
    """A requirement with all that stands under it, in order."""

    id: UUID
    kind: RequirementKind
    key: str
    name: str
    status: RequirementStatus
    priority: Priority | None
    version: int
    approved_version: int | None
    descendants: int = Field(description="How many requirements stand under it, at any depth.")
    statuses: dict[RequirementStatus, int] = Field(description="How many of them are in each status.")
    effort: int = Field(description="The story points of all user stories in it.")
    children: list["TreeNodeRead"]


class BulkPatch(Input):
    """What shall change; only what is sent does."""

    status: RequirementStatus | None = Field(None, description="A transition, under the same rules as a single one.")
    comment: Comment | None = None
    priority: Priority | None = None
    parent_id: UUID | None = None
    custom_fields: CustomValues = Field(default_factory=dict)


class BulkOperation(BulkPatch):
    """What shall change of one requirement."""

    id: UUID


class BulkFilter(Input):
    """Which requirements of the product: those for which all that is sent holds. The product itself is none of them."""

    kind: RequirementKind | None = None
    status: RequirementStatus | None = None
    priority: Priority | None = None
    parent_id: UUID | None = None
    q: str | None = Field(None, max_length=200)
    custom_fields: CustomValues = Field(default_factory=dict)


class BulkUpdate(Input):
    """Either `operations`, one a requirement; or a `filter` and the `patch` for all it finds."""

    operations: list[BulkOperation] | None = Field(None, min_length=1, max_length=MOST_OPERATIONS)
    filter: BulkFilter | None = None
    patch: BulkPatch | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        by_filter = self.filter is not None and self.patch is not None
        if (self.operations is None) != by_filter or (self.filter is None) != (self.patch is None):
            raise ValueError("send either operations, or filter and patch")
        return self


class BulkItemRead(Output):
    id: UUID
    kind: RequirementKind
    key: str
    status: RequirementStatus
    priority: Priority | None
    parent_id: UUID | None
    version: int
    custom_fields: dict[str, Any]


class BulkRead(Output):
    """What was changed, as it is now."""

    items: list[BulkItemRead]
