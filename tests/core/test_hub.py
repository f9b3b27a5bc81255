"""The hub: whoever subscribes hears what comes, or is told to read the log; nothing falls between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from specloom.core import hub as module
from specloom.core.config import Settings
from specloom.core.events import Channels, Delta, LoggedEvent, publish
from specloom.core.hub import CATCH_UP_SECONDS, QUEUE_SIZE, CatchUp, EventHub, Message, Revoked, Subscription
from specloom.core.redis import create_listening_redis
from specloom.core.runtime import Runtime


def event(tenant_id: UUID, number: int) -> LoggedEvent:
    return LoggedEvent(uuid4(), number, "thing.happened", "things", tenant_id, datetime.now(UTC), {"n": number})


async def until(condition: Callable[[], Any], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def next_of(subscription: Subscription, kind: type[Any], seconds: float = 60) -> Any:
    """The next message of a kind; others are passed over."""
    async with asyncio.timeout(seconds):
        while True:
            message = await subscription.get()
            if isinstance(message, kind):
                return message


async def settled(subscription: Subscription) -> None:
    """Waits until Redis has acknowledged the subscription, and takes what was said until then."""
    await next_of(subscription, CatchUp)
    await asyncio.sleep(0.05)
    subscription._drain()


async def listening(runtime: Runtime) -> list[str]:
    """Redis' ids of the connections that subscribe, of this test process only."""
    own = str(runtime.redis.connection_pool.connection_kwargs["db"])
    return [each["id"] for each in await runtime.redis.client_list(_type="pubsub") if each["db"] == own]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[EventHub, Redis]]:
    redis = create_listening_redis(settings.redis)
    hub = EventHub(redis)
    task = asyncio.create_task(hub.run())
    try:
        yield hub, redis
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await redis.aclose()


@pytest.fixture
async def hub(settings: Settings, runtime: Runtime) -> AsyncIterator[EventHub]:
    async with running(settings) as (hub, _):
        await until(lambda: hub.live)
        yield hub


async def test_a_subscriber_hears_its_own_tenant_only(hub: EventHub, runtime: Runtime) -> None:
    mine, other = uuid4(), uuid4()
    async with hub.subscribe(mine) as here, hub.subscribe(other) as there:
        await settled(here)
        await settled(there)
        sent = event(mine, 1)
        await publish(runtime.redis, [event(other, 1), sent])
        assert await next_of(here, LoggedEvent) == sent
        assert (await next_of(there, LoggedEvent)).tenant_id == other
        delta, session_id = Delta(uuid4(), 1, 0, "Wört 🙂"), uuid4()
        await runtime.redis.publish(Channels(mine).deltas, delta.to_json())
        await runtime.redis.publish(Channels(mine).revoked, str(session_id))
        assert await next_of(here, Delta) == delta
        assert (await next_of(here, Revoked)).session_id == session_id
        assert not there._drain()


async def test_the_first_subscription_is_told_to_read_the_log_once_it_is_in_force(
    hub: EventHub, runtime: Runtime
) -> None:
    """What was published before Redis acknowledged is in the log by then, and whoever reads it from now on has it."""
    tenant_id = uuid4()
    async with hub.subscribe(tenant_id) as subscription:
        assert isinstance(await next_of(subscription, object), CatchUp)
        assert await runtime.redis.pubsub_numsub(Channels(tenant_id).events) == [(Channels(tenant_id).events, 1)]


async def test_whoever_comes_later_is_told_as_well_and_hears_all_the_same(hub: EventHub, runtime: Runtime) -> None:
    tenant_id = uuid4()
    async with hub.subscribe(tenant_id) as early, hub.subscribe(tenant_id) as at_once:
        await settled(early)
        await publish(runtime.redis, [event(tenant_id, 1)])
        await next_of(early, LoggedEvent)
        async with hub.subscribe(tenant_id) as late:
            await publish(runtime.redis, [event(tenant_id, 2)])
            for subscription in (early, at_once, late):
                heard = await next_of(subscription, LoggedEvent)
                while heard.sequence < 2:
                    heard = await next_of(subscription, LoggedEvent)
                assert heard.sequence == 2


async def test_one_connection_serves_all(hub: EventHub, runtime: Runtime) -> None:
    tenants = [uuid4() for _ in range(30)]
    before = await listening(runtime)
    async with asyncio.TaskGroup() as group:
        done = asyncio.Event()

        async def listen(tenant_id: UUID) -> None:
            async with hub.subscribe(tenant_id), hub.subscribe(tenant_id):
                await done.wait()

        for tenant_id in tenants:
            group.create_task(listen(tenant_id))
        await asyncio.sleep(0.2)
        assert sorted(await listening(runtime)) == sorted(before)
        done.set()
    await until(lambda: not hub._subscriptions)
    async with asyncio.timeout(60):  # nothing is left behind
        while any([(await runtime.redis.pubsub_numsub(Channels(each).events))[0][1] for each in tenants]):
            await asyncio.sleep(0.01)


async def test_whoever_subscribes_while_the_hub_connects_is_heard_of(settings: Settings, runtime: Runtime) -> None:
    for turns in range(12):
        tenant_id = uuid4()
        async with running(settings) as (hub, _):
            for _ in range(turns):
                await asyncio.sleep(0)
            async with hub.subscribe(tenant_id) as subscription:
                await until(lambda: hub.live)
                await asyncio.sleep(0.05)
                await publish(runtime.redis, [event(tenant_id, 1)])
                assert await next_of(subscription, LoggedEvent, 2), turns


