"""One form of answers: every error in the envelope, every answer with a request id and the security headers."""

import re
from collections.abc import AsyncIterator, Mapping
from itertools import cycle, islice
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI, HTTPException
from sqlalchemy import text

from specloom.core.errors import AppError, InsufficientStorage, Unavailable
from specloom.core.runtime import Runtime
from specloom.dependencies.identity import Uow
from specloom.main import create_app
from tests.conftest import serve
from tests.contracts.household import Household, settle
from tests.contracts.routes import API, OF_TENANTS, OPERATOR, ROUTES, Route, real_path

# What runs here is measured by other tests; measuring it again would double the time that this takes.
pytestmark = pytest.mark.no_cover

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CODE = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"


def check_headers(response: httpx2.Response) -> None:
    assert 0 < len(response.headers["X-Request-ID"]) <= 64
    assert {name: response.headers.get(name) for name in SECURITY} == SECURITY
    assert "Cache-Control" in response.headers


def check_envelope(response: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The error itself."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    check_headers(response)
    body = response.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "details", "request_id"}
    assert error["request_id"] == response.headers["X-Request-ID"]
    assert isinstance(error["message"], str)
    assert error["message"]
    assert code is None or error["code"] == code
    return error


@pytest.fixture(scope="module")
async def house(client: httpx2.AsyncClient, runtime: Runtime) -> Household:
    return await settle(client, runtime)


@pytest.fixture(scope="module")
async def odd(make_settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """The application with routes that fail in every way there is, and CORS for one origin."""
    api = {"cors_origins": ("https://app.example.com",), "hsts_seconds": 600}
    app = create_app(make_settings(api=api, database={"statement_timeout_ms": 500}))
    failures: Mapping[str, BaseException] = {
        "mistake": RuntimeError("canary-in-the-exception"),
        "deep": RecursionError("canary-in-the-exception"),
        "away": ConnectionRefusedError("canary-in-the-exception"),
        "busy": Unavailable(retry_after=7),
        "full": InsufficientStorage(),
        "disk": OSError(28, "No space left on device"),
        "teapot": HTTPException(418, "I am a teapot"),
    }

    async def fail(name: str) -> None:
        raise failures[name]

    async def fail_in_database(statement: str, uow: Uow) -> None:
        await uow.session.execute(text(statement))

    app.add_api_route("/odd/{name}", fail)
    app.add_api_route("/odd-sql/{statement:path}", fail_in_database)
    async with serve(app) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status", "code", "retry_after"),
    [
        ("mistake", 500, "internal_error", None),
        ("deep", 500, "internal_error", None),
        ("away", 503, "unavailable", "1"),
        ("busy", 503, "unavailable", "7"),
        ("full", 507, "insufficient_storage", None),
        ("disk", 507, "insufficient_storage", None),
        ("teapot", 418, "http_error", None),
    ],
)
async def test_failures_look_alike_and_tell_nothing_of_the_inside(
    *, odd: httpx2.AsyncClient, name: str, status: int, code: str, retry_after: str | None
) -> None:
    headers = {"Origin": "https://app.example.com", "X-Request-ID": f"asked-for-{name}"}
    response = await odd.get(f"/odd/{name}", headers=headers)
    error = check_envelope(response, status, code)
    assert error["request_id"] == f"asked-for-{name}"
    assert response.headers.get("Retry-After") == retry_after
    assert "canary" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "https://app.example.com", "a browser may read it"
    assert response.headers["Strict-Transport-Security"] == "max-age=600; includeSubDomains"


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("SELECT 1/0", 500),
        ("SELECT * FROM nowhere", 500),
        ("INSERT INTO documents (tenant_id) VALUES (gen_random_uuid())", 500),
        ("SELECT pg_sleep(5)", 503),
        ("SELECT pg_terminate_backend(pg_backend_pid())", 503),
    ],
)
async def test_failures_of_the_database_tell_nothing_of_it(
    odd: httpx2.AsyncClient, house: Household, statement: str, status: int
) -> None:
    response = await odd.get(f"/odd-sql/{statement}", headers=house.admin.headers)
    check_envelope(response, status)
    assert not any(
        word in response.text for word in ("SELECT", "nowhere", "documents", "sqlalche", "asyncpg", "policy")
    )
    assert (await odd.get(f"{API}/auth/me", headers=house.admin.headers)).status_code == 200


async def test_a_failure_is_logged_once_with_its_request(
    odd: httpx2.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    await odd.get("/odd/mistake", headers={"X-Request-ID": "the-one-to-find"})
    lines = [line for line in capfd.readouterr().err.splitlines() if "the-one-to-find" in line]
    assert len([line for line in lines if "canary-in-the-exception" in line]) <= 1


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/api", "/api/v1", "/api/v2/documents", f"{API}/nothing", f"{API}/documents/a/b/c", "/static/../etc"],
)
async def test_what_is_not_there(client: httpx2.AsyncClient, path: str) -> None:
    for method in ("GET", "POST", "DELETE", "OPTIONS", "BREW"):
        check_envelope(await client.request(method, path), 404, "not_found")


def answering(path: str) -> set[str]:
    """The methods of all routes whose pattern this path fits."""
    found = {
        each.method
        for each in ROUTES
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each.path), re.sub(r"[{}]", "_", path))
    }
    return found | ({"HEAD"} if path in ("/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json") else set())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_other_methods_are_refused(client: httpx2.AsyncClient, house: Household, route: Route) -> None:
    known = answering(route.path)
    assert route.method in known
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - known:
        response = await client.request(method, route.path.format(**house.ids), headers=house.admin.headers)
        assert response.status_code == 405
        assert set(response.headers["Allow"].split(", ")) == known, "and not only the methods of one route"
        if method == "HEAD":
            check_headers(response)
        else:
            check_envelope(response, 405, "method_not_allowed")


