"""One attempt at a job: every write checks in its own transaction that the job still belongs to this attempt."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from redis.exceptions import RedisError

from specloom.ai.prices import cost, find_price
from specloom.ai.protocols import JSON, Usage
from specloom.core.events import Channels, Delta, text_key
from specloom.core.logging import get_logger
from specloom.core.metrics import LLM_TOKENS
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.jobs import JobCrud
from specloom.models.jobs import Job
from specloom.services import jobs
from specloom.services.usage import reserve, settle

log = get_logger(__name__)

PROGRESS_SECONDS = 0.25
"""Progress within a step is told no more often than this; a new step at once."""
TEXT_KEPT_SECONDS = 3600


class LeaseLost(Exception):
    """The job belongs to another worker by now: leave without a trace."""


class CancelRequested(Exception):
    """Somebody asked for the end of this job."""


class JobRun:
    """What a handler has in hand; engines know it as `ai.protocols.Run`."""

    def __init__(self, runtime: Runtime, job: Job, history: Sequence[UUID]) -> None:
        """`history` names the jobs whose kept steps are this one's."""
        self.runtime = runtime
        self.tenant_id = job.tenant_id
        self.user_id = job.user_id
        self.job_id = job.id
        self.finished = False
        self._ending = False
        self._fence = job.fence
        self._history = history
        self._lease = timedelta(seconds=runtime.settings.jobs.lease_seconds)
        self._context = TenantContext(job.tenant_id, job.user_id)
        self._plans = runtime.settings.budgets
        self._step = ""
        self._told_at = 0.0
        self._written = 0
        self._text_key = text_key(job.tenant_id, job.id)
        self._deltas = Channels(job.tenant_id).deltas

    @asynccontextmanager
    async def uow(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work that commits only while the job is this attempt's. Keep it short."""
        async with self._held() as (uow, _):
            yield uow

    @asynccontextmanager
    async def finishing(self, result: dict[str, Any]) -> AsyncIterator[UnitOfWork]:
        """The last unit of work: what is written in it and the end of the job become true together."""
        try:
            async with self._held() as (uow, job):
                yield uow
                await jobs.complete(uow, job, result)
                self._ending = True
        except BaseException:
            self._ending = False
            raise
        self.finished = True

    async def progress(self, step: str, fraction: float, message: str, details: dict[str, Any] | None = None) -> None:
        now = time.monotonic()
        if step == self._step and now - self._told_at < PROGRESS_SECONDS:
            return
        self._step, self._told_at = step, now
        async with self._held() as (uow, job):
            await jobs.progress(uow, job, step=step, percent=int(fraction * 100), message=message, details=details)

    async def delta(self, text: str) -> None:
        """Goes by Redis alone: watchers who miss a piece get the text so far, and the end brings the whole."""
        offset, self._written = self._written, self._written + len(text)
        try:
            async with self.runtime.redis.pipeline(transaction=True) as pipeline:
                if offset == 0:
                    pipeline.set(self._text_key, f"{self._fence}:")
                pipeline.append(self._text_key, text)
                pipeline.expire(self._text_key, TEXT_KEPT_SECONDS)
                pipeline.publish(self._deltas, Delta(self.job_id, self._fence, offset, text).to_json())
                await pipeline.execute()
        except (RedisError, OSError) as error:
            log.warning("delta_lost", job_id=str(self.job_id), error=type(error).__name__)

    async def recall(self, step: str) -> JSON:
        async with self.uow() as uow:
            value: JSON = await JobCrud(uow).step(self._history, step)
            return value

    async def reserve(self, step: str, model: str, prompt_tokens: int, completion_tokens: int) -> None:
        price = find_price(model)
        async with self.uow() as uow:
            await reserve(
                uow,
                self._plans,
                job_id=self.job_id,
                step=step,
                tokens=prompt_tokens + completion_tokens,
                cost=None if price is None else cost(price, prompt_tokens, completion_tokens),
            )

    async def keep(
        self,
        step: str,
        value: JSON,
        model: str | None = None,
        usage: Usage | None = None,
        *,
        reserved: str | None = None,
    ) -> None:
        async with self.uow() as uow:
            await JobCrud(uow).keep_step(self.job_id, step, value)
            if usage is not None and usage.calls:
                await settle(
                    uow,
                    self._plans,
                    job_id=self.job_id,
                    step=step,
                    model=model or "unknown",
                    usage=usage,
                    reserved=reserved,
                )
                LLM_TOKENS.labels(model or "unknown", "prompt").inc(usage.prompt_tokens)
                LLM_TOKENS.labels(model or "unknown", "completion").inc(usage.completion_tokens)

    async def keep_alive(self) -> None:
        """Renews the lease until cancelled; raises when the job was taken away or its end was asked for."""
        seconds = self._lease.total_seconds()
        renewed_at = time.monotonic()
        while True:
            await asyncio.sleep(seconds / 3)
            try:
                async with self.runtime.uow(self._context) as uow:
                    job = await JobCrud(uow).renew(self.job_id, fence=self._fence, lease=self._lease)
            except Exception as error:
                if time.monotonic() - renewed_at > seconds:
                    raise LeaseLost from error
                log.warning("lease_not_renewed", job_id=str(self.job_id), error=type(error).__name__)
                continue
            if job is None:
                if self._ending:  # the row was locked for the end, and then there was nothing left to renew
                    return
                raise LeaseLost
            renewed_at = time.monotonic()
            if job.cancel_requested_at is not None:
                raise CancelRequested

    @asynccontextmanager
    async def held_to_end(self) -> AsyncIterator[tuple[UnitOfWork, Job]]:
        """The job for the runner to end or give back, whether or not its end was asked for."""
        async with self.runtime.uow(self._context) as uow:
            job = await JobCrud(uow).hold(self.job_id, fence=self._fence)
            if job is None:
                raise LeaseLost
            yield uow, job

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[tuple[UnitOfWork, Job]]:
        async with self.held_to_end() as (uow, job):
            if job.cancel_requested_at is not None:
                raise CancelRequested
            yield uow, job
