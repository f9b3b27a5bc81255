"""Products, epics, features and user stories as they are sent and shown."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from specloom.schemas.base import Input, Output, ShallowDict
from specloom.vocabulary.identity import CompanySize, Industry, Jurisdiction
from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus


def _numeric(value: Any) -> Any:
    """JSON knows 3 and 3.0 for the same; texts and truth are no numbers."""
    if isinstance(value, bool | str):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic expects this one
    return value


Name = Annotated[str, Field(min_length=3, max_length=200)]
Title = Annotated[str, Field(min_length=10, max_length=200, examples=["Pay an invoice by card"])]
Description = Annotated[str, Field(min_length=10, max_length=2000)]
Vision = Annotated[str, Field(max_length=5000)]
BusinessValue = Annotated[str, Field(min_length=10, max_length=1000)]
AsA = Annotated[str, Field(min_length=3, max_length=100, description="The user.", examples=["customer"])]
IWant = Annotated[
    str, Field(min_length=10, max_length=500, description="The capability.", examples=["to pay my invoices by card"])
]
SoThat = Annotated[
    str, Field(min_length=10, max_length=500, description="What it is good for.", examples=["I need no bank transfer"])
]
Effort = Annotated[int, Field(ge=1, le=100, description="Story points."), BeforeValidator(_numeric)]
Item = Annotated[str, Field(min_length=1, max_length=1000)]
Items = Annotated[list[Item], Field(max_length=200)]
Teams = Annotated[list[UUID], Field(max_length=200, description="Ids of people of your tenant.")]
ProductKey = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$", examples=["PAY"])]
CustomValues = Annotated[
    dict[str, Any],
    Field(
        max_length=100,
        description="By the names of your tenant's custom fields; see `GET /custom-fields`. In a change, null takes a "
        "value away and what is not sent stays.",
        examples=[{"risk_class": "high"}],
    ),
]
Comment = Annotated[str, Field(max_length=2000, description="Why; it is kept in the history.")]


class BusinessContextOverride(Input):
    """What differs for a product from the business context of its tenant."""

    industry: Industry | None = None
    jurisdiction: Jurisdiction | None = None
    company_size: CompanySize | None = None
    compliance_requirements: Items | None = None
    regulatory_frameworks: Items | None = None
    custom_context: ShallowDict | None = Field(None, max_length=100)


# Created --------------------------------------------------------------------------------------------------------------


class ProductCreate(Input):
    name: Name
    description: Description
    vision: Vision | None = None
    business_context_override: BusinessContextOverride | None = None
    teams: Teams = Field(default_factory=list)
    custom_fields: CustomValues = Field(default_factory=dict)
    key: ProductKey | None = Field(
        None, description="What the keys of all in it begin with, for life. Left out, it is made from the name."
    )


class EpicCreate(Input):
    name: Name
    description: Description
    business_value: BusinessValue
    acceptance_criteria: Items = Field(default_factory=list)
    bounded_contexts: Items = Field(default_factory=list)
    priority: Priority = Priority.MEDIUM
    custom_fields: CustomValues = Field(default_factory=dict)


class FeatureCreate(Input):
    name: Name
    description: Description
    functional_requirements: Items = Field(default_factory=list)
    non_functional_requirements: Items = Field(default_factory=list)
    compliance_requirements: Items = Field(default_factory=list)
    domain_objects: Items = Field(default_factory=list)
    priority: Priority = Priority.MEDIUM
    custom_fields: CustomValues = Field(default_factory=dict)


class UserStoryCreate(Input):
    title: Title
    as_a: AsA
    i_want: IWant
    so_that: SoThat
    acceptance_criteria: Items = Field(default_factory=list)
    estimated_effort: Effort | None = None
    priority: Priority = Priority.MEDIUM
    custom_fields: CustomValues = Field(default_factory=dict)


RequirementCreate = ProductCreate | EpicCreate | FeatureCreate | UserStoryCreate


# Changed --------------------------------------------------------------------------------------------------------------


class _Update(Input):
    """Only what is sent changes, and what changes becomes a new version. Approved text that changes goes back to
    review."""

    custom_fields: CustomValues = Field(default_factory=dict)
    comment: Comment | None = None


class ProductUpdate(_Update):
    __doc__ = _Update.__doc__

    name: Name = Field(default_factory=str)
    description: Description = Field(default_factory=str)
    vision: Vision | None = None
    business_context_override: BusinessContextOverride | None = None
    teams: Teams = Field(default_factory=list)


class EpicUpdate(_Update):
    __doc__ = _Update.__doc__

    name: Name = Field(default_factory=str)
    description: Description = Field(default_factory=str)
    business_value: BusinessValue = Field(default_factory=str)
    acceptance_criteria: Items = Field(default_factory=list)
    bounded_contexts: Items = Field(default_factory=list)
    priority: Priority = Field(default_factory=lambda: Priority.MEDIUM)


class FeatureUpdate(_Update):
    __doc__ = _Update.__doc__

    name: Name = Field(default_factory=str)
    description: Description = Field(default_factory=str)
    functional_requirements: Items = Field(default_factory=list)
    non_functional_requirements: Items = Field(default_factory=list)
    compliance_requirements: Items = Field(default_factory=list)
    domain_objects: Items = Field(default_factory=list)
    priority: Priority = Field(default_factory=lambda: Priority.MEDIUM)


class UserStoryUpdate(_Update):
    __doc__ = _Update.__doc__

    title: Title = Field(default_factory=str)
    as_a: AsA = Field(default_factory=str)
    i_want: IWant = Field(default_factory=str)
    so_that: SoThat = Field(default_factory=str)
    acceptance_criteria: Items = Field(default_factory=list)
    estimated_effort: Effort | None = None
    priority: Priority = Field(default_factory=lambda: Priority.MEDIUM)


RequirementUpdate = ProductUpdate | EpicUpdate | FeatureUpdate | UserStoryUpdate


class RequirementMove(Input):
    """Where it shall stand: under another parent of the same kind as now, before or after one of its siblings there.
    Without a sibling, it goes to the end."""

    parent_id: UUID | None = Field(None, description="Left out, the parent it has.")
    before: UUID | None = None
    after: UUID | None = None


# Shown ----------------------------------------------------------------------------------------------------------------


class _Read(Output):
    id: UUID
    key: str = Field(description="For people; it never changes.", examples=["PAY-E1"])
    status: RequirementStatus
    version: int = Field(description="Counts the changes of what it says.")
    approved_version: int | None = Field(description="The version that was approved last.")
    custom_fields: dict[str, Any]
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


class _ReadInPlace(_Read):
    product_id: UUID
    priority: Priority
    position: int = Field(description="Orders siblings; the numbers have gaps.")


class ProductRead(_Read):
    kind: Literal[RequirementKind.PRODUCT] = RequirementKind.PRODUCT
    name: str
    description: str
    vision: str | None
    business_context_override: dict[str, Any] | None
    teams: list[UUID]
    industry_template_version_id: UUID | None = Field(
        description="The version of its tenant's industry template that it began with, and stays with."
    )


class EpicRead(_ReadInPlace):
    kind: Literal[RequirementKind.EPIC] = RequirementKind.EPIC
    name: str
    description: str
    business_value: str
    acceptance_criteria: list[str]
    bounded_contexts: list[str]


class FeatureRead(_ReadInPlace):
    kind: Literal[RequirementKind.FEATURE] = RequirementKind.FEATURE
    epic_id: UUID
    name: str
    description: str
    functional_requirements: list[str]
    non_functional_requirements: list[str]
    compliance_requirements: list[str]
    domain_objects: list[str]


class UserStoryRead(_ReadInPlace):
    kind: Literal[RequirementKind.USER_STORY] = RequirementKind.USER_STORY
    feature_id: UUID
    title: str
    as_a: str
    i_want: str
    so_that: str
    acceptance_criteria: list[str]
    estimated_effort: int | None


RequirementRead = Annotated[ProductRead | EpicRead | FeatureRead | UserStoryRead, Field(discriminator="kind")]
