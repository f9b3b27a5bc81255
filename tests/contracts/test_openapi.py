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
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis import GenerationMode

from specloom.core.config import Settings
from specloom.core.runtime import open_runtime
from specloom.main import create_app
from specloom.services.identity import SigningKeys, issue_operator_token
from tests.contracts.household import Household, settle
from tests.contracts.routes import ANYBODY, API, OPERATOR, ROUTES, Route, real_path
from tests.factories.identity import Member, add_member

ROWS = {(route.method, real_path(route.path)): route for route in ROUTES}
UNDOCUMENTED = {"/", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"}
ENDS_SESSIONS = {f"{API}/auth/logout", f"{API}/auth/password/change"}
EXAMPLES = 12

SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
FINITE = SCHEMA.exclude(path_regex="/events$")


@dataclass(frozen=True)
class Server:
    url: str
    house: Household
    operator_token: str
    leavers: list[Member]

    def headers(self, route: Route) -> dict[str, str]:
        if route.access == ANYBODY:
            return {}
        if route.access == OPERATOR:
            return {"Authorization": f"Bearer {self.operator_token}"}
        return (self.leavers[0] if real_path(route.path) in ENDS_SESSIONS else self.house.admin).headers


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

    async def prepare() -> tuple[Household, str, list[Member]]:
        async with open_runtime(chosen) as runtime, httpx2.AsyncClient(base_url=url) as client:
            keys = SigningKeys(runtime)
            await keys.load()
            house = await settle(client, runtime)
            leavers = [await add_member(client, house.admin) for _ in range(1)]
            return house, issue_operator_token(keys, "ops", 3600), leavers

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
def test_answers_are_as_documented(case: schemathesis.Case, server: Server) -> None:
    route = ROWS[case.operation.method.upper(), case.operation.path]
    if case.method != "DELETE" and case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
        # What is asked for is there, so that the answers are more than 404.
        case.path_parameters = {name: server.house.ids[name] for name in case.path_parameters or {}}
    case.call_and_validate(base_url=server.url, headers=server.headers(route))
