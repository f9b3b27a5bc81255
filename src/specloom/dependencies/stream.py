"""Who may follow an event stream: decided, with nothing left open, before its first byte."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query
from fastapi.security import OAuth2PasswordBearer
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from specloom.core.errors import AppError, Unauthenticated, Unavailable
from specloom.core.failures import is_database_away
from specloom.core.security import Claims, InvalidToken, TokenType
from specloom.core.uow import UnitOfWork
from specloom.dependencies.identity import begin, check_permission, principal_of
from specloom.dependencies.state import ApiState, State
from specloom.models.jobs import Job
from specloom.services import identity, jobs
from specloom.services.analyses import analyses
from specloom.services.conversations import following
from specloom.services.streams import Viewer
from specloom.vocabulary.jobs import FINISHED

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)


class NothingMore(Exception):
    """The viewer has seen the end already: answer 204, which tells an EventSource to stop asking."""


async def stream_claims(
    state: State,
    token: Annotated[str | None, Depends(_bearer)],
    ticket: Annotated[
        str | None, Query(max_length=8192, description="From `POST /stream-tickets`, instead of a header.")
    ] = None,
) -> Claims:
    if token is None and ticket is None:
        raise Unauthenticated
    try:
        if token is not None:
            return await state.keys.verify(token, TokenType.ACCESS)
        claims = await state.keys.verify(ticket or "", TokenType.STREAM)
    except InvalidToken as error:
        raise Unauthenticated(f"This token is not accepted: {error}.") from error
    await _use_up(state, claims)
    return claims


async def _use_up(state: ApiState, claims: Claims) -> None:
    key = f"tenant:{claims.tenant_id}:ticket:{claims.token_id}"
    try:
        first = await state.runtime.redis.set(key, "1", nx=True, ex=2 * state.settings.tokens.stream_ticket_seconds)
    except (RedisError, OSError) as error:
        raise Unavailable("Stream tickets cannot be checked just now. Try again, or send the access token.") from error
    if not first:
        raise Unauthenticated("This stream ticket was used before. Get a new one for each connection.")


def _viewer(state: ApiState, uow: UnitOfWork, claims: Claims) -> Viewer:
    principal = principal_of(uow)
    resources = jobs.readable(principal)

    async def is_welcome() -> bool:
        if await identity.is_denied(state.runtime, principal.tenant_id, principal.session_id):
            return False
        try:
            async with await begin(state, claims) as now:
                # Whoever may read less by now comes again, and is told what they may hear then.
                return jobs.readable(principal_of(now)) == resources
        except AppError:
            return False
        except (SQLAlchemyError, OSError) as error:
            if not is_database_away(error):
                raise
            return True

    return Viewer(
        tenant_id=principal.tenant_id,
        session_id=principal.session_id,
        resources=resources,
        # A ticket opens the stream; what it was made from, a session, tells how long it may stay open.
        expires_at=claims.extra["until"] if claims.type is TokenType.STREAM else claims.expires_at,
        is_welcome=is_welcome,
    )


@dataclass(frozen=True, slots=True)
class JobStream:
    """`event_id` is what the stream's data call it: the job's own id, or that of what the job makes."""

    job_id: UUID
    event_id: UUID
    viewer: Viewer
    after: int


_SEEN = "The `id` of the last event that was seen."


async def last_event_id(
    header: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=2**62, description=_SEEN)] = None,
    query: Annotated[
        int | None,
        Query(
            alias="last_event_id",
            ge=0,
            le=2**62,
            description=f"{_SEEN} For a new EventSource with a new ticket, which cannot send the header.",
        ),
    ] = None,
) -> int | None:
    return query if header is None else header


LastEventId = Annotated[int | None, Depends(last_event_id)]


async def job_stream(
    job_id: UUID, state: State, claims: Annotated[Claims, Depends(stream_claims)], last_seen: LastEventId
) -> JobStream:
    """A job that the caller may follow; raises `NothingMore` when its end was seen already."""
    async with await begin(state, claims) as uow:
        job = await jobs.get(uow, job_id)
        return _follow(_viewer(state, uow, claims), job, job_id, last_seen or 0)


async def analysis_stream(
    event_id: UUID, state: State, claims: Annotated[Claims, Depends(stream_claims)], last_seen: LastEventId
) -> JobStream:
    """An analysis that the caller may follow; raises `NothingMore` when its end was seen already."""
    async with await begin(state, claims) as uow:
        check_permission(uow, "analyses", "read")
        job = await analyses.job_of(uow, event_id)
        after = last_seen or 0
        # More than there is yet was seen of an earlier job of this analysis, before it was started anew.
        return _follow(_viewer(state, uow, claims), job, event_id, after if after <= job.last_sequence else 0)


def _follow(viewer: Viewer, job: Job, event_id: UUID, after: int) -> JobStream:
    if job.status in FINISHED and after >= job.last_sequence:
        raise NothingMore
    return JobStream(job.id, event_id, viewer, after)


@dataclass(frozen=True, slots=True)
class SessionStream:
    """`after` is a place in the tenant's log; None for all that it still has of the session."""

    session_id: UUID
    viewer: Viewer
    after: int | None


async def session_stream(
    session_id: UUID, state: State, claims: Annotated[Claims, Depends(stream_claims)], last_seen: LastEventId
) -> SessionStream:
    """A session that the caller may follow; raises `NothingMore` when its end was seen already."""
    async with await begin(state, claims) as uow:
        check_permission(uow, "sessions", "read")
        if await following.is_over(uow, session_id, last_seen or 0):
            raise NothingMore
        return SessionStream(session_id, _viewer(state, uow, claims), last_seen)


async def tenant_viewer(state: State, claims: Annotated[Claims, Depends(stream_claims)]) -> Viewer:
    async with await begin(state, claims) as uow:
        return _viewer(state, uow, claims)
