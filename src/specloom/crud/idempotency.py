"""Answers kept under idempotency keys."""

from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from specloom.core.uow import UnitOfWork
from specloom.models.idempotency import IdempotencyKey


class IdempotencyCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def claim(self, user_id: UUID, key: str, fingerprint: bytes) -> bool:
        """Whether the key was free. Waits for a transaction that holds it and is still open."""
        result = await self._session.execute(
            insert(IdempotencyKey)
            .values(tenant_id=self._tenant_id, user_id=user_id, key=key, fingerprint=fingerprint)
            .on_conflict_do_nothing()
            .returning(IdempotencyKey.key)
        )
        return result.one_or_none() is not None

    async def by_key(self, user_id: UUID, key: str) -> IdempotencyKey | None:
        return (
            await self._session.scalars(
                select(IdempotencyKey).where(
                    IdempotencyKey.tenant_id == self._tenant_id,
                    IdempotencyKey.user_id == user_id,
                    IdempotencyKey.key == key,
                )
            )
        ).one_or_none()

    async def keep(self, user_id: UUID, key: str, *, status: int, body: bytes, headers: dict[str, str]) -> None:
        await self._session.execute(
            update(IdempotencyKey)
            .where(
                IdempotencyKey.tenant_id == self._tenant_id,
                IdempotencyKey.user_id == user_id,
                IdempotencyKey.key == key,
            )
            .values(status=status, body=body, headers=headers)
        )

    async def forget_older(self, hours: int) -> int:
        """Deletes keys that are past their time; returns how many."""
        result = await self._session.execute(
            delete(IdempotencyKey)
            .where(
                IdempotencyKey.tenant_id == self._tenant_id,
                IdempotencyKey.created_at < func.now() - func.make_interval(0, 0, 0, 0, hours),
            )
            .returning(IdempotencyKey.key)
        )
        return len(result.all())
