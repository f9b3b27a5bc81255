"""Custom fields, and changes of many requirements at once."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.factories.identity import Member, add_member, sign_up
from tests.factories.requirements import API, EPIC, FEATURE, PRODUCT, STORY, Backlog, make, make_backlog


@pytest.fixture
async def admin(client: httpx2.AsyncClient) -> Member:
    return await sign_up(client)


async def call(client: httpx2.AsyncClient, who: Member, method: str, path: str, status: int, **more: Any) -> Any:
    response = await client.request(method, f"{API}/{path}", headers=who.headers, **more)
    assert response.status_code == status, response.text
    return response.json() if response.content else None


async def define(client: httpx2.AsyncClient, who: Member, name: str, type_: str, **more: Any) -> Any:
    body = {"kind": "epic", "name": name, "type": type_, **more}
    return await call(client, who, "POST", "custom-fields", 201, json=body)


GOOD: dict[str, Any] = {
    "note": " As agreed. ",
    "share": 12.5,
    "billable": False,
    "due": "2026-12-24",
    "risk_class": "high",
    "regions": ["north", "south"],
    "page": "https://example.com/plan",
}
BAD: dict[str, Any] = {
    "note": "",
    "share": "12",
    "billable": 1,
    "due": "24.12.2026",
    "risk_class": "extreme",
    "regions": ["north", "moon"],
    "page": "example.com",
    "owner": "somebody",
    "colour": "red",
}


async def test_values_of_every_type_are_checked_kept_and_found(client: httpx2.AsyncClient, admin: Member) -> None:
    for name, type_ in (("note", "text"), ("share", "number"), ("billable", "boolean"), ("due", "date")):
        await define(client, admin, name, type_)
    field = await define(client, admin, "risk_class", "choice", choices=["low", "high"], required=True)
    assert field["label"] == "Risk class"
    await define(client, admin, "regions", "multi_choice", choices=["north", "south"], default=["north"])
    await define(client, admin, "owner", "user")
    await define(client, admin, "page", "url")
    product = await make(client, admin, "products", PRODUCT)
    path = f"products/{product['id']}/epics"

    error = (await call(client, admin, "POST", path, 422, json={**EPIC, "custom_fields": BAD}))["error"]
    assert error["code"] == "invalid_custom_values"
    assert {each["field"] for each in error["details"]} == BAD.keys() | {"risk_class"}
    error = (await call(client, admin, "POST", path, 422, json=EPIC))["error"]
    assert error["details"] == [{"field": "risk_class", "message": "is required"}]
    stranger = await sign_up(client)
    values = {"risk_class": "low", "owner": str(stranger.user_id)}
    error = (await call(client, admin, "POST", path, 422, json={**EPIC, "custom_fields": values}))["error"]
    assert [each["field"] for each in error["details"]] == ["owner"]

    values = {**GOOD, "owner": str(admin.user_id)}
    full = await make(client, admin, path, EPIC, custom_fields=values)
    assert full["custom_fields"] == {**values, "note": "As agreed."}
    bare = await make(client, admin, path, EPIC, custom_fields={"risk_class": "low"})
    assert bare["custom_fields"] == {"risk_class": "low", "regions": ["north"]}

    async def found(**params: Any) -> set[str]:
        params = {f"custom.{name}": value for name, value in params.items()}
        return {each["id"] for each in (await call(client, admin, "GET", path, 200, params=params))["items"]}

    assert await found(risk_class="high", share="12.50", billable="false", due="2026-12-24") == {full["id"]}
    assert await found(regions="north") == {full["id"], bare["id"]}
    assert await found(regions="south", owner=str(admin.user_id)) == {full["id"]}
    assert await found(risk_class=["low", "high"]) == {full["id"], bare["id"]}
    for name, value in (("share", "many"), ("colour", "red"), ("due", "soon")):
        await call(client, admin, "GET", path, 422, params={f"custom.{name}": value})

    one = f"epics/{bare['id']}"
    changed = await call(client, admin, "PATCH", one, 200, json={"custom_fields": {"share": 3, "regions": None}})
    assert changed["custom_fields"] == {"risk_class": "low", "share": 3}
    assert changed["version"] == 2
    await call(client, admin, "PATCH", one, 422, json={"custom_fields": {"risk_class": None}})


async def test_a_definition_changes_and_goes_without_taking_values_along(
    client: httpx2.AsyncClient, admin: Member
) -> None:
    field = await define(client, admin, "risk_class", "choice", choices=["low", "high"])
    product = await make(client, admin, "products", PRODUCT)
    epic = await make(client, admin, f"products/{product['id']}/epics", EPIC, custom_fields={"risk_class": "high"})
    one = f"custom-fields/{field['id']}"
    body = {"label": "Risk", "choices": ["none", "some"], "required": True}
    changed = await call(client, admin, "PATCH", one, 200, json=body)
    assert {name: changed[name] for name in body} == body
    kept = await call(client, admin, "PATCH", f"epics/{epic['id']}", 200, json={"priority": "low"})
    assert kept["custom_fields"] == {"risk_class": "high"}
    await call(client, admin, "PATCH", f"epics/{epic['id']}", 422, json={"custom_fields": {"risk_class": "low"}})
    wrong: dict[str, Any]
    for wrong in ({"choices": []}, {"default": "high"}, {"choices": ["a", "a"]}):
        error = (await call(client, admin, "PATCH", one, 422, json=wrong))["error"]
        assert error["code"] == "invalid_custom_field"
    repeated = {"kind": "epic", "name": "risk_class", "type": "text"}
    error = (await call(client, admin, "POST", "custom-fields", 409, json=repeated))["error"]
    assert error["code"] == "custom_field_name_taken"
    await call(client, admin, "DELETE", one, 204)
    assert (await call(client, admin, "GET", f"epics/{epic['id']}", 200))["custom_fields"] == {"risk_class": "high"}
    await call(client, admin, "PATCH", f"epics/{epic['id']}", 422, json={"custom_fields": {"risk_class": "none"}})
    cleared = await call(
        client, admin, "PATCH", f"epics/{epic['id']}", 200, json={"custom_fields": {"risk_class": None}}
    )
    assert cleared["custom_fields"] == {}
    viewer = await add_member(client, admin, "viewer")
    assert (await call(client, viewer, "GET", "custom-fields", 200, params={"kind": "epic"}))["items"] == []
    await call(client, viewer, "POST", "custom-fields", 403, json=repeated)


async def test_required_values_are_needed_for_approval(client: httpx2.AsyncClient, admin: Member) -> None:
    backlog = await make_backlog(client, admin)
    await define(client, admin, "risk_class", "text", required=True)
    one = f"epics/{backlog.epic['id']}"
    await call(client, admin, "POST", f"{one}/transitions", 200, json={"to": "review"})
    error = (await call(client, admin, "POST", f"{one}/transitions", 409, json={"to": "approved"}))["error"]
    assert error["details"] == {"missing": ["custom_fields.risk_class"]}
    await call(client, admin, "PATCH", one, 200, json={"custom_fields": {"risk_class": "high"}})
    await call(client, admin, "POST", f"{one}/transitions", 200, json={"to": "approved"})


# Many at once ---------------------------------------------------------------------------------------------------------


async def stories(client: httpx2.AsyncClient, who: Member, backlog: Backlog, number: int) -> list[Any]:
    path = f"features/{backlog.feature['id']}/user-stories"
    return [backlog.story, *[await make(client, who, path, STORY) for _ in range(number - 1)]]


async def test_operations_are_done_all_together(client: httpx2.AsyncClient, admin: Member) -> None:
    backlog = await make_backlog(client, admin)
    a, b, c = await stories(client, admin, backlog, 3)
    feature = await make(client, admin, f"epics/{backlog.epic['id']}/features", FEATURE)
    bulk = f"products/{backlog.product['id']}/bulk"
    operations: list[dict[str, Any]] = [
        {"id": a["id"], "status": "review", "priority": "critical", "comment": "Next sprint."},
        {"id": b["id"], "parent_id": feature["id"]},
        {"id": c["id"], "status": "archived"},
        {"id": backlog.epic["id"], "priority": "low"},
    ]
    done = (await call(client, admin, "POST", bulk, 200, json={"operations": operations}))["items"]
    assert [each["id"] for each in done] == [each["id"] for each in operations]
    assert (done[0]["status"], done[0]["priority"], done[0]["version"]) == ("review", "critical", 2)
    assert (done[1]["parent_id"], done[2]["status"], done[3]["priority"]) == (feature["id"], "archived", "low")
    again = await call(
        client,
        admin,
        "POST",
        bulk,
        409,
        json={
            "operations": [
                {"id": a["id"], "status": "review", "priority": "low"},
                {"id": b["id"], "status": "approved"},
                {"id": c["id"], "priority": "high"},
                {"id": str(uuid4()), "priority": "high"},
                {"id": backlog.epic["id"], "parent_id": backlog.feature["id"]},
            ]
        },
    )
    problems = again["error"]["details"]
    assert [(each["index"], each["code"]) for each in problems] == [
        (1, "invalid_transition"),
        (2, "requirement_archived"),
        (3, "requirement_not_found"),
        (4, "product_not_found"),
    ]
    assert (await call(client, admin, "GET", f"user-stories/{a['id']}", 200))["priority"] == "critical"
    twice = [{"id": a["id"], "priority": "low"}] * 2
    error = (await call(client, admin, "POST", bulk, 422, json={"operations": twice}))["error"]
    assert error["code"] == "repeated_operation"
    body: dict[str, Any]
    for body in ({}, {"operations": [], "filter": {}}, {"filter": {}}, {"operations": operations, "patch": {}}):
        await call(client, admin, "POST", bulk, 422, json=body)


async def test_a_filter_says_what_is_changed(client: httpx2.AsyncClient, admin: Member) -> None:
    backlog = await make_backlog(client, admin)
    await define(client, admin, "sprint", "number")
    wanted = await stories(client, admin, backlog, 3)
    bulk = f"products/{backlog.product['id']}/bulk"
    body: dict[str, Any] = {"filter": {"kind": "user_story", "q": "card"}, "patch": {"status": "review"}}
    done = (await call(client, admin, "POST", bulk, 200, json=body))["items"]
    assert {each["id"] for each in done} == {each["id"] for each in wanted}
    member = await add_member(client, admin, "member")
    body = {"filter": {"status": "review"}, "patch": {"status": "approved"}}
    refused = (await call(client, member, "POST", bulk, 409, json=body))["error"]["details"]
    assert {each["code"] for each in refused} == {"approval_not_permitted"}
    assert len((await call(client, admin, "POST", bulk, 200, json=body))["items"]) == 3
    body = {"filter": {"kind": "epic"}, "patch": {"custom_fields": {"sprint": 4}}}
    (epic,) = (await call(client, admin, "POST", bulk, 200, json=body))["items"]
    assert epic["custom_fields"] == {"sprint": 4}
    body = {"filter": {"custom_fields": {"sprint": 4.0}}, "patch": {"priority": "low"}}
    assert [each["id"] for each in (await call(client, admin, "POST", bulk, 200, json=body))["items"]] == [epic["id"]]
