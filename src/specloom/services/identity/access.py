"""What a sign-in session stands for at this moment, and how everybody learns at once that one has ended."""

from collections.abc import Sequence
from uuid import UUID

from redis.exceptions import RedisError

from specloom.core.errors import Forbidden, Unauthenticated
from specloom.core.events import Channels
from specloom.core.logging import get_logger
from specloom.core.runtime import Runtime
from specloom.core.security import Principal
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import SessionCrud
from specloom.vocabulary.identity import TenantStatus

log = get_logger(__name__)

BARRED = (TenantStatus.SUSPENDED, TenantStatus.CANCELLED)


class SessionEnded(Unauthenticated):
    code = "session_ended"
    default_message = "Your session has ended. Sign in again."


class TenantSuspended(Forbidden):
    code = "tenant_suspended"
    default_message = "This tenant is suspended or cancelled. Ask your operator."


async def load_principal(runtime: Runtime, tenant_id: UUID, session_id: UUID) -> tuple[Principal, int]:
    """Who is behind a session, with the access stamp of the tenant at the moment their rights were read.

    Raises `SessionEnded` also when the person was disabled or deleted, and `TenantSuspended`.
    """
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        return await read_principal(uow, session_id)


async def read_principal(uow: UnitOfWork, session_id: UUID) -> tuple[Principal, int]:
    """As `load_principal`, in a unit of work that is open."""
    access = await SessionCrud(uow).access(session_id)
    if access is None or not access.stands:
        raise SessionEnded
    if access.tenant_status in BARRED:
        raise TenantSuspended
    principal = Principal(
        tenant_id=uow.tenant_id,
        user_id=access.user_id,
        session_id=session_id,
        email=access.email,
        roles=access.roles,
        permissions=access.permissions,
    )
    return principal, access.access_stamp


async def deny(runtime: Runtime, tenant_id: UUID, session_ids: Sequence[UUID]) -> None:
    """Tells every process that these sessions have ended, so that their streams close.

    Call it after the commit that ended them. Without Redis it does nothing: requests look at the session's row in any
    case, and streams do when Redis is silent.
    """
    if not session_ids:
        return
    seconds = runtime.settings.tokens.access_minutes * 60
    try:
        async with runtime.redis.pipeline(transaction=False) as pipeline:
            for session_id in session_ids:
                pipeline.set(_denied(tenant_id, session_id), "1", ex=seconds)
                pipeline.publish(Channels(tenant_id).revoked, str(session_id))
            await pipeline.execute()
    except (TimeoutError, RedisError, OSError) as error:
        log.warning("denylist_failed", sessions=len(session_ids), error=type(error).__name__)


async def is_denied(runtime: Runtime, tenant_id: UUID, session_id: UUID) -> bool:
    """Whether a session has ended: as Redis says, or as its row says when Redis does not answer."""
    try:
        return bool(await runtime.redis.exists(_denied(tenant_id, session_id)))
    except (TimeoutError, RedisError, OSError):
        async with runtime.uow(TenantContext(tenant_id)) as uow:
            return not await SessionCrud(uow).stands(session_id)


def _denied(tenant_id: UUID, session_id: UUID) -> str:
    return f"denied:{tenant_id}:{session_id}"
