"""What a sign-in session stands for at this moment, and how everybody learns at once that one has ended."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from redis.exceptions import RedisError

from specloom.core.errors import Forbidden, PaymentRequired, Unauthenticated
from specloom.core.events import Channels
from specloom.core.logging import get_logger
from specloom.core.runtime import Runtime
from specloom.core.security import Principal
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import SessionCrud, TenantCrud
from specloom.vocabulary.identity import TenantStatus

log = get_logger(__name__)

BARRED = (TenantStatus.SUSPENDED, TenantStatus.CANCELLED)


class SessionEnded(Unauthenticated):
    code = "session_ended"
    default_message = "Your session has ended. Sign in again."


class TenantSuspended(Forbidden):
    code = "tenant_suspended"
    default_message = "This tenant is suspended or cancelled. Ask your operator."


class SubscriptionExpired(PaymentRequired):
    code = "subscription_expired"
    default_message = (
        "The trial or subscription of this tenant has expired. What is there can be read, changed and exported; "
        "ask your operator to extend it before you begin new work."
    )


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
        raise TenantSuspended(details={"status": access.tenant_status})
    principal = Principal(
        tenant_id=uow.tenant_id,
        user_id=access.user_id,
        session_id=session_id,
        email=access.email,
        roles=access.roles,
        permissions=access.permissions,
        subscription_expires=access.subscription_expires,
    )
    return principal, access.access_stamp


async def is_barred(uow: UnitOfWork) -> bool:
    """Whether nothing may be done for the tenant of the unit of work, as it is suspended or cancelled."""
    return (await TenantCrud(uow).get()).status in BARRED


def must_be_subscribed(principal: Principal) -> None:
    """Raises `SubscriptionExpired` once the trial or subscription of a person's tenant is over."""
    expires = principal.subscription_expires
    if expires is not None and expires <= datetime.now(UTC):
        raise SubscriptionExpired(details={"subscription_expires": expires.isoformat()})


async def close_streams(runtime: Runtime, tenant_id: UUID, session_ids: Sequence[UUID]) -> None:
    """Ends the open streams of sessions that stand, but may not be used now. Without Redis they end with their token.

    New ones are refused in any case, as requests are.
    """
    try:
        async with runtime.redis.pipeline(transaction=False) as pipeline:
            for session_id in session_ids:
                pipeline.publish(Channels(tenant_id).revoked, str(session_id))
            await pipeline.execute()
    except (TimeoutError, RedisError, OSError) as error:
        log.warning("streams_not_closed", sessions=len(session_ids), error=type(error).__name__)


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
