"""Files over HTTP: uploaded, refused, versioned, downloaded; nothing is left of what did not become a document."""

import asyncio
import hashlib
import resource
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx2
import obstore
import pytest
from fastapi import FastAPI

from specloom.main import create_app
from tests.conftest import listening, serve
from tests.factories.disk import small_disk
from tests.factories.documents import TEXT, upload, write
from tests.factories.identity import Member, add_member, sign_up
from tests.factories.pdf import make_pdf

API = "/api/v1/documents"
MIB = 1024 * 1024


async def stored(app: FastAPI, member: Member) -> list[str]:
    """The keys of a tenant's files."""
    listing = obstore.list(app.state.api.files, f"tenants/{member.tenant_id}")
    return [item["path"] async for batch in listing for item in batch]


async def test_a_pdf_becomes_a_document(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member = await sign_up(client)
    data = make_pdf(["The first page.", "The second page."], title="Annual report")
    response = await upload(client, member, data, "report-2026.pdf", "application/pdf")
    assert response.status_code == 201, response.text
    document = response.json()
    assert document["title"] == "Annual report"
    assert document["media_type"] == "application/pdf"
    assert document["size"] == len(data)
    assert document["source_type"] == "upload"
    assert (await client.get(f"{API}/{document['id']}", headers=member.headers)).json() == document

    content = (await client.get(f"{API}/{document['id']}/content", headers=member.headers)).json()
    assert "The second page." in content["text"]
    pages = [section for section in content["sections"] if section["kind"] == "page"]
    assert [page["label"] for page in pages] == ["page 1", "page 2"]
    assert "The second page." in content["text"][pages[1]["start"] : pages[1]["end"]]

    (version,) = (await client.get(f"{API}/{document['id']}/versions", headers=member.headers)).json()["items"]
    assert version["sha256"] == hashlib.sha256(data).hexdigest()
    assert version["file_name"] == "report-2026.pdf"
    assert version["characters"] == len(content["text"])
    (key,) = await stored(app, member)
    assert key == f"tenants/{member.tenant_id}/documents/{version['id']}/report-2026.pdf"


async def test_the_original_comes_back(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    data = make_pdf(["Original."])
    document = (await upload(client, member, data, "plan.pdf")).json()
    response = await client.get(f"{API}/{document['id']}/file", headers=member.headers)
    assert response.content == data
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Length"] == str(len(data))
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    headers = {**member.headers, "If-None-Match": f'W/"x", {response.headers["ETag"]}'}
    again = await client.get(f"{API}/{document['id']}/file", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize(
    ("name", "shown", "plain"),
    [
        ("Größe & Maß.md", "Größe & Maß.md", "Gr__e & Ma_.md"),
        ("要件定義書🚀.md", "要件定義書🚀.md", "______.md"),
        ('quo"te\\back.md', "back.md", "back.md"),
        ("../../etc/passwd.md", "passwd.md", "passwd.md"),
        ("C:\\Users\\me\\plan.md", "plan.md", "plan.md"),
        ("next\u2028line\u00a0.md", "next line .md", "next line .md"),
        ("متطلبات.md", "متطلبات.md", "_______.md"),
        (f"{'x' * 300}.md", None, None),
    ],
)
async def test_any_name_of_a_file(
    client: httpx2.AsyncClient, app: FastAPI, name: str, shown: str | None, plain: str | None
) -> None:
    member = await sign_up(client)
    response = await upload(client, member, TEXT.encode(), name, "text/markdown")
    assert response.status_code == 201, response.text
    file = await client.get(f"{API}/{response.json()['id']}/file", headers=member.headers)
    disposition = file.headers["Content-Disposition"]
    kind, ascii_name, any_name = disposition.split("; ")
    assert kind == "attachment"
    if shown is not None:
        assert ascii_name == f'filename="{plain}"'
        assert _decoded(any_name) == shown
    (key,) = await stored(app, member)
    file_part = key.split("/")[-1]
    assert len(file_part) <= 80
    assert file_part.isascii()
    assert key.count("/") == 4


def _decoded(parameter: str) -> str:
    return unquote(parameter.removeprefix("filename*=UTF-8''"))


async def test_a_text_is_downloaded_under_its_title(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, title='Plan: "A/B" \t für Übermorgen', media_type="text/plain")
    file = await client.get(f"{API}/{document['id']}/file", headers=member.headers)
    assert _decoded(file.headers["Content-Disposition"].split("; ")[2]) == "Plan A B für Übermorgen.txt"
    assert file.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_a_title_of_ones_own(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    response = await upload(client, member, TEXT.encode(), "a.md", title="  Mein Titel 🚀 ")
    assert response.json()["title"] == "Mein Titel 🚀"
    for bad in ("   ", "x" * 256, "a\x00b"):
        refused = await upload(client, member, TEXT.encode(), "a.md", title=bad)
        assert refused.status_code == 422, bad
        assert refused.json()["error"]["details"][0]["field"] == "title"


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"", "empty.txt", 422, "empty_file"),
        (b" \n\n ", "blank.txt", 422, "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture.png", 415, "unsupported_media_type"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture.pdf", 415, "type_mismatch"),
        (b"%PDF-1.7\nthis is no PDF", "broken.pdf", 422, "truncated_or_corrupt_file"),
        (b'{"a": ', "broken.json", 422, "truncated_or_corrupt_file"),
        (b"PK\x03\x04 not really", "broken.docx", 422, "truncated_or_corrupt_file"),
    ],
)
async def test_what_cannot_be_read_is_refused_and_not_kept(
    *, client: httpx2.AsyncClient, app: FastAPI, data: bytes, name: str, status: int, code: str
) -> None:
    member = await sign_up(client)
    response = await upload(client, member, data, name)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert response.json()["error"]["message"]
    assert await stored(app, member) == []
    assert (await client.get(API, headers=member.headers)).json()["items"] == []


async def test_a_form_without_a_file(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    response = await client.post(f"{API}/upload", data={"title": "T"}, headers=member.headers)
    assert response.status_code == 422
    response = await client.post(f"{API}/upload", files={"file": (None, b"text")}, headers=member.headers)
    assert response.status_code == 422
    many = [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]
    response = await client.post(f"{API}/upload", files=many, headers=member.headers)
    assert response.status_code == 400
    fields = {f"field{number}": "x" for number in range(20)}
    response = await client.post(f"{API}/upload", data=fields, files={"file": b"a"}, headers=member.headers)
    assert response.status_code == 400


async def test_the_same_upload_twice_is_one_document_and_one_file(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member = await sign_up(client)
    headers = {**member.headers, "Idempotency-Key": "upload-1"}
    answers = [
        await client.post(f"{API}/upload", files={"file": ("a.md", TEXT.encode())}, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(await stored(app, member)) == 1
    other = await client.post(f"{API}/upload", files={"file": ("a.md", b"Another text.")}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert len(await stored(app, member)) == 1


async def test_a_file_as_a_new_version(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member = await sign_up(client)
    first, second = make_pdf(["Alpha."]), make_pdf(["Beta."])
    document = (await upload(client, member, first, "a.pdf")).json()
    path = f"{API}/{document['id']}/versions"
    response = await client.post(path, files={"file": ("b.pdf", second)}, headers=member.headers)
    assert response.status_code == 201
    version = response.json()
    assert (version["number"], version["file_name"], version["document_id"]) == (2, "b.pdf", document["id"])
    now = (await client.get(f"{API}/{document['id']}", headers=member.headers)).json()
    assert (now["current_version"], now["title"], now["size"]) == (2, document["title"], len(second))
    for number, data in ((1, first), (2, second)):
        file = await client.get(f"{API}/{document['id']}/file", params={"version": number}, headers=member.headers)
        assert file.content == data
    assert len(await stored(app, member)) == 2

    same = await client.post(path, files={"file": ("c.pdf", second)}, headers=member.headers)
    assert (same.status_code, same.json()["error"]["code"]) == (409, "document_unchanged")
    stale = {**member.headers, "If-Match": '"1"'}
    late = await client.post(path, files={"file": ("c.pdf", first)}, headers=stale)
    assert late.status_code == 412
    renamed = await client.post(
        path, files={"file": ("c.md", b"Text")}, data={"title": "Renamed"}, headers=member.headers
    )
    assert renamed.json()["number"] == 3
    now = (await client.get(f"{API}/{document['id']}", headers=member.headers)).json()
    assert (now["title"], now["media_type"]) == ("Renamed", "text/markdown")
    assert len(await stored(app, member)) == 3


async def test_nothing_is_kept_for_a_document_of_another_tenant(client: httpx2.AsyncClient, app: FastAPI) -> None:
    owner, stranger = await sign_up(client), await sign_up(client)
    document = (await upload(client, owner, TEXT.encode(), "a.md")).json()
    for target in (document["id"], str(uuid4())):
        files = {"file": ("a.md", b"Mine now.")}
        response = await client.post(f"{API}/{target}/versions", files=files, headers=stranger.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "document_not_found")
    assert await stored(app, stranger) == []
    assert len(await stored(app, owner)) == 1


async def test_a_missing_original_is_told(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member = await sign_up(client)
    document = (await upload(client, member, TEXT.encode(), "a.md")).json()
    (key,) = await stored(app, member)
    await obstore.delete_async(app.state.api.files, key)
    response = await client.get(f"{API}/{document['id']}/file", headers=member.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "file_missing")
    assert (await client.get(f"{API}/{document['id']}/content", headers=member.headers)).status_code == 200


async def test_who_may_not_upload_is_refused_before_anything_is_read(client: httpx2.AsyncClient) -> None:
    """The files are no files: whoever got as far as reading them would say so."""
    admin = await sign_up(client)
    viewer = await add_member(client, admin, "viewer")
    document = await write(client, admin)
    for place in ("upload", f"{document['id']}/versions"):
        response = await client.post(f"{API}/{place}", files={"file": ("x.pdf", b"nonsense")}, headers=viewer.headers)
        assert (response.status_code, response.json()["error"]["code"]) == (403, "permission_denied")
        response = await client.post(f"{API}/{place}", files={"file": ("x.pdf", b"nonsense")})
        assert (response.status_code, response.json()["error"]["code"]) == (401, "unauthenticated")


async def test_the_store_is_away(make_settings: Any, client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    app = create_app(make_settings(storage={"url": "s3://bucket"}))
    async with serve(app) as other:
        response = await upload(other, member, TEXT.encode(), "a.md")
        assert (response.status_code, response.json()["error"]["code"]) == (503, "file_store_unavailable")
        assert int(response.headers["Retry-After"]) > 0
    assert (await client.get(API, headers=member.headers)).json()["items"] == []


@pytest.mark.parametrize("full", ["store", "temporary"])
async def test_a_full_disk_is_told_and_nothing_is_kept(
    full: str, make_settings: Any, client: httpx2.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = await sign_up(client)
    big = TEXT.encode() + b"x" * (3 * MIB)
    with small_disk(tmp_path / "disk", 2048) as disk:
        app = create_app(make_settings(storage={"url": f"file://{disk if full == 'store' else tmp_path}/files"}))
        if full == "temporary":
            monkeypatch.setattr(tempfile, "tempdir", str(disk))
        async with serve(app) as other:
            response = await upload(other, member, big, "a.md")
            assert (response.status_code, response.json()["error"]["code"]) == (507, "insufficient_storage")
            assert (await upload(other, member, TEXT.encode(), "small.md")).status_code == 201
            assert len(await stored(app, member)) == 1
    items = (await client.get(API, headers=member.headers)).json()["items"]
    assert [item["title"] for item in items] == ["Order service"]


async def test_too_many_at_once_are_asked_to_come_back(make_settings: Any, client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    app = create_app(make_settings(documents={"parse_concurrency": 1}))
    async with serve(app) as other:
        answers = await asyncio.gather(*(upload(other, member, TEXT.encode(), f"{n}.md") for n in range(24)))
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) == {201, 503}
        assert statuses.count(201) >= 5
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert refused.json()["error"]["code"] == "reader_busy"
        assert int(refused.headers["Retry-After"]) > 0
        assert (await upload(other, member, TEXT.encode(), "later.md")).status_code == 201


# Bodies beyond the limits ---------------------------------------------------------------------------------------------


async def test_limits_of_bodies(make_settings: Any, client: httpx2.AsyncClient) -> None:
    """A file, a text, and what is neither have limits of their own."""
    member = await sign_up(client)
    app = create_app(make_settings(documents={"max_bytes": MIB}, api={"max_body_bytes": 64 * 1024}))
    async with serve(app) as small:
        fits = await upload(small, member, b"a" * MIB, "a.txt")
        assert fits.status_code == 201, fits.text
        more = await upload(small, member, b"a" * (MIB + 1), "a.txt")
        assert (more.status_code, more.json()["error"]["code"]) == (413, "file_too_large")
        much_more = await upload(small, member, b"a" * (3 * MIB), "a.txt")
        assert (much_more.status_code, much_more.json()["error"]["code"]) == (413, "too_large")

        text = "é" * (MIB // 2)
        await write(small, member, content=text, media_type="text/plain")
        for content, code in ((f"{text}x", "content_too_large"), ("x" * (3 * MIB), "too_large")):
            refused = await small.post(API, json={"title": "T", "content": content}, headers=member.headers)
            assert (refused.status_code, refused.json()["error"]["code"]) == (413, code)
        template = {"name": "T", "prompt_template": "x" * 70_000}
        refused = await small.post("/api/v1/templates", json=template, headers=member.headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")


async def _pour(address: str, head: str, part: bytes) -> tuple[bytes, int]:
    """Sends a body without end, in pieces, until there is an answer. Returns the answer and how much was sent."""
    url = httpx2.URL(address)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    answer = asyncio.create_task(reader.readuntil(b"}}"))
    writer.write(f"POST {API}/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n{head}\r\n".encode())
    piece, sent = bytes(64 * 1024), 0
    writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    while not answer.done() and sent < 1024 * MIB:
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        sent += len(piece)
    writer.close()
    return await answer, sent


async def test_an_endless_body_is_cut_before_it_fills_the_memory(
    make_settings: Any, client: httpx2.AsyncClient
) -> None:
    member = await sign_up(client)
    head = "Content-Type: multipart/form-data; boundary=b\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    settings = make_settings()
    limit = settings.documents.max_bytes
    async with listening(create_app(settings)) as address:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer, sent = await _pour(address, f"{head}Authorization: {member.headers['Authorization']}\r\n", part)
        assert b" 413 " in answer.splitlines()[0]
        assert b'"code":"too_large"' in answer
        assert sent < limit + 8 * MIB
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 20 * MIB

        # From somebody unknown not even that much is taken.
        answer, sent = await _pour(address, head, part)
        assert b" 401 " in answer.splitlines()[0]
        assert sent < 8 * MIB
