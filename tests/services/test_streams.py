"""What a stream tells when the log is long, or has forgotten, and how seldom it has to look there."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from specloom.core.events import Event, LoggedEvent
from specloom.core.hub import EventHub
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.jobs import JobCrud
from specloom.services import jobs, streams
from specloom.services.streams import Reset, Viewer
from tests.factories.tenants import make_tenant
from tests.workers.jobs import open_job

MANY = 1_200


@pytest.fixture
async def context(runtime: Runtime) -> TenantContext:
    return await make_tenant(runtime)


def viewer(context: TenantContext, resources: list[str] | None = None) -> Viewer:
    async def is_welcome() -> bool:
        return True

    return Viewer(context.tenant_id, uuid4(), resources, 2**40, is_welcome)


@pytest.fixture
async def done(runtime: Runtime, context: TenantContext) -> Any:
    """A job that has told of much."""
    job_id = await open_job(runtime, context)
    async with runtime.uow(context) as uow:
        job = await JobCrud(uow).lock(job_id)
        for number in range(MANY):
            await jobs.progress(uow, job, step=f"step {number}", percent=1, message="")
        await jobs.complete(uow, job, {})
    return job_id


async def test_a_long_log_is_told_to_its_end(runtime: Runtime, context: TenantContext, done: Any) -> None:
    hub = EventHub(runtime.redis)
    async with asyncio.timeout(20):
        told = [each async for each in streams.follow_job(runtime, hub, viewer(context), done, 0)]
    assert [each.job_sequence for each in told if isinstance(each, LoggedEvent)] == list(range(1, MANY + 3))


@pytest.mark.parametrize("after", [0, 7])
async def test_of_what_the_log_has_forgotten_the_end_is_told(
    runtime: Runtime, context: TenantContext, done: Any, after: int
) -> None:
    async with runtime.uow(context) as uow:
        await uow.session.execute(text("DELETE FROM events"))
    hub = EventHub(runtime.redis)
    async with asyncio.timeout(5):
        told = [each async for each in streams.follow_job(runtime, hub, viewer(context), done, after)]
    assert told == [Reset(MANY + 2)]


async def test_who_may_hear_little_misses_nothing_when_the_rest_is_forgotten(
    runtime: Runtime, context: TenantContext
) -> None:
    async def publish(resource: str, times: int) -> None:
        async with runtime.uow(context) as uow:
            for _ in range(times):
                uow.publish(Event("thing.made", resource, {}))

    await publish("sessions", 3)
    hub = EventHub(runtime.redis)

    async def first() -> LoggedEvent | Reset | None:
        heard = streams.follow_tenant(runtime, hub, viewer(context, ["documents"]), 0)
        return await anext(heard, None)

    waiting = asyncio.create_task(first())
    await asyncio.sleep(0.3)
    async with runtime.uow(context) as uow:
        await uow.session.execute(text("DELETE FROM events"))
    await publish("documents", 1)
    hub._catch_up()
    told = await asyncio.wait_for(waiting, 5)
    assert isinstance(told, LoggedEvent)
    assert told.sequence == 4
