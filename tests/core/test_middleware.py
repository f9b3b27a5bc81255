"""Around every request: bodies that are too large are refused before they are kept, and what happened is counted."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from specloom.core.config import Settings
from specloom.main import create_app
from tests.conftest import serve
from tests.core.server import Server, running_server
from tests.factories.documents import ask, write
from tests.factories.identity import Member, sign_up

MEGABYTE = 1024 * 1024
LOGIN, UPLOAD, DOCUMENTS = "/api/v1/auth/login", "/api/v1/documents/upload", "/api/v1/documents"
MOST_GROWTH = 20 * MEGABYTE


@pytest.fixture(scope="module")
async def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    log = tmp_path_factory.mktemp("api") / "log"
    async with running_server(settings, log, DOCUMENT_MAX_BYTES=str(8 * MEGABYTE)) as server:
        yield server
    assert "Traceback" not in log.read_text(), "it stops cleanly"


@pytest.fixture(scope="module")
async def remote(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=server.url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
async def member(remote: httpx2.AsyncClient) -> Member:
    member = await sign_up(remote)
    # What is loaded with the first upload is no growth by a large one.
    files = {"file": ("brief.md", b"# Brief\n\nIt must work.\n", "text/markdown")}
    assert (await remote.post(UPLOAD, files=files, headers=member.headers)).status_code == 201
    await write(remote, member, content="It must work. " * 20_000, media_type="text/plain")
    return member


async def pieces(megabytes: int, head: bytes = b"") -> AsyncIterator[bytes]:
    """A body of unknown length."""
    yield head
    for _ in range(megabytes * 4):
        yield b" " * (MEGABYTE // 4)
        await asyncio.sleep(0)


def check_too_large(response: httpx2.Response) -> None:
    assert response.status_code == 413, response.text
    assert response.json()["error"]["code"] == "too_large"
    assert response.json()["error"]["request_id"] == response.headers["X-Request-ID"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [LOGIN, "/api/v1/templates", "/api/v1/users"])
async def test_a_large_body_without_end_is_refused_early(
    server: Server, remote: httpx2.AsyncClient, member: Member, path: str
) -> None:
    before = server.peak_memory
    headers = {**member.headers, "Content-Type": "application/json"}
    check_too_large(await remote.post(path, content=pieces(50, b'{"x": "'), headers=headers))
    assert server.peak_memory - before < MOST_GROWTH


async def answer_to(server: Server, head: str) -> str:
    """What is answered to the head of a request of which no body comes."""
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"{head}\r\nHost: {host}\r\n\r\n".encode())
        await writer.drain()
        async with asyncio.timeout(30):
            return (await reader.readuntil(b"}}")).decode()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("length", [2 * MEGABYTE + 1, 50 * MEGABYTE, 10**15])
async def test_a_body_that_says_it_is_too_large_is_not_waited_for(server: Server, length: int) -> None:
    head = f"POST {LOGIN} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {length}"
    answer = await answer_to(server, head)
    assert answer.startswith("HTTP/1.1 413")
    assert '"code":"too_large"' in answer


async def test_who_has_no_token_is_not_waited_for(server: Server) -> None:
    """A large body is welcome on these routes, but from those who are signed in only."""
    for path in (UPLOAD, DOCUMENTS):
        for token in ("", "\r\nAuthorization: Bearer not.a.token"):
            head = (
                f"POST {path} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: 8000000"
            )
            answer = await answer_to(server, head + token)
            assert answer.startswith("HTTP/1.1 401"), answer
            assert '"code":"unauthenticated"' in answer


async def test_a_body_at_the_limit_is_read(remote: httpx2.AsyncClient) -> None:
    body = json.dumps({"email": "a@example.com", "password": "x"}).encode()
    exact = body + b" " * (2 * MEGABYTE - len(body))
    headers = {"Content-Type": "application/json"}
    assert (await remote.post(LOGIN, content=exact, headers=headers)).status_code == 401
    check_too_large(await remote.post(LOGIN, content=exact + b" ", headers=headers))


def part(name: str, filename: str | None = None) -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()


MULTIPART = {"Content-Type": "multipart/form-data; boundary=edge"}


async def test_a_file_without_end_is_refused_and_not_kept_in_memory(
    server: Server, remote: httpx2.AsyncClient, member: Member
) -> None:
    before = server.peak_memory
    for path in (UPLOAD, f"{DOCUMENTS}/{uuid4()}/versions"):
        body = pieces(64, part("file", "large.txt"))
        check_too_large(await remote.post(path, content=body, headers={**member.headers, **MULTIPART}))
    assert server.peak_memory - before < MOST_GROWTH


async def test_a_text_without_end_is_refused(server: Server, remote: httpx2.AsyncClient, member: Member) -> None:
    """Texts may be as large as files, and twice that when they are escaped; they are read into memory."""
    before = server.peak_memory
    headers = {**member.headers, "Content-Type": "application/json"}
    check_too_large(await remote.post(DOCUMENTS, content=pieces(64, b'{"content": "'), headers=headers))
    assert server.peak_memory - before < 3 * 16 * MEGABYTE


async def test_a_hundred_thousand_parts_are_refused(server: Server, remote: httpx2.AsyncClient, member: Member) -> None:
    before = server.peak_memory
    loop = asyncio.get_running_loop()
    for name in ("x", "file", "title"):
        body = b"".join(part(name) + b"1\r\n" for _ in range(100_000)) + b"--edge--\r\n"
        started = loop.time()
        response = await remote.post(UPLOAD, content=body, headers={**member.headers, **MULTIPART})
        assert response.status_code in (400, 413, 422), response.text
        assert loop.time() - started < 25
    files = b"".join(part("file", f"{n}.md") + b"# x\r\n" for n in range(1000)) + b"--edge--\r\n"
    response = await remote.post(UPLOAD, content=files, headers={**member.headers, **MULTIPART})
    assert response.status_code in (400, 413, 422), response.text
    assert server.peak_memory - before < MOST_GROWTH


async def test_a_field_beside_a_file_has_a_limit(remote: httpx2.AsyncClient, member: Member) -> None:
    body = part("title") + b"x" * 100_000 + b"\r\n" + part("file", "x.md") + b"# x\r\n--edge--\r\n"
    response = await remote.post(UPLOAD, content=body, headers={**member.headers, **MULTIPART})
    assert response.status_code in (400, 413, 422), response.text


async def test_a_compressed_body_is_not_blown_up(server: Server, remote: httpx2.AsyncClient) -> None:
    before = server.peak_memory
    bomb = gzip.compress(b'{"email": "' + b"a" * (200 * MEGABYTE) + b'"}')
    assert len(bomb) < MEGABYTE
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = await remote.post(LOGIN, content=bomb, headers=headers)
    assert response.status_code in (400, 415, 422)
    assert server.peak_memory - before < MOST_GROWTH


async def test_a_body_that_breaks_off_harms_nobody(server: Server, remote: httpx2.AsyncClient) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    for head in (
        f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{",
        f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{{",
        f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Request-ID: " + "x" * 70_000,
        "\x16\x03\x01 this is not HTTP\r\n\r\n",
    ):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    assert (await remote.get("/health/live")).status_code == 200
    assert "Traceback" not in server.log.read_text()


async def test_the_log_has_a_line_for_each_request(server: Server, remote: httpx2.AsyncClient, member: Member) -> None:
    name = f"look-for-{uuid4().hex}"
    await remote.get(DOCUMENTS, params={"q": "canary-query"}, headers={**member.headers, "X-Request-ID": name})
    await remote.get(f"/nothing/{name}%0A", headers={"X-Request-ID": f"{name}-2"})
    await remote.get("/health/live", headers={"X-Request-ID": f"{name}-quiet"})
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if name in line]
    (good,) = (line for line in lines if line["request_id"] == name)
    assert good["event"] == "request"
    assert (good["method"], good["path"], good["route"], good["status"]) == ("GET", DOCUMENTS, DOCUMENTS, 200)
    assert (good["tenant_id"], good["user_id"]) == (str(member.tenant_id), str(member.user_id))
    assert 0 < good["ms"] < 5000
    (missing,) = (line for line in lines if line["request_id"] == f"{name}-2")
    assert (missing["status"], missing["route"]) == (404, "unmatched")
    assert "tenant_id" not in missing, "nothing is left over from the request before"
    assert not [line for line in lines if line["request_id"].endswith("quiet")]
    assert "canary-query" not in server.log.read_text(), "queries are the people's own"


async def test_every_line_of_the_log_is_an_object(server: Server, member: Member) -> None:
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert len(lines) > 5
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)


async def test_metrics_count_by_route_and_not_by_path(make_settings: Any) -> None:
    async with serve(create_app(make_settings())) as client:
        member = await sign_up(client)
        document = await write(client, member)
        await ask(client, member, document["id"])
        for id_ in (document["id"], str(uuid4())):
            await client.get(f"{DOCUMENTS}/{id_}", headers=member.headers)
        for _ in range(3):
            await client.get(f"/nothing/{uuid4()}")
        text = (await client.get("/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith("specloom_http_requests_total")]
    by_id = [line for line in lines if 'route="/api/v1/documents/{document_id}"' in line and 'method="GET"' in line]
    assert {line.split('status="')[1][:3] for line in by_id} >= {"200", "404"}
    assert any('route="unmatched",status="404"' in line for line in lines)
    assert document["id"] not in text
    assert str(member.tenant_id) not in text
    assert 'specloom_database_pool_connections{state="idle"}' in text
    routes = {line.split('route="')[1].split('"')[0] for line in lines}
    assert all(route == "unmatched" or route.startswith("/") for route in routes)


async def test_the_server_says_nothing_of_itself(remote: httpx2.AsyncClient) -> None:
    response = await remote.get("/health/live")
    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers
