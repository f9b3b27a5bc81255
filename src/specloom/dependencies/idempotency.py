"""`Idempotency-Key` for every POST: claimed when it is known that the caller may ask, and kept with its answer."""

import functools
import hashlib
from collections.abc import Callable
from typing import Any, get_type_hints

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.datastructures import UploadFile

from specloom.core.uow import UnitOfWork
from specloom.services import idempotency
from specloom.services.idempotency import KeptAnswer

HEADER = "Idempotency-Key"
_REPEATABLE_HEADERS = ("etag", "location")


class AlreadyAnswered(Exception):
    """Ends a request with the answer that was kept for it."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__()
        self.answer = answer

    def response(self) -> Response:
        return Response(
            self.answer.body,
            status_code=self.answer.status,
            headers={**self.answer.headers, "Idempotent-Replayed": "true"},
            media_type="application/json",
        )


async def sent_key(request: Request) -> tuple[str, bytes] | None:
    """The request's key, if it has one, and the fingerprint of the request, for `IdempotentRoute` to claim.

    It reads the body, which may be slow to come: call it before a transaction begins.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    return key, await _fingerprint(request)


async def _fingerprint(request: Request) -> bytes:
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").startswith(("multipart/", "application/x-www-form-urlencoded")):
        for name, value in (await request.form()).multi_items():
            digest.update(f"\n{name}\n".encode())
            if isinstance(value, UploadFile):
                digest.update(f"{value.filename}\n".encode())
                while block := await value.read(1024 * 1024):
                    digest.update(block)
                await value.seek(0)
            else:
                digest.update(value.encode())
    else:
        digest.update(await request.body())
    return digest.digest()


class IdempotentRoute(APIRoute):
    """A route whose POST answers are kept with the work they tell of. Its endpoints name their unit of work `uow`.

    A key is claimed last, behind all dependencies: an answer is given again only to those who may still ask for it.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **kwargs: Any) -> None:
        if kwargs.get("methods") == ["POST"] and "uow" in get_type_hints(endpoint):
            endpoint = _keeping(endpoint, kwargs.get("status_code") or 200)
        super().__init__(path, endpoint, **kwargs)


def _keeping(endpoint: Callable[..., Any], status: int) -> Callable[..., Any]:
    adapter: TypeAdapter[Any] = TypeAdapter(get_type_hints(endpoint)["return"])

    @functools.wraps(endpoint)
    async def call(**values: Any) -> Any:
        uow: UnitOfWork = values["uow"]
        if uow.idempotency is None:
            return await endpoint(**values)
        key, fingerprint = uow.idempotency
        answer = await idempotency.claim(uow, key, fingerprint)
        if answer is not None:
            raise AlreadyAnswered(answer)
        result = await endpoint(**values)
        response: Response | None = values.get("response")
        headers = {} if response is None else response.headers
        kept = {name: headers[name] for name in _REPEATABLE_HEADERS if name in headers}
        await idempotency.keep(uow, key, KeptAnswer(status, adapter.dump_json(result), kept))
        return result

    return call
