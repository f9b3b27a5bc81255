"""Event streams: what happened since, the text so far, what happens now; until the end, or the end of access.

Each stream subscribes before it reads the log and checks every live event against its place, so that none is missing
and none comes twice. It holds no database connection while it waits.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from specloom.core import event_log
from specloom.core.events import Delta, LoggedEvent, text_so_far
from specloom.core.hub import CatchUp, EventHub, Revoked, Subscription
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.jobs import JobCrud

TERMINAL = ("job.completed", "job.failed", "job.cancelled")
WELCOME_SECONDS = 15.0
"""How often a stream asks whether its viewer is still welcome."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who follows. They may hear news of `resources` (None: of all); `expires_at` is in seconds since 1970."""

    tenant_id: UUID
    session_id: UUID
    resources: Sequence[str] | None
    expires_at: float
    is_welcome: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Reset:
    """The log no longer reaches back to where the viewer was: look at the thing itself, and go on from here."""

    sequence: int


async def follow_job(
    runtime: Runtime, hub: EventHub, viewer: Viewer, job_id: UUID, after: int
) -> AsyncIterator[LoggedEvent | Delta | Reset]:
    """The events of one job after a sequence of its own, and the text it writes. Ends with its terminal event, or with
    a reset where the log has forgotten that."""
    async with hub.subscribe(viewer.tenant_id) as subscription:
        place, text = after, _Text()
        caught_up = False
        async for message in _heard(subscription, viewer):
            news: list[LoggedEvent | Reset] = []
            if isinstance(message, LoggedEvent) and message.job_id == job_id:
                if message.job_sequence == place + 1:
                    news = [message]
                elif (message.job_sequence or 0) > place:
                    message = CatchUp()  # noqa: PLW2901 - a gap: the log has what is missing
            if isinstance(message, CatchUp):
                news = await _job_log(runtime, viewer.tenant_id, job_id, place)
            for item in news:
                yield item
                place = item.sequence if isinstance(item, Reset) else item.job_sequence or place
            if news and _is_end(news[-1]):
                return
            if isinstance(message, CatchUp) or (isinstance(message, Delta) and message.job_id == job_id):
                piece = message if isinstance(message, Delta) and caught_up else None
                if piece is None or not text.continues(piece):
                    piece = await text_so_far(runtime.redis, viewer.tenant_id, job_id)
                if piece is not None and (rest := text.take(piece)) is not None:
                    yield rest
            caught_up = caught_up or isinstance(message, CatchUp)


async def follow_subject(
    runtime: Runtime, hub: EventHub, viewer: Viewer, subject_id: UUID, after: int | None, *, terminal: Sequence[str]
) -> AsyncIterator[LoggedEvent | Delta | Reset]:
    """What is about one thing after a sequence of the tenant (None: all that is kept), and the text that jobs write for
    it. Ends with the first event of a `terminal` type."""
    async with hub.subscribe(viewer.tenant_id) as subscription:
        story = _Story(runtime, viewer.tenant_id, subject_id, after)
        async for message in _heard(subscription, viewer):
            if isinstance(message, CatchUp) and (reset := await story.find_place()) is not None:
                yield reset
            for event in await story.events(message):
                yield event
                if event.event_type in terminal:
                    return
            for piece in await story.pieces(message):
                yield piece


async def has_more(uow: UnitOfWork, subject_id: UUID, after: int) -> bool:
    """Whether the log has anything about a thing after a place."""
    return bool(await event_log.read_subject(uow.session, uow.tenant_id, subject_id, after=after, limit=1))


async def follow_tenant(
    runtime: Runtime, hub: EventHub, viewer: Viewer, after: int | None
) -> AsyncIterator[LoggedEvent | Reset]:
    """All that the viewer may hear of a tenant after a sequence (None: from now on), without end."""
    async with hub.subscribe(viewer.tenant_id) as subscription:
        place, last = after, 0
        async for message in _heard(subscription, viewer):
            if place is None or isinstance(message, CatchUp):
                oldest, last = await _bounds(runtime, viewer.tenant_id)
                if place is None:
                    place = last
                elif place > last or place + 1 < oldest:
                    place = last
                    yield Reset(last)
            if isinstance(message, LoggedEvent) and message.sequence == place + 1:
                place = message.sequence
                if viewer.resources is None or message.resource in viewer.resources:
                    yield message
            elif isinstance(message, CatchUp) or (isinstance(message, LoggedEvent) and message.sequence > place):
                async for event in _tenant_log(runtime, viewer, place):
                    place = event.sequence
                    yield event
                # Also what they may not hear is behind them now.
                place = max(place, last if isinstance(message, CatchUp) else message.sequence)


async def _heard(subscription: Subscription, viewer: Viewer) -> AsyncIterator[LoggedEvent | Delta | CatchUp]:
    """What comes in, first of all the word to read the log; ends when the viewer's access does."""
    yield CatchUp()
    asked_at = time.monotonic()
    while True:
        until_expiry = viewer.expires_at - time.time()
        until_asking = asked_at + WELCOME_SECONDS - time.monotonic()
        if until_expiry <= 0:
            return
        if until_asking <= 0:
            if not await viewer.is_welcome():
                return
            asked_at = time.monotonic()
            continue
        try:
            async with asyncio.timeout(min(until_expiry, until_asking)):
                message = await subscription.get()
        except TimeoutError:
            continue
        if isinstance(message, Revoked):
            if message.session_id == viewer.session_id:
                return
        else:
            yield message


