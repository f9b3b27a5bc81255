"""What model calls took, what is set aside for those under way, and how much a tenant may take."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity, Revised, TenantOwned, Timestamped, reference


class UsageEntry(Entity, Base):
    """Tokens and cost (US dollars; none when the model's price is not known) of one step. A step is paid for once.

    Questions that are embedded for a search belong to no job.
    """

    __tablename__ = "usage_entries"

    user_id: Mapped[UUID | None]
    job_id: Mapped[UUID | None]
    step: Mapped[str]
    model: Mapped[str]
    prompt_tokens: Mapped[int]
    completion_tokens: Mapped[int]
    calls: Mapped[int]
    cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 8))

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            UniqueConstraint("tenant_id", "job_id", "step"),
            Index("ix_usage_entries_tenant_id_created_at", "tenant_id", "created_at"),
        )


class UsagePeriod(Entity, Base):
    """The sum of the entries of one month: of one person, or of the whole tenant, whose row has no user.

    `period` is the month's beginning in UTC by the database's clock. Entries without a cost count as nothing in `cost`.
    Whoever decides about the tenant's budget holds the lock of the tenant's row.
    """

    __tablename__ = "usage_periods"

    period: Mapped[datetime]
    user_id: Mapped[UUID | None]
    tokens: Mapped[int] = mapped_column(default=0, server_default="0")
    cost: Mapped[Decimal] = mapped_column(Numeric(18, 8), default=Decimal(0), server_default="0")
    threshold_reached_at: Mapped[datetime | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("user_id", "users"),
            UniqueConstraint("tenant_id", "period", "user_id", postgresql_nulls_not_distinct=True),
        )


class UsageReservation(TenantOwned, Base):
    """What a model call that is being made will take at most. It goes when the call is entered or its job lets go."""

    __tablename__ = "usage_reservations"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "job_id", "step"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("job_id", "jobs", ondelete="CASCADE"),
        reference("user_id", "users"),
    )

    job_id: Mapped[UUID]
    step: Mapped[str]
    user_id: Mapped[UUID | None]
    tokens: Mapped[int]
    cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 8))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Budget(TenantOwned, Timestamped, Revised, Base):
    """How much a tenant may take in a month.

    `tokens` and `cost` (US dollars) are the tenant's own choice, `user_tokens` and `user_cost` what each of its people
    may take; none stands for as much as there is. The ceilings are the operator's word in place of the plan's.
    """

    __tablename__ = "budgets"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        CheckConstraint("threshold_percent BETWEEN 1 AND 100", name="threshold_percent"),
    )

    tokens: Mapped[int | None]
    cost: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    user_tokens: Mapped[int | None]
    user_cost: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
    threshold_percent: Mapped[int] = mapped_column(default=80, server_default="80")
    ceiling_tokens: Mapped[int | None]
    ceiling_cost: Mapped[Decimal | None] = mapped_column(Numeric(15, 2))
