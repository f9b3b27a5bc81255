"""Nobody sets what is not theirs to set: fields that a body does not have are refused, at every depth."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from specloom.core.runtime import Runtime
from specloom.services.identity import SigningKeys, issue_operator_token
from tests.contracts.household import Household, fingerprint, settle
from tests.contracts.routes import ANYBODY, OPERATOR, ROUTES, Route

# What runs here is measured by other tests; measuring it again would double the time that this takes.
pytestmark = pytest.mark.no_cover

_WRITTEN = ("Create", "Update")
FREE_FORM = {
    "BusinessContext.custom_context",
    "BusinessContextOverride.custom_context",
    "TenantSettings.notification_preferences",
    *(f"{kind}{verb}.custom_fields" for kind in ("Product", "Epic", "Feature", "UserStory") for verb in _WRITTEN),
    *(f"Session{verb}.context_data" for verb in _WRITTEN),
    *(f"Bulk{part}.custom_fields" for part in ("Filter", "Operation", "Patch")),
}
"""Objects whose keys are the tenant's own."""
PRIVILEGES: dict[str, Any] = {
    **dict.fromkeys(("id", "tenant_id", "user_id", "created_by", "document_id", "job_id", "version_id"), str(uuid4())),
    **dict.fromkeys(("is_admin", "is_system", "is_global", "is_active", "is_default"), True),
    "role": "admin",
    "roles": ["admin"],
    "role_ids": [],
    "permissions": [{"resource": "*", "action": "delete"}],
    "status": "active",
    "plan_type": "enterprise",
    "auth_provider": "google",
    "password_hash": "$argon2id$x",
    "created_at": "2020-01-01T00:00:00Z",
    "deleted_at": None,
    "revision": 1,
    "access_stamp": 1,
    "fence": 9,
    "__class__": "x",
    "_sa_instance_state": {},
    "constructor": {"prototype": {}},
}


@pytest.fixture(scope="module")
async def house(client: httpx2.AsyncClient, runtime: Runtime) -> Household:
    return await settle(client, runtime)


def _objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the objects are in a body."""
    if isinstance(value, dict):
        yield path
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _objects(each, (*path, key))


def _schemas(app: FastAPI) -> dict[str, Any]:
    schemas: dict[str, Any] = app.openapi()["components"]["schemas"]
    return schemas


def _taken_in(app: FastAPI, reference: Any, found: set[str]) -> set[str]:
    """Names of the schemas that a request body is made of."""
    for name in {part.split("'")[0] for part in str(reference).split("#/components/schemas/")[1:]} - found:
        found.add(name)
        _taken_in(app, _schemas(app)[name], found)
    return found


def test_every_body_is_closed(app: FastAPI) -> None:
    bodies = [
        operation["requestBody"]
        for path in app.openapi()["paths"].values()
        for operation in path.values()
        if "requestBody" in operation
    ]
    names = _taken_in(app, bodies, set())
    assert len(names) > 15
    open_ones = set()
    for name in names:
        schema = _schemas(app)[name]
        if schema.get("type") == "object" and not name.startswith("Body_"):
            assert schema.get("additionalProperties") is False, name
        for field, each in schema.get("properties", {}).items():
            if "additionalProperties" in str(each):
                open_ones.add(f"{name}.{field}")
    assert open_ones == FREE_FORM


def _known(app: FastAPI, route: Route, path: tuple[Any, ...]) -> set[str]:
    """The fields that the object at this place of the route's body really has."""
    operation = app.openapi()["paths"][route.path.replace("{free_role_id}", "{role_id}")][route.method.lower()]
    schema = next(iter(operation["requestBody"]["content"].values()))["schema"]

    def resolved(each: dict[str, Any]) -> dict[str, Any]:
        each = next((one for one in each.get("anyOf", ()) if one.get("type") != "null"), each)
        return _schemas(app)[each["$ref"].rsplit("/", 1)[1]] if "$ref" in each else each

    schema = resolved(schema)
    for key in path:
        schema = resolved(schema["items"] if isinstance(key, int) else schema["properties"][key])
    return set(schema["properties"])


@pytest.mark.parametrize("route", [route for route in ROUTES if route.body is not None], ids=lambda route: route.name)
async def test_a_body_with_a_privilege_in_it_is_refused(
    route: Route, app: FastAPI, client: httpx2.AsyncClient, runtime: Runtime, house: Household
) -> None:
    headers = house.admin.headers
    if route.access == OPERATOR:
        keys = SigningKeys(runtime)
        await keys.load()
        headers = {"Authorization": f"Bearer {issue_operator_token(keys, 'ops', 60)}"}
    before = await fingerprint(runtime, house.admin.tenant_id)
    call = route.request(house.ids, headers)
    tried = 0
    for path in _objects(call["json"]):
        known = _known(app, route, path)
        for name, value in PRIVILEGES.items():
            if name not in known:
                response = await client.request(**{**call, "json": _with(call["json"], path, name, value)})
                assert response.status_code == 422, (path, name, response.text)
                (problem,) = response.json()["error"]["details"]
                assert (problem["type"], problem["field"].split(".")[-1]) == ("extra_forbidden", name)
                tried += 1
    assert tried > 15
    assert await fingerprint(runtime, house.admin.tenant_id) == before


def _with(body: Any, path: tuple[Any, ...], name: str, value: Any) -> Any:
    if not path:
        return {**body, name: value}
    if isinstance(body, list):
        return [_with(each, path[1:], name, value) if n == path[0] else each for n, each in enumerate(body)]
    return {**body, path[0]: _with(body[path[0]], path[1:], name, value)}


@pytest.mark.parametrize("name", PRIVILEGES)
async def test_a_form_with_a_privilege_in_it_is_refused(client: httpx2.AsyncClient, name: str) -> None:
    (route,) = (route for route in ROUTES if route.form is not None and route.access == ANYBODY)
    response = await client.request(**route.request({}, {}, **{name: "x"}))
    assert response.status_code == 422, response.text


async def test_fields_beside_an_upload_have_no_effect(client: httpx2.AsyncClient, house: Household) -> None:
    (route,) = (route for route in ROUTES if route.name == "POST /documents/upload")
    beside = {"tenant_id": str(uuid4()), "user_id": str(uuid4()), "id": str(uuid4()), "status": "error"}
    response = await client.request(**route.request(house.ids, house.admin.headers, **beside))
    assert response.status_code == 201, response.text
    document = response.json()
    assert document["user_id"] == str(house.admin.user_id)
    assert document["status"] == "active"
    assert document["id"] != beside["id"]
    found = await client.get(f"/api/v1/documents/{document['id']}", headers=house.admin.headers)
    assert found.status_code == 200
