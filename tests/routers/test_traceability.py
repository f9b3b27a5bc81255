"""What requirements stand on: cited word for word, followed through versions, suspected, cleared, traced."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.services.requirements import reanchoring
from specloom.workers.tools import Tools
from tests.factories.documents import work, write
from tests.factories.identity import Member, add_member, sign_up

API = "/api/v1"
FERRY = """# Ferry

The gate shall open within 5 seconds. Staff may stop it at any time.

## Lamps

The lamp shall glow from dusk to dawn.
"""
GATE = "The gate shall open within 5 seconds."
EPIC = {"name": "Boarding", "description": "All about getting on board.", "business_value": "Ferries leave on time."}
FEATURE = {"name": "Gate", "description": "The gate between pier and ferry."}


@dataclass
class House:
    """A tenant with a document and a small backlog."""

    client: httpx2.AsyncClient
    runtime: Runtime
    tools: Tools
    member: Member
    document: str
    product: str
    epic: str
    feature: str

    async def send(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = await self.client.request(method, f"{API}{path}", json=body, headers=self.member.headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def cite(self, requirement: str, quote: str, status: int = 201, **more: Any) -> Any:
        body = {"document_id": self.document, "quote": quote, **more}
        return await self.send("POST", f"/requirements/{requirement}/citations", body, status)

    async def citation(self, requirement: str) -> Any:
        (citation,) = (await self.send("GET", f"/requirements/{requirement}/citations"))["items"]
        return citation

    async def rewrite(self, text: str, *, run: bool = True) -> None:
        """A new version of the document; its citations followed, if their job is to run."""
        await self.send("PATCH", f"/documents/{self.document}", {"content": text})
        if run:
            await self.run_jobs()

    async def run_jobs(self) -> None:
        jobs = await self.send("GET", "/jobs?job_type=reanchor_citations&status=pending")
        for job in jobs["items"]:
            assert await work(self.runtime, self.tools, self.member, job["id"]) == "completed"

    async def marks(self, requirement: str, *, open_: bool = True) -> list[Any]:
        found = await self.send("GET", f"/requirements/{requirement}/suspect-marks?open={str(open_).lower()}")
        return found["items"]  # type: ignore[no-any-return]


@pytest.fixture
async def house(client: httpx2.AsyncClient, runtime: Runtime, tools: Tools) -> House:
    member = await sign_up(client)
    house = House(client, runtime, tools, member, "", "", "", "")
    house.document = (await write(client, member, title="Ferry", content=FERRY, media_type="text/markdown"))["id"]
    product = {"name": "Ferry line", "description": "A ferry across the bay.", "vision": "Nobody waits."}
    house.product = (await house.send("POST", "/products", product, 201))["id"]
    house.epic = (await house.send("POST", f"/products/{house.product}/epics", EPIC, 201))["id"]
    house.feature = (await house.send("POST", f"/epics/{house.epic}/features", FEATURE, 201))["id"]
    return house


async def test_a_citation_is_a_passage_that_stands_there_word_for_word(house: House) -> None:
    made = await house.cite(house.feature, GATE)
    start = FERRY.index(GATE)
    assert (made["start"], made["end"], made["quote"]) == (start, start + len(GATE), GATE)
    assert (made["label"], made["line"], made["version"], made["status"]) == ("Ferry", 3, 1, "current")
    refused = await house.cite(house.feature, GATE, 422, start=start + 1, end=start + 1 + len(GATE))
    assert refused["error"]["code"] == "quote_mismatch"
    assert refused["error"]["details"]["found"] == FERRY[start + 1 : start + 1 + len(GATE)]
    assert (await house.cite(house.feature, "No such words.", 422))["error"]["code"] == "quote_not_found"
    ambiguous = await house.cite(house.feature, "shall", 422)
    assert ambiguous["error"]["code"] == "quote_ambiguous"
    assert len(ambiguous["error"]["details"]["places"]) == 2
    assert (await house.cite(house.feature, GATE, 422, start=0))["error"]["code"] == "validation_error"
    nowhere = await house.cite(house.feature, GATE, 404, document_id=str(uuid4()))
    assert nowhere["error"]["code"] == "document_not_found"
    await house.send("DELETE", f"/requirements/{house.feature}/citations/{made['id']}", status=204)
    assert (await house.send("GET", f"/requirements/{house.feature}/citations"))["items"] == []


async def test_what_still_stands_moves_along_and_what_does_not_is_suspected_until_it_stands_again(
    house: House,
) -> None:
    await house.cite(house.feature, GATE)
    await house.rewrite("An introduction.\n\n" + FERRY)
    moved = await house.citation(house.feature)
    assert (moved["version"], moved["status"]) == (2, "current")
    assert moved["start"] == FERRY.index(GATE) + len("An introduction.\n\n")
    assert await house.marks(house.feature) == []

    await house.rewrite(FERRY.replace("5 seconds", "9 seconds"))
    (mark,) = await house.marks(house.feature)
    assert (mark["reason"], mark["from_version"], mark["to_version"]) == ("source_changed", 2, 3)
    assert (mark["quote"], mark["nearest"]["quote"]) == (GATE, GATE.replace("5", "9"))
    broken = await house.citation(house.feature)
    assert (broken["status"], broken["version"], broken["quote"]) == ("broken", 2, GATE)

    await house.rewrite(FERRY)
    assert await house.marks(house.feature) == []
    assert (await house.citation(house.feature))["version"] == 4
    (settled,) = await house.marks(house.feature, open_=False)
    assert settled["comment"] == "The passage stands in version 4 of the document."


async def test_a_job_that_comes_late_leaves_citations_to_the_newer_version(house: House, runtime: Runtime) -> None:
    await house.cite(house.feature, GATE)
    context, document_id = TenantContext(house.member.tenant_id), UUID(house.document)
    await house.rewrite("Second.\n\n" + FERRY, run=False)
    async with runtime.uow(context) as uow:
        late = await reanchoring.begin(uow, document_id)
    await house.rewrite("The third.\n\n" + FERRY, run=False)
    async with runtime.uow(context) as uow:
        newer = await reanchoring.begin(uow, document_id)
        assert await reanchoring.complete(uow, late, late.relocate()) == {"moved": 0, "broken": 0}
    assert (await house.citation(house.feature))["version"] == 1
    for moved in (1, 0):
        async with runtime.uow(context) as uow:
            assert (await reanchoring.complete(uow, newer, newer.relocate()))["moved"] == moved
    followed = await house.citation(house.feature)
    assert (followed["version"], followed["start"]) == (3, len("The third.\n\n") + FERRY.index(GATE))


async def test_a_mark_is_cleared_with_a_reason_once(house: House) -> None:
    await house.cite(house.feature, GATE)
    await house.rewrite("Nothing is left.")
    (mark,) = await house.marks(house.feature)
    assert mark["nearest"] is None
    one = f"/requirements/{house.feature}/suspect-marks/{mark['id']}/clear"
    assert (await house.send("POST", one, {"reason": ""}, 422))["error"]["code"] == "validation_error"
    viewer = await add_member(house.client, house.member, role="viewer")
    refused = await house.client.post(f"{API}{one}", json={"reason": "Still so."}, headers=viewer.headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "change_not_permitted")
    cleared = await house.send("POST", one, {"reason": "Still so."})
    assert (cleared["comment"], cleared["cleared_by"]) == ("Still so.", str(house.member.user_id))
    assert (await house.send("POST", one, {"reason": "Again."}, 409))["error"]["code"] == "suspect_mark_cleared"
    assert await house.marks(house.feature) == []


async def test_a_document_that_is_gone_and_a_parent_that_changed_make_suspects(house: House) -> None:
    await house.cite(house.feature, GATE)
    await house.send("PATCH", f"/epics/{house.epic}", {"description": "All about getting on and off board."})
    await house.send("PATCH", f"/epics/{house.epic}", {"description": "All about getting on, and off, board."})
    (mark,) = await house.marks(house.feature)
    assert (mark["reason"], mark["from_version"], mark["to_version"]) == ("parent_changed", 1, 3)
    await house.send("DELETE", f"/documents/{house.document}", status=204)
    await house.run_jobs()
    assert {each["reason"] for each in await house.marks(house.feature)} == {"parent_changed", "source_deleted"}
    of_product = await house.send("GET", f"/products/{house.product}/suspect-marks")
    assert {each["requirement_id"] for each in of_product["items"]} == {house.feature}
    for suspect, found in (("true", [house.feature]), ("false", [])):
        listed = await house.send("GET", f"/epics/{house.epic}/features?suspect={suspect}")
        assert [each["id"] for each in listed["items"]] == found


async def test_the_matrix_names_orphans_childless_and_what_nobody_cites(house: House) -> None:
    lone = (await house.send("POST", f"/products/{house.product}/epics", {**EPIC, "name": "Tickets"}, 201))["id"]
    await house.cite(house.feature, GATE)
    matrix = await house.send("GET", f"/products/{house.product}/traceability")
    assert [each["id"] for each in matrix["requirements"]] == [house.product, house.epic, house.feature, lone]
    assert matrix["orphans"] == [lone]
    assert matrix["childless"] == [house.feature, lone]
    (coverage,) = matrix["documents"]
    assert [each["quote"] for each in coverage["uncovered"]] == [
        "Staff may stop it at any time.",
        "The lamp shall glow from dusk to dawn.",
    ]
    assert coverage["requirements_found"] is None
    assert 30 < coverage["covered_percent"] < 40
    alone = await house.send("GET", f"/documents/{house.document}/coverage")
    assert alone == coverage


async def test_what_changed_since_the_approval_is_tied_to_the_edit_of_the_source(house: House) -> None:
    await house.cite(house.feature, GATE)
    await house.send("PATCH", f"/features/{house.feature}", {"functional_requirements": [GATE]})
    for status in ("review", "approved"):
        await house.send("POST", f"/features/{house.feature}/transitions", {"to": status})
    unchanged = await house.send("GET", f"/requirements/{house.feature}/changes")
    assert (unchanged["approved_version"], unchanged["changes"], unchanged["sources"]) == (2, [], [])
    await house.rewrite(FERRY.replace("5 seconds", "9 seconds"))
    await house.send("PATCH", f"/features/{house.feature}", {"functional_requirements": [GATE.replace("5", "9")]})
    changed = await house.send("GET", f"/requirements/{house.feature}/changes")
    assert [each["field"] for each in changed["changes"]] == ["functional_requirements"]
    (source,) = changed["sources"]
    assert (source["before"]["quote"], source["before_version"]) == (GATE, 1)
    assert (source["after"]["quote"], source["after_version"]) == (GATE.replace("5", "9"), 2)
    assert source["changed"]
    assert [(each["version"], each["edited_by"]) for each in source["edits"]] == [(2, str(house.member.user_id))]
    assert (await house.send("GET", f"/features/{house.feature}"))["status"] == "review"


async def test_what_stands_in_documents_is_shown_to_those_only_who_may_read_them(house: House) -> None:
    await house.cite(house.feature, GATE)
    await house.rewrite(FERRY.replace("5 seconds", "9 seconds"))
    kinds = ("products", "epics", "features", "user_stories")
    role = {"name": "planner", "permissions": [{"resource": kind, "action": "read"} for kind in kinds]}
    await house.send("POST", "/roles", role, 201)
    planner = await add_member(house.client, house.member, role="planner")
    answers = [
        await house.client.get(f"{API}/requirements/{house.feature}/{what}", headers=planner.headers)
        for what in ("citations", "suspect-marks", "changes")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any("seconds" in answer.text for answer in answers)
    (mark,) = answers[1].json()["items"]
    assert (mark["reason"], mark["quote"], mark["nearest"]) == ("source_changed", None, None)

    role = {
        "name": "reader",
        "permissions": [{"resource": kind, "action": "read"} for kind in ("products", "documents")],
    }
    await house.send("POST", "/roles", role, 201)
    reader = await add_member(house.client, house.member, role="reader")
    for what in ("suspect-marks", "traceability"):
        refused = await house.client.get(f"{API}/products/{house.product}/{what}", headers=reader.headers)
        assert refused.status_code == 403
    missing = await house.send("GET", f"/products/{house.epic}/suspect-marks", status=404)
    assert missing["error"]["code"] == "product_not_found"


async def test_what_was_cleared_is_not_told_again_of_the_same_version(house: House) -> None:
    made = await house.cite(house.feature, GATE)
    await house.rewrite(FERRY.replace("5 seconds", "9 seconds"))
    (mark,) = await house.marks(house.feature)
    await house.send("POST", f"/requirements/{house.feature}/suspect-marks/{mark['id']}/clear", {"reason": "Still so."})
    lamp = {"version_id": made["version_id"], "quote": "The lamp shall glow from dusk to dawn."}
    await house.send("POST", f"/requirements/{house.epic}/citations", lamp, 201)
    await house.run_jobs()
    assert await house.marks(house.feature) == []
    await house.rewrite(FERRY.replace("5 seconds", "8 seconds"))
    (again,) = await house.marks(house.feature)
    assert (again["from_version"], again["to_version"]) == (1, 3)


async def test_each_parent_that_changed_has_a_mark_of_its_own(house: House) -> None:
    await house.send("PATCH", f"/epics/{house.epic}", {"name": "Boarding and landing"})
    other = (await house.send("POST", f"/products/{house.product}/epics", {**EPIC, "name": "Gates"}, 201))["id"]
    await house.send("POST", f"/features/{house.feature}/move", {"parent_id": other})
    for name in ("Gates of piers", "Gates of ferries"):
        await house.send("PATCH", f"/epics/{other}", {"name": name})
    told = {each["parent_id"]: (each["from_version"], each["to_version"]) for each in await house.marks(house.feature)}
    assert told == {house.epic: (1, 2), other: (1, 3)}


async def test_what_is_taken_back_from_implemented_was_not_approved_again(house: House) -> None:
    await house.cite(house.feature, GATE)
    await house.send("PATCH", f"/features/{house.feature}", {"functional_requirements": [GATE]})
    for status in ("review", "approved", "implemented"):
        await house.send("POST", f"/features/{house.feature}/transitions", {"to": status})
    before = await house.send("GET", f"/requirements/{house.feature}/changes")
    await house.rewrite(FERRY.replace("5 seconds", "9 seconds"))
    await house.send("PATCH", f"/features/{house.feature}", {"priority": "low"})
    await house.send("POST", f"/features/{house.feature}/transitions", {"to": "approved"})
    after = await house.send("GET", f"/requirements/{house.feature}/changes")
    assert (after["approved_version"], after["approved_at"]) == (2, before["approved_at"])
    assert [len(each["edits"]) for each in after["sources"]] == [1]
