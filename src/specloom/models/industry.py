"""Industry templates and their immutable versions: what a tenant of some industry and jurisdiction begins with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity, choice, reference
from specloom.vocabulary.identity import Industry, Jurisdiction


class IndustryTemplate(Entity, Base):
    """The template of an industry in a jurisdiction. They belong to the global tenant and are there for everyone."""

    __tablename__ = "industry_templates"

    name: Mapped[str]
    industry: Mapped[Industry] = mapped_column(choice(Industry))
    jurisdiction: Mapped[Jurisdiction] = mapped_column(choice(Jurisdiction))
    description: Mapped[str]
    current_version: Mapped[int] = mapped_column(default=1, server_default="1")

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (UniqueConstraint("tenant_id", "industry", "jurisdiction"),)


class IndustryTemplateVersion(Entity, Base):
    """What a template said at one time; never changed, never deleted. `digest` is equal for equal content."""

    __tablename__ = "industry_template_versions"

    template_id: Mapped[UUID]
    number: Mapped[int]
    template_data: Mapped[dict[str, Any]]
    ai_prompts: Mapped[dict[str, Any]]
    domain_objects: Mapped[list[Any]]
    integration_patterns: Mapped[list[Any]]
    compliance_frameworks: Mapped[list[Any]]
    digest: Mapped[str]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("template_id", "industry_templates"),
            UniqueConstraint("tenant_id", "template_id", "number"),
        )
