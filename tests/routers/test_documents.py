"""Documents over HTTP: sent as text, changed, versioned, read in part, deleted, and nobody else's business."""

import json
import unicodedata
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from tests.factories.documents import TEXT, events_of, write
from tests.factories.identity import add_member, sign_up

SCRIPTS = {
    "emoji": "Ship it 🚀👩‍👩‍👧‍👦🏳️‍🌈 by Friday. 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🇩🇪",
    "right to left": "المتطلبات: يجب أن يستجيب النظام خلال ثانيتين.\nהמערכת חייבת להיות זמינה.\u200f",
    "chinese": "系统必须在两秒内响应。所有数据必须加密。𠮷野家",
    "combining": "e\u0301tude, a\u030a, क\u093c versus \u0958, q\u0323\u0307, "
    + unicodedata.normalize("NFD", "Ångström Việt"),
    "line ends": "one\r\ntwo\rthree\u2028four\x85five\n\n\n",
    "white space": "\n\n  \ttext with margins \u00a0\u3000\n ",
    "controls": "bell \x07, escape \x1b[0m, byte order mark \ufeff, soft\u00adhyphen",
}


def api(path: str = "") -> str:
    return f"/api/v1/documents{path}"


async def test_a_text_becomes_a_document(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    body = {"title": " Brief ", "content": TEXT, "source_url": "https://example.com/brief?x=1"}
    response = await client.post(api(), json=body, headers=member.headers)
    assert response.status_code == 201
    document = response.json()
    assert document["title"] == "Brief"
    assert document["source_type"] == "upload"
    assert document["source_url"] == "https://example.com/brief?x=1"
    assert document["status"] == "active"
    assert document["current_version"] == 1
    assert document["media_type"] == "text/markdown"
    assert document["size"] == len(TEXT.encode())
    assert document["user_id"] == str(member.user_id)
    shown = await client.get(api(f"/{document['id']}"), headers=member.headers)
    assert shown.json() == document
    assert shown.headers["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_text_is_kept_to_the_code_point(client: httpx2.AsyncClient, script: str) -> None:
    member = await sign_up(client)
    text = SCRIPTS[script]
    document = await write(client, member, title=text.strip()[:50], content=text)
    content = (await client.get(api(f"/{document['id']}/content"), headers=member.headers)).json()
    assert content["text"] == text
    assert content["characters"] == content["end"] == len(text)
    file = await client.get(api(f"/{document['id']}/file"), headers=member.headers)
    assert file.content == text.encode()
    assert file.headers["Content-Type"] == "text/markdown; charset=utf-8"


async def test_a_megabyte_of_text(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    text = "".join(f"# Part {number}\n\n{'Žluťoučký kůň 🐎. ' * 40}\n\n" for number in range(1000))
    assert len(text.encode()) > 1_000_000
    document = await write(client, member, content=text)
    content = (await client.get(api(f"/{document['id']}/content"), headers=member.headers)).json()
    assert content["text"] == text
    assert len(content["sections"]) == 1000
    last = content["sections"][-1]
    assert text[last["start"] :].startswith("# Part 999")
    part = {"start": last["start"], "end": last["start"] + 10}
    content = (await client.get(api(f"/{document['id']}/content"), params=part, headers=member.headers)).json()
    assert content["text"] == "# Part 999"
    assert content["sections"] == [last]


async def test_part_of_a_text(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, content="🚀abc", media_type="text/plain")

    async def part(**params: int) -> tuple[str, int, int]:
        response = await client.get(api(f"/{document['id']}/content"), params=params, headers=member.headers)
        assert response.status_code == 200
        return response.json()["text"], response.json()["start"], response.json()["end"]

    assert await part(start=1, end=3) == ("ab", 1, 3)
    assert await part(start=2) == ("bc", 2, 4)
    assert await part(end=1) == ("🚀", 0, 1)
    assert await part(start=3, end=2) == ("", 3, 3)
    assert await part(start=100, end=2**31 - 2) == ("", 4, 4)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"content": ""}, "content"),
        ({"content": " \n\t "}, "content"),
        ({"content": "a\x00b"}, "body"),
        ({"title": "a\x00b"}, "body"),
        ({"content": "half of a pair: \ud83d"}, "body"),
        ({"media_type": "application/pdf"}, "media_type"),
        ({"source_type": "elsewhere"}, "source_type"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "https://"}, "source_url"),
        ({"external_last_updated": "2026-01-01T00:00:00"}, "external_last_updated"),
        ({"external_last_updated": "0001-01-01T00:00:00+14:00"}, "external_last_updated"),
        ({"external_last_updated": 0}, "external_last_updated"),
        ({"tenant_id": str(uuid4())}, "tenant_id"),
        ({"user_id": str(uuid4())}, "user_id"),
        ({"current_version": 7}, "current_version"),
    ],
)
async def test_what_cannot_be_a_document(client: httpx2.AsyncClient, body: dict[str, Any], field: str) -> None:
    member = await sign_up(client)
    # In ASCII, so that half of a pair can be sent as well.
    sent = json.dumps({"title": "A title", "content": "Some text.", **body})
    headers = {**member.headers, "Content-Type": "application/json"}
    response = await client.post(api(), content=sent, headers=headers)
    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["field"] == field
    assert (await client.get(api(), headers=member.headers)).json()["items"] == []


