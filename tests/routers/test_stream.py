"""Event streams over real sockets: gap-free on any node, resumable, ended by the job's end or by the end of access."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx2
import pytest
from sqlalchemy import text

from specloom.core.events import text_key
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.services import jobs, streams
from specloom.workers.registry import HANDLERS
from specloom.workers.run import JobRun
from specloom.workers.runner import execute
from specloom.workers.tools import Tools
from tests.factories.identity import Member, add_member, sign_up
from tests.workers.jobs import Rehearsal, Stage, open_job

TOOLS = cast("Tools", None)


@dataclass(frozen=True)
class Heard:
    event: str
    id: str | None
    data: dict[str, Any]


@asynccontextmanager
async def stream(
    node: str, path: str, headers: dict[str, str], last: str | None = None, **params: str
) -> AsyncIterator[AsyncIterator[Heard]]:
    async with httpx2.AsyncClient(base_url=f"{node}/api/v1", timeout=30) as client:
        sent = {**headers, **({"Last-Event-ID": last} if last else {})}
        async with client.sse(path, headers=sent, params=params) as source:
            assert source.response.status_code == 200, await source.response.aread()

            async def events() -> AsyncIterator[Heard]:
                async for event in source:
                    yield Heard(event.event, event.id or None, json.loads(event.data))

            yield events()


async def all_of(node: str, path: str, headers: dict[str, str], last: str | None = None, **params: str) -> list[Heard]:
    async with stream(node, path, headers, last, **params) as events:
        return [event async for event in events]


@pytest.fixture
async def member(nodes: tuple[str, str]) -> Member:
    async with httpx2.AsyncClient(base_url=nodes[0]) as client:
        return await sign_up(client)


@pytest.fixture
def context(member: Member) -> TenantContext:
    return TenantContext(member.tenant_id, member.user_id)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_up(work: Any) -> Stage:
        staged = Stage(work)
        monkeypatch.setitem(HANDLERS, Rehearsal.job_type, staged.handler)
        return staged

    return set_up


def numbered(events: list[Heard]) -> list[int]:
    return [int(event.id) for event in events if event.id and event.event != "delta"]


async def counts(run: JobRun) -> dict[str, Any]:
    for number in range(1, 8):
        await run.progress(f"step {number}", number / 10, f"Step {number}")
        await asyncio.sleep(0.02)
    return {"counted": 7}


async def test_twenty_clients_on_two_nodes_see_the_same_gap_free_events(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    stage(counts)
    job_id = await open_job(runtime, context)
    path = f"/jobs/{job_id}/events"

    async def comes(number: int) -> list[Heard]:
        await asyncio.sleep(0.01 * number)
        return await all_of(nodes[number % 2], path, member.headers)

    clients = [asyncio.create_task(comes(number)) for number in range(20)]
    await asyncio.sleep(0.1)
    assert await execute(runtime, TOOLS, context.tenant_id, job_id) == "completed"
    heard = await asyncio.gather(*clients)
    first = heard[0]
    assert numbered(first) == list(range(1, len(first) + 1))
    assert first[-1].event == "completed"
    assert [event.event for event in first].count("completed") == 1
    assert all(each == first for each in heard)
    percentages = [event.data["progress"] for event in first]
    assert percentages == sorted(percentages)
    assert set(first[0].data) == {"event_id", "step", "progress", "message", "details"}


async def test_a_stream_is_resumed_on_another_node(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    stage(counts)
    job_id = await open_job(runtime, context)
    path = f"/jobs/{job_id}/events"
    work = asyncio.create_task(execute(runtime, TOOLS, context.tenant_id, job_id))
    seen: list[Heard] = []
    async with stream(nodes[0], path, member.headers) as events:
        async for event in events:
            seen.append(event)
            if len(seen) == 4:
                break
    seen += await all_of(nodes[1], path, member.headers, last=seen[-1].id)
    assert await work == "completed"
    assert numbered(seen) == list(range(1, len(seen) + 1))
    assert seen[-1].event == "completed"


async def test_whoever_has_seen_the_end_is_told_to_stop_asking(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    stage(counts)
    job_id = await open_job(runtime, context)
    await execute(runtime, TOOLS, context.tenant_id, job_id)
    events = await all_of(nodes[0], f"/jobs/{job_id}/events", member.headers)
    async with httpx2.AsyncClient(base_url=f"{nodes[1]}/api/v1") as client:
        answer = await client.get(
            f"/jobs/{job_id}/events", headers={**member.headers, "Last-Event-ID": events[-1].id or ""}
        )
        assert answer.status_code == 204
        snapshot = (await client.get(f"/jobs/{job_id}", headers=member.headers)).json()
    assert snapshot["last_sequence"] == int(events[-1].id or 0)
    assert snapshot["state"] == "completed"


async def test_late_comers_get_the_text_so_far_and_then_the_rest(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    text = "Der Text wächst – 文字 🙂 Wort für Wort, bis alles da ist."
    half_way, go_on = asyncio.Event(), asyncio.Event()

    async def writes(run: JobRun) -> dict[str, Any]:
        for number in range(0, len(text), 3):
            await run.delta(text[number : number + 3])
            if number >= 21 and not half_way.is_set():
                half_way.set()
                await go_on.wait()
        return {}

    stage(writes)
    job_id = await open_job(runtime, context)
    path = f"/jobs/{job_id}/events"
    early = asyncio.create_task(all_of(nodes[0], path, member.headers))
    work = asyncio.create_task(execute(runtime, TOOLS, context.tenant_id, job_id))
    await half_way.wait()
    late = asyncio.create_task(all_of(nodes[1], path, member.headers))
    await asyncio.sleep(0.3)
    go_on.set()
    await work
    for events in (await early, await late):
        written = ""
        for event in events:
            if event.event == "delta":
                assert event.data["offset"] == len(written)
                written += event.data["text"]
        assert written == text


async def test_another_attempt_starts_the_text_over(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    attempts: list[int] = []

    async def writes(run: JobRun) -> dict[str, Any]:
        attempts.append(1)
        for piece in ("one ", "two "):
            await run.delta(f"{piece}{len(attempts)} ")
            await asyncio.sleep(0.05)
        if len(attempts) == 1:
            raise RuntimeError("broken off")
        return {}

    stage(writes)
    job_id = await open_job(runtime, context)
    listening = asyncio.create_task(all_of(nodes[0], f"/jobs/{job_id}/events", member.headers))
    await asyncio.sleep(0.2)
    assert await execute(runtime, TOOLS, context.tenant_id, job_id) == "retried"
    await asyncio.sleep(0.4)
    assert await execute(runtime, TOOLS, context.tenant_id, job_id) == "completed"
    written = ""
    for event in await listening:
        if event.event == "delta":
            written = written[: event.data["offset"]] + event.data["text"]
    assert written == "one 2 two 2 "
    assert await runtime.redis.get(text_key(context.tenant_id, job_id)) is not None


async def test_all_that_happens_in_a_tenant_is_told_in_order(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    stage(counts)
    heard: list[Heard] = []

    async def listen(node: str, last: str | None, most: int) -> list[Heard]:
        got: list[Heard] = []
        async with stream(node, "/events", member.headers, last) as events:
            async for event in events:
                got.append(event)
                if len(got) == most:
                    return got
        return got

    async with stream(nodes[0], "/events", member.headers) as events:
        await asyncio.sleep(0.2)
        job_id = await open_job(runtime, context)
        await execute(runtime, TOOLS, context.tenant_id, job_id)
        async for event in events:
            heard.append(event)
            if event.event == "job.completed":
                break
    numbers = numbered(heard)
    assert numbers == list(range(numbers[0], numbers[0] + len(heard)))
    again = await listen(nodes[1], str(numbers[0]), len(heard) - 1)
    assert again == heard[1:]


async def test_strangers_hear_nothing(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime
) -> None:
    job_id = await open_job(runtime, context)
    async with httpx2.AsyncClient(base_url=nodes[0]) as client:
        stranger = await sign_up(client)
        for headers, status in ((stranger.headers, 404), ({}, 401), ({"Authorization": "Bearer x"}, 401)):
            answer = await client.get(f"/api/v1/jobs/{job_id}/events", headers=headers)
            assert answer.status_code == status
            assert set(answer.json()["error"]) == {"code", "message", "details", "request_id"}


async def test_a_ticket_opens_one_stream(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    stage(counts)
    job_id = await open_job(runtime, context)
    await execute(runtime, TOOLS, context.tenant_id, job_id)
    async with httpx2.AsyncClient(base_url=f"{nodes[0]}/api/v1") as client:
        made = await client.post("/stream-tickets", headers=member.headers)
        assert made.status_code == 201
        ticket = made.json()["ticket"]
        events = await all_of(nodes[1], f"/jobs/{job_id}/events", {}, ticket=ticket)
        assert events[-1].event == "completed"
        again = await client.get(f"/jobs/{job_id}/events", params={"ticket": ticket})
        assert again.status_code == 401
        as_token = await client.get("/auth/me", headers={"Authorization": f"Bearer {ticket}"})
        assert as_token.status_code == 401


async def test_logging_out_ends_the_streams_of_that_session_on_every_node(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime
) -> None:
    job_id = await open_job(runtime, context)
    streams = [asyncio.create_task(all_of(node, f"/jobs/{job_id}/events", member.headers)) for node in nodes]
    await asyncio.sleep(0.3)
    async with httpx2.AsyncClient(base_url=f"{nodes[0]}/api/v1") as client:
        assert (await client.post("/auth/logout", headers=member.headers)).status_code == 204
    async with asyncio.timeout(60):
        for events in await asyncio.gather(*streams):
            assert [event.event for event in events] == ["progress"]


async def test_losing_a_role_ends_the_streams_that_were_opened_with_it(
    nodes: tuple[str, str],
    member: Member,
    context: TenantContext,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "WELCOME_SECONDS", 0.2)
    async with httpx2.AsyncClient(base_url=nodes[0]) as client:
        reader = await add_member(client, member, role="viewer")
        async with stream(nodes[0], "/events", reader.headers) as events:
            await asyncio.sleep(0.5)
            await open_job(runtime, context)
            assert (await anext(events)).event, "nothing has changed yet"
            url = f"/api/v1/users/{reader.user_id}/roles"
            taken = await client.put(url, json={"role_ids": []}, headers=member.headers)
            assert taken.status_code == 200, taken.text
            async with asyncio.timeout(60):
                assert [event async for event in events if event.event.startswith("job.")] == []


async def test_news_of_things_one_may_not_read_are_not_told(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime
) -> None:
    async with httpx2.AsyncClient(base_url=nodes[0]) as client:
        outsider = await add_member(client, member, role="sales_rep")
        async with stream(nodes[0], "/events", outsider.headers) as events:
            await asyncio.sleep(0.2)
            job_id = await open_job(runtime, context)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await anext(events)
        answer = await client.get(f"/api/v1/jobs/{job_id}", headers=outsider.headers)
        assert answer.status_code == 404


async def test_progress_goes_on_while_redis_forgets_everything(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime
) -> None:
    """Events whose message was lost are read from the log as soon as the hub listens again."""
    job_id = await open_job(runtime, context)
    async with stream(nodes[0], f"/jobs/{job_id}/events", member.headers) as events:
        assert (await anext(events)).id == "1"
        await runtime.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        async with runtime.uow(context) as uow:
            await jobs.request_cancel(uow, job_id)
        async with asyncio.timeout(60):
            assert (await anext(events)).event == "cancelled"


async def test_a_new_ticket_goes_on_where_the_last_one_ended(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    """An EventSource with a new address cannot send `Last-Event-ID` as a header."""
    stage(counts)
    job_id = await open_job(runtime, context)
    await execute(runtime, TOOLS, context.tenant_id, job_id)
    events = await all_of(nodes[0], f"/jobs/{job_id}/events", member.headers)
    rest = await all_of(nodes[1], f"/jobs/{job_id}/events", member.headers, last_event_id="3")
    assert rest == events[3:]


async def test_what_is_no_longer_kept_is_told_by_a_reset(
    nodes: tuple[str, str], member: Member, context: TenantContext, runtime: Runtime, stage: Any
) -> None:
    stage(counts)
    job_id = await open_job(runtime, context)
    await execute(runtime, TOOLS, context.tenant_id, job_id)
    async with runtime.uow(context) as uow:
        await uow.session.execute(text("DELETE FROM events WHERE job_id = :job AND job_sequence <= 4"), {"job": job_id})
    events = await all_of(nodes[0], f"/jobs/{job_id}/events", member.headers, last="2")
    assert [event.event for event in events][:2] == ["reset", "progress"]
    assert [int(event.id or 0) for event in events][:2] == [4, 5]
    async with stream(nodes[0], "/events", member.headers, last="999999") as everything:
        assert (await anext(everything)).event == "reset"
