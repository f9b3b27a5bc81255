"""The OpenAPI document is complete, and what it says is so: tried with data that fits it and data that does not."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import allow_header_conformance, negative_data_rejection, unsupported_method

from specloom.core.config import Settings
from specloom.core.runtime import Runtime, open_runtime
from specloom.main import create_app
from specloom.services.identity import SigningKeys, issue_operator_token
from tests.contracts.household import Household, settle
from tests.contracts.routes import ANYBODY, API, OPERATOR, ROUTES, SIGNED_IN, Route, real_path
from tests.factories.identity import Member, add_member

ROWS = {(route.method, real_path(route.path)): route for route in ROUTES}
UNDOCUMENTED = {"/", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"}
ENDS_SESSIONS = {f"{API}/auth/logout", f"{API}/auth/password/change"}
SHADOWED = {f"{API}/documents/upload", f"{API}/documents/bulk/summaries"}
"""Also ids of a document, as far as other methods are concerned."""
NO_MATTER_OF_FORM = {"value_error", "string_too_short"}
"""What a schema cannot say, such as that white space around a text does not count."""
EXAMPLES = 2

SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
SCHEMA.config.checks.positive_data_acceptance.enabled = False  # see `check_acceptance`
FINITE = SCHEMA.exclude(path_regex="/events$")


@dataclass(frozen=True)
class Server:
    url: str
    house: Household
    operator_token: str
    leaver: Member

    def headers(self, route: Route) -> dict[str, str]:
        if route.access == ANYBODY:
            return {}
        if route.access == OPERATOR:
            return {"Authorization": f"Bearer {self.operator_token}"}
        return (self.leaver if real_path(route.path) in ENDS_SESSIONS else self.house.admin).headers


@pytest.fixture(scope="module")
def server(make_settings: Any) -> Iterator[Server]:
    """A node in a thread of its own: these tests are synchronous. Nobody is signed in but by a token."""
    chosen: Settings = make_settings()
    node = uvicorn.Server(uvicorn.Config(create_app(chosen), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=node.run, daemon=True)
    thread.start()
    while not node.started:
        assert thread.is_alive()
        threading.Event().wait(0.01)
    url = f"http://127.0.0.1:{node.servers[0].sockets[0].getsockname()[1]}"

    async def prepare() -> tuple[Household, str, Member]:
        async with open_runtime(chosen) as runtime, httpx2.AsyncClient(base_url=url) as client:
            keys = SigningKeys(runtime)
            await keys.load()
            house = await settle(client, runtime)
            leaver = await add_member(client, house.admin)
            return house, issue_operator_token(keys, "ops", 3600), leaver

    yield Server(url, *asyncio.run(prepare()))
    node.should_exit = True
    thread.join(10)


@seed(20261121)
@FINITE.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_documented(case: schemathesis.Case[Any], server: Server) -> None:
    route = ROWS[case.operation.method.upper(), case.operation.path]
    fits = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if fits and case.method != "DELETE":
        # What is asked for is there, so that the answers are more than 404.
        case.path_parameters = {name: server.house.ids[name] for name in case.path_parameters or {}}
    response = case.call_and_validate(
        base_url=server.url,
        headers=server.headers(route),
        excluded_checks=[
            *([allow_header_conformance, unsupported_method] if case.operation.path in SHADOWED else []),
            # A part of a form is text, whatever it was made of: `false` is a title like any other.
            *([negative_data_rejection] if case.media_type == "multipart/form-data" else []),
        ],
    )
    if fits and case.method == case.operation.method.upper():
        check_acceptance(response)


def check_acceptance(response: schemathesis.Response) -> None:
    """Data that fits the document is refused for its meaning only, never for its form."""
    if response.status_code in (400, 422):
        error = response.json()["error"]
        if error["code"] == "validation_error":
            assert {each["type"] for each in error["details"]} <= NO_MATTER_OF_FORM, error
    else:
        assert response.status_code < 400 or response.status_code in (401, 403, 404, 409, 412, 415), response.text


# The document itself ------------------------------------------------------------------------------------------------


def operations(app: FastAPI) -> Iterator[tuple[Route, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield ROWS[method.upper(), path], operation


def test_it_is_openapi_3_1_and_complete(app: FastAPI) -> None:
    assert app.openapi()["openapi"].startswith("3.1.")
    documented = {(route.method, real_path(route.path)) for route, _ in operations(app)}
    assert documented == {key for key in ROWS if key[1] not in UNDOCUMENTED}
    names = [operation["operationId"] for _, operation in operations(app)]
    assert len(names) == len(set(names))


def test_every_operation_is_described(app: FastAPI) -> None:
    for route, operation in operations(app):
        assert len(operation["tags"]) == 1, route.name
        assert operation["summary"], route.name
        assert operation["description"].strip().endswith((".", "`", ")")), route.name


def test_every_operation_says_how_it_can_fail(app: FastAPI) -> None:
    for route, operation in operations(app):
        declared = {int(status) for status in operation["responses"]}
        wanted = {route.ok} if route.ok < 400 else set()
        if route.access != ANYBODY:
            wanted |= {401, 503}
            assert operation["security"], route.name
        if route.access not in (ANYBODY, SIGNED_IN, OPERATOR):
            wanted |= {403}
        if route.parameters:
            wanted |= {422, 403 if route.parameters == ["tenant_id"] else 404}
        if "requestBody" in operation:
            wanted |= {413, 422}
        if route.method == "PATCH":
            wanted |= {412}
        assert wanted <= declared, (route.name, sorted(wanted - declared))


def test_every_error_is_documented_in_the_one_form(app: FastAPI) -> None:
    for route, operation in operations(app):
        for status, response in operation["responses"].items():
            if int(status) >= 400 and not route.path.startswith("/health"):
                schema = response.get("content", {}).get("application/json", {}).get("schema")
                assert schema == {"$ref": "#/components/schemas/ErrorRead"}, (route.name, status)
                assert response["description"], (route.name, status)


async def test_it_is_served_as_it_is(app: FastAPI, client: httpx2.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).json() == app.openapi()
    for path in ("/docs", "/redoc"):
        assert "/openapi.json" in (await client.get(path)).text


# Streams, which do not end and so are nothing for a generator --------------------------------------------------------


def test_streams_are_documented_as_such(app: FastAPI) -> None:
    streams = [(route, operation) for route, operation in operations(app) if route.path.endswith("/events")]
    assert len(streams) == 4
    for route, operation in streams:
        assert "text/event-stream" in operation["responses"]["200"]["content"], route.name
        parameters = {each["name"] for each in operation["parameters"]}
        assert {"Last-Event-ID", "ticket"} <= parameters


@pytest.mark.parametrize(
    "path", ["/events", "/jobs/{job_id}/events", "/analyses/{event_id}/events", "/sessions/{session_id}/events"]
)
async def test_streams_refuse_what_is_not_valid_before_they_begin(
    client: httpx2.AsyncClient, runtime: Runtime, path: str
) -> None:
    house = await settle(client, runtime)
    url = f"{API}{path.format(**house.ids)}"
    for last in ("x", "-1", "1.5", str(2**62 + 1), "9" * 5000, "0x10"):
        response = await client.get(url, headers={**house.admin.headers, "Last-Event-ID": last})
        assert (response.status_code, response.json()["error"]["code"]) == (422, "validation_error"), last
    for ticket, status in (("x", 401), ("x" * 9000, 422), (house.admin.access_token, 401), ("", 401)):
        response = await client.get(url, params={"ticket": ticket})
        assert response.status_code == status, ticket
        assert set(response.json()["error"]) == {"code", "message", "details", "request_id"}
