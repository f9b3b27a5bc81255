"""Usage by day, person, model and job; budgets within what the operator allows; paused jobs that go on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from specloom.ai.protocols import Usage
from specloom.core.config import BudgetSettings
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.services import jobs, usage
from specloom.services.identity import issue_operator_token
from specloom.vocabulary.jobs import JobStatus, PauseReason
from specloom.workers.sweeper import Sweeper
from tests.factories.identity import Member, add_member, sign_up
from tests.workers.jobs import open_job, seen

API = "/api/v1"
NO_LIMITS = BudgetSettings(
    _env_file=None, free_tokens=None, free_cost=None, enterprise_tokens=None, enterprise_cost=None
)


@pytest.fixture
async def admin(client: httpx2.AsyncClient) -> Member:
    return await sign_up(client)


@pytest.fixture
def operator(app: FastAPI, client: httpx2.AsyncClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_operator_token(app.state.api.keys, 'ops@example.com', 60)}"}


async def take(runtime: Runtime, member: Member, step: str, model: str, cost: str | None) -> UUID:
    """A job in which a model took 10 tokens to read and 2 to write."""
    context = TenantContext(member.tenant_id, member.user_id)
    job_id = await open_job(runtime, context)
    took = Usage(10, 2, 1, Decimal(cost) if cost else None)
    async with runtime.uow(context) as uow:
        await usage.settle(uow, NO_LIMITS, job_id=job_id, step=step, model=model, usage=took)
    return job_id


async def test_what_was_taken_is_told_by_day_person_model_and_job(
    client: httpx2.AsyncClient, runtime: Runtime, admin: Member
) -> None:
    member = await add_member(client, admin, "member")
    early = await take(runtime, admin, "one", "gpt-6-luna", "0.30")
    await take(runtime, member, "two", "gpt-6-luna", "0.20")
    await take(runtime, member, "three", "our-own", None)
    today = datetime.now(UTC).date()
    before = today - timedelta(days=40)
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        moved = text("UPDATE usage_entries SET created_at = created_at - interval '40 days' WHERE job_id = :job")
        await uow.session.execute(moved, {"job": early})

    async def told(who: Member, **params: Any) -> dict[str, Any]:
        answer = await client.get(f"{API}/usage", params=params, headers=who.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert found["total"]["tokens"] == sum(group["tokens"] for group in found["groups"])
        return found

    since = {"from": before.isoformat(), "to": today.isoformat()}
    assert [group["key"] for group in (await told(admin, **since))["groups"]] == list(since.values())
    models = {group["key"]: group for group in (await told(admin, **since, group_by="model"))["groups"]}
    assert Decimal(models["gpt-6-luna"]["cost"]) == Decimal("0.5")
    assert (models["our-own"]["cost"], models["our-own"]["unpriced_tokens"]) == ("0", 12)
    people = (await told(admin, **since, group_by="user"))["groups"]
    assert [(group["name"], group["tokens"]) for group in people] == [("A member", 24), ("Ada Admin", 12)]
    types = (await told(admin, **since, group_by="job_type"))["groups"]
    assert [(group["key"], group["calls"]) for group in types] == [("rehearsal", 3)]
    assert (await told(admin, **{"from": since["to"]}))["total"]["tokens"] == 24
    assert (await told(member, **since, group_by="user"))["total"]["tokens"] == 24, "their own alone"
    for wrong in ({"from": "2026-02-01", "to": "2026-01-01"}, {"from": "2020-01-01", "to": "2026-01-01"}):
        answer = await client.get(f"{API}/usage", params=wrong, headers=admin.headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_period")


async def test_a_budget_stays_within_what_the_operator_allows(
    client: httpx2.AsyncClient, admin: Member, operator: dict[str, str]
) -> None:
    async def put(body: Any, **headers: str) -> httpx2.Response:
        return await client.put(f"{API}/usage/budget", json=body, headers={**admin.headers, **headers})

    first = await client.get(f"{API}/usage/budget", headers=admin.headers)
    assert first.json()["limit"] == first.json()["ceiling"]
    most = first.json()["ceiling"]["tokens"]
    assert (await put({"tokens": most + 1})).json()["error"]["code"] == "budget_above_plan"
    allow = f"{API}/tenants/{admin.tenant_id}/budget"
    assert (await client.put(allow, json={"tokens": most * 2}, headers=admin.headers)).status_code == 401
    assert (await client.put(allow, json={"tokens": most * 2}, headers=operator)).status_code == 200
    nobody = f"{API}/tenants/{UUID(int=7)}/budget"
    assert (await client.put(nobody, json={}, headers=operator)).status_code == 404
    assert (await put({"tokens": most + 1}, **{"If-Match": first.headers["ETag"]})).status_code == 412
    raised = await put({"tokens": most + 1, "cost": "1.50"})
    assert raised.json()["limit"] == {"tokens": most + 1, "cost": "1.50"}


async def test_a_paused_job_can_be_cancelled_and_goes_on_when_there_is_room(
    client: httpx2.AsyncClient, runtime: Runtime, admin: Member
) -> None:
    context = TenantContext(admin.tenant_id, admin.user_id)
    going, unwanted = [await open_job(runtime, context) for _ in range(2)]
    for job_id in (going, unwanted):
        async with runtime.uow(context) as uow:
            job = await jobs.claim(uow, job_id, worker="w", lease=timedelta(seconds=60))
            assert job is not None
            until = datetime.now(UTC) + timedelta(days=9)
            await jobs.pause(uow, job, reason=PauseReason.BUDGET_EXHAUSTED, until=until, message="Wait.", details={})
    assert (await client.post(f"{API}/jobs/{unwanted}/cancel", headers=admin.headers)).json()["state"] == "cancelling"
    await Sweeper(runtime).sweep()
    await Sweeper(runtime).clean()
    async with seen(runtime, context, going) as job:
        assert (job.status, job.paused_reason, job.step) == (JobStatus.PENDING, None, "resumed")
    shown = (await client.get(f"{API}/jobs/{going}", headers=admin.headers)).json()
    assert (shown["state"], shown["paused_until"]) == ("queued", None)
    async with seen(runtime, context, unwanted) as job:
        assert job.status is JobStatus.CANCELLED