async def test_one_document_for_each_external_id(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    external = {"source_type": "notion", "external_id": "page-1", "external_last_updated": "2026-02-03T04:05:06+02:00"}
    document = await write(client, member, **external)
    assert document["external_last_updated"] == "2026-02-03T02:05:06Z"
    body = {"title": "Again", "content": "Text", **external}
    response = await client.post(api(), json=body, headers=member.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "document_exists")
    await write(client, member, source_type="guru", external_id="page-1")
    await client.delete(api(f"/{document['id']}"), headers=member.headers)
    await write(client, member, **external)


async def test_new_content_is_a_new_version_and_the_old_one_stays(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, content="# First\n\nThe first text.")
    path = api(f"/{document['id']}")
    first = (await client.get(f"{path}/versions", headers=member.headers)).json()["items"]
    response = await client.patch(path, json={"content": "# Second\n\nAnother."}, headers=member.headers)
    assert response.status_code == 200
    assert response.json()["current_version"] == 2
    assert response.json()["size"] == len("# Second\n\nAnother.")
    assert response.json()["title"] == document["title"]

    versions = (await client.get(f"{path}/versions", headers=member.headers)).json()["items"]
    assert [version["number"] for version in versions] == [2, 1]
    assert versions[1:] == first
    old = (await client.get(f"{path}/content", params={"version": 1}, headers=member.headers)).json()
    assert old["text"] == "# First\n\nThe first text."
    assert [section["label"] for section in old["sections"]] == ["First"]
    new = (await client.get(f"{path}/content", headers=member.headers)).json()
    assert (new["version"], new["text"]) == (2, "# Second\n\nAnother.")
    missing = await client.get(f"{path}/content", params={"version": 3}, headers=member.headers)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "version_not_found")


async def test_the_same_content_is_no_new_version(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, content="# Heading", media_type="text/plain")
    path = api(f"/{document['id']}")
    same = await client.patch(path, json={"content": "# Heading"}, headers=member.headers)
    assert same.json() == document
    renamed = await client.patch(path, json={"content": "# Heading", "title": "New name"}, headers=member.headers)
    assert (renamed.json()["current_version"], renamed.json()["title"]) == (1, "New name")
    composed = await client.patch(path, json={"content": "# Heading "}, headers=member.headers)
    assert composed.json()["current_version"] == 2
    assert composed.json()["media_type"] == "text/plain"
    as_markdown = {"content": "# Heading ", "media_type": "text/markdown"}
    markdown = await client.patch(path, json=as_markdown, headers=member.headers)
    assert (markdown.json()["current_version"], markdown.json()["media_type"]) == (3, "text/markdown")


async def test_a_change_touches_only_what_is_sent(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, source_url="https://example.com/a")
    path = api(f"/{document['id']}")
    changed = (await client.patch(path, json={"status": "updating"}, headers=member.headers)).json()
    assert changed == {**document, "status": "updating", "updated_at": changed["updated_at"]}
    changed = (await client.patch(path, json={"source_url": None}, headers=member.headers)).json()
    assert (changed["source_url"], changed["status"]) == (None, "updating")
    for nothing in (
        {"title": None},
        {"content": None},
        {"content": " "},
        {"status": None},
        {"media_type": "text/plain"},
    ):
        refused = await client.patch(path, json=nothing, headers=member.headers)
        assert refused.status_code == 422, nothing


