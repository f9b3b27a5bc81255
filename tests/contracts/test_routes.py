"""The matrix of routes: whoever asks in whatever way for a thing of another tenant, it is as if it were not there."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from specloom.core.runtime import Runtime
from specloom.services.identity import SigningKeys, issue_operator_token
from tests.contracts.household import Household, fingerprint, one_of_everything, settle
from tests.contracts.routes import (
    API,
    FILTERS,
    GUARDED,
    INSTEAD,
    LOOKUPS,
    OF_TENANTS,
    OPERATOR,
    PERMITTED,
    REFERENCES,
    ROUTES,
    SIGNED_IN,
    Route,
    real_path,
    routes_of,
    without_request_id,
)
from tests.factories.identity import sign_in

BY_NAME = {route.name: route for route in ROUTES}


def each(routes: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", routes, ids=lambda route: route.name)


@pytest.fixture(scope="module")
async def node(nodes: tuple[str, str]) -> AsyncIterator[httpx2.AsyncClient]:
    """A client over a real socket, for streams that do not end."""
    async with httpx2.AsyncClient(base_url=nodes[0], timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
async def victims(client: httpx2.AsyncClient, runtime: Runtime) -> Household:
    return await settle(client, runtime)


@pytest.fixture(scope="module")
async def strangers(client: httpx2.AsyncClient, runtime: Runtime) -> Household:
    return await settle(client, runtime)


@pytest.fixture
async def untouched(runtime: Runtime, victims: Household) -> AsyncIterator[None]:
    """Whatever is tried in the test, the victims' rows stay as they were."""
    before = await fingerprint(runtime, victims.admin.tenant_id)
    yield
    assert await fingerprint(runtime, victims.admin.tenant_id) == before


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def signing_keys(runtime: Runtime) -> SigningKeys:
    keys = SigningKeys(runtime)
    await keys.load()
    return keys


def absent(route: Route, ids: dict[str, str]) -> dict[str, str]:
    """The same ids, with those of the path pointing nowhere."""
    return {**ids, **{name: str(uuid4()) for name in route.parameters}}


def test_every_route_has_its_row(app: FastAPI) -> None:
    assert {(route.method, real_path(route.path)) for route in ROUTES} == routes_of(app)
    assert len(BY_NAME) == len(ROUTES)


def test_every_id_in_bodies_and_filters_has_its_row(app: FastAPI) -> None:
    schema = app.openapi()
    bodies, filters = set(), set()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query" and "uuid" in str(parameter["schema"]):
                    filters.add((method.upper(), path, parameter["name"]))
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for reference in str(content).split("'#/components/schemas/")[1:]:
                properties = schema["components"]["schemas"][reference.split("'")[0]].get("properties", {})
                bodies |= {(method.upper(), path, name) for name, each in properties.items() if "uuid" in str(each)}
    assert bodies == REFERENCES | INSTEAD
    assert filters == FILTERS.keys() | LOOKUPS.keys()


@each(ROUTES)
async def test_who_may_gets_an_answer(
    route: Route, client: httpx2.AsyncClient, node: httpx2.AsyncClient, runtime: Runtime, strangers: Household
) -> None:
    """The control of all that follows: the row's request is a good one."""
    ids, headers = strangers.ids, strangers.admin.headers
    if route.method == "DELETE" or route.alone or route.job != "pending":
        ids = await one_of_everything(client, runtime, strangers.admin, route.job)
    if route.access == OPERATOR:
        headers = bearer(issue_operator_token(await signing_keys(runtime), "ops", 60))
    elif route.access == SIGNED_IN and route.method == "POST" and not route.hidden:
        headers = (await sign_in(client, ids["email"], subdomain=strangers.admin.subdomain)).headers
    if route.streams:
        async with node.stream(**route.request(ids, headers)) as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
    else:
        response = await client.request(**route.request(ids, headers))
    assert response.status_code == route.ok, response.text
    assert "X-Request-ID" in response.headers


@each(GUARDED)
async def test_nobody_comes_in_without_a_token_of_the_right_kind(
    route: Route, client: httpx2.AsyncClient, runtime: Runtime, victims: Household, untouched: None
) -> None:
    member = victims.admin
    ticket = (await client.post(f"{API}/stream-tickets", headers=member.headers)).json()["ticket"]
    operator = issue_operator_token(await signing_keys(runtime), "ops", 60)
    refused = {
        "none": {},
        "empty": bearer(""),
        "garbage": bearer("not.a.token"),
        "cut": bearer(member.access_token[:-4]),
        "basic": {"Authorization": f"Basic {member.access_token}"},
        "refresh token": bearer(member.refresh_token),
        "stream ticket": bearer(ticket),
        "of the other kind": bearer(member.access_token if route.access == OPERATOR else operator),
    }
    for kind, headers in refused.items():
        answers = []
        # Who comes without a token learns nothing of what is there; the other kinds are told off the same way.
        for ids in (victims.ids, absent(route, victims.ids)) if kind == "none" else (victims.ids,):
            response = await client.request(**route.request(ids, headers))
            assert response.status_code == 401, (kind, response.text)
            assert response.json()["error"]["code"] == "unauthenticated", kind
            assert response.headers["WWW-Authenticate"] == "Bearer"
            answers.append(without_request_id(response))
        assert answers[0] == answers[-1], kind


@each(PERMITTED)
async def test_nobody_does_what_their_roles_do_not_allow(
    route: Route, client: httpx2.AsyncClient, victims: Household, untouched: None
) -> None:
    refused = [victims.nobody] if route.access.endswith(" read") else [victims.nobody, victims.viewer]
    for member in refused:
        answers = []
        for ids in (victims.ids, absent(route, victims.ids)):
            response = await client.request(**route.request(ids, member.headers))
            assert response.status_code == 403, response.text
            assert response.json()["error"]["code"] == "permission_denied"
            answers.append(without_request_id(response))
        assert answers[0] == answers[1], "who may not ask is not told what is there"


@each([route for route in OF_TENANTS if route.hidden])
async def test_what_one_may_not_read_is_not_there(
    route: Route, client: httpx2.AsyncClient, victims: Household, untouched: None
) -> None:
    there = await client.request(**route.request(victims.ids, victims.nobody.headers))
    nowhere = await client.request(**route.request(absent(route, victims.ids), victims.nobody.headers))
    assert there.status_code == 404, there.text
    assert without_request_id(there) == without_request_id(nowhere)


@each([route for route in PERMITTED if route.access.endswith(" read") and not route.streams])
async def test_a_viewer_reads(route: Route, client: httpx2.AsyncClient, victims: Household, untouched: None) -> None:
    """The control of the test above: it is the role that counts."""
    response = await client.request(**route.request(victims.ids, victims.viewer.headers))
    assert response.status_code == route.ok, response.text


async def test_a_global_template_is_there_for_everyone_and_changed_by_nobody(
    client: httpx2.AsyncClient, strangers: Household
) -> None:
    found = await client.get(f"{API}/templates", params={"is_global": True}, headers=strangers.admin.headers)
    template_id = found.json()["items"][0]["id"]
    one = f"{API}/templates/{template_id}"
    assert (await client.get(one, headers=strangers.viewer.headers)).status_code == 200
    for answer in (
        await client.patch(one, json={"name": "Mine"}, headers=strangers.admin.headers),
        await client.delete(one, headers=strangers.admin.headers),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "template_is_global")
    assert (await client.get(one, headers=strangers.admin.headers)).json()["is_global"]
