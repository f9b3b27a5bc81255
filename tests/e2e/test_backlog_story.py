"""The whole way in one story: from an uploaded brief and a conversation to an approved, traced, exported backlog."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from specloom.core.runtime import Runtime
from specloom.workers.tools import Tools, open_tools
from tests.factories.documents import upload, work
from tests.factories.identity import Member, add_member, sign_up

API = "/api/v1"
WISH = "The service must refund a cancelled order within 14 days."
SAID = f"{WISH} Who may approve a refund?"
BRIEF = (Path(__file__).parents[2] / "examples" / "brief.md").read_text()


class Team:
    """People of one tenant, and the workers that do what they ask for."""

    def __init__(self, client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, owner: Member) -> None:
        self.client, self.runtime, self.tools, self.owner = client, runtime, tools, owner
        self.tenant = f"/tenants/{owner.tenant_id}"

    async def send(self, method: str, path: str, body: Any = None, status: int = 200, who: Member | None = None) -> Any:
        headers = (who or self.owner).headers
        answer = await self.client.request(method, f"{API}{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def export(self, product: str, format_: str) -> bytes:
        url = f"{API}/products/{product}/export"
        answer = await self.client.get(url, params={"format": format_}, headers=self.owner.headers)
        assert answer.status_code == 200, answer.text
        return answer.content

    async def work(self) -> list[str]:
        """Does all jobs that wait, and those that come of them; their types."""
        done: list[str] = []
        while waiting := (await self.send("GET", "/jobs?status=pending&limit=200"))["items"]:
            for job in reversed(waiting):
                assert await work(self.runtime, self.tools, self.owner, job["id"]) == "completed", job
                done.append(job["job_type"])
        return done


@pytest.fixture
async def team(client: httpx2.AsyncClient, runtime: Runtime) -> AsyncIterator[Team]:
    context = {
        "industry": "retail",
        "jurisdiction": "eu",
        "company_size": "sme",
        "regulatory_frameworks": ["GDPR"],
    }
    owner = await sign_up(client, tenant={"business_context": context})
    async with open_tools(runtime.settings) as tools:
        yield Team(client, runtime, tools, owner)


async def test_from_a_brief_and_a_conversation_to_an_approved_and_exported_backlog(team: Team) -> None:
    product = await begin_with_the_template_of_the_industry(team)
    session, message = await talk_it_through(team, product)
    document, analysis, spoken = await analyse_the_brief_and_the_session(team, session)
    stories = await accept_into_place(team, product, analysis, spoken, message)
    await dismiss(team, analysis)
    approved = await review_and_approve(team, stories[0])
    await see_what_a_change_of_the_source_makes_suspect(team, product, document, approved)
    await see_that_the_next_run_remembers(team, analysis)
    await search_in_own_words(team)
    await export_and_import(team, product)


async def begin_with_the_template_of_the_industry(team: Team) -> str:
    """A tenant gets the template of its industry in the background; then somebody creates a product."""
    assert "initialise_tenant" in await team.work()
    template = (await team.send("GET", team.tenant))["industry_template_id"]
    assert (await team.send("GET", f"/industry-templates/{template}"))["industry"] == "retail"
    body = {"name": "Collection lockers", "description": "Customers collect medicine at any hour."}
    return (await team.send("POST", "/products", body, 201))["id"]  # type: ignore[no-any-return]


async def talk_it_through(team: Team, product: str) -> tuple[str, str]:
    """A session about the vision: the reply names what it understood, word for word, and asks the next question."""
    body = {"session_type": "vision_definition", "title": "What is it for?", "product_id": product}
    session = (await team.send("POST", f"{team.tenant}/sessions", body, 201))["id"]
    sent = await team.send("POST", f"/sessions/{session}/messages", {"content": SAID}, 202)
    await team.work()
    said, reply = (await team.send("GET", f"/sessions/{session}/messages?sort=number"))["items"]
    assert (said["message_type"], reply["message_type"]) == ("user", "ai")
    (candidate,) = reply["metadata"]["candidate_requirements"]
    assert quoted(SAID, candidate["citation"]) == WISH
    assert reply["metadata"]["suggested_questions"]
    return session, sent["message"]["id"]


async def analyse_the_brief_and_the_session(team: Team, session: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What is found stands there word for word, and is held against the laws of the tenant's business."""
    document = (await upload(team.client, team.owner, BRIEF.encode(), "brief.md", "text/markdown")).json()["id"]
    asked = [
        await team.send("POST", f"{team.tenant}/analyze", source, 202)
        for source in ({"document_id": document}, {"session_id": session})
    ]
    await team.work()
    analysis, spoken = [await team.send("GET", f"/analyses/{each['event_id']}") for each in asked]
    assert len(analysis["identified_requirements"]) >= 20
    for each in analysis["identified_requirements"]:
        assert quoted(BRIEF, each["citation"]) == each["citation"]["quote"]
    compliance = await team.send("GET", f"/analyses/{analysis['event_id']}/compliance")
    covered = {each["check_id"]: each for each in compliance["checks"] if each["status"] == "covered"}
    assert any(check.startswith("gdpr.") for check in covered)
    for each in covered.values():
        assert all(quoted(BRIEF, place) == place["quote"] for place in each["citations"])
    return document, analysis, spoken