async def test_coming_and_going_leaves_the_last_one_subscribed(hub: EventHub, runtime: Runtime) -> None:
    tenant_id = uuid4()

    async def drop_in(pause: float) -> None:
        await asyncio.sleep(pause)
        async with hub.subscribe(tenant_id):
            await asyncio.sleep(pause)

    for _ in range(5):
        await asyncio.gather(*(drop_in(0.0007 * number) for number in range(40)))
        async with hub.subscribe(tenant_id) as subscription:
            await settled(subscription)
            await publish(runtime.redis, [event(tenant_id, 1)])
            assert await next_of(subscription, LoggedEvent)


async def test_a_slow_subscriber_is_told_to_catch_up_and_harms_nobody(hub: EventHub, runtime: Runtime) -> None:
    tenant_id, many = uuid4(), QUEUE_SIZE * 3
    async with hub.subscribe(tenant_id) as slow, hub.subscribe(tenant_id) as quick:
        await settled(quick)
        slow._drain()
        heard: list[Message] = []

        async def listen() -> None:
            while len([each for each in heard if isinstance(each, LoggedEvent)]) < many:
                heard.append(await quick.get())

        listening = asyncio.create_task(listen())
        for start in range(1, many + 1, 64):
            await publish(runtime.redis, [event(tenant_id, n) for n in range(start, min(start + 64, many + 1))])
            await asyncio.sleep(0.01)
        await asyncio.wait_for(listening, 60)
        assert [each.sequence for each in heard if isinstance(each, LoggedEvent)] == list(range(1, many + 1))
        left = slow._drain()
    assert len(left) <= QUEUE_SIZE
    assert isinstance(left[0], CatchUp), "what is missing was said before what is left"
    kept = [each.sequence for each in left if isinstance(each, LoggedEvent)]
    assert kept == list(range(kept[0], many + 1)), "after the gap there is no other"


def test_an_end_of_access_is_never_pushed_out() -> None:
    subscription, session_id = Subscription(), uuid4()
    tenant_id = uuid4()
    subscription.put(Revoked(session_id))
    for number in range(QUEUE_SIZE * 4):
        subscription.put(event(tenant_id, number))
    ends = [each for each in subscription._drain() if isinstance(each, Revoked)]
    assert [each.session_id for each in ends] == [session_id]


def test_many_ends_of_access_do_not_fill_the_queue_for_ever() -> None:
    subscription = Subscription()
    ids = [uuid4() for _ in range(QUEUE_SIZE * 3)]
    for session_id in ids:
        subscription.put(Revoked(session_id))
    left = subscription._drain()
    assert len(left) <= QUEUE_SIZE
    assert isinstance(left[-1], Revoked)
    assert left[-1].session_id == ids[-1]


async def test_a_lost_connection_is_made_up_for(hub: EventHub, runtime: Runtime) -> None:
    tenant_id = uuid4()
    async with hub.subscribe(tenant_id) as subscription:
        await settled(subscription)
        for number in range(1, 3):
            for id_ in await listening(runtime):
                await runtime.redis.client_kill_filter(_id=id_)
            assert await next_of(subscription, CatchUp)
            await until(lambda: hub.live)
            await settled(subscription)
            await publish(runtime.redis, [event(tenant_id, number)])
            assert (await next_of(subscription, LoggedEvent)).sequence == number


async def test_while_redis_is_away_streams_read_the_log(make_settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CATCH_UP_SECONDS", CATCH_UP_SECONDS / 10)
    async with running(make_settings(redis={"url": "redis://127.0.0.1:1/0"})) as (hub, _):
        async with hub.subscribe(uuid4()) as subscription:
            for _ in range(3):
                assert await next_of(subscription, CatchUp)
            assert not hub.live
        assert not hub._subscriptions


async def test_a_silent_redis_is_found_out(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that stands but brings nothing, as behind a firewall that forgot it."""
    monkeypatch.setattr(module, "PING_SECONDS", 0.05)
    pings: list[int] = []
    tenant_id = uuid4()
    async with running(settings) as (hub, _):
        await until(lambda: hub.live)
        async with hub.subscribe(tenant_id) as subscription:
            await settled(subscription)
            await asyncio.sleep(0.3)
            assert hub.live, "an answer to a ping is an answer"
            pubsub: Any = hub._pubsub

            async def into_the_void() -> None:
                pings.append(1)

            monkeypatch.setattr(pubsub, "ping", into_the_void)
            assert await next_of(subscription, CatchUp)
            assert pings
            await until(lambda: hub.live and hub._pubsub is not pubsub)


async def test_odd_messages_harm_nobody(hub: EventHub, runtime: Runtime) -> None:
    tenant_id = uuid4()
    channels = Channels(tenant_id)
    async with hub.subscribe(tenant_id) as subscription:
        await settled(subscription)
        for channel in (channels.events, channels.deltas, channels.revoked):
            for odd in ("", "{", "null", "[]", "{}", '{"event_id": 1}', "x" * 1000):
                await runtime.redis.publish(channel, odd)
        await publish(runtime.redis, [event(tenant_id, 1)])
        assert await next_of(subscription, LoggedEvent)
