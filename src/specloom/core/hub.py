"""Live events in one process: one Redis subscription, shared by all its streams.

A stream subscribes first and reads the log second, so nothing falls between. Whenever messages may have been missed
(Redis was away, the subscription was not yet in force, the stream was slow), it is told to look at the log again.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from specloom.core.events import Channels, Delta, LoggedEvent
from specloom.core.logging import get_logger

log = get_logger(__name__)

HUB_CHANNEL = "specloom:hub"
QUEUE_SIZE = 256
PING_SECONDS = 2
RECONNECT_SECONDS = 0.5
CATCH_UP_SECONDS = 1.0
"""How often streams look at the log while Redis is away."""


class Revoked:
    """A sign-in session ended."""

    def __init__(self, session_id: UUID) -> None:
        self.session_id = session_id


class CatchUp:
    """Messages may have been missed: read the log."""


Message = LoggedEvent | Delta | Revoked | CatchUp


class Subscription:
    """What one stream hears of its tenant. `get` waits; a stream that falls behind is told to catch up instead."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[Message] = asyncio.Queue(QUEUE_SIZE)

    async def get(self) -> Message:
        return await self._messages.get()

    def put(self, message: Message) -> None:
        if self._messages.full():
            kept: list[Message] = [each for each in self._drain() if isinstance(each, Revoked)]
            for each in (*kept[-QUEUE_SIZE // 2 :], CatchUp()):
                self._messages.put_nowait(each)
        self._messages.put_nowait(message)

    def _drain(self) -> list[Message]:
        drained: list[Message] = []
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                drained.append(self._messages.get_nowait())
        return drained


class EventHub:
    """Run `run()` as a task for the life of the process."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._pubsub: PubSub | None = None
        self._live = False
        self._subscriptions: dict[UUID, set[Subscription]] = defaultdict(set)

    @property
    def live(self) -> bool:
        """Whether Redis is being heard."""
        return self._live

    @asynccontextmanager
    async def subscribe(self, tenant_id: UUID) -> AsyncIterator[Subscription]:
        """Listens to a tenant from now on."""
        subscription = Subscription()
        first = not self._subscriptions[tenant_id]
        self._subscriptions[tenant_id].add(subscription)
        try:
            if first:
                await self._tell_redis("subscribe", tenant_id)
            yield subscription
        finally:
            self._subscriptions[tenant_id].discard(subscription)
            if not self._subscriptions[tenant_id]:
                del self._subscriptions[tenant_id]
                await self._tell_redis("unsubscribe", tenant_id)

    async def run(self) -> None:
        """Listens to Redis until cancelled, and comes back whenever the connection is lost."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                if self._live:
                    log.warning("hub_disconnected", error=type(error).__name__)
                self._live = False
            self._catch_up()
            await asyncio.sleep(RECONNECT_SECONDS if self._live else CATCH_UP_SECONDS)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as pubsub:
            # There is always something to listen to, so that a lost connection shows.
            known = set(self._subscriptions)
            await pubsub.subscribe(*(name for tenant_id in known for name in _names(tenant_id)), HUB_CHANNEL)
            self._pubsub = pubsub
            silent = False
            try:
                # Whoever came while this connected could not tell Redis.
                for tenant_id in set(self._subscriptions) - known:
                    await self._tell_redis("subscribe", tenant_id)
                while True:
                    message = await pubsub.get_message(timeout=PING_SECONDS)
                    if message is None:
                        if silent:
                            raise RedisConnectionError("Redis does not answer")
                        silent = True
                        await pubsub.ping()
                        continue
                    silent = False
                    self._receive(message)
            finally:
                self._pubsub = None

    def _receive(self, message: dict[str, Any]) -> None:
        kind, channel = message["type"], message["channel"]
        if kind == "message":
            self._deliver(channel, message["data"])
        elif kind == "subscribe" and channel == HUB_CHANNEL:
            self._live = True
            self._catch_up()
        elif kind == "subscribe":
            self._catch_up(UUID(channel.split(":")[1]))

    async def _tell_redis(self, command: str, tenant_id: UUID) -> None:
        """Changes the subscription; while Redis is away there is nothing to change, `_listen` starts anew anyway."""
        pubsub = self._pubsub
        if pubsub is not None:
            with contextlib.suppress(RedisError, OSError):
                await getattr(pubsub, command)(*_names(tenant_id))

    def _deliver(self, channel: str, data: str) -> None:
        _, tenant, kind = channel.split(":")
        try:
            message = _read(kind, data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # In the middle of a deployment, another version of the application may speak in other words.
            log.warning("message_not_understood", channel=channel, error=type(error).__name__)
            message = CatchUp()
        for subscription in self._subscriptions.get(UUID(tenant), ()):
            subscription.put(message)

    def _catch_up(self, tenant_id: UUID | None = None) -> None:
        for each in list(self._subscriptions) if tenant_id is None else [tenant_id]:
            for subscription in self._subscriptions.get(each, ()):
                subscription.put(CatchUp())


def _read(kind: str, data: str) -> Message:
    if kind == "events":
        return LoggedEvent.from_json(data)
    if kind == "deltas":
        return Delta.from_json(data)
    return Revoked(UUID(data))


def _names(tenant_id: UUID) -> tuple[str, str, str]:
    channels = Channels(tenant_id)
    return channels.events, channels.deltas, channels.revoked
