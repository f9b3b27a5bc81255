"""Sessions for tests: begun and talked in over HTTP, answered in this process."""

from typing import Any

import httpx2
from obstore.store import MemoryStore

from specloom.ai.conversation import Partner
from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.ai.embedded_converse import EmbeddedPartner
from specloom.ai.embedded_embed import EmbeddedEmbedder
from specloom.ai.embedded_summarise import EmbeddedSummariser
from specloom.core.runtime import Runtime
from specloom.workers.tools import Tools
from tests.factories.documents import work
from tests.factories.identity import Member

API = "/api/v1"


def tools_with_partner(runtime: Runtime, partner: Partner | None = None) -> Tools:
    """The embedded engines, with another partner if one is given."""
    return Tools(
        settings=runtime.settings,
        summariser=EmbeddedSummariser(),
        analyst=EmbeddedAnalyst(),
        embedder=EmbeddedEmbedder(),
        partner=partner or EmbeddedPartner(),
        files=MemoryStore(),
    )


async def begin_session(client: httpx2.AsyncClient, member: Member, **body: Any) -> dict[str, Any]:
    """A session; about the vision of a product to come, if nothing else is said."""
    body = {"session_type": "vision_definition", "title": "Vision of the ferry desk", **body}
    response = await client.post(f"{API}/tenants/{member.tenant_id}/sessions", json=body, headers=member.headers)
    assert response.status_code == 201, response.text
    return response.json()  # type: ignore[no-any-return]


async def say(client: httpx2.AsyncClient, member: Member, session_id: str, content: str, **body: Any) -> dict[str, Any]:
    """A message that waits for its reply, with the job."""
    url = f"{API}/sessions/{session_id}/messages"
    response = await client.post(url, json={"content": content, **body}, headers=member.headers)
    assert response.status_code == 202, response.text
    return response.json()  # type: ignore[no-any-return]


async def messages_of(client: httpx2.AsyncClient, member: Member, session_id: str) -> list[dict[str, Any]]:
    response = await client.get(f"{API}/sessions/{session_id}/messages", headers=member.headers)
    assert response.status_code == 200, response.text
    return response.json()["items"]  # type: ignore[no-any-return]


async def talk(
    client: httpx2.AsyncClient, runtime: Runtime, member: Member, session_id: str, content: str
) -> dict[str, Any]:
    """What the embedded partner replies."""
    said = await say(client, member, session_id, content)
    assert await work(runtime, tools_with_partner(runtime), member, said["job"]["id"]) == "completed"
    replies = await messages_of(client, member, session_id)
    return next(each for each in replies if each["reply_to"] == said["message"]["id"])
