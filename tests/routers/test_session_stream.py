"""A session followed live over real sockets: two nodes serve it in turns, and nobody misses or hears anything twice."""

import asyncio
from typing import cast

import httpx2

from specloom.ai.conversation import Answer, Conversation, Digest, Partner
from specloom.ai.protocols import Run
from specloom.core.config import Settings
from specloom.core.runtime import Runtime
from specloom.main import create_app
from tests.conftest import listening
from tests.factories.conversations import begin_session, say, tools_with_partner
from tests.factories.documents import work
from tests.factories.identity import sign_up
from tests.routers.test_stream import Heard, all_of, stream

TEXT = "The first part. The second part. The third part."


class Paced:
    """A partner that writes a piece whenever a test lets it."""

    model = "test-model"

    def __init__(self) -> None:
        self.turns: asyncio.Queue[None] = asyncio.Queue()
        self.written: asyncio.Queue[str] = asyncio.Queue()

    async def digest(self, conversation: Conversation, run: Run) -> Digest | None:
        return None

    async def answer(self, conversation: Conversation, run: Run) -> Answer:
        for place in range(0, len(TEXT), 16):
            await self.turns.get()
            await run.delta(TEXT[place : place + 16])
            self.written.put_nowait(TEXT[place : place + 16])
        return Answer(TEXT, self.model)

    async def write(self) -> None:
        self.turns.put_nowait(None)
        await self.written.get()


def text_of(events: list[Heard]) -> str:
    """The reply as a client puts it together from the pieces."""
    text = ""
    for event in events:
        if event.event == "reply.delta":
            assert event.data["offset"] <= len(text)
            text = text[: event.data["offset"]] + event.data["text"]
    return text


def numbered(events: list[Heard]) -> list[tuple[int, str]]:
    """The events with a place in the log; pieces of text have none, and show that of the event before."""
    return [(int(event.id), event.event) for event in events if event.id and event.event != "reply.delta"]


async def test_two_nodes_serve_one_session_in_turns(
    nodes: tuple[str, str], settings: Settings, runtime: Runtime
) -> None:
    async with (
        httpx2.AsyncClient(base_url=nodes[0]) as first,
        httpx2.AsyncClient(base_url=nodes[1]) as second,
    ):
        member = await sign_up(first)
        session = await begin_session(first, member)
        path = f"/sessions/{session['id']}/events"
        whole = asyncio.create_task(all_of(nodes[0], path, member.headers))
        partner = Paced()
        tools = tools_with_partner(runtime, cast("Partner", partner))
        seen: list[Heard] = []

        said = await say(second, member, session["id"], "Begin.")
        waiting = await say(first, member, session["id"], "And then?")
        job = asyncio.create_task(work(runtime, tools, member, said["job"]["id"]))
        await partner.write()
        async with stream(nodes[1], path, member.headers, last=str(session["last_event_id"])) as events:
            async for event in events:
                seen.append(event)
                if event.event == "reply.delta":
                    break
        assert text_of(seen) == TEXT[:16]
        await partner.write()  # while nobody on this node listens, and then Redis forgets everything
        await runtime.redis.flushdb()
        state = await first.get(f"/api/v1/sessions/{session['id']}/state", headers=member.headers)
        assert state.json()["replying_to"] == said["message"]["id"]
        await partner.write()
        assert await job == "completed"

        # A node that was started only now goes on where the other one stopped.
        async with listening(create_app(settings)) as third:
            last = next(event.id for event in reversed(seen) if event.id)
            rest = asyncio.create_task(all_of(third, path, member.headers, last=last))
            for _ in range(3):
                partner.turns.put_nowait(None)
            assert await work(runtime, tools, member, waiting["job"]["id"]) == "completed"
            done = {"status": "completed"}
            answer = await second.patch(f"/api/v1/sessions/{session['id']}", json=done, headers=member.headers)
            assert answer.status_code == 200, answer.text
            seen += await asyncio.wait_for(rest, 10)
        heard = await asyncio.wait_for(whole, 10)
        for story in (heard, seen):
            numbers = [number for number, _ in numbered(story)]
            assert numbers == sorted(set(numbers))
            assert story[-1].event == "session.completed"
            created = [event.data for event in story if event.event == "message.created"]
            assert [each["content"] for each in created] == ["Begin.", "And then?", TEXT, TEXT]
            assert [each["reply_to"] for each in created[2:]] == [said["message"]["id"], waiting["message"]["id"]]
        assert numbered(heard)[-len(numbered(seen)) :] == numbered(seen)
        assert [event.event for event in heard].count("reply.completed") == 2
        over = {**member.headers, "Last-Event-ID": heard[-1].id or ""}
        assert (await first.get(f"/api/v1{path}", headers=over)).status_code == 204


async def test_others_see_who_is_writing(nodes: tuple[str, str], runtime: Runtime) -> None:
    async with httpx2.AsyncClient(base_url=nodes[0]) as first, httpx2.AsyncClient(base_url=nodes[1]) as second:
        member = await sign_up(first)
        session = await begin_session(first, member)
        url = f"/api/v1/sessions/{session['id']}"
        assert (await first.post(f"{url}/typing", headers=member.headers)).status_code == 204
        state = (await second.get(f"{url}/state", headers=member.headers)).json()
        assert state["typing"] == [str(member.user_id)]
        assert state["last_activity"] > session["created_at"]
        await runtime.redis.flushdb()
        forgotten = (await second.get(f"{url}/state", headers=member.headers)).json()
        assert (forgotten["typing"], forgotten["status"]) == ([], "active")
