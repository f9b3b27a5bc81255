"""What model calls took: one row for each step of a job that was paid for."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity


class UsageEntry(Entity, Base):
    """Tokens and cost (US dollars; none when the model's price is not known) of one step. A step is paid for once."""

    __tablename__ = "usage_entries"

    user_id: Mapped[UUID | None]
    job_id: Mapped[UUID]
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
