"""Roles over HTTP: the system's stay as they are, a tenant's own can be made, changed and deleted while unused."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.factories.identity import Member, add_member, role_id_of, sign_up

ROLES = "/api/v1/roles"
READ_DOCUMENTS = {"resource": "documents", "action": "read"}
READ_USERS = {"resource": "users", "action": "read"}


def code(response: httpx2.Response) -> Any:
    return response.json()["error"]["code"]


async def make_role(client: httpx2.AsyncClient, admin: Member, **changes: Any) -> dict[str, Any]:
    body = {"name": f"role {uuid4().hex[:6]}", "permissions": [READ_DOCUMENTS], **changes}
    response = await client.post(ROLES, json=body, headers=admin.headers)
    assert response.status_code == 201, response.text
    role: dict[str, Any] = response.json()
    return role


async def permissions_of(client: httpx2.AsyncClient, admin: Member, role_id: object) -> list[dict[str, str]]:
    response = await client.get(f"{ROLES}/{role_id}/permissions", headers=admin.headers)
    assert response.status_code == 200, response.text
    permissions: list[dict[str, str]] = response.json()["permissions"]
    return permissions


async def test_every_tenant_has_the_system_roles(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    listed = (await client.get(ROLES, headers=admin.headers)).json()
    assert [role["name"] for role in listed["items"]] == ["accountant", "admin", "member", "sales_rep", "viewer"]
    assert all(role["is_system"] and role["description"] for role in listed["items"])
    held = {role["name"]: await permissions_of(client, admin, role["id"]) for role in listed["items"]}
    pairs = {name: {(each["resource"], each["action"]) for each in permissions} for name, permissions in held.items()}
    assert pairs["admin"] == {("*", action) for action in ("create", "read", "update", "delete")}
    assert {("documents", "create"), ("documents", "delete"), ("summaries", "update")} <= pairs["member"]
    assert {action for _, action in pairs["viewer"]} == {"read"}
    assert {("invoices", "create"), ("invoices", "update"), ("payments", "create"), ("payments", "read")} <= pairs[
        "accountant"
    ]
    assert {("customers", "create"), ("customers", "update"), ("quotations", "create")} <= pairs["sales_rep"]
    assert not any(resource in {"users", "roles"} and action != "read" for resource, action in pairs["member"])


async def test_system_roles_stay_as_they_are(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    for name in ("admin", "viewer"):
        url = f"{ROLES}/{await role_id_of(client, admin, name)}"
        before = (await client.get(url, headers=admin.headers)).json()
        for answer in (
            await client.patch(url, json={"name": "mine"}, headers=admin.headers),
            await client.put(f"{url}/permissions", json={"permissions": []}, headers=admin.headers),
            await client.delete(url, headers=admin.headers),
        ):
            assert (answer.status_code, code(answer)) == (409, "system_role")
        assert (await client.get(url, headers=admin.headers)).json() == before


async def test_a_role_of_ones_own(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    role = await make_role(client, admin, name=" Reviewer ", description="Reads", permissions=[READ_DOCUMENTS] * 2)
    assert (role["name"], role["description"], role["is_system"]) == ("Reviewer", "Reads", False)
    url = f"{ROLES}/{role['id']}"
    assert await permissions_of(client, admin, role["id"]) == [READ_DOCUMENTS]
    seen = (await client.get(url, headers=admin.headers)).headers["ETag"]
    changed = await client.patch(url, json={"description": ""}, headers={**admin.headers, "If-Match": seen})
    assert (changed.status_code, changed.json()["name"], changed.json()["description"]) == (200, "Reviewer", "")
    stale = await client.patch(url, json={"name": "x"}, headers={**admin.headers, "If-Match": seen})
    assert code(stale) == "precondition_failed"
    taken = await client.post(ROLES, json={"name": "Reviewer"}, headers=admin.headers)
    assert (taken.status_code, code(taken)) == (409, "role_name_taken")
    for name in ("viewer", (await make_role(client, admin))["name"]):
        renamed = await client.patch(url, json={"name": name}, headers=admin.headers)
        assert (renamed.status_code, code(renamed)) == (409, "role_name_taken")
    assert (await client.delete(url, headers=admin.headers)).status_code == 204
    assert code(await client.get(url, headers=admin.headers)) == "role_not_found"


async def test_permissions_are_replaced_as_a_whole(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    role = await make_role(client, admin)
    member = await add_member(client, admin, role["name"])
    url = f"{ROLES}/{role['id']}/permissions"
    assert (await client.get("/api/v1/users", headers=member.headers)).status_code == 403
    seen = (await client.get(url, headers=admin.headers)).headers["ETag"]
    answer = await client.put(url, json={"permissions": [READ_USERS]}, headers={**admin.headers, "If-Match": seen})
    assert (answer.status_code, answer.json()["permissions"]) == (200, [READ_USERS])
    assert (await client.get("/api/v1/users", headers=member.headers)).status_code == 200, "at once"
    stale = await client.put(url, json={"permissions": []}, headers={**admin.headers, "If-Match": seen})
    assert stale.status_code == 412, "what a role allows is part of it"
    assert (await client.put(url, json={"permissions": []}, headers=admin.headers)).json()["permissions"] == []
    assert (await client.get("/api/v1/users", headers=member.headers)).status_code == 403


async def test_a_role_that_somebody_has_cannot_be_deleted(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    role = await make_role(client, admin)
    member = await add_member(client, admin, role["name"])
    url = f"{ROLES}/{role['id']}"
    answer = await client.delete(url, headers=admin.headers)
    assert (answer.status_code, code(answer)) == (409, "role_in_use")
    assert (await client.delete(f"/api/v1/users/{member.user_id}", headers=admin.headers)).status_code == 204
    assert (await client.delete(url, headers=admin.headers)).status_code == 204, "its only holder was deleted"


async def test_roles_of_another_tenant_are_not_there(client: httpx2.AsyncClient) -> None:
    admin, stranger = await sign_up(client), await sign_up(client)
    theirs = await make_role(client, stranger)
    url = f"{ROLES}/{theirs['id']}"
    absent = await client.get(f"{ROLES}/{uuid4()}", headers=admin.headers)
    for answer in (
        await client.get(url, headers=admin.headers),
        await client.patch(url, json={"name": "x"}, headers=admin.headers),
        await client.delete(url, headers=admin.headers),
        await client.get(f"{url}/permissions", headers=admin.headers),
        await client.put(f"{url}/permissions", json={"permissions": []}, headers=admin.headers),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == absent.json()["error"]["message"]
    assert await permissions_of(client, stranger, theirs["id"]) == [READ_DOCUMENTS]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00"},
        {"description": "x" * 501},
        {"permissions": [{"resource": "documents", "action": "own"}]},
        {"permissions": [{"resource": "Documents!", "action": "read"}]},
        {"permissions": [{"resource": "**", "action": "read"}]},
        {"permissions": [{**READ_DOCUMENTS, "tenant_id": "x"}]},
        {"permissions": [READ_DOCUMENTS] * 501},
        {"is_system": True},
        {"tenant_id": str(uuid4())},
        {"id": str(uuid4())},
    ],
)
async def test_a_role_has_these_fields_only(client: httpx2.AsyncClient, changes: dict[str, Any]) -> None:
    admin = await sign_up(client)
    response = await client.post(ROLES, json={"name": "fine", **changes}, headers=admin.headers)
    assert (response.status_code, code(response)) == (422, "validation_error")
    own = await make_role(client, admin)
    if "permissions" not in changes:
        changed = await client.patch(f"{ROLES}/{own['id']}", json=changes, headers=admin.headers)
        assert changed.status_code == 422
