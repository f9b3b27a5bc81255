"""The limit for request bodies: counted as they arrive, and refused in the one form of every error."""

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specloom.core.errors import TooLarge
from specloom.routers.errors import envelope


class BodyLimit:
    """Starlette's limit, which routers may raise by a `max_body_size` of their own.

    Starlette refuses a body that announces its size in plain text, whatever the application would answer.
    """

    def __init__(self, app: ASGIApp, max_body_size: int) -> None:
        self._app = RequestBodyLimitMiddleware(app, max_body_size=max_body_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def send_enveloped(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                type_ = Headers(scope=message).get("content-type", "")
                refused = message["status"] == TooLarge.status and type_.startswith("text/plain")
                if refused:
                    await envelope(TooLarge.status, TooLarge.code, TooLarge.default_message)(scope, receive, send)
            if not refused:
                await send(message)

        await self._app(scope, receive, send_enveloped)
