"""A job that meets its budget's limit waits with what it has, and goes on when the limit is raised: nothing is paid
twice, also when the worker dies between a call and keeping its answer."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from specloom.core.config import Settings
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.main import create_app
from specloom.workers.run import JobRun, LeaseLost
from specloom.workers.runner import execute
from specloom.workers.subscriptions import REACTIONS
from specloom.workers.sweeper import Sweeper
from specloom.workers.tools import open_tools
from tests.conftest import serve
from tests.factories.identity import Member, add_member, sign_up
from tests.fakes.openai_server import FakeOpenAI

PARAGRAPH = (
    "Shop number {n} shall send its {n} orders to the warehouse before noon. The warehouse must confirm each order "
    "within {n} minutes, and the driver of lorry {n} signs for the crates at gate {n}.\n\n"
)
TEXT = "# Deliveries\n\n" + "".join(PARAGRAPH.format(n=n) for n in range(3, 90))


@pytest.fixture
def stingy(make_settings: Any, fake: FakeOpenAI) -> Settings:
    """A model that reads little at once, so that there is much to ask."""
    chosen: Settings = make_settings(
        llm={
            "engine": "openai",
            "api_key": "sk",
            "base_url": fake.base_url,
            "model": "gpt-4.1-mini",
            "context_tokens": 4_000,
            "max_output_tokens": 400,
        },
        jobs={"backoff_seconds": 0, "sweep_seconds": 3600},
    )
    return chosen


@pytest.fixture
async def api(stingy: Settings, runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    async with serve(create_app(stingy)) as client:
        yield client


class Desk:
    """One tenant's admin, their only document, and a worker that works when it is told to."""

    def __init__(self, client: httpx2.AsyncClient, settings: Settings, runtime: Runtime, admin: Member) -> None:
        self._client, self._settings, self._runtime, self.admin = client, settings, runtime, admin
        self.context = TenantContext(admin.tenant_id, admin.user_id)

    async def call(self, method: str, path: str, body: Any = None, *, status: int = 200) -> httpx2.Response:
        answer = await self._client.request(method, f"/api/v1{path}", json=body, headers=self.admin.headers)
        assert answer.status_code == status, answer.text
        return answer

    async def summarise(self) -> str:
        document = (await self.call("POST", "/documents", {"title": "D", "content": TEXT}, status=201)).json()
        accepted = await self.call("POST", f"/documents/{document['id']}/summaries", {}, status=202)
        return str(accepted.json()["job"]["id"])

    async def work(self, job_id: str) -> str | None:
        async with open_runtime(self._settings, reactions=REACTIONS) as runtime, open_tools(self._settings) as tools:
            return await execute(runtime, tools, self.context.tenant_id, UUID(job_id))

    async def job(self, job_id: str) -> dict[str, Any]:
        job: dict[str, Any] = (await self.call("GET", f"/jobs/{job_id}")).json()
        return job

    async def rows(self, query: str) -> list[Any]:
        async with self._runtime.uow(self.context) as uow:
            return [tuple(row) for row in await uow.session.execute(text(query))]


@pytest.fixture
async def desk(api: httpx2.AsyncClient, stingy: Settings, runtime: Runtime) -> Desk:
    return Desk(api, stingy, runtime, await sign_up(api))


def asked_twice(fake: FakeOpenAI) -> int:
    """How many calls asked what another one had asked before, the random marks around the material left out."""
    asked = Counter(re.sub(r"[0-9a-f]{16}", "", "".join(seen.contents)) for seen in fake.requests)
    return sum(times - 1 for times in asked.values())


async def test_at_the_limit_a_job_pauses_and_goes_on_when_it_is_raised(
    desk: Desk, api: httpx2.AsyncClient, fake: FakeOpenAI, runtime: Runtime
) -> None:
    await desk.call("PUT", "/usage/budget", {"tokens": 4_500})
    job_id = await desk.summarise()
    assert await desk.work(job_id) == "paused"
    assert len(fake.requests) == 1, "the first of two parts; the other one is more than what is left"
    job = await desk.job(job_id)
    assert (job["state"], job["status"], job["step"], job["attempts"]) == ("paused", "pending", "paused", 0)
    assert "budget" in job["message"]
    budget = (await desk.call("GET", "/usage/budget")).json()
    assert job["paused_until"] == budget["period_end"]
    assert budget["paused_jobs"] == 1
    assert budget["spent"]["tokens"] <= 4_500
    assert budget["reserved"]["tokens"] == 0
    assert await desk.work(job_id) is None, "nobody takes it before its time"

    path, body = f"/tenants/{desk.context.tenant_id}/analyze", {"requirements_text": TEXT[:99]}
    refused = await desk.call("POST", path, body, status=429)
    assert refused.json()["error"]["code"] == "budget_exhausted"
    assert 0 < int(refused.headers["Retry-After"]) <= 24 * 3600
    refused = await desk.call("PUT", "/usage/budget", {"tokens": 10**12}, status=422)
    assert refused.json()["error"]["code"] == "budget_above_plan"

    await desk.call("PUT", "/usage/budget", {"tokens": 500_000})
    assert (await desk.job(job_id))["state"] == "queued"
    assert UUID(job_id) in await runtime.queue.waiting()
    assert await desk.work(job_id) == "completed"
    assert len(fake.requests) > 2
    assert asked_twice(fake) == 0
    spent = (await desk.call("GET", "/usage/budget")).json()["spent"]
    usage = (await desk.call("GET", "/usage?group_by=job")).json()
    assert [(group["key"], group["name"]) for group in usage["groups"]] == [(job_id, "summarize_document")]
    assert usage["total"]["tokens"] == usage["groups"][0]["tokens"] == spent["tokens"]
    assert usage["total"]["calls"] == len(fake.requests)
    assert usage["total"]["cost"] == spent["cost"]
    await _sees_only_their_own(api, await add_member(api, desk.admin, "member"))


async def _sees_only_their_own(api: httpx2.AsyncClient, member: Member) -> None:
    usage = await api.get("/api/v1/usage?group_by=user", headers=member.headers)
    assert (usage.json()["total"]["tokens"], usage.json()["groups"]) == (0, [])
    assert (await api.put("/api/v1/usage/budget", json={}, headers=member.headers)).status_code == 403


async def test_a_worker_that_dies_with_an_answer_in_hand_costs_one_call_more(
    desk: Desk, fake: FakeOpenAI, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await desk.summarise()

    async def die(*_: Any, **__: Any) -> None:
        raise LeaseLost

    with monkeypatch.context() as patch:
        patch.setattr("specloom.ai.openai_calls.CONCURRENT_CALLS", 1)
        patch.setattr(JobRun, "keep", die)
        assert await desk.work(job_id) == "lost"
    assert len(await desk.rows("SELECT 1 FROM usage_reservations")) == 1
    await desk.rows("UPDATE jobs SET lease_expires_at = now() - interval '1 second' RETURNING 1")
    await Sweeper(runtime).sweep()
    assert await desk.rows("SELECT 1 FROM usage_reservations") == []
    assert await desk.work(job_id) == "completed"
    assert asked_twice(fake) == 1
    steps, calls = (await desk.rows("SELECT count(DISTINCT step), sum(calls) FROM usage_entries"))[0]
    assert steps == calls == len(fake.requests) - 1
