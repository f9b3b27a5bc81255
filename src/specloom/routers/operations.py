"""For operators: is it alive, is it ready, what does it do. Outside the versioned API."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from redis.exceptions import RedisError

from specloom.core import metrics
from specloom.core.database import ping, pool_use
from specloom.core.logging import get_logger
from specloom.dependencies.state import ApiState, State

log = get_logger(__name__)
router = APIRouter(tags=["operations"])

CHECK_SECONDS = 2.0


class HealthRead(BaseModel):
    status: Literal["ok", "degraded", "unavailable"]
    database: Literal["ok", "unavailable"]
    redis: Literal["ok", "unavailable"]


class LiveRead(BaseModel):
    status: Literal["ok"] = "ok"


async def _database(state: ApiState) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await ping(state.runtime.engine)
    except Exception as error:
        log.warning("database_unavailable", error=type(error).__name__)
        return False
    return True


async def _redis(state: ApiState) -> bool:
    try:
        await state.runtime.redis.ping()
    except (RedisError, OSError) as error:
        log.warning("redis_unavailable", error=type(error).__name__)
        return False
    return True


async def health(state: State) -> HealthRead:
    """Without Redis work goes on (jobs wait, streams read the log), hence only degraded."""
    database, redis = await asyncio.gather(_database(state), _redis(state))
    return HealthRead(
        status="unavailable" if not database else "ok" if redis else "degraded",
        database="ok" if database else "unavailable",
        redis="ok" if redis else "unavailable",
    )


Health = Annotated[HealthRead, Depends(health)]


@router.get("/health", responses={503: {"model": HealthRead, "description": "The database is not to be had."}})
@router.get("/health/ready", responses={503: {"model": HealthRead, "description": "The database is not to be had."}})
async def ready(health: Health, response: Response) -> HealthRead:
    """Whether this process can serve requests."""
    if health.status == "unavailable":
        response.status_code = 503
    return health


@router.get("/health/live")
async def live() -> LiveRead:
    """Whether this process answers at all."""
    return LiveRead()


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def prometheus(state: State) -> Response:
    """Prometheus metrics."""
    for name, value in pool_use(state.runtime.engine).items():
        metrics.POOL_CONNECTIONS.labels(name).set(value)
    content, media_type = metrics.render()
    return Response(content, media_type=media_type)


@router.get("/", include_in_schema=False)
async def root() -> RedirectResponse:
    return RedirectResponse("/docs")