async def accept_into_place(
    team: Team, product: str, analysis: dict[str, Any], spoken: dict[str, Any], message: str
) -> list[str]:
    """One item becomes a feature, edited on the way; the others its stories, all at once; and what was only said."""
    epic = {"name": "Collection", "description": "All about collecting.", "business_value": "Nobody has to queue."}
    epic = await team.send("POST", f"/products/{product}/epics", epic, 201)
    first, *others = analysis["identified_requirements"][:6]
    url = f"/analyses/{analysis['event_id']}"
    place = {"kind": "feature", "parent_id": epic["id"], "content": {"name": "Collect at any hour"}}
    accepted = await team.send("POST", f"{url}/items/{first['id']}/accept", {"place": place})
    feature = await team.send("GET", f"/features/{accepted['accepted_as']}")
    assert (feature["name"], feature["description"]) == ("Collect at any hour", first["statement"])

    below = {"kind": "user_story", "parent_id": feature["id"]}
    items = [{"item_id": each["id"], "place": below} for each in others]
    made = (await team.send("POST", f"{url}/accept", {"items": items}))["items"]
    (heard,) = spoken["identified_requirements"]
    accepted = await team.send("POST", f"/analyses/{spoken['event_id']}/items/{heard['id']}/accept", {"place": below})
    (cited,) = (await team.send("GET", f"/requirements/{accepted['accepted_as']}/citations"))["items"]
    assert (cited["message_id"], cited["quote"]) == (message, WISH)
    tree = await team.send("GET", f"/products/{product}/tree")
    stories = tree["children"][0]["children"][0]["children"]
    assert [each["id"] for each in stories] == [each["accepted_as"] for each in (*made, accepted)]
    return [each["accepted_as"] for each in made]


async def dismiss(team: Team, analysis: dict[str, Any]) -> None:
    item = analysis["identified_requirements"][6]["id"]
    await team.send("POST", f"/analyses/{analysis['event_id']}/items/{item}/dismiss", {"comment": "Not this year."})


async def review_and_approve(team: Team, story_id: str) -> str:
    """Everybody may send a story to review; only who may approve approves it, once it is complete."""
    story = f"/user-stories/{story_id}"
    member = await add_member(team.client, team.owner, role="member")
    await team.send("PATCH", story, {"acceptance_criteria": [], "so_that": "nobody has to wait"}, who=member)
    await team.send("POST", f"{story}/transitions", {"to": "review"}, who=member)
    refused = await team.send("POST", f"{story}/transitions", {"to": "approved"}, 409)
    assert refused["error"]["details"] == {"missing": ["acceptance_criteria"]}
    await team.send("PATCH", story, {"acceptance_criteria": ["It is seen to work."]}, who=member)
    refused = await team.send("POST", f"{story}/transitions", {"to": "approved"}, 403, who=member)
    assert refused["error"]["code"] == "approval_not_permitted"
    await team.send("POST", f"{story}/transitions", {"to": "approved", "comment": "Good."})
    approved = await team.send("GET", story)
    assert (approved["status"], approved["approved_version"]) == ("approved", approved["version"])
    return story_id


async def see_what_a_change_of_the_source_makes_suspect(team: Team, product: str, document: str, story: str) -> None:
    """The brief changes where the story stands: it becomes suspect and says why, until somebody clears it."""
    (citation,) = (await team.send("GET", f"/requirements/{story}/citations"))["items"]
    changed = BRIEF.replace(citation["quote"], "This was struck out by the board.")
    await team.send("PATCH", f"/documents/{document}", {"content": changed})
    assert "reanchor_citations" in await team.work()
    (mark,) = (await team.send("GET", f"/requirements/{story}/suspect-marks?open=true"))["items"]
    assert (mark["reason"], mark["quote"]) == ("source_changed", citation["quote"])
    (source,) = (await team.send("GET", f"/requirements/{story}/changes"))["sources"]
    assert [(each["version"], each["edited_by"]) for each in source["edits"]] == [(2, str(team.owner.user_id))]
    matrix = await team.send("GET", f"/products/{product}/traceability")
    assert matrix["suspects"] == [story]
    assert all(quoted(changed, each) == each["quote"] for each in matrix["documents"][0]["uncovered"])
    clear = f"/requirements/{story}/suspect-marks/{mark['id']}/clear"
    await team.send("POST", clear, {"reason": "Still wanted."})
    assert (await team.send("GET", f"/products/{product}/traceability"))["suspects"] == []


async def see_that_the_next_run_remembers(team: Team, analysis: dict[str, Any]) -> None:
    again = await team.send("POST", f"/analyses/{analysis['event_id']}/rerun", status=202)
    await team.work()
    found = (await team.send("GET", f"/analyses/{again['event_id']}"))["identified_requirements"]
    quote = analysis["identified_requirements"][6]["citation"]["quote"]
    (remembered,) = [each for each in found if each["citation"]["quote"] == quote]
    assert (remembered["status"], remembered["comment"]) == ("dismissed", "Not this year.")


async def search_in_own_words(team: Team) -> None:
    hits = (await team.send("POST", "/search", {"query": "giving money back when an order is cancelled"}))["items"]
    assert {each["kind"] for each in hits[:3]} >= {"requirements", "messages"}


async def export_and_import(team: Team, product: str) -> None:
    """Out into files, in again, and out: nothing is lost on the way."""
    for format_ in ("markdown", "xlsx", "json", "gherkin", "jira"):
        assert await team.export(product, format_)
    for format_ in ("csv", "reqif"):
        before = await team.export(product, format_)
        answer = await team.client.post(
            f"{API}/products/{product}/import",
            files={"file": (f"backlog.{format_}", before, "application/octet-stream")},
            data={"mode": "update"},
            headers=team.owner.headers,
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["created"] == 0
        assert without_times(await team.export(product, format_)) == without_times(before)


def quoted(text: str, place: dict[str, Any]) -> str:
    return text[place["start"] : place["end"]]


def without_times(file: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-][\d:]+)?", b"", file)
