"""A summary by an LLM through all floors: worker, provider over HTTP, text streamed to watchers, tokens accounted."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from specloom.core.config import Settings
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.workers.runner import execute
from specloom.workers.tools import open_tools
from tests.factories.identity import Member, sign_up
from tests.fakes.openai_server import FakeOpenAI, Fault

NOTE = """# Quarterly note

The bakery sold 4,120 loaves in March. Demand for rye doubled after the fair.
The second oven shall be repaired before 12 May. Ines Roth orders the parts this week.
"""


@pytest.fixture
def provider() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(delay=0.01) as provider:
        yield provider


@pytest.fixture
async def member(nodes: tuple[str, str]) -> Member:
    async with httpx2.AsyncClient(base_url=nodes[0]) as client:
        return await sign_up(client)


def settings_for(make_settings: Any, provider: FakeOpenAI) -> Settings:
    settings: Settings = make_settings(
        llm={"engine": "openai", "api_key": "sk-canary", "base_url": provider.base_url, "model": "gpt-4.1-mini"},
        jobs={"backoff_seconds": 0},
    )
    return settings


async def ask(node: str, member: Member) -> tuple[dict[str, Any], TenantContext]:
    async with httpx2.AsyncClient(base_url=f"{node}/api/v1", headers=member.headers) as client:
        document = (await client.post("/documents", json={"title": "Note", "content": NOTE})).json()
        accepted = (await client.post(f"/documents/{document['id']}/summaries", json={})).json()
    return accepted, TenantContext(member.tenant_id, member.user_id)


async def work(settings: Settings, context: TenantContext, job_id: str) -> str | None:
    async with open_runtime(settings) as runtime, open_tools(settings) as tools:
        return await execute(runtime, tools, context.tenant_id, job_id)  # type: ignore[arg-type]


async def ledger(runtime: Runtime, context: TenantContext) -> list[tuple[str, int, int]]:
    async with runtime.uow(context) as uow:
        rows = await uow.session.execute(text("SELECT model, prompt_tokens, completion_tokens FROM usage_entries"))
        return [tuple(row) for row in rows]


async def test_the_text_is_seen_as_it_is_written_and_paid_once(
    nodes: tuple[str, str], member: Member, runtime: Runtime, make_settings: Any, provider: FakeOpenAI
) -> None:
    accepted, context = await ask(nodes[0], member)
    working = asyncio.create_task(work(settings_for(make_settings, provider), context, accepted["job"]["id"]))
    written, kinds = "", []
    async with httpx2.AsyncClient(base_url=f"{nodes[1]}/api/v1", headers=member.headers, timeout=30) as client:
        async with client.sse(f"/jobs/{accepted['job']['id']}/events") as source:
            async for event in source:
                kinds.append(event.event)
                if event.event == "delta":
                    piece = json.loads(event.data)
                    assert piece["offset"] == len(written)
                    written += piece["text"]
        assert await working == "completed"
        summary = (await client.get(f"/summaries/{accepted['summary']['id']}")).json()
    assert kinds[-1] == "completed"
    assert kinds.count("delta") > 1
    assert summary["summary_text"] == written
    assert summary["model_used"] == "gpt-4.1-mini"
    entries = await ledger(runtime, context)
    assert [model for model, _, _ in entries] == ["gpt-4.1-mini"]
    assert summary["tokens_used"] == sum(prompt + completion for _, prompt, completion in entries)
    for sentence in summary["sentences"]:
        for source_range in sentence["sources"]:
            assert source_range["quote"] == NOTE[source_range["start"] : source_range["end"]]


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        (Fault("status", status=401, code="invalid_api_key"), "failed", "llm_authentication_failed"),
        (Fault("status", status=429, code="insufficient_quota"), "failed", "llm_quota_exhausted"),
    ],
)
async def test_what_cannot_be_mended_fails_at_once_and_says_so(
    nodes: tuple[str, str],
    member: Member,
    make_settings: Any,
    provider: FakeOpenAI,
    fault: Fault,
    outcome: str,
    code: str,
) -> None:
    accepted, context = await ask(nodes[0], member)
    provider.script(fault)
    assert await work(settings_for(make_settings, provider), context, accepted["job"]["id"]) == outcome
    async with httpx2.AsyncClient(base_url=f"{nodes[0]}/api/v1", headers=member.headers) as client:
        job = (await client.get(f"/jobs/{accepted['job']['id']}")).json()
        summary = (await client.get(f"/summaries/{accepted['summary']['id']}")).json()
    assert job["error"]["code"] == code
    assert "sk-canary" not in json.dumps(job)
    assert "bakery" not in job["error"]["message"]
    assert summary["status"] == "failed"


async def test_a_provider_that_asks_to_wait_is_asked_again_by_another_attempt(
    nodes: tuple[str, str], member: Member, runtime: Runtime, make_settings: Any, provider: FakeOpenAI
) -> None:
    accepted, context = await ask(nodes[0], member)
    provider.script(Fault("status", status=429, code="rate_limit_exceeded", headers={"Retry-After": "30"}))
    settings = settings_for(make_settings, provider)
    assert await work(settings, context, accepted["job"]["id"]) == "retried"
    async with runtime.uow(context) as uow:
        waiting = text("SELECT extract(epoch FROM run_after - now()) FROM jobs WHERE id = :id")
        wait = await uow.session.scalar(waiting, {"id": accepted["job"]["id"]})
        assert 20 < wait <= 30
        await uow.session.execute(text("UPDATE jobs SET run_after = now()"))
    assert await work(settings, context, accepted["job"]["id"]) == "completed"
    assert len(await ledger(runtime, context)) == 1
