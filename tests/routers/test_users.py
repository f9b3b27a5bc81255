"""People over HTTP: kept by admins, never without one, and nobody rises by their own hand."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select

from specloom.core.event_log import EventEntry
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from tests.factories.identity import PASSWORD, Member, add_member, role_id_of, sign_in, sign_up

USERS = "/api/v1/users"


def code(response: httpx2.Response) -> Any:
    return response.json()["error"]["code"]


def person(**changes: Any) -> dict[str, Any]:
    return {"email": f"p-{uuid4().hex[:12]}@example.com", "name": "Pat", "password": PASSWORD, **changes}


async def is_signed_in(client: httpx2.AsyncClient, member: Member) -> bool:
    return (await client.get("/api/v1/auth/me", headers=member.headers)).status_code == 200


async def role_names(client: httpx2.AsyncClient, admin: Member, user_id: object) -> list[str]:
    response = await client.get(f"{USERS}/{user_id}/roles", headers=admin.headers)
    assert response.status_code == 200, response.text
    assert response.json()["next_cursor"] is None
    return [role["name"] for role in response.json()["items"]]


async def steward(client: httpx2.AsyncClient, admin: Member) -> Member:
    """Somebody who keeps people and roles but is no admin."""
    permissions = [
        {"resource": resource, "action": action}
        for resource in ("users", "roles")
        for action in ("create", "read", "update", "delete")
    ]
    body = {"name": "steward", "permissions": permissions}
    response = await client.post("/api/v1/roles", json=body, headers=admin.headers)
    assert response.status_code == 201, response.text
    return await add_member(client, admin, "steward")


# Keeping people -------------------------------------------------------------------------------------------------------


async def test_a_new_person_is_a_member_and_can_sign_in(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    body = person(email="  Pat.Smith@Example.COM ", name=" Pat ")
    response = await client.post(USERS, json=body, headers=admin.headers)
    assert response.status_code == 201, response.text
    created = response.json()
    assert (created["email"], created["name"], created["is_active"]) == ("pat.smith@example.com", "Pat", True)
    assert (created["auth_provider"], created["last_login_at"]) == ("local", None)
    assert response.headers["ETag"] == '"1"'
    assert "password" not in response.text
    assert await role_names(client, admin, created["id"]) == ["member"]
    assert (await sign_in(client, body["email"].strip(), subdomain=admin.subdomain)).tenant_id == admin.tenant_id
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        query = select(EventEntry.event_type, EventEntry.payload).order_by(EventEntry.sequence.desc()).limit(1)
        event = (await uow.session.execute(query)).one()
    assert tuple(event) == ("user.created", {"user_id": created["id"]})


async def test_an_address_is_there_once_until_its_person_is_deleted(client: httpx2.AsyncClient) -> None:
    admin, stranger = await sign_up(client), await sign_up(client)
    body = person()
    answers = await asyncio.gather(*(client.post(USERS, json=body, headers=admin.headers) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 4
    (first,) = (answer.json() for answer in answers if answer.status_code == 201)
    again = await client.post(USERS, json={**body, "email": body["email"].upper()}, headers=admin.headers)
    assert (again.status_code, code(again)) == (409, "email_taken")
    assert (await client.post(USERS, json=body, headers=stranger.headers)).status_code == 201, (
        "another tenant's concern"
    )

    assert (await client.delete(f"{USERS}/{first['id']}", headers=admin.headers)).status_code == 204
    second = await client.post(USERS, json=body, headers=admin.headers)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]
    signed_in = await sign_in(client, body["email"], subdomain=admin.subdomain)
    assert str(signed_in.user_id) == second.json()["id"]


async def test_a_repeated_request_makes_one_person(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    body, headers = person(), {**admin.headers, "Idempotency-Key": uuid4().hex}
    first = await client.post(USERS, json=body, headers=headers)
    again = await client.post(USERS, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "2-short"},
        {"password": "x" * 129},
        {"email": "nobody"},
        {"name": " "},
        {"role_ids": ["x"]},
        {"tenant_id": str(uuid4())},
        {"id": str(uuid4())},
        {"is_admin": True},
        {"roles": ["admin"]},
        {"password_hash": "$argon2id$"},
        {"auth_provider": "google"},
        {"is_active": False},
    ],
)
async def test_a_new_person_has_these_fields_only(client: httpx2.AsyncClient, changes: dict[str, Any]) -> None:
    admin = await sign_up(client)
    response = await client.post(USERS, json=person(**changes), headers=admin.headers)
    assert (response.status_code, code(response)) == (422, "validation_error")
    assert len(response.json()["error"]["details"]) == 1


async def test_people_are_listed_filtered_and_paged(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    for name in ("Zoe 100%", "Yan 100_", "Xia"):
        assert (await client.post(USERS, json=person(name=name), headers=admin.headers)).status_code == 201
    listed = await client.get(USERS, params={"sort": "name"}, headers=admin.headers)
    assert [user["name"] for user in listed.json()["items"]] == ["Ada Admin", "Xia", "Yan 100_", "Zoe 100%"]

    async def named(**params: Any) -> list[str]:
        response = await client.get(USERS, params={"sort": "-name", **params}, headers=admin.headers)
        assert response.status_code == 200, response.text
        return [user["name"] for user in response.json()["items"]]

    assert await named(q="100%") == ["Zoe 100%"]
    assert await named(q="0_") == ["Yan 100_"]
    assert await named(q="xIA") == ["Xia"]
    assert await named(q=admin.email[:10].upper()) == ["Ada Admin"]
    assert await named(is_active=False) == []
    xia = (await client.get(USERS, params={"q": "xia"}, headers=admin.headers)).json()["items"][0]
    await client.patch(f"{USERS}/{xia['id']}", json={"is_active": False}, headers=admin.headers)
    assert await named(is_active=False) == ["Xia"]
    assert len(await named(is_active=True)) == 3

    seen, cursor = [], None
    for _ in range(4):
        params = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = (await client.get(USERS, params=params, headers=admin.headers)).json()
        seen += [user["name"] for user in page["items"]]
        cursor = page["next_cursor"]
    assert (seen, cursor) == (["Xia", "Yan 100_", "Zoe 100%", "Ada Admin"], None)
    for params in ({"q": "a\x00"}, {"limit": 0}, {"is_active": "maybe"}):
        assert (await client.get(USERS, params=params, headers=admin.headers)).status_code == 422
    for params in ({"sort": "password_hash"}, {"cursor": "nonsense"}):
        assert (await client.get(USERS, params=params, headers=admin.headers)).status_code == 400


async def test_only_what_is_sent_changes_and_only_what_was_seen(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    url = f"{USERS}/{(await client.post(USERS, json=person(), headers=admin.headers)).json()['id']}"
    seen = (await client.get(url, headers=admin.headers)).headers["ETag"]
    changed = await client.patch(url, json={"name": "Kim"}, headers={**admin.headers, "If-Match": seen})
    assert (changed.status_code, changed.json()["name"], changed.json()["is_active"]) == (200, "Kim", True)
    assert changed.headers["ETag"] != seen
    stale = await client.patch(url, json={"name": "Lee"}, headers={**admin.headers, "If-Match": seen})
    assert (stale.status_code, code(stale)) == (412, "precondition_failed")
    unchanged = await client.patch(url, json={}, headers=admin.headers)
    assert (unchanged.status_code, unchanged.json()["name"]) == (200, "Kim")
    for body in ({"name": None}, {"is_active": None}, {"email": "new@example.com"}, {"password": None}, {"name": ""}):
        assert (await client.patch(url, json=body, headers=admin.headers)).status_code == 422, body
    answers = await asyncio.gather(
        *(client.patch(url, json={"name": f"N{n}"}, headers=admin.headers) for n in range(5)),
    )
    assert {answer.status_code for answer in answers} == {200}, "without If-Match the last one wins"


async def test_a_password_set_by_an_admin_ends_the_persons_sessions(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    member = await add_member(client, admin)
    url = f"{USERS}/{member.user_id}"
    response = await client.patch(url, json={"password": "another password"}, headers=admin.headers)
    assert response.status_code == 200, response.text
    assert not await is_signed_in(client, member)
    assert await is_signed_in(client, await sign_in(client, member.email, password="another password"))
    own = await client.patch(f"{USERS}/{admin.user_id}", json={"password": "my own new one"}, headers=admin.headers)
    assert own.status_code == 200
    assert await is_signed_in(client, admin), "one's own session stays"


async def test_a_deleted_person_is_gone_but_for_the_record(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    member = await add_member(client, admin)
    url = f"{USERS}/{member.user_id}"
    assert (await client.delete(url, headers=admin.headers)).status_code == 204
    assert not await is_signed_in(client, member)
    for response in (
        await client.get(url, headers=admin.headers),
        await client.patch(url, json={"name": "x"}, headers=admin.headers),
        await client.delete(url, headers=admin.headers),
        await client.get(f"{url}/roles", headers=admin.headers),
        await client.put(f"{url}/roles", json={"role_ids": []}, headers=admin.headers),
    ):
        assert (response.status_code, code(response)) == (404, "user_not_found")
    refused = await client.post("/api/v1/auth/refresh", json={"refresh_token": member.refresh_token})
    assert refused.status_code == 401
    login = {"email": member.email, "password": PASSWORD}
    assert (await client.post("/api/v1/auth/login", json=login)).status_code == 401


# Roles of people ------------------------------------------------------------------------------------------------------


async def test_roles_are_given_and_taken(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    member = await add_member(client, admin)
    roles = {name: str(await role_id_of(client, admin, name)) for name in ("member", "viewer", "accountant")}
    url = f"{USERS}/{member.user_id}/roles"
    for _ in range(2):
        added = await client.post(url, json={"role_id": roles["accountant"]}, headers=admin.headers)
        assert added.status_code == 201
        assert [role["name"] for role in added.json()["items"]] == ["accountant", "viewer"]
    replaced = await client.put(url, json={"role_ids": [roles["member"], roles["member"]]}, headers=admin.headers)
    assert [role["name"] for role in replaced.json()["items"]] == ["member"]
    assert (await client.delete(f"{url}/{roles['member']}", headers=admin.headers)).status_code == 204
    again = await client.delete(f"{url}/{roles['member']}", headers=admin.headers)
    assert (again.status_code, code(again)) == (404, "role_not_found")
    assert await role_names(client, admin, member.user_id) == []


async def test_roles_of_another_tenant_are_not_there(client: httpx2.AsyncClient) -> None:
    admin, stranger = await sign_up(client), await sign_up(client)
    foreign = str(await role_id_of(client, stranger, "member"))
    url = f"{USERS}/{admin.user_id}/roles"
    for answer in (
        await client.post(url, json={"role_id": foreign}, headers=admin.headers),
        await client.put(url, json={"role_ids": [foreign]}, headers=admin.headers),
        await client.delete(f"{url}/{foreign}", headers=admin.headers),
        await client.post(USERS, json=person(role_ids=[foreign]), headers=admin.headers),
        await client.post(url, json={"role_id": str(uuid4())}, headers=admin.headers),
    ):
        assert (answer.status_code, code(answer)) == (404, "role_not_found")
    theirs = f"{USERS}/{stranger.user_id}"
    for answer in (
        await client.get(theirs, headers=admin.headers),
        await client.patch(theirs, json={"name": "x"}, headers=admin.headers),
        await client.delete(theirs, headers=admin.headers),
        await client.get(f"{theirs}/roles", headers=admin.headers),
        await client.put(f"{theirs}/roles", json={"role_ids": []}, headers=admin.headers),
    ):
        assert (answer.status_code, code(answer)) == (404, "user_not_found")
    assert await is_signed_in(client, stranger)


# The last admin -------------------------------------------------------------------------------------------------------


async def test_the_last_admin_stays(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    admin_role = await role_id_of(client, admin, "admin")
    url = f"{USERS}/{admin.user_id}"

    async def tries() -> list[httpx2.Response]:
        return [
            await client.patch(url, json={"is_active": False}, headers=admin.headers),
            await client.delete(url, headers=admin.headers),
            await client.delete(f"{url}/roles/{admin_role}", headers=admin.headers),
            await client.put(f"{url}/roles", json={"role_ids": []}, headers=admin.headers),
        ]

    assert [(answer.status_code, code(answer)) for answer in await tries()] == [(409, "last_admin")] * 4
    second = await add_member(client, admin, "admin")
    disabled = await client.patch(f"{USERS}/{second.user_id}", json={"is_active": False}, headers=admin.headers)
    assert disabled.status_code == 200
    assert {code(answer) for answer in await tries()} == {"last_admin"}, "a disabled admin does not count"
    third = await add_member(client, admin, "admin")
    assert (await client.delete(f"{url}/roles/{admin_role}", headers=third.headers)).status_code == 204
    assert await role_names(client, third, admin.user_id) == []


async def test_two_admins_cannot_end_each_other_at_once(client: httpx2.AsyncClient) -> None:
    for _ in range(5):
        one = await sign_up(client)
        two = await add_member(client, one, "admin")
        admin_role = await role_id_of(client, one, "admin")
        for member in (one, two):  # both are known to the node, so that both requests start alike
            assert await is_signed_in(client, member)
        answers = await asyncio.gather(
            client.patch(f"{USERS}/{two.user_id}", json={"is_active": False}, headers=one.headers),
            client.delete(f"{USERS}/{one.user_id}/roles/{admin_role}", headers=two.headers),
        )
        assert sorted(answer.status_code < 300 for answer in answers) == [False, True]
        left = one if answers[0].status_code == 200 else two
        assert "admin" in await role_names(client, left, left.user_id)


# Nobody rises by their own hand ---------------------------------------------------------------------------------------


async def test_a_steward_of_people_cannot_become_an_admin(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    keeper = await steward(client, admin)
    roles = {name: str(await role_id_of(client, admin, name)) for name in ("admin", "member", "steward")}
    own, theirs = f"{USERS}/{keeper.user_id}", f"{USERS}/{admin.user_id}"
    headers = keeper.headers
    wildcard = {"resource": "*", "action": "read"}
    further = {"resource": "documents", "action": "delete"}
    allowed = [{"resource": "users", "action": "update"}]
    for answer in (
        await client.post(f"{own}/roles", json={"role_id": roles["admin"]}, headers=headers),
        await client.put(f"{own}/roles", json={"role_ids": list(roles.values())}, headers=headers),
        await client.post(f"{own}/roles", json={"role_id": roles["member"]}, headers=headers),
        await client.delete(f"{theirs}/roles/{roles['admin']}", headers=headers),
        await client.put(f"{theirs}/roles", json={"role_ids": []}, headers=headers),
        await client.patch(theirs, json={"password": "known to the keeper"}, headers=headers),
        await client.patch(theirs, json={"is_active": False}, headers=headers),
        await client.delete(theirs, headers=headers),
        await client.post(USERS, json=person(role_ids=[roles["admin"]]), headers=headers),
        await client.post(USERS, json=person(), headers=headers),  # a member may do more than a steward
        await client.post("/api/v1/roles", json={"name": "r", "permissions": [wildcard]}, headers=headers),
        await client.post("/api/v1/roles", json={"name": "r", "permissions": [further]}, headers=headers),
        await client.put(
            f"/api/v1/roles/{roles['steward']}/permissions", json={"permissions": [*allowed, further]}, headers=headers
        ),
    ):
        assert (answer.status_code, code(answer)) == (403, "permission_not_held"), answer.text
    assert await role_names(client, admin, keeper.user_id) == ["steward"]
    assert await is_signed_in(client, admin)

    made = await client.post(USERS, json=person(role_ids=[roles["steward"]]), headers=headers)
    assert made.status_code == 201, "what they hold they may hand out"
    plain = await client.post(USERS, json=person(role_ids=[]), headers=headers)
    assert plain.status_code == 201
    renamed = await client.patch(theirs, json={"name": "Renamed"}, headers=headers)
    assert renamed.status_code == 200
    disabled = await client.patch(f"{USERS}/{plain.json()['id']}", json={"is_active": False}, headers=headers)
    assert disabled.status_code == 200


@pytest.mark.parametrize("role", ["member", "viewer", "accountant", "sales_rep"])
async def test_only_those_who_may_keep_people(client: httpx2.AsyncClient, role: str) -> None:
    admin = await sign_up(client)
    member = await add_member(client, admin, role)
    role_id = str(await role_id_of(client, admin, role))
    url = f"{USERS}/{member.user_id}"
    for answer in (
        await client.post(USERS, json=person(), headers=member.headers),
        await client.patch(url, json={"name": "x"}, headers=member.headers),
        await client.delete(f"{USERS}/{admin.user_id}", headers=member.headers),
        await client.put(f"{url}/roles", json={"role_ids": []}, headers=member.headers),
        await client.post(f"{url}/roles", json={"role_id": role_id}, headers=member.headers),
        await client.delete(f"{url}/roles/{role_id}", headers=member.headers),
        await client.post("/api/v1/roles", json={"name": "mine"}, headers=member.headers),
    ):
        assert (answer.status_code, code(answer)) == (403, "permission_denied")
    assert (await client.get(USERS, headers=member.headers)).status_code == 200
