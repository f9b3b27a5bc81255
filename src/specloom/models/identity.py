"""Tenants, their people, roles and permissions, sign-in sessions, and the keys that sign tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from specloom.core.database import Base, Entity, Revised, SoftDeleted, TenantOwned, Timestamped, choice, reference
from specloom.vocabulary.identity import Action, AuthProvider, PlanType, TenantStatus


class Tenant(Timestamped, Revised, Base):
    """A company on this deployment. `access_stamp` changes whenever anybody's rights in it do.

    The industry template is a global one, and the version that new work begins with is pinned. No foreign key holds
    them, since templates refer to tenants already; neither is ever deleted.
    """

    __tablename__ = "tenants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str]
    subdomain: Mapped[str] = mapped_column(unique=True)
    plan_type: Mapped[PlanType] = mapped_column(choice(PlanType), default=PlanType.FREE)
    status: Mapped[TenantStatus] = mapped_column(choice(TenantStatus), default=TenantStatus.TRIAL)
    business_context: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    industry_template_id: Mapped[UUID | None]
    industry_template_version_id: Mapped[UUID | None]
    subscription_expires: Mapped[datetime | None]
    access_stamp: Mapped[int] = mapped_column(BigInteger, server_default="1")


class User(SoftDeleted, Revised, Entity, Base):
    """A person of one tenant. `email` is kept in lower case; that of a deleted person may be used again."""

    __tablename__ = "users"

    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    auth_provider: Mapped[AuthProvider] = mapped_column(choice(AuthProvider), default=AuthProvider.LOCAL)
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    last_login_at: Mapped[datetime | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            Index("uq_users_tenant_id_email", "tenant_id", "email", unique=True, postgresql_where="deleted_at IS NULL"),
            Index("ix_users_email", "email"),
        )


class Role(Revised, Entity, Base):
    """A named set of permissions. System roles are the same in every tenant and cannot be changed."""

    __tablename__ = "roles"

    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    is_system: Mapped[bool] = mapped_column(default=False, server_default="false")

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (UniqueConstraint("tenant_id", "name"),)


class Permission(Entity, Base):
    """That a role may do an action to a resource; `*` stands for every resource."""

    __tablename__ = "permissions"

    role_id: Mapped[UUID]
    resource: Mapped[str]
    action: Mapped[Action] = mapped_column(choice(Action))

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("role_id", "roles", ondelete="CASCADE"),
            UniqueConstraint("tenant_id", "role_id", "resource", "action"),
        )


class UserRole(TenantOwned, Base):
    """That a person has a role."""

    __tablename__ = "user_roles"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "user_id", "role_id"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("user_id", "users", ondelete="CASCADE"),
        reference("role_id", "roles"),
        Index("ix_user_roles_tenant_id_role_id", "tenant_id", "role_id"),
    )

    user_id: Mapped[UUID]
    role_id: Mapped[UUID]


class AuthSession(Entity, Base):
    """One sign-in and the family of refresh tokens that came of it: only the current one is good.

    The one before yields the same successor for a few seconds, for clients that ask twice at once; any other use of an
    old token revokes the session.
    """

    __tablename__ = "auth_sessions"

    user_id: Mapped[UUID]
    current_token_id: Mapped[UUID]
    current_issued_at: Mapped[datetime]
    previous_token_id: Mapped[UUID | None]
    rotated_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None]
    user_agent: Mapped[str | None]
    ip_address: Mapped[str | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("user_id", "users", ondelete="CASCADE"),
            Index("ix_auth_sessions_tenant_id_user_id", "tenant_id", "user_id"),
        )


class SigningKeyRecord(Base):
    """A key that signs this deployment's tokens, its private half encrypted. Belongs to no tenant."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    sealed_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    active_from: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
