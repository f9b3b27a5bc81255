"""Searching over HTTP: what is found stands in the text, belongs to the caller, and is there no longer than it is."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from specloom.core.runtime import Runtime
from specloom.workers.tools import Tools
from tests.factories.conversations import begin_session, say
from tests.factories.documents import ask, work, write
from tests.factories.identity import Member, add_member, sign_in, sign_up
from tests.factories.requirements import make_backlog
from tests.factories.search import index, search

API = "/api/v1"
MANUAL = """# Harbour handbook

## Berths

Each berth takes one ferry. The harbour master assigns berths by the length of the ferry. Grüße vom Kai: 🚢 willkommen.

## Refunds

Passengers get their fare back when a sailing is cancelled because of the weather. The desk pays refunds in cash.

## Lost property

What is found on board is kept at the desk for thirty days.
"""


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> Member:
    return await sign_up(client)


async def content(client: httpx2.AsyncClient, member: Member, document_id: str) -> str:
    answer = await client.get(f"{API}/documents/{document_id}/content", headers=member.headers)
    return answer.json()["text"]  # type: ignore[no-any-return]


def marked(result: dict[str, Any]) -> list[str]:
    return [result["passage"][each["start"] : each["end"]].lower() for each in result["highlights"]]


async def test_a_document_is_found_by_what_it_says_for_as_long_as_it_says_so(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    long = MANUAL + "\n".join(
        f"## Rule {n}\n\nBoat number {n} is painted {'red' if n % 2 else 'blue'} each spring. " * 9 for n in range(4)
    )
    document = await write(client, ada, title="Handbook", content=long)
    assert await search(client, ada, "refund for a cancelled sailing") == []
    (done,) = await index(runtime, tools, ada)
    assert done is not None
    assert done["texts"] == 1
    assert done["chunks"] >= 3
    best, *_ = await search(client, ada, "Refund for cancelled sailings?", limit=3)
    assert (best["kind"], best["id"], best["document_id"], best["version"]) == (
        "documents",
        document["id"],
        document["id"],
        1,
    )
    assert best["passage"] == (await content(client, ada, document["id"]))[best["start"] : best["end"]]
    assert {"refunds", "cancelled", "sailing"} <= set(marked(best))
    assert best["title"] == "Handbook"
    assert best["heading"] == "Handbook"
    assert best["found_by"] == ["words"]

    changed = long.replace("in cash", "by card").replace("# Harbour", "New.\n\n# Harbour")
    answer = await client.patch(f"{API}/documents/{document['id']}", json={"content": changed}, headers=ada.headers)
    assert answer.status_code == 200, answer.text
    for result in await search(client, ada, "refunds in cash, boats painted"):
        assert result["passage"] == changed[result["start"] : result["end"]], "the index is older than the text"
    (done,) = await index(runtime, tools, ada)
    assert done is not None
    assert done["chunks"] == 2, "the new beginning, and what reads otherwise; nothing else is made anew"
    best = (await search(client, ada, "refunds by card"))[0]
    assert "by card" in best["passage"]
    assert best["passage"] == changed[best["start"] : best["end"]]
    assert best["version"] == 2

    assert (await client.delete(f"{API}/documents/{document['id']}", headers=ada.headers)).status_code == 204
    assert await search(client, ada, "refunds by card") == []
    await index(runtime, tools, ada)
    assert await search(client, ada, "refunds by card") == []


async def test_each_finds_what_they_may_read(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    document = await write(client, ada, title="Shop", content="The payment of an order is taken by credit card.")
    asked = await ask(client, ada, document["id"])
    assert await work(runtime, tools, ada, asked["job"]["id"]) == "completed"
    backlog = await make_backlog(client, ada)
    session = await begin_session(client, ada, title="Talk", product_id=backlog.product["id"])
    await say(client, ada, session["id"], "Is a credit card needed for the payment of an order?")
    await index(runtime, tools, ada)
    found = await search(client, ada, "payment of an order by credit card", limit=50)
    assert {each["resource"] for each in found} >= {
        "documents",
        "summaries",
        "epics",
        "features",
        "user_stories",
        "sessions",
    }
    assert {each["session_id"] for each in found if each["kind"] == "messages"} == {session["id"]}
    for each in found:
        assert marked(each)
    story = next(each for each in found if each["resource"] == "user_stories")
    assert (story["id"], story["product_id"]) == (backlog.story["id"], backlog.product["id"])
    assert backlog.story["so_that"] in story["passage"]

    only = await search(client, ada, "credit card", kinds=["messages", "summaries"], mode="keyword")
    assert {each["kind"] for each in only} == {"messages", "summaries"}
    of_product = await search(client, ada, "credit card", product_id=backlog.product["id"], limit=50)
    assert {each["kind"] for each in of_product} == {"requirements", "messages"}
    of_document = await search(client, ada, "credit card", document_id=document["id"], mode="semantic")
    assert {each["kind"] for each in of_document} == {"documents", "summaries"}
    assert await search(client, ada, "credit card", document_id=str(uuid4())) == []
    assert len(await search(client, ada, "credit card order payment", limit=2)) == 2
    assert await search(client, ada, "the of and") == []

    role = {
        "name": "reader",
        "permissions": [{"resource": "search", "action": "read"}, {"resource": "epics", "action": "read"}],
    }
    made = await client.post(f"{API}/roles", json=role, headers=ada.headers)
    bob = await add_member(client, ada)
    await client.put(f"{API}/users/{bob.user_id}/roles", json={"role_ids": [made.json()["id"]]}, headers=ada.headers)
    bob = await sign_in(client, bob.email, subdomain=ada.subdomain)
    assert {each["resource"] for each in await search(client, bob, "payment of an order")} == {"epics"}
    assert await search(client, bob, "payment of an order", kinds=["documents"]) == []
    eve = await sign_up(client)
    for within in ({}, {"document_id": document["id"]}, {"product_id": backlog.product["id"]}):
        assert await search(client, eve, "payment of an order", **within) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": " "},
        {"query": "x" * 2001},
        {"query": "x", "kinds": []},
        {"query": "x", "kinds": ["users"]},
        {"query": "x", "mode": "exact"},
        {"query": "x", "limit": 101},
        {"query": "x", "odd": 1},
    ],
)
async def test_what_cannot_be_asked(client: httpx2.AsyncClient, ada: Member, body: dict[str, Any]) -> None:
    response = await client.post(f"{API}/search", json=body, headers=ada.headers)
    assert response.status_code == 422, response.text


async def test_odd_queries_are_answered(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    odd = "零件 must be ordered 三天 before. Ünïcödé 🚢 naïve; SELECT '\\' {1:2}/3 -- x"
    await write(client, ada, title="Odd", content=odd)
    await index(runtime, tools, ada)
    queries = [
        "零件",
        "UNICODE",
        "'; DROP TABLE documents; --",
        "🚢",
        "{1:1}/2 ordered",
        "% _ \\",
        "a" * 2000,
        "(" * 200,
    ]
    answers = await asyncio.gather(*(search(client, ada, query) for query in queries))
    assert [bool(found) for found in answers[:2]] == [True, True]
    assert all(odd[each["start"] : each["end"]] == each["passage"] for found in answers for each in found)
