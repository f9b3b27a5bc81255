"""Answers kept under the client's `Idempotency-Key`, written in the transaction whose outcome they tell."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, PrimaryKeyConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, TenantOwned, reference


class IdempotencyKey(TenantOwned, Base):
    """One key of one person. `fingerprint` is the SHA-256 of the request that first used it."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "user_id", "key"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("user_id", "users", ondelete="CASCADE"),
        Index("ix_idempotency_keys_tenant_id_created_at", "tenant_id", "created_at"),
    )

    user_id: Mapped[UUID]
    key: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
