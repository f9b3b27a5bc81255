"""The application: `create_app(settings)` joins routers, middleware and handlers; the lifespan holds what they use."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from uuid_utils.compat import uuid7

import specloom
from specloom.ai.embedders import Embedders
from specloom.connectors.storage import open_store
from specloom.core.config import Settings, load_settings
from specloom.core.hub import EventHub
from specloom.core.logging import configure_logging, get_logger
from specloom.core.redis import create_listening_redis
from specloom.core.runtime import open_runtime
from specloom.dependencies.state import ApiState, PrincipalCache
from specloom.routers import operations, well_known
from specloom.routers.body_limit import BodyLimit
from specloom.routers.errors import add_error_handlers
from specloom.routers.middleware import ObservedRequests
from specloom.routers.telemetry import configure_telemetry
from specloom.routers.v1 import (
    analyses,
    auth,
    documents,
    industry_templates,
    jobs,
    requirements,
    roles,
    search,
    sessions,
    stream,
    summaries,
    templates,
    tenants,
    traceability,
    usage,
    users,
)
from specloom.services.documents.reading import FileReader
from specloom.services.identity.keys import SigningKeys
from specloom.workers.subscriptions import REACTIONS
from specloom.workers.sweeper import Sweeper

log = get_logger(__name__)

DESCRIPTION = """
Documents and conversations in; live summaries and reviewed, traceable requirements out.

* Sign in with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer …`.
* Lists answer `{"items": [...], "next_cursor": ...}`; give `next_cursor` back as `cursor` for the next page.
* A POST with an `Idempotency-Key` can be repeated safely: it has one effect and one answer.
* A PATCH with `If-Match` changes only what you have seen; without it, the last one wins.
* Work that runs later answers 202 with its job; follow it at `GET /api/v1/jobs/{id}/events` (server-sent events).
* Every error is `{"error": {"code", "message", "details", "request_id"}}`.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application. Without settings, the environment's are read."""
    settings = settings or load_settings()
    configure_logging(settings.app)
    app = FastAPI(
        title="Specloom",
        version=specloom.__version__,
        description=DESCRIPTION,
        lifespan=_lifespan(settings),
        telemetry=configure_telemetry(settings),
        separate_input_output_schemas=False,
    )
    add_error_handlers(app)
    # FastAPI tries one router after the other: the busiest come first, and none stands inside another.
    for router in (
        documents.create_router(settings.documents),
        jobs.router,
        summaries.router,
        analyses.router,
        *requirements.routers,
        requirements.exchange.create_router(settings.documents),
        sessions.router,
        search.router,
        traceability.router,
        templates.router,
        stream.router,
        auth.router,
        tenants.router,
        industry_templates.router,
        users.router,
        roles.router,
        usage.router,
    ):
        app.include_router(router, prefix="/api/v1")
    app.include_router(operations.router)
    app.include_router(well_known.router)
    app.add_middleware(BodyLimit, max_body_size=settings.api.max_body_bytes)
    if settings.api.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.api.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(ObservedRequests, settings=settings.api)
    app.add_middleware(
        CorrelationIdMiddleware, generator=lambda: str(uuid7()), validator=_is_request_id, transformer=lambda id_: id_
    )
    return app


def _is_request_id(value: str) -> bool:
    """What a caller may name a request: short, and harmless in a log."""
    return 0 < len(value) <= 64 and all(char.isalnum() or char in "-_." for char in value) and value.isascii()  # noqa: PLR2004


async def _keep_running(work: Callable[[], Awaitable[None]]) -> None:
    """What runs beside the requests must not end unnoticed, whatever goes wrong."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("background_task_failed", task=work.__qualname__)
        await asyncio.sleep(1)


async def _stop(tasks: Iterable[asyncio.Task[None]]) -> None:
    """A database driver that is interrupted may raise an error of its own, which the task survives: ask again, then."""
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=1)


def _lifespan(settings: Settings) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            open_runtime(settings, reactions=REACTIONS) as runtime,
            Embedders(settings.llm) as embedders,
        ):
            keys = SigningKeys(runtime)
            await keys.load()
            listening = create_listening_redis(settings.redis)
            hub = EventHub(listening)
            app.state.api = ApiState(
                settings=settings,
                runtime=runtime,
                keys=keys,
                principals=PrincipalCache(),
                hub=hub,
                files=open_store(settings.storage),
                reader=FileReader(settings.documents),
                embedders=embedders,
            )
            tasks = [asyncio.create_task(_keep_running(each)) for each in (hub.run, keys.run, Sweeper(runtime).run)]
            try:
                yield
            finally:
                await _stop(tasks)
                await listening.aclose()

    return lifespan
