"""People who work on the same documents at the same time: nothing is lost, doubled or left over."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from fastapi import FastAPI
from sqlalchemy import event

from tests.factories.documents import ask, write
from tests.factories.identity import sign_up

API = "/api/v1"


async def test_every_change_becomes_a_version_of_its_own(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, content="Version 1")
    path = f"{API}/documents/{document['id']}"
    answers = await asyncio.gather(
        *(client.patch(path, json={"content": f"Text {number}"}, headers=member.headers) for number in range(6))
    )
    assert [answer.status_code for answer in answers] == [200] * 6
    assert sorted(answer.json()["current_version"] for answer in answers) == [2, 3, 4, 5, 6, 7]
    versions = (await client.get(f"{path}/versions", headers=member.headers)).json()["items"]
    assert [version["number"] for version in versions] == [7, 6, 5, 4, 3, 2, 1]
    found = await client.get(f"{API}/documents", params={"q": "text"}, headers=member.headers)
    assert [item["id"] for item in found.json()["items"]] == [document["id"]]


async def test_only_one_of_those_who_saw_the_same_may_change_it(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    path = f"{API}/documents/{document['id']}"
    headers = {**member.headers, "If-Match": (await client.get(path, headers=member.headers)).headers["ETag"]}
    answers = await asyncio.gather(
        *(client.patch(path, json={"title": f"Title {number}"}, headers=headers) for number in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 5]


async def test_one_document_for_an_external_id_that_many_send(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    body = {"title": "T", "content": "C", "source_type": "notion", "external_id": "1"}
    answers = await asyncio.gather(
        *(client.post(f"{API}/documents", json=body, headers=member.headers) for _ in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]


async def test_no_summary_outlives_its_document(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    documents = [await write(client, member) for _ in range(5)]
    paths = [f"{API}/documents/{document['id']}" for document in documents]
    asked = [client.post(f"{path}/summaries", json={}, headers=member.headers) for path in paths]
    answers = await asyncio.gather(*asked, *(client.delete(path, headers=member.headers) for path in paths))
    assert {answer.status_code for answer in answers} <= {202, 204, 404}
    assert (await client.get(f"{API}/summaries", headers=member.headers)).json()["items"] == []


@contextmanager
def statements(app: FastAPI) -> Iterator[list[str]]:
    """What is asked of PostgreSQL through the engine meanwhile."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    engine = app.state.api.runtime.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_document_is_shown_by_one_query(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    path = f"{API}/documents/{document['id']}"
    await client.get(path, headers=member.headers)
    with statements(app) as seen:
        assert (await client.get(path, headers=member.headers)).status_code == 200
    (query,) = [statement for statement in seen if "FROM documents" in statement]
    assert len(seen) == 1
    for heavy in ("title_search", "text", "sections", "JOIN"):
        assert heavy not in query


async def test_a_list_of_summaries_takes_two_queries_however_long_it_is(
    client: httpx2.AsyncClient, app: FastAPI
) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    for _ in range(4):
        await ask(client, member, document["id"])
    with statements(app) as seen:
        await client.get(f"{API}/summaries", headers=member.headers)
    assert len([statement for statement in seen if "FROM summaries" in statement]) == 2
