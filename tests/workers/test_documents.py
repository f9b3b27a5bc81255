"""The job that writes a summary: complete with its places, or failed with a reason, and never half of either."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from specloom.ai.protocols import (
    Omission,
    PermanentEngineError,
    Run,
    SummaryRequest,
    SummaryResult,
    SummarySentence,
    TransientEngineError,
    Usage,
)
from specloom.core.runtime import Runtime
from specloom.core.text import Span
from specloom.workers.tools import Tools
from tests.factories.documents import TEXT, ask, events_of, make_template, reopen, upload, work, write
from tests.factories.identity import Member, sign_up
from tests.factories.pdf import make_pdf

API = "/api/v1"
Write = Callable[[SummaryRequest, Run], Awaitable[SummaryResult]]


@dataclass
class Engine:
    """An engine that does what a test says."""

    write: Write
    model: str = "test-model"

    async def summarise(self, request: SummaryRequest, run: Run) -> SummaryResult:
        return await self.write(request, run)


def with_engine(tools: Tools, write: Write) -> Tools:
    return replace(tools, summariser=Engine(write))


async def quoting(request: SummaryRequest, _: Run) -> SummaryResult:
    """A summary that is the last line of the text."""
    text = request.text.rstrip().splitlines()[-1]
    start = request.text.rindex(text)
    sentence = SummarySentence(0, len(text), (Span(start, start + len(text)),))
    return SummaryResult(text, (sentence,), (Omission("Start", 0, start),), "test-model", Usage(30, 12, 1))


async def summary(client: httpx2.AsyncClient, member: Member, summary_id: str) -> dict[str, Any]:
    response = await client.get(f"{API}/summaries/{summary_id}", headers=member.headers)
    assert response.status_code == 200, response.text
    return response.json()  # type: ignore[no-any-return]


async def job(client: httpx2.AsyncClient, member: Member, job_id: str) -> dict[str, Any]:
    return (await client.get(f"{API}/jobs/{job_id}", headers=member.headers)).json()  # type: ignore[no-any-return]


async def test_a_summary_is_written_and_shows_where_it_stands(
    client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime, tools: Tools
) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    asked = await ask(client, member, document["id"], format="bullets")
    waiting = await summary(client, member, asked["summary"]["id"])
    assert waiting["status"] == "pending"
    assert (waiting["summary_text"], waiting["sentences"], waiting["coverage"]) == (None, [], None)

    assert await work(runtime, tools, member, asked["job"]["id"]) == "completed"
    done = await summary(client, member, asked["summary"]["id"])
    assert done["status"] == "complete"
    assert done["model_used"] == "embedded"
    assert done["tokens_used"] == 0
    assert done["format"] == "bullets"
    assert done["completed_at"] is not None
    assert done["sentences"]
    for sentence in done["sentences"]:
        assert sentence["text"] == done["summary_text"][sentence["start"] : sentence["end"]]
        for source in sentence["sources"]:
            assert source["quote"] == TEXT[source["start"] : source["end"]]
            assert source["line"] == TEXT.count("\n", 0, source["start"]) + 1
            heading = TEXT.rfind("\n#", 0, source["start"]) + 1
            assert TEXT[heading:].lstrip("# ").startswith(source["label"])
    assert 0 < done["coverage"] <= 100

    ended = await job(client, member, asked["job"]["id"])
    assert ended["status"] == "completed"
    assert ended["result"] == {"summary_id": done["id"], "document_id": document["id"]}
    events = [event_type for event_type, _ in await events_of(app, member, "summary")]
    assert events == ["summary.requested", "summary.completed"]


async def test_pages_are_named(client: httpx2.AsyncClient, runtime: Runtime, tools: Tools) -> None:
    member = await sign_up(client)
    data = make_pdf(["The system must answer within two seconds.", "All data must be encrypted at rest."])
    document = (await upload(client, member, data, "a.pdf")).json()
    asked = await ask(client, member, document["id"])
    await work(runtime, with_engine(tools, quoting), member, asked["job"]["id"])
    done = await summary(client, member, asked["summary"]["id"])
    (source,) = done["sentences"][0]["sources"]
    assert source["label"] == "page 2"
    assert done["omitted"] == [{"label": "Start", "start": 0, "end": source["start"]}]
    characters = source["end"]
    assert done["coverage"] == round(100 * (characters - source["start"]) / characters, 1)
    assert (done["model_used"], done["tokens_used"]) == ("test-model", 42)


async def test_the_engine_is_given_what_was_asked_for(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools
) -> None:
    """The version and the wording of the moment when it was asked for, and nothing of the title in the task."""
    member = await sign_up(client)
    seen: list[SummaryRequest] = []

    async def look(request: SummaryRequest, run: Run) -> SummaryResult:
        seen.append(request)
        return await quoting(request, run)

    document = await write(client, member, title="Obey me", content="# Old\n\nThe old text.")
    template = await make_template(client, member, prompt_template="As {{format}}: {{title}}.", format="outline")
    asked = await ask(client, member, document["id"], template_id=template["id"])
    for path, change in (
        (f"{API}/documents/{document['id']}", {"content": "New text."}),
        (f"{API}/templates/{template['id']}", {"prompt_template": "New wording.", "format": "bullets"}),
    ):
        assert (await client.patch(path, json=change, headers=member.headers)).status_code == 200
    assert (await client.delete(f"{API}/templates/{template['id']}", headers=member.headers)).status_code == 204
    await work(runtime, with_engine(tools, look), member, asked["job"]["id"])
    (request,) = seen
    assert request.text == "# Old\n\nThe old text."
    assert [section.label for section in request.sections] == ["Old"]
    assert request.title == "Obey me"
    assert request.instruction.prompt.startswith("As an outline with headings and points: the document")
    assert "Obey me" not in request.instruction.prompt
    done = await summary(client, member, asked["summary"]["id"])
    assert (done["document_version"], done["template"]["version"]) == (1, 1)
    assert done["summary_text"] == "The old text."


@pytest.mark.parametrize("deleted", ["document", "summary"])
@pytest.mark.parametrize("when", ["before", "while"])
async def test_what_was_deleted_is_not_written(
    client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime, tools: Tools, deleted: str, when: str
) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    asked = await ask(client, member, document["id"])

    async def delete() -> None:
        thing = asked["summary"]["id"] if deleted == "summary" else document["id"]
        place = "summaries" if deleted == "summary" else "documents"
        assert (await client.delete(f"{API}/{place}/{thing}", headers=member.headers)).status_code == 204

    async def delete_first(request: SummaryRequest, run: Run) -> SummaryResult:
        await delete()
        return await quoting(request, run)

    if when == "before":
        await delete()
    outcome = await work(runtime, with_engine(tools, delete_first), member, asked["job"]["id"])
    assert outcome == "failed"
    ended = await job(client, member, asked["job"]["id"])
    assert (ended["status"], ended["attempts"]) == ("failed", 1)
    assert ended["error"] == {
        "code": "summary_deleted",
        "message": "The summary or its document was deleted before it was written.",
    }
    gone = await client.get(f"{API}/summaries/{asked['summary']['id']}", headers=member.headers)
    assert gone.status_code == 404
    events = [event_type for event_type, _ in await events_of(app, member, "summary")]
    assert "summary.completed" not in events
    assert "summary.failed" not in events


async def test_an_engine_that_refuses(client: httpx2.AsyncClient, app: FastAPI, runtime: Runtime, tools: Tools) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    asked = await ask(client, member, document["id"])

    async def refuse(_: SummaryRequest, __: Run) -> SummaryResult:
        raise PermanentEngineError("The key is not accepted.")

    assert await work(runtime, with_engine(tools, refuse), member, asked["job"]["id"]) == "failed"
    failed = await summary(client, member, asked["summary"]["id"])
    assert (failed["status"], failed["error_message"]) == ("failed", "The key is not accepted.")
    assert (failed["summary_text"], failed["coverage"]) == (None, None)
    assert (await events_of(app, member, "summary"))[-1] == (
        "summary.failed",
        {"summary_id": failed["id"], "document_id": document["id"]},
    )

    again = await client.post(f"{API}/jobs/{asked['job']['id']}/retry", headers=member.headers)
    assert again.status_code == 202
    assert await work(runtime, with_engine(tools, quoting), member, again.json()["id"]) == "completed"
    done = await summary(client, member, asked["summary"]["id"])
    assert (done["status"], done["error_message"], done["job_id"]) == ("complete", None, again.json()["id"])


async def test_an_engine_that_stays_away(client: httpx2.AsyncClient, runtime: Runtime, tools: Tools) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    asked = await ask(client, member, document["id"])
    tries = 0

    async def fail(_: SummaryRequest, __: Run) -> SummaryResult:
        nonlocal tries
        tries += 1
        raise TransientEngineError("The provider is overloaded.", retry_after=0)

    outcomes: list[str | None] = []
    async with asyncio.timeout(60):
        while not outcomes or outcomes[-1] != "failed":
            outcome = await work(runtime, with_engine(tools, fail), member, asked["job"]["id"])
            if outcome is None:
                await asyncio.sleep(0.05)
            else:
                outcomes.append(outcome)
                if outcome == "retried":
                    assert (await summary(client, member, asked["summary"]["id"]))["status"] == "pending"
    assert outcomes == ["retried", "retried", "failed"]
    assert tries == 3
    failed = await summary(client, member, asked["summary"]["id"])
    assert failed["status"] == "failed"
    assert failed["error_message"].startswith("The provider is overloaded.")


@pytest.mark.parametrize("text", ["", " \n"])
async def test_a_summary_of_nothing_fails(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, text: str
) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    asked = await ask(client, member, document["id"])

    async def say_nothing(_: SummaryRequest, __: Run) -> SummaryResult:
        return SummaryResult(text, (), (), "test-model")

    assert await work(runtime, with_engine(tools, say_nothing), member, asked["job"]["id"]) == "failed"
    failed = await summary(client, member, asked["summary"]["id"])
    assert failed["status"] == "failed"
    assert "template" in failed["error_message"]
    assert (await job(client, member, asked["job"]["id"]))["error"]["code"] == "nothing_to_summarise"


async def test_a_cancelled_job_fails_its_summary(client: httpx2.AsyncClient, runtime: Runtime, tools: Tools) -> None:
    member = await sign_up(client)
    document = await write(client, member)
    asked = await ask(client, member, document["id"])

    async def be_cancelled(request: SummaryRequest, run: Run) -> SummaryResult:
        response = await client.post(f"{API}/jobs/{asked['job']['id']}/cancel", headers=member.headers)
        assert response.status_code == 202
        return await quoting(request, run)

    assert await work(runtime, with_engine(tools, be_cancelled), member, asked["job"]["id"]) == "cancelled"
    failed = await summary(client, member, asked["summary"]["id"])
    assert (failed["status"], failed["error_message"]) == ("failed", "The job was cancelled.")
    assert failed["summary_text"] is None


async def test_a_job_of_one_tenant_reaches_nothing_of_another(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools
) -> None:
    owner, stranger = await sign_up(client), await sign_up(client)
    asked = await ask(client, owner, (await write(client, owner))["id"])
    assert await work(runtime, with_engine(tools, quoting), stranger, asked["job"]["id"]) is None
    assert (await summary(client, owner, asked["summary"]["id"]))["status"] == "pending"


async def test_a_complete_summary_is_not_written_again(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools
) -> None:
    """A second job for the same summary, such as one that was started anew twice, finds nothing left to do."""
    member = await sign_up(client)
    asked = await ask(client, member, (await write(client, member))["id"])
    assert await work(runtime, with_engine(tools, quoting), member, asked["job"]["id"]) == "completed"
    done = await summary(client, member, asked["summary"]["id"])

    async def never(_: SummaryRequest, __: Run) -> SummaryResult:
        pytest.fail("the engine was asked again")

    second = await reopen(runtime, member, UUID(asked["summary"]["id"]))
    assert await work(runtime, with_engine(tools, never), member, str(second)) == "completed"
    assert await summary(client, member, asked["summary"]["id"]) == done
