"""A server on this machine that behaves like OpenAI's and Azure's API for chat and embeddings, its faults included.

It needs no key. In tests `FakeOpenAI` runs it in a thread. `python -m tests.fakes.openai_server --port 9100` runs it
for other processes, which script it with `POST /_script` (a list of faults) and read what it was sent with
`GET /_requests`.
"""

import argparse
import asyncio
import json
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from toktok import batch_count

from tests.fakes.openai_answers import answer_to, pieces_of
from tests.fakes.openai_embeddings import embeddings_of, objection_to

MODELS = ("gpt-6-luna", "gpt-6.1-sol", "gpt-4.1-mini", "gpt-4o-mini")
_REASONING = ("gpt-5", "gpt-6", "o1", "o3", "o4")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the server does with one request instead of answering it well.

    - `status`: refuses it with `status`, `code` and `headers`.
    - `silence`: says nothing for `seconds`, then answers well.
    - `drip`: lets `seconds` pass before each chunk.
    - `cut`: drops the connection after `chunks` chunks of text; `end`: ends the stream properly there, but unfinished.
    - `garbage`: sends something that is no JSON after `chunks` chunks; `error`: an error event with `code` there.
    - `finish`: breaks off after `chunks` chunks with the finish reason `code`.
    - `refuse`: declines to answer, as safety-trained models do.
    - `say`: answers `text`.
    """

    kind: Literal["status", "silence", "drip", "cut", "end", "garbage", "error", "finish", "refuse", "say"]
    status: int = 500
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    chunks: int = 3
    text: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def contents(self) -> list[str]:
        """What the messages say, in order."""
        return [message["content"] for message in self.body["messages"]]


class OpenAIServer:
    """The application. It pauses `delay` seconds before each chunk; with `usage=False` it tells no token counts."""

    def __init__(
        self, *, delay: float = 0.0, usage: bool = True, context_tokens: int = 128_000, key: str | None = None
    ) -> None:
        self.delay = delay
        self.usage = usage
        self.context_tokens = context_tokens
        self.key = key
        self.faults: deque[Fault] = deque()
        self.requests: list[Seen] = []
        self.streaming = self.most_streaming = 0
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._openai, methods=["POST"]),
                Route("/openai/deployments/{deployment}/chat/completions", self._azure, methods=["POST"]),
                Route("/v1/embeddings", self._openai_embeddings, methods=["POST"]),
                Route("/openai/deployments/{deployment}/embeddings", self._azure_embeddings, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/_script", self._script, methods=["POST"]),
                Route("/_requests", self._requests),
            ]
        )

    async def _models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [_model(name) for name in MODELS]})

    async def _script(self, request: Request) -> Response:
        self.faults.extend(Fault(**fault) for fault in await request.json())
        return Response(status_code=204)

    async def _requests(self, request: Request) -> Response:
        return JSONResponse([asdict(seen) for seen in self.requests])

    async def _openai(self, request: Request) -> Response:
        return await self._chat(request, _bearer(request), azure=False)

    async def _azure(self, request: Request) -> Response:
        if "api-version" not in request.query_params:
            return _refusal(404, None, "Resource not found")
        return await self._chat(request, request.headers.get("api-key", ""), azure=True)

    async def _openai_embeddings(self, request: Request) -> Response:
        return await self._embed(request, _bearer(request))

    async def _azure_embeddings(self, request: Request) -> Response:
        if "api-version" not in request.query_params:
            return _refusal(404, None, "Resource not found")
        return await self._embed(request, request.headers.get("api-key", ""))

    async def _embed(self, request: Request, key: str) -> Response:
        """Of the faults, `status`, `silence`, `garbage` and `cut` (here: the last text is left out) have a meaning."""
        body = await request.json()
        self.requests.append(Seen(request.url.path, dict(request.query_params), dict(request.headers), body))
        fault = self.faults.popleft() if self.faults else None
        if not key or (self.key is not None and key != self.key):
            return _refusal(401, "invalid_api_key", f"Incorrect API key provided: {key[:7]}****.")
        kind = fault.kind if fault is not None else None
        if fault is not None and kind == "status":
            return _refusal(fault.status, fault.code, f"You sent: {body['input']}", fault.headers)
        if fault is not None and kind == "silence":
            await asyncio.sleep(fault.seconds)
        if kind == "garbage":
            return Response("<html>502 Bad Gateway</html>", media_type="text/html")
        objection = objection_to(body)
        if objection is not None:
            return _refusal(400, None, objection, param="input")
        answer = embeddings_of(body, usage=self.usage)
        if kind == "cut":
            answer["data"].pop()
        return JSONResponse(answer)

    async def _chat(self, request: Request, key: str, *, azure: bool) -> Response:
        body = await request.json()
        self.requests.append(Seen(request.url.path, dict(request.query_params), dict(request.headers), body))
        fault = self.faults.popleft() if self.faults else None
        if not key or (self.key is not None and key != self.key):
            # The real one shows part of the key and quotes what it was sent; neither may end up in a log.
            return _refusal(401, "invalid_api_key", f"Incorrect API key provided: {key[:7]}****.")
        if fault is not None and fault.kind == "status":
            return _refusal(fault.status, fault.code, f"You sent: {body['messages']}", fault.headers)
        if fault is not None and fault.kind == "silence":
            await asyncio.sleep(fault.seconds)
        return self._objection(body) or self._answer(body, fault, azure=azure)

    def _objection(self, body: dict[str, Any]) -> Response | None:
        """What the real API would find wrong with the request."""
        model = body["model"]
        if model.startswith(_REASONING) and "max_tokens" in body:
            return _refusal(400, "unsupported_parameter", "Use 'max_completion_tokens' instead.", param="max_tokens")
        schema = body.get("response_format", {}).get("json_schema", {})
        if schema.get("strict") and not _is_strict(schema["schema"]):
            return _refusal(400, None, "Invalid schema for response_format", param="response_format")
        wanted = _tokens(body) + body.get("max_completion_tokens", 0)
        if wanted > self.context_tokens:
            message = f"This model's maximum context length is {self.context_tokens} tokens; you asked for {wanted}."
            return _refusal(400, "context_length_exceeded", message, param="messages")
        return None

    def _answer(self, body: dict[str, Any], fault: Fault | None, *, azure: bool) -> Response:
        text = fault.text if fault is not None and fault.kind == "say" else answer_to(body)
        usage = _usage(body, text) if self.usage else None
        if body.get("stream"):
            events = self._counted(self._events(body, text, usage, fault, azure=azure))
            return StreamingResponse(events, media_type="text/event-stream")
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return JSONResponse({**_envelope(body, "chat.completion"), "choices": [choice], "usage": usage})

    async def _counted(self, events: AsyncIterator[str]) -> AsyncIterator[str]:
        self.streaming += 1
        self.most_streaming = max(self.most_streaming, self.streaming)
        try:
            async for event in events:
                yield event
        finally:
            self.streaming -= 1

    async def _events(
        self, body: dict[str, Any], text: str, usage: dict[str, Any] | None, fault: Fault | None, *, azure: bool
    ) -> AsyncIterator[str]:
        envelope = _envelope(body, "chat.completion.chunk")

        def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
            choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
            return _event({**envelope, "choices": [choice]})

        if azure:
            yield _event({**envelope, "choices": [], "prompt_filter_results": [{"prompt_index": 0}]})
        yield chunk({"role": "assistant", "content": "", "refusal": None})
        kind = fault.kind if fault is not None else None
        finish = "stop"
        if kind == "refuse":
            yield chunk({"refusal": "I'm sorry, I cannot help with that."})
            text = ""
        for index, piece in enumerate(pieces_of(text)):
            if fault is not None and index == fault.chunks:
                if kind == "cut":
                    raise ConnectionAbortedError
                if kind == "end":
                    return
                if kind == "garbage":
                    yield "data: <html>502 Bad Gateway</html>\n\n"
                    return
                if kind == "error":
                    yield _event({"error": {"message": f"You sent: {body['messages']}", "code": fault.code}})
                    return
                if kind == "finish":
                    finish = fault.code or "length"
                    break
            await asyncio.sleep(fault.seconds if fault is not None and kind == "drip" else self.delay)
            yield chunk({"content": piece})
        yield chunk({}, finish)
        if usage is not None and body.get("stream_options", {}).get("include_usage"):
            yield _event({**envelope, "choices": [], "usage": usage})
        yield "data: [DONE]\n\n"


class FakeOpenAI(OpenAIServer):
    """The server in a thread of this process, on a free port, between `with` and its end."""

    def __enter__(self) -> Self:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._server = uvicorn.Server(_config(self))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            threading.Event().wait(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    @property
    def url(self) -> str:
        """The server's root, which is also an Azure endpoint."""
        host, port = self._socket.getsockname()
        return f"http://{host}:{port}"

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def script(self, *faults: Fault) -> None:
        """The next requests meet these faults, one each; those after them are answered well."""
        self.faults.extend(faults)

    def reset(self) -> None:
        """Forgets requests and faults."""
        self.faults.clear()
        self.requests.clear()


