"""What model calls took."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from specloom.core.uow import UnitOfWork
from specloom.models.usage import UsageEntry


class UsageCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id
        self._user_id = uow.user_id

    async def add(
        self,
        *,
        job_id: UUID,
        step: str,
        model: str,
        prompt_tokens: int,
        completion_tokens: int,
        calls: int,
        cost: Decimal | None,
    ) -> None:
        """Enters what a step took, once: a second entry for the same step is left out."""
        await self._session.execute(
            insert(UsageEntry)
            .values(
                tenant_id=self._tenant_id,
                id=uuid7(),
                user_id=self._user_id,
                job_id=job_id,
                step=step,
                model=model,
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
                calls=calls,
                cost=cost,
            )
            .on_conflict_do_nothing()
        )

    async def tokens_of(self, job_id: UUID) -> int:
        """All tokens that a job took, whichever attempt took them."""
        total = await self._session.scalar(
            select(func.coalesce(func.sum(UsageEntry.prompt_tokens + UsageEntry.completion_tokens), 0)).where(
                UsageEntry.tenant_id == self._tenant_id, UsageEntry.job_id == job_id
            )
        )
        return int(total or 0)
