"""The sweeper: Redis may have been away, or have lost its memory; every job is handed over all the same."""

import asyncio
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text

from specloom.core.runtime import Runtime, open_runtime
from specloom.workers.sweeper import HAND_OVER_LOCK, Sweeper
from tests.factories.tenants import make_tenant
from tests.workers.jobs import open_job


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
