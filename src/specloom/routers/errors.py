"""Every error in the one envelope: ours, FastAPI's, the database's, and the ones nobody thought of."""

from typing import Any

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specloom.core.errors import AppError, InsufficientStorage, Unavailable
from specloom.core.failures import is_database_away, is_disk_full
from specloom.core.logging import get_logger
from specloom.dependencies.idempotency import AlreadyAnswered
from specloom.dependencies.stream import NothingMore

log = get_logger(__name__)

_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def envelope(
    status: int, code: str, message: str, details: Any = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """The one form of every error; see `schemas.base.ErrorRead`."""
    body = {"code": code, "message": message, "details": details, "request_id": correlation_id.get()}
    return JSONResponse({"error": body}, status_code=status, headers=headers)


async def _app_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101
    if error.status >= 500:  # noqa: PLR2004
        log.warning("request_refused", code=error.code, error=str(error))
    return envelope(error.status, error.code, error.message, error.details, error.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    details = [
        {
            "field": ".".join(str(part) for part in problem["loc"][1:]) or str(problem["loc"][0]),
            "in": str(problem["loc"][0]),
            "problem": str(problem["msg"]).removeprefix("Value error, "),
            "type": problem["type"],
        }
        for problem in error.errors()
    ]
    # A body that a dependency reads as well as the route is checked by both.
    details = [detail for place, detail in enumerate(details) if detail not in details[:place]]
    first = details[0]
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return envelope(422, "validation_error", f"{first['field']}: {first['problem']}{more}", details)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = _CODES.get(error.status_code, "http_error")
    headers = dict(error.headers or {})
    if error.status_code == 405:  # noqa: PLR2004
        headers["Allow"] = ", ".join(_methods(request))
    return envelope(error.status_code, code, str(error.detail), headers=headers)


def _methods(request: Request) -> list[str]:
    """Those of the resource that was asked for (RFC 9110, 15.5.6); Starlette names those of one route only."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.router.routes):
        if route.path is not None and compile_path(route.path)[0].match(request.scope["path"]):
            found |= route.methods or set()
    return sorted(found)


async def _unexpected(_: Request, error: Exception) -> Response:
    """Also what SQLAlchemy and asyncpg raise: a database that is away for a moment is no mistake of the caller's."""
    if is_database_away(error):
        log.warning("database_away", error=type(error).__name__)
        refused: AppError = Unavailable("The database is restarting or busy. Try again in a moment.")
    elif is_disk_full(error):
        log.error("database_disk_full")
        refused = InsufficientStorage()
    else:
        log.error("request_failed", exc_info=error)
        refused = AppError()
    return envelope(refused.status, refused.code, refused.message, headers=refused.headers)


async def _already_answered(_: Request, error: Exception) -> Response:
    assert isinstance(error, AlreadyAnswered)  # noqa: S101
    return error.response()


async def _nothing_more(_: Request, __: Exception) -> Response:
    return Response(status_code=204)


class EnvelopedFailures:
    """Answers to what none of the handlers below is for.

    FastAPI's own last handler stands outside of all middleware: its answers lack request id, security and CORS headers,
    and it lets the server log a failure again that was expected.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            response = await _unexpected(Request(scope), error)
            await response(scope, receive, send)


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(AlreadyAnswered, _already_answered)
    app.add_exception_handler(NothingMore, _nothing_more)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(EnvelopedFailures)
