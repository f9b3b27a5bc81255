"""Analyses over HTTP: asked for, followed, listed, reviewed item by item, deleted, and nobody else's business."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI

from specloom.ai.analysis import Analysis, AnalysisRequest
from specloom.ai.protocols import PermanentEngineError, Run
from specloom.core.runtime import Runtime
from tests.factories.analyses import (
    TEXT,
    analysis,
    ask_for_analysis,
    completed,
    find_one_of_each,
    tools_with,
)
from tests.factories.documents import events_of, work, write
from tests.factories.identity import Member, add_member, sign_up
from tests.routers.test_stream import Heard, all_of

API = "/api/v1"
KINDS = ["requirement", "finding", "duplicate", "conflict", "term", "gap", "question"]


def analyze(member: Member) -> str:
    return f"{API}/tenants/{member.tenant_id}/analyze"


async def listed(client: httpx2.AsyncClient, member: Member, **params: Any) -> list[str]:
    response = await client.get(f"{API}/analyses", params=params, headers=member.headers)
    assert response.status_code == 200, response.text
    return [item["event_id"] for item in response.json()["items"]]


async def items(client: httpx2.AsyncClient, member: Member, event_id: str, **params: Any) -> list[dict[str, Any]]:
    response = await client.get(f"{API}/analyses/{event_id}/items", params=params, headers=member.headers)
    assert response.status_code == 200, response.text
    return response.json()["items"]  # type: ignore[no-any-return]


async def decide(
    client: httpx2.AsyncClient, member: Member, event_id: str, item_id: str, verb: str, **body: Any
) -> httpx2.Response:
    url = f"{API}/analyses/{event_id}/items/{item_id}/{verb}"
    return await client.post(url, json=body or None, headers=member.headers)


# Asked for ------------------------------------------------------------------------------------------------------------


async def test_an_analysis_of_a_text_is_asked_for(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    body = {"requirements_text": TEXT, "analysis_type": "quality", "focus_areas": ["speed"], "include_research": False}
    response = await client.post(analyze(member), json=body, headers=member.headers)
    assert response.status_code == 202, response.text
    asked = response.json()
    job = asked["job"]
    assert (asked["status"], job["related_id"]) == ("processing", asked["event_id"])
    assert (job["job_type"], job["status"]) == ("analyze_requirements", "pending")
    assert asked["event_id"] in asked["message"]
    assert datetime.fromisoformat(asked["estimated_completion"]) > datetime.fromisoformat(job["queued_at"])
    waiting = await analysis(client, member, asked["event_id"])
    assert {name: waiting[name] for name in ("session_id", "document_id", "version", "analysis")} == {
        "session_id": None,
        "document_id": None,
        "version": None,
        "analysis": None,
    }
    assert (waiting["title"], waiting["analysis_type"]) == ("Ferry desk", "quality")
    assert (waiting["focus_areas"], waiting["include_research"]) == (["speed"], False)
    assert (waiting["question_depth"], waiting["job_id"]) == ("detailed", job["id"])
    assert (waiting["identified_requirements"], waiting["suggested_questions"]) == ([], [])
    assert (waiting["counts"], waiting["created_by"]) == ({}, str(member.user_id))


async def test_an_analysis_of_a_document_is_of_its_current_version(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, title="Brief")
    change = {"content": TEXT}
    await client.patch(f"{API}/documents/{document['id']}", json=change, headers=member.headers)
    asked = await ask_for_analysis(client, member, document_id=document["id"])
    waiting = await analysis(client, member, asked["event_id"])
    assert (waiting["document_id"], waiting["version"], waiting["title"]) == (document["id"], 2, "Brief")
    named = await ask_for_analysis(client, member, document_id=document["id"], title="Review of May")
    assert (await analysis(client, member, named["event_id"]))["title"] == "Review of May"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requirements_text": "too short"},
        {"requirements_text": " " * 20},
        {"requirements_text": "x" * 10_001},
        {"requirements_text": "It must\x00 work."},
        {"requirements_text": TEXT, "document_id": str(uuid4())},
        {"session_id": str(uuid4()), "document_id": str(uuid4())},
        {"requirements_text": TEXT, "analysis_type": "deep"},
        {"requirements_text": TEXT, "focus_areas": ["x"] * 21},
        {"requirements_text": TEXT, "focus_areas": [""]},
        {"requirements_text": TEXT, "include_research": "yes"},
        {"requirements_text": TEXT, "status": "completed"},
    ],
    ids=lambda body: "-".join(body) or "nothing",
)
async def test_what_cannot_be_asked_for(client: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    member = await sign_up(client)
    response = await client.post(analyze(member), json=body, headers=member.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "validation_error")
    assert await listed(client, member) == []


@pytest.mark.parametrize("text", [{}, {"requirements_text": TEXT}])
async def test_there_are_no_sessions_yet(client: httpx2.AsyncClient, text: dict[str, str]) -> None:
    member = await sign_up(client)
    response = await client.post(analyze(member), json={"session_id": str(uuid4()), **text}, headers=member.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "session_not_found")
    assert await listed(client, member) == []


async def test_a_text_that_begins_with_an_empty_heading_is_analysed_twice(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    body = {"requirements_text": "#\u00a0\nThe shop must work."}
    asked = await client.post(analyze(member), json=body, headers=member.headers)
    assert asked.status_code == 202, asked.text
    again = await client.post(f"{API}/analyses/{asked.json()['event_id']}/rerun", headers=member.headers)
    assert again.status_code == 202, again.text


async def test_what_is_not_there_is_not_analysed(client: httpx2.AsyncClient) -> None:
    member, stranger = await sign_up(client), await sign_up(client)
    deleted, foreign = await write(client, member), await write(client, stranger)
    await client.delete(f"{API}/documents/{deleted['id']}", headers=member.headers)
    for document_id in (deleted["id"], foreign["id"], str(uuid4())):
        response = await client.post(analyze(member), json={"document_id": document_id}, headers=member.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "document_not_found")


async def test_the_tenant_must_be_ones_own(client: httpx2.AsyncClient) -> None:
    member, stranger = await sign_up(client), await sign_up(client)
    for tenant_id in (stranger.tenant_id, uuid4()):
        url = f"{API}/tenants/{tenant_id}/analyze"
        response = await client.post(url, json={"requirements_text": TEXT}, headers=member.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "other_tenant")
    assert await listed(client, stranger) == []


async def test_a_repeated_request_starts_nothing_twice(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    headers = {**member.headers, "Idempotency-Key": "analysis-1"}
    answers = [await client.post(analyze(member), json={"requirements_text": TEXT}, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await listed(client, member)) == 1


async def test_roles(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    member, viewer = await add_member(client, admin, "member"), await add_member(client, admin, "viewer")
    found = await completed(client, runtime, member)
    item = found["identified_requirements"][0]["id"]
    assert (await decide(client, member, found["event_id"], item, "accept")).status_code == 200
    assert await items(client, viewer, found["event_id"])
    refused = [
        await client.post(analyze(viewer), json={"requirements_text": TEXT}, headers=viewer.headers),
        await decide(client, viewer, found["event_id"], item, "dismiss"),
        await client.delete(f"{API}/analyses/{found['event_id']}", headers=viewer.headers),
    ]
    assert {answer.status_code for answer in refused} == {403}


# Shown ----------------------------------------------------------------------------------------------------------------


async def test_lists(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    first = (await ask_for_analysis(client, member))["event_id"]
    second = (await completed(client, runtime, member, document_id=document["id"]))["event_id"]
    third = (await ask_for_analysis(client, member, title="A"))["event_id"]
    assert await listed(client, member) == [third, second, first]
    assert await listed(client, member, document_id=document["id"]) == [second]
    assert await listed(client, member, status="completed") == [second]
    assert await listed(client, member, status="processing") == [third, first]
    assert await listed(client, member, sort="title") == [third, first, second]
    page = (await client.get(f"{API}/analyses", params={"limit": 2}, headers=member.headers)).json()
    assert await listed(client, member, limit=2, cursor=page["next_cursor"]) == [first]
    shown = page["items"][1]
    assert (shown["version"], shown["counts"]["requirement"], shown["model_used"]) == (1, 3, "test-model")


async def test_all_that_was_found_is_shown(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    document = await write(client, member, title="Ferry", content=TEXT)
    done = await completed(client, runtime, member, document_id=document["id"], include_research=False)
    assert (done["status"], done["model_used"], done["tokens_used"]) == ("completed", "test-model", 0)
    requirements, report = done["identified_requirements"], done["analysis"]
    assert requirements[0]["statement"] == "The desk must confirm each booking within 5 seconds."
    for each in [*requirements, *report["findings"]]:
        citation = each["citation"]
        assert citation["quote"] == TEXT[citation["start"] : citation["end"]]
        assert citation["line"] == TEXT.count("\n", 0, citation["start"]) + 1
        assert (citation["document_id"], citation["version"]) == (document["id"], 1)
        assert each["status"] == "open"
    first, last = requirements[0], requirements[-1]
    assert (first["type"], first["quality"]) == ("non_functional", "performance_efficiency")
    assert (first["actor"], first["heading"]) == ("The desk", ["Ferry desk"])
    assert first["citation"]["label"] == "Booking"
    (measure,) = first["measures"]
    assert measure == {
        "comparator": "<=",
        "value": 5.0,
        "unit": "s",
        "quote": "within 5 seconds",
        "start": TEXT.index("within"),
        "end": TEXT.index("within") + 16,
    }
    (finding,) = report["findings"]
    assert (finding["requirement_id"], last["finding_ids"]) == (last["id"], [finding["id"]])
    assert (finding["citation"]["quote"], finding["rule_id"]) == ("fast", "vague_term")
    both = [first["id"], last["id"]]
    assert report["duplicates"][0]["requirement_ids"] == both
    assert report["conflicts"][0]["requirement_ids"] == both
    assert [each["quote"] for each in report["conflicts"][0]["evidence"]] == [
        first["citation"]["quote"],
        last["citation"]["quote"],
    ]
    assert report["terms"][0]["terms"] == ["desk", "counter"]
    assert (report["gaps"][0]["citation"], report["gaps"][0]["requirement_ids"]) == (None, [first["id"]])
    (question,) = report["questions"]
    assert question["about"] == {"kind": "finding", "id": finding["id"]}
    assert done["suggested_questions"] == [question["text"]] == ["How fast?"]
    assert report["notes"] == ["Short."]
    assert done["confidence_scores"]["requirements"] == 0.75
    summary = report["summary"]
    number = len(requirements)
    assert summary["items"] == {kind: number if kind == "requirement" else 1 for kind in KINDS}
    assert summary["statuses"] == {"open": number + 6}
    assert summary["types"] == {"non_functional": 2, "functional": number - 2}
    assert (summary["severities"], summary["language"]) == ({"major": 1}, "en")
    assert summary["characters"] == len(TEXT)


async def test_items_come_in_pages(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    done = await completed(client, runtime, member)
    event_id = done["event_id"]
    every = await items(client, member, event_id)
    assert sorted({item["kind"] for item in every}, key=KINDS.index) == KINDS
    assert [item["kind"] for item in every] == sorted((item["kind"] for item in every), key=KINDS.index)
    requirements = [item for item in every if item["kind"] == "requirement"]
    assert requirements == done["identified_requirements"]
    assert await items(client, member, event_id, kind="requirement") == requirements
    assert await items(client, member, event_id, type="functional") == [
        each for each in requirements if each["type"] == "functional"
    ]
    assert await items(client, member, event_id, severity="major") == done["analysis"]["findings"]
    assert await items(client, member, event_id, severity="critical") == []
    found, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        response = await client.get(f"{API}/analyses/{event_id}/items", params=params, headers=member.headers)
        found += response.json()["items"]
        cursor = response.json()["next_cursor"]
        if cursor is None:
            break
    assert found == every
    for params in ({"kind": "x"}, {"status": "x"}, {"type": "x"}, {"severity": "x"}):
        response = await client.get(f"{API}/analyses/{event_id}/items", params=params, headers=member.headers)
        assert response.status_code == 422
    nowhere = await client.get(f"{API}/analyses/{uuid4()}/items", headers=member.headers)
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (404, "analysis_not_found")


# Reviewed -------------------------------------------------------------------------------------------------------------


async def test_items_are_accepted_and_dismissed(client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime) -> None:
    member = await sign_up(client)
    done = await completed(client, runtime, member)
    event_id, item = done["event_id"], done["identified_requirements"][0]
    accepted = (await decide(client, member, event_id, item["id"], "accept", comment="Agreed.")).json()
    assert (accepted["status"], accepted["comment"]) == ("accepted", "Agreed.")
    assert (accepted["resolved_by"], accepted["id"]) == (str(member.user_id), item["id"])
    assert accepted["resolved_at"] is not None
    again = (await decide(client, member, event_id, item["id"], "accept")).json()
    assert again == accepted, "the same decision changes nothing"
    dismissed = (await decide(client, member, event_id, item["id"], "dismiss")).json()
    assert (dismissed["status"], dismissed["comment"]) == ("dismissed", None)
    finding = done["analysis"]["findings"][0]["id"]
    assert (await decide(client, member, event_id, finding, "accept")).json()["kind"] == "finding"
    assert [each["id"] for each in await items(client, member, event_id, status="dismissed")] == [item["id"]]
    statuses = (await analysis(client, member, event_id))["analysis"]["summary"]["statuses"]
    assert (statuses["accepted"], statuses["dismissed"]) == (1, 1)
    told = [each for each in await events_of(app, member, "analysis") if ".item_" in each[0]]
    assert [event_type for event_type, _ in told] == [
        "analysis.item_accepted",
        "analysis.item_dismissed",
        "analysis.item_accepted",
    ]
    assert told[0][1] == {
        "event_id": event_id,
        "document_id": None,
        "session_id": None,
        "item_id": item["id"],
        "kind": "requirement",
    }


async def test_what_cannot_be_decided(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    done, other = await completed(client, runtime, member), await completed(client, runtime, member)
    waiting = await ask_for_analysis(client, member)
    mine, theirs = done["identified_requirements"][0]["id"], other["identified_requirements"][0]["id"]
    for event_id, item_id, status, code in (
        (waiting["event_id"], mine, 409, "analysis_not_completed"),
        (done["event_id"], theirs, 404, "analysis_item_not_found"),
        (done["event_id"], str(uuid4()), 404, "analysis_item_not_found"),
        (str(uuid4()), mine, 404, "analysis_not_found"),
    ):
        response = await decide(client, member, event_id, item_id, "accept")
        assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert (await decide(client, member, done["event_id"], mine, "accept", comment="x" * 2001)).status_code == 422
    assert (await decide(client, member, done["event_id"], mine, "accept", status="open")).status_code == 422


async def test_decisions_at_once_come_one_after_the_other(
    client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime
) -> None:
    member = await sign_up(client)
    done = await completed(client, runtime, member)
    event_id, item_id = done["event_id"], done["identified_requirements"][0]["id"]
    answers = await asyncio.gather(*(decide(client, member, event_id, item_id, "accept") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert [each[0] for each in await events_of(app, member, "analysis")].count("analysis.item_accepted") == 1


# Gone -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deleted", ["analysis", "document"])
async def test_what_was_deleted_is_nowhere(client: httpx2.AsyncClient, runtime: Runtime, deleted: str) -> None:
    """What a deleted document said is quoted no more."""
    member = await sign_up(client)
    document = await write(client, member, content=TEXT)
    done = await completed(client, runtime, member, document_id=document["id"])
    event_id, item_id = done["event_id"], done["identified_requirements"][0]["id"]
    thing = f"analyses/{event_id}" if deleted == "analysis" else f"documents/{document['id']}"
    assert (await client.delete(f"{API}/{thing}", headers=member.headers)).status_code == 204
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/items"),
        ("GET", "/events"),
        ("POST", f"/items/{item_id}/accept"),
    ):
        response = await client.request(method, f"{API}/analyses/{event_id}{path}", headers=member.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "analysis_not_found"), path
    assert await listed(client, member) == []


# Followed -------------------------------------------------------------------------------------------------------------


async def test_it_is_followed_by_its_own_id(
    nodes: tuple[str, str], client: httpx2.AsyncClient, runtime: Runtime
) -> None:
    member = await sign_up(client)
    asked = await ask_for_analysis(client, member)
    path = f"/analyses/{asked['event_id']}/events"
    live = asyncio.create_task(all_of(nodes[1], path, member.headers))
    await asyncio.sleep(0.1)
    await work(runtime, tools_with(runtime, find_one_of_each), member, asked["job"]["id"])
    heard = await live
    assert {event.data["event_id"] for event in heard} == {asked["event_id"]}
    assert set(heard[0].data) == {"event_id", "step", "progress", "message", "details"}
    steps = [event.data["step"] for event in heard]
    assert steps == ["queued", "started", "extract", "research", "keep", "completed"]
    assert [event.data["progress"] for event in heard] == sorted(event.data["progress"] for event in heard)
    assert [event.event for event in heard].count("completed") == 1
    result = heard[-1].data["details"]["result"]
    assert (result["event_id"], result["counts"]["requirement"]) == (asked["event_id"], 5)

    assert await all_of(nodes[0], path, member.headers, last=heard[2].id) == heard[3:]
    ticket = (await client.post(f"{API}/stream-tickets", headers=member.headers)).json()["ticket"]
    assert await all_of(nodes[0], path, {}, ticket=ticket) == heard
    seen = await client.get(f"{API}{path}", headers={**member.headers, "Last-Event-ID": heard[-1].id or ""})
    assert seen.status_code == 204


async def test_after_a_retry_the_new_job_is_followed(
    nodes: tuple[str, str], client: httpx2.AsyncClient, runtime: Runtime
) -> None:
    member = await sign_up(client)
    asked = await ask_for_analysis(client, member)

    async def refuse(_: AnalysisRequest, run: Run) -> Analysis:
        for number in range(6):
            await run.progress(f"step {number}", 0.1 * number, "Trying")
        raise PermanentEngineError("No.")

    path = f"/analyses/{asked['event_id']}/events"
    assert await work(runtime, tools_with(runtime, refuse), member, asked["job"]["id"]) == "failed"
    failed = await all_of(nodes[0], path, member.headers)
    assert failed[-1].event == "failed"
    again = (await client.post(f"{API}/jobs/{asked['job']['id']}/retry", headers=member.headers)).json()
    live: asyncio.Task[list[Heard]] = asyncio.create_task(all_of(nodes[0], path, member.headers, last=failed[-1].id))
    await asyncio.sleep(0.1)
    assert await work(runtime, tools_with(runtime, find_one_of_each), member, again["id"]) == "completed"
    async with asyncio.timeout(10):
        heard = await live
    assert heard[0].id == "1"
    assert heard[-1].event == "completed"
    assert UUID((await analysis(client, member, asked["event_id"]))["job_id"]) == UUID(again["id"])
