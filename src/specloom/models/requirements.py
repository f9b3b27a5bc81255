"""Products, epics, features and user stories in one table, with their versions, transitions and custom fields."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity, Revised, SoftDeleted, choice, reference
from specloom.vocabulary.requirements import FieldType, Priority, RequirementKind, RequirementStatus


class Requirement(SoftDeleted, Revised, Entity, Base):
    """A product, epic, feature or user story, as it is now.

    `product_id` is the product it is in, its own id for a product; `parent_id` is what it stands under, nothing for a
    product. `name` is the title of a story. `fields` holds what else its text says, by the names of the API. `position`
    orders siblings, with room between them. `key` is for people: it stays for life, and no other thing ever gets it.
    `key_counts` counts, in a product, the keys that were given out in it, by kind.
    `external_id` is what the tool it was imported from calls it.
    """

    __tablename__ = "requirements"

    kind: Mapped[RequirementKind] = mapped_column(choice(RequirementKind))
    product_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    key: Mapped[str]
    external_id: Mapped[str | None]
    name: Mapped[str]
    status: Mapped[RequirementStatus] = mapped_column(choice(RequirementStatus), default=RequirementStatus.DRAFT)
    priority: Mapped[Priority | None] = mapped_column(choice(Priority))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    fields: Mapped[dict[str, Any]]
    custom_fields: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    approved_version: Mapped[int | None]
    industry_template_version_id: Mapped[UUID | None]
    key_counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}", deferred=True)
    created_by: Mapped[UUID | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("product_id", "requirements"),
            reference("parent_id", "requirements"),
            reference("created_by", "users"),
            CheckConstraint(
                "(kind = 'product') = (product_id = id) AND (kind = 'product' OR parent_id IS NOT NULL)", name="place"
            ),
            UniqueConstraint("tenant_id", "key"),
            Index("ix_requirements_tenant_id_parent_id_position", "tenant_id", "parent_id", "position"),
            Index("ix_requirements_tenant_id_product_id", "tenant_id", "product_id"),
            Index(
                "uq_requirements_tenant_id_product_id_external_id",
                *("tenant_id", "product_id", "external_id"),
                unique=True,
                postgresql_where="deleted_at IS NULL",
            ),
            Index("ix_requirements_tenant_id_kind_created_at", "tenant_id", "kind", "created_at"),
        )


class RequirementVersion(Entity, Base):
    """A requirement as it once was; never changed.

    `changed` names what differs from the version before, `comment` says why it became so.
    """

    __tablename__ = "requirement_versions"

    requirement_id: Mapped[UUID]
    number: Mapped[int]
    parent_id: Mapped[UUID | None]
    name: Mapped[str]
    priority: Mapped[Priority | None] = mapped_column(choice(Priority))
    fields: Mapped[dict[str, Any]]
    custom_fields: Mapped[dict[str, Any]]
    changed: Mapped[list[Any]]
    comment: Mapped[str | None]
    created_by: Mapped[UUID | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("requirement_id", "requirements"),
            reference("parent_id", "requirements"),
            reference("created_by", "users"),
            UniqueConstraint("tenant_id", "requirement_id", "number"),
        )


class Transition(Entity, Base):
    """That a requirement went from one status to another, in which version; `automatic` when nobody asked for it."""

    __tablename__ = "requirement_transitions"

    requirement_id: Mapped[UUID]
    from_status: Mapped[RequirementStatus] = mapped_column(choice(RequirementStatus, "from_status"))
    to_status: Mapped[RequirementStatus] = mapped_column(choice(RequirementStatus, "to_status"))
    version: Mapped[int]
    comment: Mapped[str | None]
    automatic: Mapped[bool] = mapped_column(default=False, server_default="false")
    user_id: Mapped[UUID | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("requirement_id", "requirements"),
            reference("user_id", "users"),
            Index("ix_requirement_transitions_tenant_id_requirement_id", "tenant_id", "requirement_id"),
        )


class CustomField(SoftDeleted, Revised, Entity, Base):
    """A field that a tenant added to a kind of requirement. Values are kept under `name`, which stays for life."""

    __tablename__ = "custom_fields"

    kind: Mapped[RequirementKind] = mapped_column(choice(RequirementKind))
    name: Mapped[str]
    label: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    type: Mapped[FieldType] = mapped_column(choice(FieldType))
    required: Mapped[bool] = mapped_column(default=False, server_default="false")
    choices: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    default: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            Index(
                "uq_custom_fields_tenant_id_kind_name",
                "tenant_id",
                "kind",
                "name",
                unique=True,
                postgresql_where="deleted_at IS NULL",
            ),
        )
