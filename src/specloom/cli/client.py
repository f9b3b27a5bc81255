"""What the command line asks of the API, over HTTP like everybody else."""

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import httpx2

from specloom.cli.errors import Explained

TERMINAL = ("completed", "failed", "cancelled")
RECONNECT_SECONDS = 0.5
RECONNECTS = 60
GONE = "The server no longer answers. What it had accepted is not lost: it goes on when it runs again."


class ApiRefused(Explained):
    """The API said no; the text is its own."""


@dataclass(frozen=True, slots=True)
class Progress:
    kind: str
    percent: int
    message: str


class ApiClient:
    """Signed in as one person."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.AsyncClient(base_url=f"{url}/api/v1", timeout=httpx2.Timeout(60, connect=5))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def sign_in(self, *, tenant: str | None, email: str, password: str) -> None:
        credentials = {"email": email, "password": password} | ({"tenant": tenant} if tenant else {})
        answer = await self._ask("POST", "/auth/login", json=credentials)
        self._http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    async def upload(self, name: str, content: bytes, title: str | None = None) -> dict[str, Any]:
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        answer: dict[str, Any] = await self._ask(
            "POST",
            "/documents/upload",
            files={"file": (name, content, media_type)},
            data={"title": title} if title else {},
        )
        return answer

    async def summarise(self, document_id: str, *, template_id: str | None, format_: str | None) -> dict[str, Any]:
        wishes = {"template_id": template_id, "format": format_}
        answer: dict[str, Any] = await self._ask(
            "POST", f"/documents/{document_id}/summaries", json={key: value for key, value in wishes.items() if value}
        )
        return answer

    async def template_named(self, name: str) -> str:
        """The id of a template, by its id or its name."""
        found = await self._ask("GET", "/templates", params={"limit": "200"})
        for template in found["items"]:
            if name.casefold() in (template["id"], template["name"].casefold()):
                return str(template["id"])
        names = ", ".join(template["name"] for template in found["items"])
        raise ApiRefused(f"There is no template {name!r}. There are: {names}.")

    async def document(self, document_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self._ask("GET", f"/documents/{document_id}")
        return answer

    async def summary(self, summary_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self._ask("GET", f"/summaries/{summary_id}")
        return answer

    async def analyse(self, document_id: str, **wishes: Any) -> dict[str, Any]:
        """Asks for an analysis; `wishes` are fields of the request as the API names them."""
        tenant_id = (await self._ask("GET", "/auth/me"))["tenant"]["id"]
        answer: dict[str, Any] = await self._ask(
            "POST", f"/tenants/{tenant_id}/analyze", json={"document_id": document_id, **wishes}
        )
        return answer

    async def analysis(self, event_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self._ask("GET", f"/analyses/{event_id}")
        return answer

    async def follow(self, job_id: str) -> AsyncIterator[Progress]:
        """The job's progress until its end; a stream that breaks off is resumed where it was."""
        seen, broken = "", 0
        while True:
            try:
                headers = {"Last-Event-ID": seen} if seen else {}
                async with self._http.sse(
                    f"/jobs/{job_id}/events", headers=headers, timeout=httpx2.Timeout(45, connect=5)
                ) as source:
                    _check(source.response)
                    async for event in source:
                        seen, broken = event.id or seen, 0
                        if event.event in ("progress", *TERMINAL):
                            update = cast("dict[str, Any]", event.json())
                            yield Progress(event.event, update["progress"], update["message"])
                        if event.event in TERMINAL:
                            return
            except (httpx2.TransportError, httpx2.SSEError) as error:
                broken += 1
                if broken > RECONNECTS:
                    raise ApiRefused(GONE) from error
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = await self._http.request(method, path, **options)
        except httpx2.TransportError as error:
            raise ApiRefused(GONE) from error
        _check(answer)
        return answer.json()


def _check(answer: httpx2.Response) -> None:
    if answer.is_success:
        return
    try:
        message = answer.json()["error"]["message"]
    except (ValueError, KeyError, httpx2.StreamError):
        message = f"The server answered {answer.status_code}."
    raise ApiRefused(message)


async def is_serving(url: str) -> bool:
    """Whether a Specloom answers there."""
    try:
        async with httpx2.AsyncClient(timeout=2) as client:
            return bool((await client.get(f"{url}/health/live")).json() == {"status": "ok"})
    except (httpx2.HTTPError, ValueError):
        return False


def read_file(path: str) -> tuple[str, bytes]:
    """Name and content of a file, or of standard input, taken for Markdown, when the path is `-`. Raises OSError."""
    if path == "-":
        return "stdin.md", Path("/dev/stdin").read_bytes()
    return Path(path).name, Path(path).read_bytes()