class _Text:
    """What a viewer has of the text that is being written."""

    def __init__(self) -> None:
        self._attempt = 0
        self._length = 0

    def continues(self, piece: Delta) -> bool:
        """Whether nothing is missing between what the viewer has and this piece."""
        return (piece.attempt > self._attempt and piece.offset == 0) or (
            piece.attempt == self._attempt and piece.offset <= self._length
        )

    def take(self, piece: Delta) -> Delta | None:
        """The part of the piece that is new to the viewer; None when there is none."""
        if piece.attempt < self._attempt:
            return None
        if piece.attempt > self._attempt:
            self._attempt, self._length = piece.attempt, 0
        news = piece.text[self._length - piece.offset :]
        if not news:
            return None
        offset, self._length = self._length, self._length + len(news)
        return Delta(piece.job_id, piece.attempt, offset, news)


class _Story:
    """What a viewer has of one thing: its events up to a place of the log, and of each running job its text."""

    def __init__(self, runtime: Runtime, tenant_id: UUID, subject_id: UUID, after: int | None) -> None:
        self._runtime = runtime
        self._tenant_id = tenant_id
        self._subject_id = subject_id
        self._place = -1 if after is None else after
        self._texts: dict[UUID, _Text] = {}

    async def find_place(self) -> Reset | None:
        """Makes sure that the log reaches back to the viewer's place; where it does not, they are told."""
        oldest, last = await _bounds(self._runtime, self._tenant_id)
        if self._place < 0:
            self._place = max(0, oldest - 1)
        elif self._place > last or self._place + 1 < oldest:
            # The log was put back to an earlier state, or no longer reaches so far.
            self._place = last if self._place > last else oldest - 1
            return Reset(self._place)
        return None

    async def events(self, message: LoggedEvent | Delta | CatchUp) -> list[LoggedEvent]:
        """What is new after a message, in order."""
        news: list[LoggedEvent] = []
        if isinstance(message, LoggedEvent) and message.sequence == self._place + 1:
            self._place = message.sequence
            news = [message] if message.subject_id == self._subject_id else []
        elif isinstance(message, CatchUp) or (isinstance(message, LoggedEvent) and message.sequence > self._place):
            news = await self._read_on()
        for event in news:
            if event.job_id is not None and event.event_type in TERMINAL:
                self._texts.pop(event.job_id, None)
            elif event.job_id is not None:
                self._texts.setdefault(event.job_id, _Text())
        return news

    async def pieces(self, message: LoggedEvent | Delta | CatchUp) -> list[Delta]:
        """What is new of the texts that are being written."""
        if isinstance(message, CatchUp):
            found = [await self._news(job_id) for job_id in list(self._texts)]
        elif isinstance(message, Delta) and message.job_id in self._texts:
            text = self._texts[message.job_id]
            found = [text.take(message) if text.continues(message) else await self._news(message.job_id)]
        else:
            found = []
        return [piece for piece in found if piece is not None]

    async def _news(self, job_id: UUID) -> Delta | None:
        whole = await text_so_far(self._runtime.redis, self._tenant_id, job_id)
        return None if whole is None else self._texts[job_id].take(whole)

    async def _read_on(self) -> list[LoggedEvent]:
        """All that the log has about the thing after the place, which moves on."""
        events: list[LoggedEvent] = []
        async with self._runtime.uow(TenantContext(self._tenant_id)) as uow:
            last = (await event_log.bounds(uow.session, self._tenant_id))[1]
            while found := await event_log.read_subject(
                uow.session, self._tenant_id, self._subject_id, after=self._place
            ):
                events += found
                self._place = found[-1].sequence
            self._place = max(self._place, last)
            running = await JobCrud(uow).running_for(self._subject_id)
        # What they have begun to write may be older than all that was read.
        self._texts |= {job_id: _Text() for job_id in running if job_id not in self._texts}
        return events


async def _job_log(runtime: Runtime, tenant_id: UUID, job_id: UUID, after: int) -> list[LoggedEvent | Reset]:
    """All that the log has about a job after a place, behind a reset when something in between was forgotten."""
    events: list[LoggedEvent] = []
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        following = (await JobCrud(uow).get(job_id)).last_sequence + 1
        place = after
        while found := await event_log.read_job(uow.session, tenant_id, job_id, after=place):
            events += found
            place = found[-1].job_sequence or place
    if events:
        following = events[0].job_sequence or following
    return [Reset(following - 1), *events] if following > after + 1 else [*events]


def _is_end(item: LoggedEvent | Reset) -> bool:
    """Whether nothing comes after what the log told last: of a job that has not ended, it forgets nothing."""
    return isinstance(item, Reset) or item.event_type in TERMINAL


async def _bounds(runtime: Runtime, tenant_id: UUID) -> tuple[int, int]:
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        return await event_log.bounds(uow.session, tenant_id)


async def _tenant_log(runtime: Runtime, viewer: Viewer, after: int) -> AsyncIterator[LoggedEvent]:
    while True:
        async with runtime.uow(TenantContext(viewer.tenant_id)) as uow:
            events = await event_log.read(uow.session, viewer.tenant_id, after=after, resources=viewer.resources)
        if not events:
            return
        for event in events:
            yield event
        after = events[-1].sequence