@pytest.mark.parametrize("route", [each for each in OF_TENANTS if each.parameters], ids=lambda route: route.name)
async def test_odd_ids_are_not_valid(client: httpx2.AsyncClient, house: Household, route: Route) -> None:
    for id_ in ("x", "1", "0" * 33, "00000000-0000-0000-0000-00000000000g", "%00", "é", "a" * 5000, "' OR 1=1"):
        for name in route.parameters:
            response = await client.request(**route.request({**house.ids, name: id_}, house.admin.headers))
            error = check_envelope(response, 422, "validation_error")
            assert error["details"][0]["in"] == "path"


ODD_TEXTS = (
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%F0%9F%90%8E",
    "%E2%80%AE",
    "'%20OR%201=1--",
    "%25",
    "%5C",
    "%C2%85",
    "_",
)


async def test_odd_texts_in_queries_are_no_mistakes_of_ours(
    app: FastAPI, client: httpx2.AsyncClient, house: Household
) -> None:
    tried = set()
    values = cycle(ODD_TEXTS)
    for route in OF_TENANTS:
        operation = app.openapi()["paths"][real_path(route.path)][route.method.lower()]
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and "string" in str(parameter["schema"]) and not route.streams:
                tried.add(parameter["name"])
                for value in islice(values, 4):
                    call = route.request(house.ids, house.admin.headers)
                    call["url"] += f"?{parameter['name']}={value}"
                    response = await client.request(**call)
                    assert response.status_code in (200, 400, 422), (route.name, parameter["name"], value)
    assert {"q", "cursor", "sort", "job_type", "media_type"} <= tried


JSON = "application/json"
BODY_MAY_BE_LEFT_OUT = {
    "POST /documents/{document_id}/summaries",
    "POST /analyses/{event_id}/items/{item_id}/accept",
    "POST /analyses/{event_id}/items/{item_id}/dismiss",
}
NO_BODIES = [
    *((422, content, JSON) for content in (b"", b"{", b"null", b"[]", b'"text"', b"1e999", b"NaN")),
    *((400, content, JSON) for content in (b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 5_000, b"1" * 5_000)),
    (422, b"{}", "text/plain"),
    (422, b"a=1", "application/x-www-form-urlencoded"),
    (422, b"<a/>", "application/xml"),
]


@pytest.mark.parametrize("route", [each for each in ROUTES if each.body is not None], ids=lambda route: route.name)
async def test_bodies_that_are_none(client: httpx2.AsyncClient, house: Household, route: Route) -> None:
    for status, content, type_ in NO_BODIES:
        call = {**route.request(house.ids, {**house.admin.headers, "Content-Type": type_}), "content": content}
        call.pop("json")
        response = await client.request(**call)
        if route.name in BODY_MAY_BE_LEFT_OUT and content in (b"", b"null"):
            assert response.status_code == route.ok, response.text
        elif response.status_code == 401:
            assert route.access == OPERATOR
        else:
            check_envelope(response, status)


@pytest.mark.parametrize("given", ["mine-1", "A_b.c-9", "x" * 64])
async def test_a_request_may_be_named(client: httpx2.AsyncClient, given: str) -> None:
    for path in ("/health/live", "/nothing"):
        assert (await client.get(path, headers={"X-Request-ID": given})).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "ünï", "<script>", "a;b", "{}", '"'])
async def test_a_name_that_could_do_harm_is_not_taken(client: httpx2.AsyncClient, given: str) -> None:
    response = await client.get("/health/live", headers=[(b"X-Request-ID", given.encode())])
    assert UUID(response.headers["X-Request-ID"]).version == 7


async def test_answers_that_are_no_errors_have_the_headers_too(client: httpx2.AsyncClient, house: Household) -> None:
    for route in ROUTES:
        if route.method == "GET" and not route.streams:
            response = await client.request(**route.request(house.ids, house.admin.headers))
            assert response.status_code == route.ok, response.text
            check_headers(response)


async def test_headers_are_by_setting(make_settings: Any) -> None:
    async with serve(create_app(make_settings(api={"security_headers": False}))) as client:
        response = await client.get("/health/live")
    assert not set(response.headers) & {name.lower() for name in SECURITY}
    assert "X-Request-ID" in response.headers


async def test_browsers_of_other_origins_are_told_nothing(odd: httpx2.AsyncClient, client: httpx2.AsyncClient) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Authorization"}
    ours = await odd.options(f"{API}/documents", headers={"Origin": "https://app.example.com", **asked})
    assert ours.status_code == 200
    assert ours.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    for origin in ("https://evil.example.com", "https://app.example.com.evil.com", "null", "http://app.example.com"):
        theirs = await odd.options(f"{API}/documents", headers={"Origin": origin, **asked})
        assert "Access-Control-Allow-Origin" not in theirs.headers
        answer = await odd.get("/health/live", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert (
        "Access-Control-Allow-Origin"
        not in (await client.get("/health/live", headers={"Origin": "https://app.example.com"})).headers
    )


def test_codes_are_stable_words(app: FastAPI) -> None:
    """Every error of the package has a code of its own, and all codes have one form."""
    waiting, codes = [AppError], dict[str, list[str]]()
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if error.__module__.startswith("specloom.") and "code" in vars(error):
            codes.setdefault(error.code, []).append(error.__qualname__)
    assert len(codes) > 30
    assert all(re.fullmatch(CODE, code) for code in codes)
    assert {code: names for code, names in codes.items() if len(names) > 1} == {}
