"""Two locks, each holding by itself: another tenant's things are not there, with the policies of PostgreSQL or without.

Every query filters by tenant, and row-level security does so again. The matrix runs against the application as it is,
and against one whose database has no row-level security: there the filters are all there is. That the policies hold
without the filters, `test_rls_live` shows.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from alembic import command
from pydantic import SecretStr

from specloom.core.config import Settings
from specloom.core.runtime import Runtime, open_runtime
from specloom.main import create_app
from tests.conftest import serve
from tests.contracts.household import Household, fingerprint, settle
from tests.contracts.routes import API, FILTERS, LOOKUPS, NAMED, OF_TENANTS, REFERENCES, Route, without_request_id
from tests.migrations.scratch import scratch_database

# What runs here is measured by other tests; measuring it again would double the time that this takes.
pytestmark = pytest.mark.no_cover

BY_NAME = {route.name: route for route in OF_TENANTS}
WITHOUT_IDS = {"GET /usage", "GET /usage/budget", "GET /analysis-rules", "GET /industry-templates"}
"""Lists of what everybody has; that rules are set for each tenant by itself, `test_analysis_rules` shows."""


@dataclass(frozen=True)
class World:
    """A node with two tenants that know nothing of each other."""

    client: httpx2.AsyncClient
    runtime: Runtime
    victims: Household
    strangers: Household


@pytest.fixture(scope="module", params=["both locks", "filters alone"])
def node_settings(request: pytest.FixtureRequest, make_settings: Any) -> Iterator[Settings]:
    if request.param == "both locks":
        yield make_settings()
        return
    with scratch_database() as scratch:
        command.upgrade(scratch.config, "head")
        scratch.execute(
            "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP "
            "EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', t); END LOOP; END $$"
        )
        yield make_settings(database={"url": SecretStr(scratch.app_url), "pool_size": 5})


@pytest.fixture(scope="module")
async def world(node_settings: Settings) -> AsyncIterator[World]:
    async with open_runtime(node_settings) as runtime, serve(create_app(node_settings)) as client:
        yield World(client, runtime, await settle(client, runtime), await settle(client, runtime))


@pytest.fixture
async def untouched(world: World) -> AsyncIterator[None]:
    """Whatever is tried in the test, the victims' rows stay as they were."""
    before = await fingerprint(world.runtime, world.victims.admin.tenant_id)
    yield
    assert await fingerprint(world.runtime, world.victims.admin.tenant_id) == before


def each(routes: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", routes, ids=lambda route: route.name)


@each([route for route in OF_TENANTS if route.parameters])
async def test_a_thing_of_another_tenant_is_not_there(route: Route, world: World, untouched: None) -> None:
    """In each place of the path by itself, with one's own ids in the others and in the body; and in all at once."""
    client, victims, strangers = world.client, world.victims, world.strangers
    own = strangers.ids
    places = [[name] for name in route.parameters] + ([route.parameters] if len(route.parameters) > 1 else [])
    for names in places:
        theirs = {**own, **{name: victims.ids[name] for name in names}}
        nowhere = {**own, **{name: str(uuid4()) for name in names}}
        for member in (strangers.admin, strangers.viewer, strangers.nobody):
            there = await client.request(**route.request(theirs, member.headers))
            not_there = await client.request(**route.request(nowhere, member.headers))
            if member is strangers.admin:
                assert there.status_code == (403 if names == ["tenant_id"] else 404), there.text
            assert there.status_code in (403, 404), there.text
            assert without_request_id(there, *theirs.values()) == without_request_id(not_there, *nowhere.values())


@pytest.mark.parametrize("reference", sorted(REFERENCES), ids="-".join)
async def test_a_thing_of_another_tenant_cannot_be_named_in_a_body(
    reference: tuple[str, str, str], world: World, untouched: None
) -> None:
    client, victims, strangers = world.client, world.victims, world.strangers
    method, path, field = reference
    route = BY_NAME[f"{method} {path.removeprefix(API)}"]
    before = await _count(client, strangers)
    name, nowhere = NAMED.get(reference, field.replace("ids", "id")), str(uuid4())

    async def naming(id_: str) -> httpx2.Response:
        value: Any = [id_] if field.endswith("s") else id_
        return await client.request(**route.request(strangers.ids, strangers.admin.headers, **{field: value}))

    there, not_there = await naming(victims.ids[name]), await naming(nowhere)
    assert there.status_code == 404, there.text
    assert without_request_id(there, victims.ids[name]) == without_request_id(not_there, nowhere)
    assert await _count(client, strangers) == before
    assert (await naming(strangers.ids[name])).status_code == route.ok


@pytest.mark.parametrize("filter_", sorted(FILTERS), ids="-".join)
async def test_a_thing_of_another_tenant_filters_like_one_that_is_not_there(
    filter_: tuple[str, str, str], world: World
) -> None:
    client, victims, strangers = world.client, world.victims, world.strangers
    method, path, name = filter_
    theirs = victims.ids[FILTERS[filter_]]
    own = await client.request(method, path, params={name: theirs}, headers=victims.admin.headers)
    assert len(own.json()["items"]) == 1
    for id_ in (theirs, str(uuid4())):
        answer = await client.request(method, path, headers=strangers.admin.headers, params={name: id_})
        assert (answer.status_code, answer.json()) == (200, {"items": [], "next_cursor": None})


@pytest.mark.parametrize("lookup", sorted(LOOKUPS), ids="-".join)
async def test_a_thing_of_another_tenant_cannot_be_looked_up(lookup: tuple[str, str, str], world: World) -> None:
    client, victims, strangers = world.client, world.victims, world.strangers
    method, path, name = lookup
    theirs, nowhere = victims.ids[LOOKUPS[lookup]], str(uuid4())

    async def naming(id_: str) -> httpx2.Response:
        url = path.format(**strangers.ids)
        return await client.request(method, url, headers=strangers.admin.headers, params={name: id_})

    there, not_there = await naming(theirs), await naming(nowhere)
    assert there.status_code == 404, there.text
    assert without_request_id(there, theirs) == without_request_id(not_there, nowhere)
    assert (await naming(strangers.ids[LOOKUPS[lookup]])).status_code == 200


@each(
    [
        route
        for route in OF_TENANTS
        if route.method == "GET" and "{" not in route.path and not route.streams and route.name not in WITHOUT_IDS
    ]
)
async def test_lists_hold_nothing_of_another_tenant(route: Route, world: World) -> None:
    client, victims, strangers = world.client, world.victims, world.strangers
    theirs, own = await _everything(client, route, victims), await _everything(client, route, strangers)
    for household, mine, others in ((victims, theirs, own), (strangers, own, theirs)):
        ids = {value for name, value in household.ids.items() if name.endswith("_id")}
        assert any(id_ in mine for id_ in {*ids, str(household.admin.user_id)})
        assert not any(id_ in others for id_ in ids)


async def _count(client: httpx2.AsyncClient, household: Household) -> list[int]:
    """How many things there are of the kinds that the bodies of `REFERENCES` make."""
    lists = [
        await client.get(f"{API}/{path}", params={"limit": 200}, headers=household.admin.headers)
        for path in ("users", "summaries", "analyses", "jobs", f"users/{household.ids['user_id']}/roles")
    ]
    return [len(each.json()["items"]) for each in lists]


async def _everything(client: httpx2.AsyncClient, route: Route, household: Household) -> str:
    parameters = {} if route.name == "GET /auth/me" else {"limit": 200}
    response = await client.request(route.method, route.path, params=parameters, headers=household.admin.headers)
    assert response.status_code == 200, response.text
    return response.text
