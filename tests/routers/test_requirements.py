"""Products, epics, features and user stories over HTTP: made, changed, ordered, found, approved, looked back at."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.factories.identity import Member, add_member, sign_up
from tests.factories.requirements import API, EPIC, FEATURE, PRODUCT, STORY, Backlog, make, make_backlog


class Asking:
    """A client that asks as one person and looks at the status."""

    def __init__(self, client: httpx2.AsyncClient, member: Member) -> None:
        self._client = client
        self.member = member

    async def __call__(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        headers = {**self.member.headers, **more.pop("headers", {})}
        response = await self._client.request(method, f"{API}/{path}", headers=headers, **more)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    async def refused(self, method: str, path: str, status: int, **more: Any) -> dict[str, Any]:
        """The error."""
        error: dict[str, Any] = (await self(method, path, status, **more))["error"]
        return error

    async def go(self, path: str, *statuses: str, comment: str | None = None) -> Any:
        """Takes something through these statuses."""
        for status in statuses:
            answer = await self("POST", f"{path}/transitions", json={"to": status, "comment": comment})
            assert answer["status"] == status
        return answer


@pytest.fixture(scope="module")
async def ask(client: httpx2.AsyncClient) -> Asking:
    return Asking(client, await sign_up(client))


@pytest.fixture
async def backlog(client: httpx2.AsyncClient, ask: Asking) -> Backlog:
    return await make_backlog(client, ask.member, name=f"Order service {uuid4().hex[:6]}", key=None)


def places(backlog: Backlog) -> dict[str, str]:
    return {
        "product": f"products/{backlog.product['id']}",
        "epic": f"epics/{backlog.epic['id']}",
        "feature": f"features/{backlog.feature['id']}",
        "story": f"user-stories/{backlog.story['id']}",
    }


# Made and changed -----------------------------------------------------------------------------------------------------


async def test_each_kind_keeps_all_its_fields_under_a_key_of_its_own(client: httpx2.AsyncClient, ask: Asking) -> None:
    product = await make(
        client,
        ask.member,
        "products",
        {**PRODUCT, "name": "  Zebra crossing  "},
        teams=[str(ask.member.user_id)],
        business_context_override={"jurisdiction": "eu", "compliance_requirements": ["GDPR"]},
    )
    assert (product["name"], product["key"], product["kind"]) == ("Zebra crossing", "ZC", "product")
    assert product["business_context_override"] == {"jurisdiction": "eu", "compliance_requirements": ["GDPR"]}
    assert product["teams"] == [str(ask.member.user_id)]
    epic = await make(client, ask.member, f"products/{product['id']}/epics", EPIC, bounded_contexts=["Payments"])
    feature = await make(
        client, ask.member, f"epics/{epic['id']}/features", FEATURE, domain_objects=["Card"], priority="high"
    )
    path = f"features/{feature['id']}/user-stories"
    stories = [await make(client, ask.member, path, STORY, estimated_effort=3) for _ in range(2)]
    assert [each["key"] for each in (epic, feature, *stories)] == ["ZC-E1", "ZC-F1", "ZC-S1", "ZC-S2"]
    for made, sent in ((epic, EPIC), (feature, FEATURE), (stories[0], STORY)):
        assert {name: made[name] for name in sent} == sent
        assert (made["status"], made["version"], made["approved_version"]) == ("draft", 1, None)
        assert made["product_id"] == product["id"]
        assert made["created_by"] == str(ask.member.user_id)
    assert (feature["epic_id"], stories[0]["feature_id"]) == (epic["id"], feature["id"])
    assert (epic["priority"], feature["priority"], stories[0]["estimated_effort"]) == ("medium", "high", 3)
    assert await ask("GET", f"user-stories/{stories[1]['id']}") == stories[1]
    # The key of a deleted one is not given to another.
    await ask("DELETE", f"user-stories/{stories[1]['id']}", 204)
    assert (await make(client, ask.member, path, STORY))["key"] == "ZC-S3"
    again = await make(client, ask.member, "products", {**PRODUCT, "name": "Zen club"})
    assert again["key"] == "ZC2"
    error = await ask.refused("POST", "products", 409, json={**PRODUCT, "key": "ZC"})
    assert error["code"] == "key_taken"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("products", {**PRODUCT, "name": " ab "}, "name"),
        ("products", {**PRODUCT, "vision": "x" * 5001}, "vision"),
        ("products", {**PRODUCT, "business_context_override": {"industry": "fishing"}}, "industry"),
        ("products/{product}/epics", {**EPIC, "business_value": "short"}, "business_value"),
        ("products/{product}/epics", {**EPIC, "acceptance_criteria": [" "]}, "0"),
        ("epics/{epic}/features", {**FEATURE, "domain_objects": ["x"] * 201}, "domain_objects"),
        ("epics/{epic}/features", {**FEATURE, "compliance_requirements": ["x" * 1001]}, "0"),
        ("features/{feature}/user-stories", {**STORY, "title": "Too short"}, "title"),
        ("features/{feature}/user-stories", {**STORY, "estimated_effort": 101}, "estimated_effort"),
        ("features/{feature}/user-stories", {**STORY, "estimated_effort": "3"}, "estimated_effort"),
        ("features/{feature}/user-stories", {**STORY, "priority": "urgent"}, "priority"),
        ("features/{feature}/user-stories", {**STORY, "status": "approved"}, "status"),
    ],
)
async def test_limits_hold(ask: Asking, path: str, body: dict[str, Any], field: str) -> None:
    anything = dict.fromkeys(("product", "epic", "feature"), uuid4())
    error = await ask.refused("POST", path.format(**anything), 422, json=body)
    assert error["details"][0]["field"].endswith(field)


async def test_what_a_thing_stands_under_and_its_teams_must_be_there(ask: Asking, backlog: Backlog) -> None:
    error = await ask.refused("POST", f"products/{backlog.epic['id']}/epics", 404, json=EPIC)
    assert error["code"] == "product_not_found"
    assert (await ask.refused("GET", f"features/{backlog.epic['id']}", 404))["code"] == "feature_not_found"
    nobody = str(uuid4())
    error = await ask.refused("POST", "products", 404, json={**PRODUCT, "teams": [nobody]})
    assert (error["code"], error["details"]) == ("user_not_found", {"unknown": [nobody]})


async def test_a_change_is_a_version_and_nothing_is_lost(ask: Asking, backlog: Backlog) -> None:
    path = places(backlog)["story"]
    tag = {"If-Match": '"1"'}
    changed = await ask("PATCH", path, json={"i_want": "to pay it by credit card", "comment": "PCI"}, headers=tag)
    assert (changed["i_want"], changed["version"]) == ("to pay it by credit card", 2)
    assert changed["title"] == backlog.story["title"]
    error = await ask.refused("PATCH", path, 412, json={"priority": "low"}, headers=tag)
    assert error["code"] == "precondition_failed"
    same = await ask("PATCH", path, json={"i_want": "to pay it by credit card", "priority": "medium"})
    assert same["version"] == 2, "what is as it was is no change"
    await ask("PATCH", path, json={"estimated_effort": 8, "acceptance_criteria": ["A card is charged only once."]})
    first = await ask("GET", f"{path}/versions/1")
    assert first["content"] == {**STORY, "estimated_effort": None}
    entries = (await ask("GET", f"{path}/history"))["items"]
    assert [(each["number"], each["comment"]) for each in entries] == [(3, None), (2, "PCI"), (1, None)]
    assert entries[0]["changed"] == ["acceptance_criteria", "estimated_effort"]
    diff = await ask("GET", f"{path}/diff", params={"from": 1})
    assert (diff["from_version"], diff["to_version"]) == (1, 3)
    runs = [
        {"op": "equal", "text": "to pay "},
        {"op": "delete", "text": "my order"},
        {"op": "insert", "text": "it"},
        {"op": "equal", "text": " by "},
        {"op": "insert", "text": "credit "},
        {"op": "equal", "text": "card"},
    ]
    assert diff["changes"][0] == {"type": "text", "field": "i_want", "runs": runs}
    criteria = diff["changes"][1]
    assert criteria["removed"] == [{"position": 0, "value": "A paid order is sent."}]
    assert [(each["from_position"], each["to_position"]) for each in criteria["reworded"]] == [(1, 0)]
    assert diff["changes"][2] == {"type": "value", "field": "estimated_effort", "before": None, "after": 8}
    assert (await ask.refused("GET", f"{path}/versions/9", 404))["code"] == "requirement_version_not_found"


# Status ---------------------------------------------------------------------------------------------------------------


async def test_from_draft_to_done_and_back_when_the_text_changes(ask: Asking, backlog: Backlog) -> None:
    path = places(backlog)["story"]
    error = await ask.refused("POST", f"{path}/transitions", 409, json={"to": "approved"})
    assert (error["code"], error["details"]["allowed"]) == ("invalid_transition", ["review", "archived"])
    await ask.go(path, "review")
    error = await ask.refused("POST", f"{path}/transitions", 422, json={"to": "draft"})
    assert error["code"] == "comment_needed"
    await ask.go(path, "draft", comment="Say which cards.")
    await ask("PATCH", path, json={"acceptance_criteria": []})
    await ask.go(path, "review")
    error = await ask.refused("POST", f"{path}/transitions", 409, json={"to": "approved"})
    assert (error["code"], error["details"]) == ("not_ready_for_approval", {"missing": ["acceptance_criteria"]})
    await ask("PATCH", path, json={"acceptance_criteria": ["A paid order is sent."]})
    approved = await ask.go(path, "approved", comment="Fine.")
    assert (approved["version"], approved["approved_version"]) == (3, 3)
    planned = await ask("PATCH", path, json={"priority": "high", "estimated_effort": 5})
    assert (planned["status"], planned["version"], planned["approved_version"]) == ("approved", 4, 3)
    await ask.go(path, "implemented")
    reworded = await ask("PATCH", path, json={"so_that": "it is sent to me today"})
    assert (reworded["status"], reworded["version"], reworded["approved_version"]) == ("review", 5, 3)
    page = await ask("GET", f"{path}/history", params={"limit": 3})
    timeline = page["items"]
    while page["next_cursor"]:
        page = await ask("GET", f"{path}/history", params={"limit": 3, "cursor": page["next_cursor"]})
        timeline += page["items"]
    steps = [each for each in reversed(timeline) if each["type"] == "transition"]
    assert [each["to_status"] for each in steps] == ["review", "draft", "review", "approved", "implemented", "review"]
    assert [each["automatic"] for each in steps] == [False] * 5 + [True]
    assert (steps[3]["comment"], steps[3]["version"], steps[1]["comment"]) == ("Fine.", 3, "Say which cards.")
    assert len(timeline) == 5 + 6
    await ask.go(path, "archived")
    error = await ask.refused("PATCH", path, 409, json={"title": "Something else now"})
    assert error["code"] == "requirement_archived"
    await ask.go(path, "draft")


async def test_who_may_approve_is_by_role(client: httpx2.AsyncClient, ask: Asking, backlog: Backlog) -> None:
    member = Asking(client, await add_member(client, ask.member, "member"))
    path = places(backlog)["epic"]
    await member.go(path, "review")
    error = await member.refused("POST", f"{path}/transitions", 403, json={"to": "approved"})
    assert error["code"] == "approval_not_permitted"
    body = {"name": f"approver-{uuid4().hex[:8]}", "permissions": [{"resource": "approvals", "action": "update"}]}
    role = await ask("POST", "roles", 201, json=body)
    await ask("POST", f"users/{member.member.user_id}/roles", 201, json={"role_id": role["id"]})
    await member.go(path, "approved", "review", "approved")
    viewer = Asking(client, await add_member(client, ask.member, "viewer"))
    await viewer.refused("POST", f"{path}/transitions", 403, json={"to": "review"})


# Places ---------------------------------------------------------------------------------------------------------------


async def test_siblings_are_put_in_order_and_under_other_parents(
    client: httpx2.AsyncClient, ask: Asking, backlog: Backlog
) -> None:
    parent, path = backlog.feature["id"], f"features/{backlog.feature['id']}/user-stories"
    a, b, c = backlog.story, *[await make(client, ask.member, path, STORY) for _ in range(2)]

    async def order() -> list[str]:
        return [each["id"] for each in (await ask("GET", path))["items"]]

    assert await order() == [a["id"], b["id"], c["id"]]
    await ask("POST", f"user-stories/{c['id']}/move", json={"before": a["id"]})
    await ask("POST", f"user-stories/{a['id']}/move", json={"after": b["id"]})
    assert await order() == [c["id"], b["id"], a["id"]]
    for _ in range(11):  # between the same two, until there is no number left between them
        await ask("POST", f"user-stories/{a['id']}/move", json={"after": c["id"]})
        await ask("POST", f"user-stories/{b['id']}/move", json={"after": c["id"]})
    assert await order() == [c["id"], b["id"], a["id"]]
    await ask("POST", f"user-stories/{c['id']}/move", json={})
    assert await order() == [b["id"], a["id"], c["id"]]
    other = await make_backlog(client, ask.member)
    for wrong in ({"before": a["id"]}, {"after": other.story["id"]}, {"before": b["id"], "after": c["id"]}):
        error = await ask.refused("POST", f"user-stories/{a['id']}/move", 422, json=wrong)
        assert error["code"] == "not_a_sibling"
    error = await ask.refused("POST", f"user-stories/{a['id']}/move", 404, json={"before": str(uuid4())})
    assert error["code"] == "user_story_not_found"
    error = await ask.refused("POST", f"user-stories/{a['id']}/move", 404, json={"parent_id": other.epic["id"]})
    assert error["code"] == "feature_not_found"
    moved = await ask("POST", f"epics/{backlog.epic['id']}/move", json={"parent_id": other.product["id"]})
    assert (moved["product_id"], moved["version"], moved["key"]) == (other.product["id"], 2, backlog.epic["key"])
    assert (await ask("GET", f"user-stories/{a['id']}"))["product_id"] == other.product["id"]
    tree = await ask("GET", f"products/{other.product['id']}/tree")
    assert [each["id"] for each in tree["children"]] == [other.epic["id"], moved["id"]]
    assert (tree["descendants"], (await ask("GET", f"products/{backlog.product['id']}/tree"))["descendants"]) == (8, 0)
    diff = await ask("GET", f"epics/{moved['id']}/diff")
    assert [(each["field"], each["after"]) for each in diff["changes"]] == [("parent_id", other.product["id"])]
    assert parent == (await ask("GET", f"features/{parent}"))["id"]


async def test_a_tree_adds_up_what_stands_under_each(client: httpx2.AsyncClient, ask: Asking, backlog: Backlog) -> None:
    path = f"features/{backlog.feature['id']}/user-stories"
    second = await make(client, ask.member, path, STORY, estimated_effort=5)
    await ask("PATCH", places(backlog)["story"], json={"estimated_effort": 3})
    await ask.go(f"user-stories/{second['id']}", "review")
    tree = await ask("GET", f"{places(backlog)['product']}/tree")
    assert (tree["descendants"], tree["effort"], tree["statuses"]) == (4, 8, {"draft": 3, "review": 1})
    feature = tree["children"][0]["children"][0]
    assert [each["id"] for each in feature["children"]] == [backlog.story["id"], second["id"]]
    assert (feature["descendants"], feature["statuses"]) == (2, {"draft": 1, "review": 1})
    await ask.refused("GET", f"products/{uuid4()}/tree", 404)


async def test_what_has_something_under_it_goes_with_all_of_it_or_stays(ask: Asking, backlog: Backlog) -> None:
    error = await ask.refused("DELETE", places(backlog)["epic"], 409)
    assert (error["code"], error["details"]) == ("requirement_has_children", {"descendants": 2})
    await ask("DELETE", places(backlog)["epic"], 204, params={"cascade": True})
    for kind in ("epic", "feature", "story"):
        await ask.refused("GET", places(backlog)[kind], 404)
    await ask("DELETE", places(backlog)["product"], 204)


async def test_lists_are_filtered_by_text_status_and_priority(
    client: httpx2.AsyncClient, ask: Asking, backlog: Backlog
) -> None:
    path = f"features/{backlog.feature['id']}/user-stories"
    other = await make(client, ask.member, path, STORY, i_want='to scan a "QR" code 支払い', priority="low")

    async def found(**params: Any) -> list[str]:
        return [each["id"] for each in (await ask("GET", path, params=params))["items"]]

    for q in ("SCAN code", '"qr"', "支払", other["key"].lower()):
        assert await found(q=q) == [other["id"]], q
    for q in ("scan nothing", "acceptance_criteria", "%", "_"):
        assert await found(q=q) == [], q
    assert await found(priority="low") == [other["id"]]
    assert await found(status="review") == []
    assert await found(sort="-position") == [other["id"], backlog.story["id"]]
    assert await found(sort="-created_at", limit=1) == [other["id"]]


async def test_a_context_is_not_nested_deeper_than_it_can_be_shown(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    for levels, status in ((19, 201), (20, 422), (253, 422), (500, 422)):
        deep: Any = "x"
        for _ in range(levels):
            deep = {"a": deep}
        body = {**PRODUCT, "business_context_override": {"custom_context": {"b": deep}}}
        assert (await client.post(f"{API}/products", json=body, headers=admin.headers)).status_code == status
