"""The sweeper: Redis may have been away, or have lost its memory; every job is handed over all the same."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text

from specloom.core.events import Event
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.schemas.search import UpdateIndex
from specloom.services import jobs
from specloom.vocabulary.jobs import JobStatus
from specloom.workers.registry import HANDLERS, Handler
from specloom.workers.runner import execute
from specloom.workers.sweeper import HAND_OVER_LOCK, Sweeper
from specloom.workers.tools import Tools
from tests.factories.tenants import make_tenant
from tests.workers.jobs import Rehearsal, open_job, seen


@pytest.fixture
async def other(runtime: Runtime) -> Any:
    await runtime.redis.flushdb()
    return runtime


async def sweep_late(runtime: Runtime) -> None:
    """A sweep after the time in which a job is expected to be picked up anyway."""
    await asyncio.sleep(0.6)
    await runtime.redis.delete(HAND_OVER_LOCK)
    await Sweeper(runtime).sweep()


async def test_jobs_opened_while_redis_is_away_are_handed_over_later(make_settings: Any, other: Runtime) -> None:
    settings = make_settings(redis={"url": "redis://127.0.0.1:1/0", "timeout_seconds": 0.2})
    context = await make_tenant(other)
    async with open_runtime(settings) as cut_off:
        job_id = await open_job(cut_off, context)
        with pytest.raises((RedisConnectionError, OSError)):
            await cut_off.queue.waiting()
    assert job_id not in await other.queue.waiting()
    await sweep_late(other)
    assert job_id in await other.queue.waiting()


async def test_jobs_survive_a_redis_that_lost_its_memory(other: Runtime) -> None:
    context = await make_tenant(other)
    job_ids = {await open_job(other, context) for _ in range(5)}
    assert job_ids <= await other.queue.waiting()
    await other.redis.flushdb()
    await sweep_late(other)
    assert job_ids <= await other.queue.waiting()


async def test_a_job_that_waits_in_redis_is_not_handed_over_twice(other: Runtime) -> None:
    context = await make_tenant(other)
    job_id = await open_job(other, context)
    for _ in range(3):
        await sweep_late(other)
    entries = await other.redis.lrange("rq:queue:default", 0, -1)
    assert entries.count(str(job_id)) == 1


async def test_what_is_past_its_time_is_forgotten(other: Runtime) -> None:
    context = await make_tenant(other)
    old, new = await open_job(other, context), await open_job(other, context)
    async with other.uow(context) as uow:
        await uow.session.execute(
            text("UPDATE jobs SET status = 'completed', finished_at = now() - interval '30 days' WHERE id = :id"),
            {"id": old},
        )
        await uow.session.execute(text("UPDATE events SET timestamp = now() - interval '30 days'"))
    await Sweeper(other).clean()
    async with other.uow(context) as uow:
        kept = (await uow.session.scalars(text("SELECT job_id FROM events"))).all()
    assert kept == [new]


async def test_what_is_wrong_in_one_tenant_keeps_no_other_waiting(
    other: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def abandon(uow: UnitOfWork, _: Rehearsal, __: str) -> None:
        raise RuntimeError(uow.tenant_id)

    async def run(_: Any, __: Any, ___: Any) -> dict[str, Any]:
        return {}

    monkeypatch.setitem(HANDLERS, Rehearsal.job_type, Handler(Rehearsal, run, abandon))
    lost: list[tuple[TenantContext, UUID]] = []
    for attempts in (other.settings.jobs.max_attempts, 1):
        context = await make_tenant(other)
        job_id = await open_job(other, context)
        async with other.uow(context) as uow:
            job = await jobs.claim(uow, job_id, worker="gone", lease=timedelta(minutes=len(lost) - 2))
            assert job is not None
            job.attempts = attempts
        lost.append((context, job_id))
    await Sweeper(other).sweep()
    async with seen(other, *lost[0]) as job:
        assert job.status is JobStatus.IN_PROGRESS
    async with seen(other, *lost[1]) as job:
        assert job.status is JobStatus.PENDING


async def test_a_tenant_that_cannot_be_cleaned_now_keeps_no_other_from_it(make_settings: Any, other: Runtime) -> None:
    locked, free = [await make_tenant(other) for _ in range(2)]
    for context in (locked, free):
        async with other.uow(context) as uow:
            uow.publish(Event("thing.made", "things", {}))
        async with other.uow(context) as uow:
            await uow.session.execute(text("UPDATE events SET timestamp = now() - interval '30 days'"))
    async with (
        other.uow(locked) as holder,
        open_runtime(make_settings(database={"statement_timeout_ms": 300})) as hasty,
    ):
        await holder.session.execute(text("SELECT FROM events FOR UPDATE"))
        await Sweeper(hasty).clean()
    async with other.uow(free) as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM events")) == 0


async def test_a_job_that_no_version_here_understands_fails(other: Runtime, tools: Tools) -> None:
    context = await make_tenant(other)
    async with other.uow(context) as uow:
        job = await jobs.open(uow, UpdateIndex())
        job.payload = {"of": "another version"}
        job.job_type = "reply_to_message"
        job.attempts = other.settings.jobs.max_attempts - 1
    assert await execute(other, tools, context.tenant_id, job.id) == "failed"
    async with seen(other, context, job.id) as job:
        assert job.status is JobStatus.FAILED
