"""The quality rules over HTTP: the same for everybody, set by each tenant for itself, by those who may."""

import httpx2
import pytest
from fastapi import FastAPI

from specloom.ai.rules import RULES
from tests.factories.documents import events_of
from tests.factories.identity import add_member, sign_up

API = "/api/v1/analysis-rules"


async def test_all_rules_are_listed(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    response = await client.get(API, headers=member.headers)
    assert response.status_code == 200
    items = response.json()["items"]
    assert [item["rule_id"] for item in items] == list(RULES)
    for item in items:
        assert (item["enabled"], item["severity"]) == (item["default_enabled"], item["default_severity"])
        assert item["updated_at"] is None
        assert all(item[name] for name in ("title", "explanation", "example", "better", "suggestion"))


async def test_a_rule_is_set_for_one_tenant_alone(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member, stranger = await sign_up(client), await sign_up(client)
    one = f"{API}/vague_term"
    before = await client.get(one, headers=member.headers)
    headers = {**member.headers, "If-Match": before.headers["ETag"]}
    response = await client.patch(one, json={"enabled": False, "severity": "info"}, headers=headers)
    assert response.status_code == 200, response.text
    rule = response.json()
    assert (rule["enabled"], rule["severity"], rule["default_enabled"]) == (False, "info", True)
    assert rule["default_severity"] == before.json()["severity"]
    after = await client.get(one, headers=member.headers)
    assert (after.json(), after.headers["ETag"]) == (rule, response.headers["ETag"])
    assert after.headers["ETag"] != before.headers["ETag"]
    stale = await client.patch(one, json={"enabled": True}, headers=headers)
    assert stale.status_code == 412
    back = await client.patch(one, json={"severity": None}, headers=member.headers)
    assert (back.json()["enabled"], back.json()["severity"]) == (False, before.json()["severity"])
    assert (await client.get(one, headers=stranger.headers)).json() == before.json()
    told = await events_of(app, member, "analysis_rule")
    assert told == [("analysis_rule.updated", {"rule_id": "vague_term"})] * 2


async def test_nothing_sent_changes_nothing(client: httpx2.AsyncClient, app: FastAPI) -> None:
    member = await sign_up(client)
    response = await client.patch(f"{API}/strict_negative", json={}, headers=member.headers)
    assert response.status_code == 200
    assert response.json()["enabled"] == RULES["strict_negative"].default_enabled
    assert await events_of(app, member, "analysis_rule") == []


@pytest.mark.parametrize("body", [{"enabled": "no"}, {"enabled": None}, {"severity": "awful"}, {"title": "Mine"}])
async def test_what_cannot_be_set(client: httpx2.AsyncClient, body: dict[str, object]) -> None:
    member = await sign_up(client)
    response = await client.patch(f"{API}/vague_term", json=body, headers=member.headers)
    assert response.status_code == 422


async def test_rules_that_are_none(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    for rule_id, status in (("no_such_rule", 404), ("%00", 422), ("Vague", 422), ("a" * 61, 422), ("é", 422)):
        for method in ("GET", "PATCH"):
            response = await client.request(
                method, f"{API}/{rule_id}", headers=member.headers, json={} if method == "PATCH" else None
            )
            assert response.status_code == status, (rule_id, method)
            if status == 404:
                assert response.json()["error"]["code"] == "analysis_rule_not_found"


async def test_who_may(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    for role, reads in (("member", 200), ("viewer", 200), ("accountant", 403)):
        somebody = await add_member(client, admin, role)
        assert (await client.get(API, headers=somebody.headers)).status_code == reads
        response = await client.patch(f"{API}/vague_term", json={"enabled": False}, headers=somebody.headers)
        assert response.status_code == 403
