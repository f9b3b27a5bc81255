"""From what was found to the backlog: accepted into its place, edited on the way, in bulk; dismissed and remembered."""

import asyncio
from typing import Any

import httpx2
import pytest

from specloom.core.runtime import Runtime
from tests.factories.analyses import TEXT, completed
from tests.factories.documents import write
from tests.factories.identity import Member, add_member, sign_up

API = "/api/v1"
BOOKING = "The desk must confirm each booking within 5 seconds."


class Desk:
    """A tenant with a document, an analysis of it, and a product with an epic and a feature."""

    def __init__(self, client: httpx2.AsyncClient, runtime: Runtime, member: Member) -> None:
        self.client, self.runtime, self.member = client, runtime, member
        self.ids: dict[str, str] = {}
        self.found: dict[str, Any] = {}

    async def send(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = await self.client.request(method, f"{API}{path}", json=body, headers=self.member.headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def analyse(self) -> dict[str, Any]:
        return await completed(
            self.client, self.runtime, self.member, document_id=self.ids["document"], include_research=False
        )

    def item(self, quote: str) -> str:
        (found,) = [each for each in self.found["identified_requirements"] if each["citation"]["quote"] == quote]
        return found["id"]  # type: ignore[no-any-return]

    @property
    def analysis(self) -> str:
        return f"/analyses/{self.found['event_id']}"

    def place(self, kind: str, parent: str, **content: Any) -> dict[str, Any]:
        return {"kind": kind, "parent_id": self.ids[parent], "content": content}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, runtime: Runtime) -> Desk:
    desk = Desk(client, runtime, await sign_up(client))
    product = {"name": "Ferry desk", "description": "Where ferries are booked."}
    epic = {"name": "Booking", "description": "All about booking.", "business_value": "Ferries are full."}
    feature = {"name": "Confirming", "description": "Bookings are confirmed."}
    desk.ids["document"] = (await write(client, desk.member, title="Desk", content=TEXT))["id"]
    desk.ids["product"] = (await desk.send("POST", "/products", product, 201))["id"]
    desk.ids["epic"] = (await desk.send("POST", f"/products/{desk.ids['product']}/epics", epic, 201))["id"]
    desk.ids["feature"] = (await desk.send("POST", f"/epics/{desk.ids['epic']}/features", feature, 201))["id"]
    desk.found = await desk.analyse()
    return desk


async def test_an_item_becomes_a_feature_that_cites_where_it_was_found(desk: Desk) -> None:
    item = desk.item(BOOKING)
    accepted = await desk.send(
        "POST", f"{desk.analysis}/items/{item}/accept", {"place": desk.place("feature", "epic"), "comment": "Yes."}
    )
    assert (accepted["status"], accepted["comment"]) == ("accepted", "Yes.")
    feature = await desk.send("GET", f"/features/{accepted['accepted_as']}")
    assert (feature["name"], feature["description"]) == (BOOKING.rstrip("."), BOOKING)
    assert feature["non_functional_requirements"] == [BOOKING]
    assert (feature["priority"], feature["status"], feature["epic_id"]) == ("high", "draft", desk.ids["epic"])
    (citation,) = (await desk.send("GET", f"/requirements/{feature['id']}/citations"))["items"]
    assert (citation["quote"], citation["analysis_item_id"]) == (BOOKING, item)
    assert TEXT[citation["start"] : citation["end"]] == BOOKING
    again = await desk.send(
        "POST", f"{desk.analysis}/items/{item}/accept", {"place": desk.place("feature", "epic")}, 409
    )
    assert again["error"]["code"] == "item_in_backlog"
    assert again["error"]["details"] == {"requirement_id": feature["id"]}
    refused = await desk.send("POST", f"{desk.analysis}/items/{item}/dismiss", {}, 409)
    assert refused["error"]["code"] == "item_in_backlog"


async def test_several_go_into_their_places_in_order_edited_on_the_way_or_none_does(desk: Desk) -> None:
    cancel, keep = "A clerk can cancel a booking.", "The desk must keep bookings for ten years."
    items = [
        {"item_id": desk.item(keep), "place": desk.place("user_story", "feature", title="Keep bookings ten years")},
        {"item_id": desk.item(cancel), "place": desk.place("epic", "product", business_value="Nobody pays in vain.")},
        {"item_id": desk.item(BOOKING)},
    ]
    nowhere = {**items[0], "place": {**items[0]["place"], "parent_id": desk.ids["epic"]}}
    refused = await desk.send("POST", f"{desk.analysis}/accept", {"items": [items[1], nowhere]}, 404)
    assert refused["error"]["code"] == "feature_not_found"
    assert [each["name"] for each in (await desk.send("GET", f"/products/{desk.ids['product']}/epics"))["items"]] == [
        "Booking"
    ]
    made = (await desk.send("POST", f"{desk.analysis}/accept", {"items": items}))["items"]
    assert [each["status"] for each in made] == ["accepted"] * 3
    assert made[2]["accepted_as"] is None
    story = await desk.send("GET", f"/user-stories/{made[0]['accepted_as']}")
    assert (story["title"], story["i_want"]) == ("Keep bookings ten years", keep)
    assert story["so_that"] == "Not stated in the source."
    epic = await desk.send("GET", f"/epics/{made[1]['accepted_as']}")
    assert (epic["name"], epic["business_value"]) == (cancel.rstrip("."), "Nobody pays in vain.")


async def test_only_requirements_are_placed_and_only_by_who_may_create_them(desk: Desk) -> None:
    finding = desk.found["analysis"]["findings"][0]["id"]
    place = desk.place("feature", "epic")
    refused = await desk.send("POST", f"{desk.analysis}/items/{finding}/accept", {"place": place}, 422)
    assert refused["error"]["code"] == "item_not_placeable"
    role = {
        "name": "reviewer",
        "permissions": [{"resource": "analyses", "action": action} for action in ("read", "update")],
    }
    await desk.send("POST", "/roles", role, 201)
    reviewer = await add_member(desk.client, desk.member, role="reviewer")
    url = f"{API}{desk.analysis}/items/{desk.item(BOOKING)}/accept"
    answer = await desk.client.post(url, json={"place": place}, headers=reviewer.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "placing_not_permitted")
    assert (await desk.client.post(url, json={}, headers=reviewer.headers)).status_code == 200
    short = desk.place("user_story", "feature", so_that="")
    refused = await desk.send("POST", f"{desk.analysis}/items/{desk.item(BOOKING)}/accept", {"place": short}, 422)
    assert refused["error"]["code"] == "validation_error"


async def test_what_was_dismissed_stays_so_in_the_next_run_and_the_two_are_compared(desk: Desk) -> None:
    vague = "Screens should be fast."
    finding = desk.found["analysis"]["findings"][0]["id"]
    body = {"item_ids": [desk.item(vague), finding], "comment": "Out of scope."}
    done = (await desk.send("POST", f"{desk.analysis}/dismiss", body))["items"]
    assert [(each["status"], each["remembered"]) for each in done] == [("dismissed", False)] * 2
    changed = TEXT.replace("## Records", "A pilot must be aboard.\n\n## Records")
    changed = changed.replace("for ten years", "for twelve years").replace(" A clerk can cancel a booking.", "")
    await desk.send("PATCH", f"/documents/{desk.ids['document']}", {"content": changed})
    before, desk.found = desk.found, await desk.analyse()
    again = {each["citation"]["quote"]: each for each in desk.found["identified_requirements"]}
    assert (again[vague]["status"], again[vague]["comment"], again[vague]["remembered"]) == (
        *("dismissed", "Out of scope."),
        True,
    )
    assert desk.found["analysis"]["findings"][0]["remembered"]
    assert again[BOOKING]["status"] == "open"

    path = f"/analyses/{before['event_id']}/compare?with={desk.found['event_id']}"
    compared = await desk.send("GET", path)
    assert [each["statement"] for each in compared["added"]] == ["A pilot must be aboard."]
    assert [each["statement"] for each in compared["removed"]] == ["A clerk can cancel a booking."]
    (reworded,) = compared["changed"]
    assert reworded["changed"] == ["statement"]
    assert [each["text"] for each in reworded["runs"] if each["op"] == "insert"] == ["twelve"]
    assert compared["unchanged"] == 3
    assert compared["findings_added"] == []

    await desk.send("POST", f"{desk.analysis}/items/{desk.item(vague)}/accept", {})
    desk.found = await desk.analyse()
    kept = next(each for each in desk.found["identified_requirements"] if each["citation"]["quote"] == vague)
    assert (kept["status"], kept["remembered"]) == ("open", False)


async def test_an_analysis_is_repeated_and_previewed(desk: Desk) -> None:
    again = await desk.send("POST", f"{desk.analysis}/rerun", status=202)
    shown = await desk.send("GET", f"/analyses/{again['event_id']}")
    assert (shown["rerun_of"], shown["document_id"]) == (desk.found["event_id"], desk.ids["document"])
    body = {"document_id": desk.ids["document"]}
    preview = await desk.send("POST", f"/tenants/{desk.member.tenant_id}/analyze/preview", body)
    assert (preview["characters"], preview["model"], preview["cost"]) == (len(TEXT), "embedded", "0")
    assert preview["within_budget"]


async def test_a_requirement_is_said_better_in_its_own_words(desk: Desk) -> None:
    better = await desk.send("POST", "/rewrites", {"text": "The desk should print a receipt if possible."})
    assert (better["text"], better["passes"]) == ("The desk shall print a receipt.", True)
    assert better["resolved"] == ["escape_clause", "weak_modal"]
    vague = await desk.send("POST", "/rewrites", {"text": "The desk shall be fast."})
    assert not vague["passes"]
    assert vague["remaining"][0]["quote"] == "fast"


async def test_two_who_place_in_the_same_products_do_not_wait_for_each_other(desk: Desk) -> None:
    other = {"name": "Ferry office", "description": "Where ferries are planned."}
    desk.ids["other"] = (await desk.send("POST", "/products", other, 201))["id"]
    quotes = ("The desk must keep bookings for ten years.", "A clerk can cancel a booking.")
    calls = []
    for products in (("product", "other"), ("other", "product")):
        desk.found = await desk.analyse()
        places = [desk.place("epic", product, business_value="Nobody pays in vain.") for product in products]
        items = [{"item_id": desk.item(quote), "place": place} for quote, place in zip(quotes, places, strict=True)]
        calls.append(desk.send("POST", f"{desk.analysis}/accept", {"items": items}))
    for made in await asyncio.gather(*calls):
        assert [each["status"] for each in made["items"]] == ["accepted", "accepted"]
