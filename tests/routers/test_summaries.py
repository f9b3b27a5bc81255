"""Summaries over HTTP: asked for alone and in bulk, listed, deleted, and nobody else's business."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.factories.documents import ask, make_template, write
from tests.factories.identity import Member, add_member, sign_up

API = "/api/v1"
BULK = f"{API}/documents/bulk/summaries"
KEY_POINTS = "00000000-0000-7000-8000-000000000002"


async def listed(client: httpx2.AsyncClient, member: Member, **params: Any) -> list[str]:
    response = await client.get(f"{API}/summaries", params=params, headers=member.headers)
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()["items"]]


async def test_a_summary_is_asked_for(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, title="Brief")
    path = f"{API}/documents/{document['id']}/summaries"
    response = await client.post(path, json={"template_id": KEY_POINTS}, headers=member.headers)
    assert response.status_code == 202
    job, summary = response.json()["job"], response.json()["summary"]
    assert (job["job_type"], job["status"], job["related_id"]) == ("summarize_document", "pending", summary["id"])
    assert summary["job_id"] == job["id"]
    assert summary["status"] == "pending"
    assert (summary["document_id"], summary["document_title"]) == (document["id"], "Brief")
    assert (summary["document_version"], summary["format"]) == (1, "bullets")
    assert summary["template"] == {"id": KEY_POINTS, "name": "Key points", "version": 1}
    assert summary["created_by"] == str(member.user_id)
    shown = (await client.get(f"{API}/summaries/{summary['id']}", headers=member.headers)).json()
    assert {name: shown[name] for name in summary} == summary
    followed = await client.get(f"{API}/jobs/{job['id']}", headers=member.headers)
    assert followed.status_code == 200


async def test_a_body_may_be_left_out(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    response = await client.post(f"{API}/documents/{document['id']}/summaries", headers=member.headers)
    assert response.status_code == 202
    assert response.json()["summary"]["template"]["name"] == "Executive summary"


@pytest.mark.parametrize(
    "body", [{"format": "poem"}, {"template_id": "x"}, {"document_id": str(uuid4())}, {"status": "complete"}, []]
)
async def test_what_cannot_be_asked_for(client: httpx2.AsyncClient, body: Any) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    path = f"{API}/documents/{document['id']}/summaries"
    assert (await client.post(path, json=body, headers=member.headers)).status_code == 422
    assert await listed(client, member) == []


async def test_an_unknown_template(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    template = await make_template(client, member)
    await client.delete(f"{API}/templates/{template['id']}", headers=member.headers)
    for template_id in (str(uuid4()), template["id"]):
        path = f"{API}/documents/{document['id']}/summaries"
        response = await client.post(path, json={"template_id": template_id}, headers=member.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "template_not_found")
    assert await listed(client, member) == []


async def test_many_at_once(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    ids = [(await write(client, member, title=f"Document {number}"))["id"] for number in range(3)][::-1]
    body = {"document_ids": ids, "template_id": KEY_POINTS, "format": "outline"}
    response = await client.post(BULK, json=body, headers=member.headers)
    assert response.status_code == 202
    items = response.json()["items"]
    assert [item["summary"]["document_id"] for item in items] == ids
    assert {item["summary"]["format"] for item in items} == {"outline"}
    assert len({item["job"]["id"] for item in items}) == 3
    assert all(item["job"]["related_id"] == item["summary"]["id"] for item in items)
    assert set(await listed(client, member)) == {item["summary"]["id"] for item in items}


async def test_one_that_is_not_there_stops_all(client: httpx2.AsyncClient) -> None:
    member, stranger = await sign_up(client), await sign_up(client)
    own, deleted = await write(client, member), await write(client, member)
    await client.delete(f"{API}/documents/{deleted['id']}", headers=member.headers)
    foreign = await write(client, stranger)
    for missing in (str(uuid4()), deleted["id"], foreign["id"]):
        response = await client.post(BULK, json={"document_ids": [own["id"], missing]}, headers=member.headers)
        error = response.json()["error"]
        assert (response.status_code, error["code"]) == (404, "document_not_found")
        assert missing in error["message"]
        assert error["details"] == {"document_id": missing}
    assert await listed(client, member) == []
    jobs = await client.get(f"{API}/jobs", params={"job_type": "summarize_document"}, headers=member.headers)
    assert jobs.json()["items"] == []


async def test_how_many_at_once(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    for ids in ([], [document["id"]] * 2, [str(uuid4()) for _ in range(101)], None, "x"):
        response = await client.post(BULK, json={"document_ids": ids}, headers=member.headers)
        assert response.status_code == 422, ids
    hundred = [document["id"], *(str(uuid4()) for _ in range(99))]
    assert (await client.post(BULK, json={"document_ids": hundred}, headers=member.headers)).status_code == 404


async def test_a_repeated_request_starts_nothing_twice(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    headers = {**member.headers, "Idempotency-Key": "bulk-1"}
    answers = [await client.post(BULK, json={"document_ids": [document["id"]]}, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert [answer.status_code for answer in answers] == [202, 202]
    assert len(await listed(client, member)) == 1


async def test_lists(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    first, second = await write(client, member, title="One"), await write(client, member, title="Two")
    one = [(await ask(client, member, first["id"]))["summary"]["id"] for _ in range(2)]
    two = (await ask(client, member, second["id"]))["summary"]["id"]
    assert await listed(client, member) == [two, *one[::-1]]
    assert await listed(client, member, document_id=first["id"]) == one[::-1]
    assert await listed(client, member, status="pending") == [two, *one[::-1]]
    assert await listed(client, member, status="complete") == []
    assert await listed(client, member, document_id=str(uuid4())) == []
    response = await client.get(f"{API}/documents/{first['id']}/summaries", headers=member.headers)
    assert [item["id"] for item in response.json()["items"]] == one[::-1]
    page = await client.get(f"{API}/summaries", params={"limit": 2}, headers=member.headers)
    rest = {"limit": 2, "cursor": page.json()["next_cursor"]}
    assert await listed(client, member, **rest) == one[:1]
    assert (await client.get(f"{API}/summaries?status=x", headers=member.headers)).status_code == 422


async def test_a_deleted_summary_is_nowhere(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    kept, gone = [(await ask(client, member, document["id"]))["summary"]["id"] for _ in range(2)]
    assert (await client.delete(f"{API}/summaries/{gone}", headers=member.headers)).status_code == 204
    for method in ("GET", "DELETE"):
        response = await client.request(method, f"{API}/summaries/{gone}", headers=member.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "summary_not_found")
    assert await listed(client, member) == [kept]


async def test_summaries_go_with_their_document(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document, other = await write(client, member), await write(client, member)
    gone = (await ask(client, member, document["id"]))["summary"]["id"]
    kept = (await ask(client, member, other["id"]))["summary"]["id"]
    await client.delete(f"{API}/documents/{document['id']}", headers=member.headers)
    assert await listed(client, member) == [kept]
    assert (await client.get(f"{API}/summaries/{gone}", headers=member.headers)).status_code == 404


async def test_another_tenant_sees_nothing(client: httpx2.AsyncClient) -> None:
    owner, stranger = await sign_up(client), await sign_up(client)
    document = await write(client, owner)
    summary = (await ask(client, owner, document["id"]))["summary"]
    for method in ("GET", "DELETE"):
        for target in (summary["id"], str(uuid4())):
            response = await client.request(method, f"{API}/summaries/{target}", headers=stranger.headers)
            assert (response.status_code, response.json()["error"]["code"]) == (404, "summary_not_found")
    assert await listed(client, stranger) == []
    assert await listed(client, stranger, document_id=document["id"]) == []
    assert await listed(client, owner) == [summary["id"]]


async def test_who_may_do_what(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    viewer, accountant = await add_member(client, admin, "viewer"), await add_member(client, admin, "accountant")
    document = await write(client, admin)
    summary = (await ask(client, admin, document["id"]))["summary"]
    path, one = f"{API}/documents/{document['id']}/summaries", f"{API}/summaries/{summary['id']}"
    for place in (path, one, f"{API}/summaries"):
        assert (await client.get(place, headers=viewer.headers)).status_code == 200
        assert (await client.get(place, headers=accountant.headers)).status_code == 403
        assert (await client.get(place)).status_code == 401
    for method, place, body in (
        ("POST", path, {}),
        ("POST", BULK, {"document_ids": [document["id"]]}),
        ("DELETE", one, None),
    ):
        response = await client.request(method, place, json=body, headers=viewer.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "permission_denied")


async def test_a_summary_is_not_to_be_had_without_reading_the_document(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    document = await write(client, admin)
    role = {
        "name": "asks",
        "permissions": [{"resource": "summaries", "action": action} for action in ("create", "read")],
    }
    assert (await client.post(f"{API}/roles", json=role, headers=admin.headers)).status_code == 201
    blind = await add_member(client, admin, "asks")
    for path, body in (
        (f"{API}/documents/{document['id']}/summaries", {}),
        (BULK, {"document_ids": [document["id"]]}),
    ):
        response = await client.post(path, json=body, headers=blind.headers)
        assert response.json()["error"]["details"] == {"resource": "documents", "action": "read"}
