"""The job that makes an analysis: complete with all its places, or failed with a reason, and never half of either."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from specloom.ai.analysis import Analysis, AnalysisRequest, Clause, RuleSetting
from specloom.ai.protocols import PermanentEngineError, Run, TransientEngineError
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.schemas.analyses import AnalyseRequirements
from specloom.services import jobs
from specloom.vocabulary.analyses import AnalysisType, Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.workers.tools import Tools
from tests.factories.analyses import (
    TEXT,
    analysis,
    ask_for_analysis,
    completed,
    find_one_of_each,
    of_each_kind,
    tools_with,
    with_many,
)
from tests.factories.documents import events_of, work, write
from tests.factories.identity import Member, sign_up

API = "/api/v1"


async def job(client: httpx2.AsyncClient, member: Member, job_id: str) -> dict[str, Any]:
    return (await client.get(f"{API}/jobs/{job_id}", headers=member.headers)).json()  # type: ignore[no-any-return]


async def change_tenant(client: httpx2.AsyncClient, member: Member, **body: Any) -> None:
    response = await client.patch(f"{API}/tenants/{member.tenant_id}", json=body, headers=member.headers)
    assert response.status_code == 200, response.text


async def test_the_embedded_analyst_makes_an_analysis(
    client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime, tools: Tools
) -> None:
    member = await sign_up(client)
    document = await write(client, member, content=TEXT)
    asked = await ask_for_analysis(client, member, document_id=document["id"])
    assert await work(runtime, tools, member, asked["job"]["id"]) == "completed"
    done = await analysis(client, member, asked["event_id"])
    assert (done["status"], done["model_used"], done["tokens_used"]) == ("completed", "embedded", 0)
    statements = [each["citation"]["quote"] for each in done["identified_requirements"]]
    assert "The desk must confirm each booking within 5 seconds." in statements
    assert all(each["citation"]["quote"] in TEXT for each in done["analysis"]["findings"])
    ended = await job(client, member, asked["job"]["id"])
    assert ended["result"]["document_id"] == document["id"]
    assert ended["result"]["counts"] == done["counts"]
    events = [event_type for event_type, _ in await events_of(app, member, "analysis")]
    assert events == ["analysis.requested", "analysis.completed"]


@pytest.mark.parametrize(
    "text", ["???!!! ... --- ###", "Мы встретились вчера в парке и говорили о погоде.", "0 1 2 3 4 5 6"]
)
async def test_a_text_without_requirements_is_no_failure(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, text: str
) -> None:
    member = await sign_up(client)
    asked = await ask_for_analysis(client, member, requirements_text=text)
    assert await work(runtime, tools, member, asked["job"]["id"]) == "completed"
    done = await analysis(client, member, asked["event_id"])
    assert done["identified_requirements"] == []
    assert done["analysis"]["notes"]


async def test_the_engine_is_given_what_was_asked_for(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    context = {
        "industry": "banking",
        "jurisdiction": "eu",
        "company_size": "sme",
        "compliance_requirements": ["GDPR", "DORA"],
        "regulatory_frameworks": ["DORA", "Lake Act"],
    }
    await change_tenant(client, member, business_context=context, settings={"question_depth": "basic"})
    rule = {"enabled": False, "severity": "critical"}
    await client.patch(f"{API}/analysis-rules/vague_term", json=rule, headers=member.headers)
    seen: list[AnalysisRequest] = []

    async def look(request: AnalysisRequest, run: Run) -> Analysis:
        seen.append(request)
        return await find_one_of_each(request, run)

    text = "  # Old\r\n\r\nThe old text must stay.  "
    document = await write(client, member, title="Plan", content=text)
    body = {"analysis_type": "consistency", "focus_areas": ["security"]}
    asked = [
        await ask_for_analysis(client, member, document_id=document["id"], **body),
        await ask_for_analysis(client, member, requirements_text=text, **body),
    ]
    change = {"content": "New text must come."}
    await client.patch(f"{API}/documents/{document['id']}", json=change, headers=member.headers)
    for each in asked:
        assert await work(runtime, tools_with(runtime, look), member, each["job"]["id"]) == "completed"
    for request in seen:
        assert request.text == text, "to the code point"
        assert [section.label for section in request.sections] == ["Old"]
        assert (request.type, request.depth) == (AnalysisType.CONSISTENCY, QuestionDepth.BASIC)
        assert (request.focus, request.frameworks) == (("security",), ("GDPR", "DORA", "Lake Act"))
        assert request.rules == {"vague_term": RuleSetting(enabled=False, severity=Severity.CRITICAL)}
    assert [request.title for request in seen] == ["Plan", "Old"]


async def test_research_quotes_other_documents(client: httpx2.AsyncClient, runtime: Runtime, tools: Tools) -> None:
    member, stranger = await sign_up(client), await sign_up(client)
    fact = "Clerks cancel a booking at the ferry desk on most days."
    text = f"# Diary\n\n## Monday\n\nThe weather was fine and the gulls were loud.\n\n## Tuesday\n\n{fact}\n"
    other = await write(client, member, title="Diary", content=text)
    old = await write(client, member, title="Old", content=text)
    await client.patch(f"{API}/documents/{old['id']}", json={"content": "Nothing."}, headers=member.headers)
    gone = await write(client, member, title="Gone", content=text)
    await client.delete(f"{API}/documents/{gone['id']}", headers=member.headers)
    await write(client, stranger, title="Foreign", content=text)
    own = await write(client, member, title="Ferry desk", content=TEXT)

    asked = await ask_for_analysis(client, member, document_id=own["id"])
    await work(runtime, tools, member, asked["job"]["id"])
    done = await analysis(client, member, asked["event_id"])
    assert done["research_findings"]
    ids = {each["id"] for each in done["identified_requirements"]}
    for each in done["research_findings"]:
        citation = each["citation"]
        assert (citation["document_id"], each["title"], citation["version"]) == (other["id"], "Diary", 1)
        assert citation["quote"] == text[citation["start"] : citation["end"]]
        assert (citation["label"], citation["line"]) == ("Tuesday", 9)
        assert each["requirement_id"] in ids

    await client.delete(f"{API}/documents/{other['id']}", headers=member.headers)
    after = await analysis(client, member, asked["event_id"])
    assert after["research_findings"] == [], "what is deleted is quoted no more"
    assert "research" not in after["analysis"]["summary"]["items"]


@pytest.mark.parametrize("by", ["request", "setting"])
async def test_research_is_left_out(client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, by: str) -> None:
    member = await sign_up(client)
    await write(client, member, content=TEXT)
    if by == "setting":
        await change_tenant(client, member, settings={"auto_research": False})
    asked = await ask_for_analysis(client, member, include_research=by != "request")
    await work(runtime, tools, member, asked["job"]["id"])
    assert (await analysis(client, member, asked["event_id"]))["research_findings"] == []


@pytest.mark.parametrize("deleted", ["document", "analysis"])
@pytest.mark.parametrize("when", ["before", "while"])
async def test_what_was_deleted_is_not_made(
    client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime, deleted: str, when: str
) -> None:
    member = await sign_up(client)
    document = await write(client, member, content=TEXT)
    asked = await ask_for_analysis(client, member, document_id=document["id"])

    async def delete() -> None:
        thing = f"analyses/{asked['event_id']}" if deleted == "analysis" else f"documents/{document['id']}"
        assert (await client.delete(f"{API}/{thing}", headers=member.headers)).status_code == 204

    async def delete_first(request: AnalysisRequest, run: Run) -> Analysis:
        await delete()
        return await find_one_of_each(request, run)

    if when == "before":
        await delete()
    assert await work(runtime, tools_with(runtime, delete_first), member, asked["job"]["id"]) == "failed"
    ended = await job(client, member, asked["job"]["id"])
    assert (ended["status"], ended["error"]["code"]) == ("failed", "analysis_deleted")
    events = [event_type for event_type, _ in await events_of(app, member, "analysis")]
    assert "analysis.completed" not in events
    assert "analysis.failed" not in events


async def test_an_engine_that_refuses(client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime) -> None:
    member = await sign_up(client)
    asked = await ask_for_analysis(client, member)

    async def refuse(_: AnalysisRequest, __: Run) -> Analysis:
        raise PermanentEngineError("The key is not accepted.")

    assert await work(runtime, tools_with(runtime, refuse), member, asked["job"]["id"]) == "failed"
    failed = await analysis(client, member, asked["event_id"])
    assert (failed["status"], failed["error_message"]) == ("failed", "The key is not accepted.")
    assert (failed["analysis"], failed["identified_requirements"]) == (None, [])
    last = (await events_of(app, member, "analysis"))[-1]
    source = {"document_id": None, "session_id": None}
    assert last == ("analysis.failed", {"event_id": asked["event_id"], **source})

    again = await client.post(f"{API}/jobs/{asked['job']['id']}/retry", headers=member.headers)
    assert await work(runtime, tools_with(runtime, find_one_of_each), member, again.json()["id"]) == "completed"
    done = await analysis(client, member, asked["event_id"])
    assert (done["status"], done["error_message"], done["job_id"]) == ("completed", None, again.json()["id"])


async def test_an_engine_that_stays_away(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    asked = await ask_for_analysis(client, member)

    async def fail(_: AnalysisRequest, __: Run) -> Analysis:
        raise TransientEngineError("The provider is overloaded.", retry_after=0)

    outcomes: list[str | None] = []
    async with asyncio.timeout(20):
        while not outcomes or outcomes[-1] != "failed":
            outcome = await work(runtime, tools_with(runtime, fail), member, asked["job"]["id"])
            if outcome is None:
                await asyncio.sleep(0.05)
            else:
                outcomes.append(outcome)
                expected = "processing" if outcome == "retried" else "failed"
                assert (await analysis(client, member, asked["event_id"]))["status"] == expected
    assert outcomes == ["retried", "retried", "failed"]


async def test_a_cancelled_job_fails_its_analysis(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    asked = await ask_for_analysis(client, member)

    async def be_cancelled(request: AnalysisRequest, run: Run) -> Analysis:
        response = await client.post(f"{API}/jobs/{asked['job']['id']}/cancel", headers=member.headers)
        assert response.status_code == 202
        return await find_one_of_each(request, run)

    assert await work(runtime, tools_with(runtime, be_cancelled), member, asked["job"]["id"]) == "cancelled"
    failed = await analysis(client, member, asked["event_id"])
    assert (failed["status"], failed["error_message"]) == ("failed", "The job was cancelled.")
    assert (failed["analysis"], failed["identified_requirements"]) == (None, [])


async def test_a_job_of_one_tenant_reaches_nothing_of_another(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    owner, stranger = await sign_up(client), await sign_up(client)
    asked = await ask_for_analysis(client, owner)
    assert await work(runtime, tools_with(runtime, find_one_of_each), stranger, asked["job"]["id"]) is None
    assert (await analysis(client, owner, asked["event_id"]))["status"] == "processing"


async def test_a_completed_analysis_is_not_made_again(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)
    done = await completed(client, runtime, member)

    async def never(_: AnalysisRequest, __: Run) -> Analysis:
        pytest.fail("the engine was asked again")

    async with runtime.uow(TenantContext(member.tenant_id, member.user_id)) as uow:
        second = (await jobs.open(uow, AnalyseRequirements(analysis_id=UUID(done["event_id"])))).id
    assert await work(runtime, tools_with(runtime, never), member, str(second)) == "completed"
    assert await analysis(client, member, done["event_id"]) == done


async def test_five_thousand_requirements_are_kept_and_shown(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    """In one transaction, while the heartbeat waits for it."""
    member = await sign_up(client)

    async def find_many(request: AnalysisRequest, _: Run) -> Analysis:
        return with_many(request.text, 5_000, 15_000)

    done = await completed(client, runtime, member, find_many, include_research=False)
    assert len(done["identified_requirements"]) == 5_000
    assert len(done["analysis"]["findings"]) == 15_000
    assert len({each["id"] for each in done["identified_requirements"]}) == 5_000
    assert all(len(each["finding_ids"]) == 3 for each in done["identified_requirements"])


async def test_a_claim_that_is_not_in_the_text_is_marked(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    member = await sign_up(client)

    async def invent(request: AnalysisRequest, _: Run) -> Analysis:
        found = of_each_kind(request.text)
        nowhere = replace(found.requirements[0].statement, start=0, end=0, heading=())
        claim = replace(
            found.requirements[0],
            statement=nowhere,
            clause=Clause(),
            supported=False,
            claimed="The desk must fly.",
        )
        return Analysis((claim,), model="test-model")

    done = await completed(client, runtime, member, invent)
    (requirement,) = done["identified_requirements"]
    assert (requirement["supported"], requirement["claimed"]) == (False, "The desk must fly.")
    assert (requirement["citation"], requirement["statement"]) == (None, "The desk must fly.")
