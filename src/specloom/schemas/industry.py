"""Industry templates as they are shown, how a tenant moves to a version, and the job that gives it its first."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from specloom.schemas.base import Input, Output
from specloom.schemas.jobs import JobPayload
from specloom.vocabulary.identity import Industry, Jurisdiction


class InitialiseTenant(JobPayload):
    """Give the tenant the industry template of its business context."""

    job_type: ClassVar[str] = "initialise_tenant"
    queue: ClassVar[str] = "default"
    resource: ClassVar[str] = "tenants"


class IndustryTemplateMove(Input):
    """Which version new work shall begin with."""

    version: int | None = Field(
        None, ge=1, le=2**31, description="Left out: the newest. An older one is a step back, which is allowed."
    )


class _Content(Output):
    template_data: dict[str, Any] = Field(
        description="What people read: stakeholders, bounded contexts, measures of quality, first questions, risks, "
        "conventions of the place, regulators."
    )
    ai_prompts: dict[str, str] = Field(
        description="What models are told, by purpose: `analysis`, `conversation`, or a type of session."
    )
    domain_objects: list[str]
    integration_patterns: list[str]
    compliance_frameworks: list[str]


class IndustryTemplateRead(_Content):
    """An industry template in its newest version."""

    id: UUID
    name: str
    industry: Industry
    jurisdiction: Jurisdiction
    description: str
    version: int
    created_at: datetime
    updated_at: datetime


class IndustryTemplateVersionRead(_Content):
    """What an industry template said at one time; it never changes."""

    id: UUID
    template_id: UUID
    number: int
    created_at: datetime