async def test_no_update_is_lost(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    path = api(f"/{document['id']}")
    seen = (await client.get(path, headers=member.headers)).headers["ETag"]
    first = await client.patch(path, json={"title": "One"}, headers={**member.headers, "If-Match": seen})
    assert first.status_code == 200
    second = await client.patch(path, json={"content": "Two"}, headers={**member.headers, "If-Match": seen})
    assert (second.status_code, second.json()["error"]["code"]) == (412, "precondition_failed")
    now = (await client.get(path, headers=member.headers)).json()
    assert (now["title"], now["current_version"]) == ("One", 1)
    again = {**member.headers, "If-Match": first.headers["ETag"]}
    third = await client.patch(path, json={"content": "Two"}, headers=again)
    assert (third.status_code, third.json()["current_version"]) == (200, 2)


async def test_a_deleted_document_is_nowhere(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, content="zebra crossing")
    path = api(f"/{document['id']}")
    assert (await client.delete(path, headers=member.headers)).status_code == 204
    for method, place in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/versions"),
        ("GET", "/content"),
        ("GET", "/file"),
        ("GET", "/summaries"),
        ("POST", "/summaries"),
    ):
        body = {"json": {"content": "x"} if method == "PATCH" else {}} if method in {"PATCH", "POST"} else {}
        response = await client.request(method, f"{path}{place}", headers=member.headers, **body)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "document_not_found"), (method, place)
    assert (await client.get(api(), headers=member.headers)).json()["items"] == []
    assert (await client.get(api(), params={"q": "zebra"}, headers=member.headers)).json()["items"] == []


async def test_another_tenant_sees_nothing(client: httpx2.AsyncClient) -> None:
    owner, stranger = await sign_up(client), await sign_up(client)
    document = await write(client, owner, content="secret plans")
    for method, place, body in (
        ("GET", "", None),
        ("PATCH", "", {"title": "mine"}),
        ("PATCH", "", {"content": "mine"}),
        ("DELETE", "", None),
        ("GET", "/versions", None),
        ("GET", "/content", None),
        ("GET", "/file", None),
        ("GET", "/summaries", None),
        ("POST", "/summaries", {}),
    ):
        foreign = await client.request(method, api(f"/{document['id']}{place}"), json=body, headers=stranger.headers)
        absent = await client.request(method, api(f"/{uuid4()}{place}"), json=body, headers=stranger.headers)
        assert foreign.status_code == absent.status_code == 404, (method, place)
        for answer in (foreign, absent):
            assert answer.json()["error"]["code"] == "document_not_found"
    assert (await client.get(api(), headers=stranger.headers)).json()["items"] == []
    assert (await client.get(api(), params={"q": "secret"}, headers=stranger.headers)).json()["items"] == []
    assert (await client.get(api(f"/{document['id']}"), headers=owner.headers)).json() == document


async def test_who_may_do_what(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    viewer, accountant = await add_member(client, admin, "viewer"), await add_member(client, admin, "accountant")
    document = await write(client, admin)
    path = api(f"/{document['id']}")
    for place in ("", "/versions", "/content", "/file"):
        assert (await client.get(f"{path}{place}", headers=viewer.headers)).status_code == 200
        assert (await client.get(f"{path}{place}", headers=accountant.headers)).status_code == 403
        assert (await client.get(f"{path}{place}")).status_code == 401
    body = {"title": "T", "content": "C"}
    for method, place, sent in (
        ("POST", api(), body),
        ("PATCH", path, {"title": "T"}),
        ("PATCH", path, {"content": "C"}),
    ):
        response = await client.request(method, place, json=sent, headers=viewer.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "permission_denied")
        assert (await client.request(method, place, json=sent)).status_code == 401
    assert (await client.delete(path, headers=viewer.headers)).status_code == 403


async def test_the_same_request_twice_makes_one_document(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    headers = {**member.headers, "Idempotency-Key": "create-1"}
    body = {"title": "Once", "content": "Only once."}
    first = await client.post(api(), json=body, headers=headers)
    second = await client.post(api(), json=body, headers=headers)
    assert first.json() == second.json()
    assert (second.status_code, second.headers["Idempotent-Replayed"]) == (201, "true")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert len((await client.get(api(), headers=member.headers)).json()["items"]) == 1


async def test_what_happens_is_told(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member = await sign_up(client)
    document = await write(client, member, title="Announced")
    await client.patch(api(f"/{document['id']}"), json={"content": "new"}, headers=member.headers)
    await client.patch(api(f"/{document['id']}"), json={"content": "new"}, headers=member.headers)
    await client.delete(api(f"/{document['id']}"), headers=member.headers)
    events = await events_of(app, member, "document")
    assert [event_type for event_type, _ in events] == ["document.created", "document.updated", "document.deleted"]
    assert all(payload == {"document_id": document["id"], "title": "Announced"} for _, payload in events)
