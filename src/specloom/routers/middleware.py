"""Around every request: its log line, its metrics, and the security headers of its answer."""

import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specloom.core.config import ApiSettings
from specloom.core.logging import get_logger
from specloom.core.metrics import HTTP_REQUESTS, HTTP_SECONDS

log = get_logger("specloom.access")

_QUIET = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})


class ObservedRequests:
    """Plain ASGI: it does not buffer, so streams pass as they are."""

    def __init__(self, app: ASGIApp, settings: ApiSettings) -> None:
        self._app = app
        self._headers = _security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def observe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers:
                    headers.setdefault(name, value)
            await send(message)

        structlog.contextvars.clear_contextvars()
        try:
            await self._app(scope, receive, observe)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    @staticmethod
    def _record(scope: Scope, status: int, seconds: float) -> None:
        # The route as it was included knows its whole path; `scope["route"]` knows only its own part of it.
        route = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
        path = getattr(route, "path", None) or "unmatched"
        method = scope["method"]
        HTTP_REQUESTS.labels(method, path, status).inc()
        if not path.endswith("/events"):
            HTTP_SECONDS.labels(method, path).observe(seconds)
        if scope["path"] not in _QUIET:
            log.info(
                "request", method=method, path=scope["path"], route=path, status=status, ms=round(seconds * 1000, 2)
            )


def _security_headers(settings: ApiSettings) -> list[tuple[str, str]]:
    if not settings.security_headers:
        return []
    headers = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    if settings.hsts_seconds:
        headers.append(("Strict-Transport-Security", f"max-age={settings.hsts_seconds}; includeSubDomains"))
    return headers
