"""People for tests: a new tenant with its admin, and further members."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is signed in."""

    tenant_id: UUID
    user_id: UUID
    subdomain: str
    email: str
    password: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}


async def sign_up(client: httpx2.AsyncClient, **overrides: Any) -> Member:
    """A new tenant and its admin. `overrides` are fields of the registration; `tenant` may hold some of its fields."""
    unique = uuid4().hex[:12]
    tenant = {"name": f"Company {unique}", "subdomain": f"c-{unique}", **overrides.pop("tenant", {})}
    body = {"name": "Ada Admin", "email": f"ada-{unique}@example.com", "password": PASSWORD, **overrides}
    response = await client.post("/api/v1/auth/register", json={**body, "tenant": tenant})
    assert response.status_code == 201, response.text
    return _member(response.json(), body["password"])


async def add_member(client: httpx2.AsyncClient, admin: Member, role: str = "viewer") -> Member:
    """Somebody with one role, made by the admin of a tenant."""
    role_id = await role_id_of(client, admin, role)
    email = f"m-{uuid4().hex[:12]}@example.com"
    body = {"email": email, "name": f"A {role}", "password": PASSWORD, "role_ids": [str(role_id)]}
    response = await client.post("/api/v1/users", json=body, headers=admin.headers)
    assert response.status_code == 201, response.text
    return await sign_in(client, email, subdomain=admin.subdomain)


async def sign_in(
    client: httpx2.AsyncClient, email: str, *, subdomain: str | None = None, password: str = PASSWORD
) -> Member:
    body = {"email": email, "password": password, "tenant": subdomain}
    response = await client.post("/api/v1/auth/login", json=body)
    assert response.status_code == 200, response.text
    return _member(response.json(), password)


async def role_id_of(client: httpx2.AsyncClient, member: Member, name: str) -> UUID:
    response = await client.get("/api/v1/roles", params={"limit": 200}, headers=member.headers)
    assert response.status_code == 200, response.text
    return next(UUID(role["id"]) for role in response.json()["items"] if role["name"] == name)


def _member(answer: dict[str, Any], password: str) -> Member:
    return Member(
        tenant_id=UUID(answer["tenant"]["id"]),
        user_id=UUID(answer["user"]["id"]),
        subdomain=answer["tenant"]["subdomain"],
        email=answer["user"]["email"],
        password=password,
        access_token=answer["access_token"],
        refresh_token=answer["refresh_token"],
    )
