"""Trial, suspension and expiry take effect at once, and end as soon as an operator says so."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from specloom.core.events import Channels
from specloom.core.runtime import Runtime
from specloom.services.identity import issue_operator_token
from tests.factories.analyses import ask_for_analysis, find_one_of_each, tools_with
from tests.factories.documents import ask, work, write
from tests.factories.identity import Member, sign_up

API = "/api/v1"


@pytest.fixture
def operator(app: FastAPI, client: httpx2.AsyncClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {issue_operator_token(app.state.api.keys, 'ops@example.com', 60)}"}


async def _decide(client: httpx2.AsyncClient, operator: dict[str, str], member: Member, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"{API}/tenants/{member.tenant_id}/status", json=body, headers=operator)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def _code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_after_its_trial_a_tenant_reads_and_begins_nothing_new(
    client: httpx2.AsyncClient, operator: dict[str, str]
) -> None:
    admin = await sign_up(client)
    document = await write(client, admin)
    asked = await ask(client, admin, document["id"])
    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    now = await _decide(client, operator, admin, subscription_expires=over)
    assert (now["status"], datetime.fromisoformat(now["subscription_expires"])) == (
        "trial",
        datetime.fromisoformat(over),
    )

    refused = [
        await client.post(f"{API}/documents/{document['id']}/summaries", json={}, headers=admin.headers),
        await client.post(
            f"{API}/tenants/{admin.tenant_id}/analyze",
            json={"requirements_text": "It must work well."},
            headers=admin.headers,
        ),
    ]
    assert [_code(answer) for answer in refused] == [(402, "subscription_expired")] * 2
    assert "operator" in refused[0].json()["error"]["message"]
    assert (await client.get(f"{API}/summaries/{asked['summary']['id']}", headers=admin.headers)).status_code == 200
    assert (
        await client.patch(f"{API}/documents/{document['id']}", json={"title": "Kept"}, headers=admin.headers)
    ).status_code == 200

    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    paid = await _decide(client, operator, admin, status="active", plan_type="enterprise", subscription_expires=later)
    assert (paid["status"], paid["plan_type"]) == ("active", "enterprise")
    assert await ask(client, admin, document["id"])


async def test_a_suspended_tenant_is_closed_and_its_jobs_wait(
    client: httpx2.AsyncClient, runtime: Runtime, operator: dict[str, str]
) -> None:
    admin = await sign_up(client)
    asked = await ask_for_analysis(client, admin)
    tools = tools_with(runtime, find_one_of_each)
    async with runtime.redis.pubsub() as pubsub:
        await pubsub.subscribe(Channels(admin.tenant_id).revoked)
        await _decide(client, operator, admin, status="suspended")
        heard = None
        for _ in range(10):
            heard = heard or await pubsub.get_message(ignore_subscribe_messages=True, timeout=5)
            if heard:
                break
    assert heard, "open streams are told"
    answer = await client.get(f"{API}/analyses", headers=admin.headers)
    assert _code(answer) == (403, "tenant_suspended")
    assert answer.json()["error"]["details"] == {"status": "suspended"}
    assert await work(runtime, tools, admin, asked["job"]["id"]) == "paused"

    await _decide(client, operator, admin, status="active")
    job = (await client.get(f"{API}/jobs/{asked['job']['id']}", headers=admin.headers)).json()
    assert (job["state"], job["attempts"]) == ("queued", 0)
    assert await work(runtime, tools, admin, asked["job"]["id"]) == "completed"


async def test_only_operators_decide_and_only_of_tenants_that_are_there(
    client: httpx2.AsyncClient, operator: dict[str, str]
) -> None:
    admin = await sign_up(client)
    own = f"{API}/tenants/{admin.tenant_id}/status"
    assert (await client.post(own, json={"plan_type": "enterprise"}, headers=admin.headers)).status_code == 401
    for unknown in (uuid4(), "00000000-0000-0000-0000-000000000000"):
        answer = await client.post(f"{API}/tenants/{unknown}/status", json={"status": "active"}, headers=operator)
        assert _code(answer) == (404, "tenant_not_found")
    moments = (
        "2027-01-01T00:00:00",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        5,
    )
    for body in ({"status": "asleep"}, {"status": None}, *({"subscription_expires": each} for each in moments)):
        assert (await client.post(own, json=body, headers=operator)).status_code == 422, body