def _config(server: OpenAIServer, **options: Any) -> uvicorn.Config:
    # A cut stream is an exception to uvicorn; it would log each.
    return uvicorn.Config(server.app, log_level="critical", lifespan="off", ws="none", **options)


def _bearer(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key if scheme == "Bearer" else ""


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1790000000, "owned_by": "openai"}


def _envelope(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-fake", "object": kind, "created": 1790000000, "model": f"{body['model']}-2026-09-22"}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _refusal(
    status: int, code: str | None, message: str, headers: dict[str, str] | None = None, param: str | None = None
) -> Response:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return JSONResponse({"error": error}, status, {"x-request-id": "req_fake", **(headers or {})})


def _tokens(body: dict[str, Any]) -> int:
    contents = [message["content"] for message in body["messages"]]
    return sum(batch_count(contents, "o200k_base", threads=1)) + 4 * len(contents) + 3


def _usage(body: dict[str, Any], text: str) -> dict[str, Any]:
    prompt, completion = _tokens(body), batch_count([text], "o200k_base", threads=1)[0]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def _is_strict(schema: dict[str, Any]) -> bool:
    """Every object of a strict schema requires all its fields and allows no others."""
    objects = [schema, *schema.get("$defs", {}).values()]
    return all(
        item.get("additionalProperties") is False and set(item.get("required", ())) == set(item["properties"])
        for item in objects
        if "properties" in item
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the server in the foreground until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds before each chunk")
    parser.add_argument("--no-usage", action="store_true", help="tell no token counts, as some compatible servers do")
    options = parser.parse_args(arguments)
    server = OpenAIServer(delay=options.delay, usage=not options.no_usage)
    uvicorn.Server(_config(server, host=options.host, port=options.port)).run()


if __name__ == "__main__":
    main()
