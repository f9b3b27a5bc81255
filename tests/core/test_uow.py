"""The unit of work: one transaction of one tenant, its events in commit order, nothing left behind by a failure."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from specloom.core import event_log
from specloom.core.events import Event
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import AccessChanged, UnitOfWork
from tests.factories.tenants import make_tenant


def happened(number: int) -> Event:
    return Event("thing.happened", "documents", {"number": number})


async def logged(runtime: Runtime, context: TenantContext) -> list[tuple[int, int]]:
    async with runtime.uow(context) as uow:
        events = await event_log.read(uow.session, context.tenant_id, after=0)
    return [(event.sequence, event.payload["number"]) for event in events]


async def test_events_are_logged_with_the_commit_and_in_its_order(runtime: Runtime) -> None:
    context = await make_tenant(runtime)

    async def write(number: int) -> None:
        async with runtime.uow(context) as uow:
            uow.publish(happened(number))
            uow.publish(happened(number))
            await asyncio.sleep(0.001 * (number % 3))

    await asyncio.gather(*(write(number) for number in range(20)))
    events = await logged(runtime, context)
    assert [sequence for sequence, _ in events] == list(range(1, 41))
    assert sorted(number for _, number in events) == sorted([*range(20), *range(20)])


async def test_a_failure_leaves_neither_rows_nor_events(runtime: Runtime) -> None:
    context = await make_tenant(runtime)

    async def fails() -> None:
        async with runtime.uow(context) as uow:
            await uow.session.execute(
                text("UPDATE tenants SET name = 'changed' WHERE id = :id"), {"id": context.tenant_id}
            )
            uow.publish(happened(1))
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await logged(runtime, context) == []
    async with runtime.uow(context) as uow:
        assert await uow.session.scalar(text("SELECT name FROM tenants")) == "T"


async def test_events_reach_redis_after_the_commit(runtime: Runtime) -> None:
    context = await make_tenant(runtime)
    async with runtime.redis.pubsub() as pubsub:
        await pubsub.subscribe("events:thing.happened", f"tenant:{context.tenant_id}:events")
        async with runtime.uow(context) as uow:
            uow.publish(happened(7))
        channels = set()
        while len(channels) < 2:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=30)
            if message:
                channels.add(message["channel"])
        assert channels == {"events:thing.happened", f"tenant:{context.tenant_id}:events"}


async def test_the_tenant_is_bound_again_in_each_transaction_and_never_leaks(runtime: Runtime) -> None:
    """Whatever ended the last use of a pooled connection: the next one sees its own tenant only."""
    contexts = [await make_tenant(runtime) for _ in range(4)]

    async def visit(context: TenantContext, turn: int) -> UUID | None:
        async with runtime.uow(context) as uow:
            seen: UUID | None = await uow.session.scalar(text("SELECT id FROM tenants"))
            if turn % 4 == 0:
                await uow.session.execute(text("SELECT 1/0"))
            if turn % 4 == 1:
                await asyncio.sleep(10)
            return seen

    for _ in range(5):
        visits = [asyncio.create_task(visit(contexts[turn % 4], turn // 4)) for turn in range(80)]
        await asyncio.sleep(0.05)
        for turn, task in enumerate(visits):
            if turn // 4 % 4 == 1:
                task.cancel()
        seen = await asyncio.gather(*visits, return_exceptions=True)
        for turn, tenant_id in enumerate(seen):
            assert isinstance(tenant_id, BaseException) or tenant_id == contexts[turn % 4].tenant_id
        assert sum(not isinstance(tenant_id, BaseException) for tenant_id in seen) == 40


async def test_without_a_tenant_nothing_is_seen(runtime: Runtime) -> None:
    await make_tenant(runtime)
    async with runtime.sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM tenants")) == 0
        assert await session.scalar(text("SELECT count(*) FROM templates")) == 0


async def test_a_session_that_does_not_stand_is_refused_as_the_transaction_opens(runtime: Runtime) -> None:
    context = await make_tenant(runtime)
    stale = TenantContext(context.tenant_id, uuid7(), uuid7(), 1)
    for _ in range(30):
        with pytest.raises(AccessChanged):
            async with runtime.uow(stale):
                pytest.fail("the unit of work must not open")
    # The connections went back clean.
    async with runtime.uow(context) as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM tenants")) == 1


async def test_reactions_hear_of_all_events_at_once_and_of_those_that_follow(runtime: Runtime) -> None:
    heard: list[list[str]] = []

    async def react(uow: UnitOfWork, events: Sequence[Event]) -> None:
        heard.append([event.payload["name"] for event in events])
        if len(heard) == 1:
            uow.publish(Event("thing.made", "documents", {"name": "third"}))

    context = await make_tenant(runtime)
    subscribed = replace(runtime, reactions={"thing.made": [react]})
    async with subscribed.uow(context) as uow:
        for name in ("first", "second"):
            uow.publish(Event("thing.made", "documents", {"name": name}))
        uow.publish(Event("thing.lost", "documents", {"name": "other"}))
        assert heard == []
    assert heard == [["first", "second"], ["third"]]
    with pytest.raises(ValueError, match="no"):
        await _make_and_fail(subscribed, context)
    assert len(heard) == 2, "what is rolled back has not happened"


async def _make_and_fail(runtime: Runtime, context: TenantContext) -> None:
    async with runtime.uow(context) as uow:
        uow.publish(Event("thing.made", "documents", {"name": "fourth"}))
        raise ValueError("no")
