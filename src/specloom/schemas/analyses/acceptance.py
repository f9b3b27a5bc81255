"""What one makes of items: accepted into a place of the backlog, dismissed, several at once; and two runs compared."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from specloom.schemas.analyses.items import FindingRead, ItemDecision, ItemRead, RequirementRead
from specloom.schemas.base import Input, Output
from specloom.schemas.requirements import EpicUpdate, FeatureUpdate, RunRead, UserStoryUpdate
from specloom.vocabulary.analyses import Severity
from specloom.vocabulary.requirements import Form, RequirementKind

MOST_ITEMS = 200


class EpicPlace(Input):
    """An epic of a product."""

    kind: Literal[RequirementKind.EPIC]
    parent_id: UUID = Field(description="The product.")
    content: EpicUpdate = Field(default_factory=EpicUpdate, description="Takes the place of what was found.")


class FeaturePlace(Input):
    """A feature of an epic."""

    kind: Literal[RequirementKind.FEATURE]
    parent_id: UUID = Field(description="The epic.")
    content: FeatureUpdate = Field(default_factory=FeatureUpdate, description="Takes the place of what was found.")


class StoryPlace(Input):
    """A user story of a feature."""

    kind: Literal[RequirementKind.USER_STORY]
    parent_id: UUID = Field(description="The feature.")
    content: UserStoryUpdate = Field(default_factory=UserStoryUpdate, description="Takes the place of what was found.")


Place = Annotated[EpicPlace | FeaturePlace | StoryPlace, Field(discriminator="kind")]


class ItemAcceptance(ItemDecision):
    """That an item is right, and where in the backlog it goes."""

    place: Place | None = Field(
        None,
        description="Of a requirement: what it becomes. It cites the passage it was found at. Left out, the item is "
        "accepted and nothing is made.",
    )


class PlacedItem(Input):
    """One of several items, and where it goes."""

    item_id: UUID
    place: Place | None = None


class BulkAcceptance(ItemDecision):
    """Several items, accepted all or none."""

    items: list[PlacedItem] = Field(min_length=1, max_length=MOST_ITEMS)


class BulkDismissal(ItemDecision):
    """Several items, dismissed all or none."""

    item_ids: list[UUID] = Field(min_length=1, max_length=MOST_ITEMS)


class DecidedRead(Output):
    """Items as they are now, in the order they were sent."""

    items: list[ItemRead]


# Said better ----------------------------------------------------------------------------------------------------------


class RewriteCreate(Input):
    text: str = Field(min_length=1, max_length=5000, examples=["The desk should print a receipt if possible."])
    form: Form = Form.SENTENCE


class RemainingRead(Output):
    """What a rule still says, about `quote` of the rewritten text: it takes somebody who knows."""

    rule_id: str
    severity: Severity
    start: int
    end: int
    quote: str
    message: str
    suggestion: str


class RewriteRead(Output):
    """A requirement in its own words, so that fewer rules speak of it."""

    text: str = Field(description="As it was sent where nothing could be done.")
    passes: bool = Field(description="Whether no rule of your tenant speaks of it any more.")
    runs: list[RunRead] = Field(description="What was kept, taken out and put in.")
    resolved: list[str] = Field(description="Ids of rules.")
    remaining: list[RemainingRead]


# Two runs compared ----------------------------------------------------------------------------------------------------


class RewordedItemRead(Output):
    """A requirement that reads otherwise, or is seen otherwise, in the later run."""

    before: RequirementRead
    after: RequirementRead
    runs: list[RunRead] = Field(description="Word by word; nothing but equal words when only its class differs.")
    changed: list[str] = Field(description="What differs: `statement`, `type`, `quality`, `framework`, `priority`.")


class ComparisonRead(Output):
    """What one run found and another did not. Equal wording counts as the same, wherever it stands."""

    before: UUID
    after: UUID
    unchanged: int = Field(description="Requirements that both found alike.")
    added: list[RequirementRead]
    removed: list[RequirementRead]
    changed: list[RewordedItemRead]
    findings_added: list[FindingRead]
    findings_resolved: list[FindingRead]
