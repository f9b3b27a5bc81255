"""Sign-in sessions: opened with a password, carried on by refresh tokens that are good for one use, and ended."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from uuid_utils.compat import uuid7

from specloom.core.errors import Conflict, Unauthenticated
from specloom.core.runtime import Runtime
from specloom.core.security import Claims, InvalidToken, Principal, TokenType, check_password
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import Account, SessionCrud, TenantCrud, UserCrud, accounts_by_email
from specloom.models.identity import AuthSession, Tenant, User
from specloom.services.identity.access import SessionEnded, deny, read_principal
from specloom.services.identity.keys import SigningKeys

MAX_ACCOUNTS = 10
"""Passwords tried for one e-mail address when no tenant is named: the oldest accounts first."""

_NOBODY = Account(GLOBAL_TENANT_ID, GLOBAL_TENANT_ID, "")


class InvalidCredentials(Unauthenticated):
    code = "invalid_credentials"
    default_message = "E-mail address or password is wrong."


class TenantRequired(Conflict):
    code = "tenant_required"
    default_message = "You can sign in to several tenants with this. Name one by its subdomain as `tenant`."


class InvalidRefreshToken(Unauthenticated):
    code = "invalid_refresh_token"
    default_message = "This refresh token is not valid, or no longer. Sign in again."


class RefreshTokenReused(Unauthenticated):
    code = "refresh_token_reused"
    default_message = "This refresh token was used before. Its session was ended to be safe; sign in again."


@dataclass(frozen=True, slots=True)
class Client:
    """From where somebody signs in, as far as they tell."""

    user_agent: str | None = None
    ip_address: str | None = None


@dataclass(frozen=True, slots=True)
class TokenPair:
    """`expires_in` is the life of the access token in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class SignedIn(TokenPair):
    user: User
    tenant: Tenant


async def login(
    runtime: Runtime, keys: SigningKeys, *, email: str, password: str, subdomain: str | None, client: Client
) -> SignedIn:
    """Opens a session for whoever knows the password.

    An unknown address, a wrong password and a disabled person are answered alike, and take the same time. Passwords are
    checked while no transaction is open.
    """
    right = await _accounts_with_password(runtime, email, password, subdomain)
    if not right:
        raise InvalidCredentials
    if len(right) > 1:
        raise TenantRequired(details={"tenants": sorted(account.subdomain for account, _ in right)})
    account, password_hash = right[0]
    async with runtime.uow(TenantContext(account.tenant_id, account.user_id)) as uow:
        user = await UserCrud(uow).sign_in(account.user_id, password_hash)
        if user is None:
            raise InvalidCredentials
        session, principal = await open_session(uow, user, runtime, client)
        tenant = await TenantCrud(uow).get()
    return signed_in(runtime, keys, session, principal, user=user, tenant=tenant)


async def open_session(uow: UnitOfWork, user: User, runtime: Runtime, client: Client) -> tuple[AuthSession, Principal]:
    """A new session of this person. Raises `TenantSuspended`."""
    session = await SessionCrud(uow).add(
        user_id=user.id,
        user_agent=client.user_agent[:300] if client.user_agent else None,
        ip_address=client.ip_address,
        **_next_token(runtime),
    )
    principal, _ = await read_principal(uow, session.id)
    return session, principal


def signed_in(
    runtime: Runtime, keys: SigningKeys, session: AuthSession, principal: Principal, *, user: User, tenant: Tenant
) -> SignedIn:
    """The answer to whoever opened a session. Signing waits until that is committed."""
    pair = _sign(runtime, keys, session, principal)
    return SignedIn(pair.access_token, pair.refresh_token, pair.expires_in, user, tenant)


async def refresh(runtime: Runtime, keys: SigningKeys, refresh_token: str) -> TokenPair:
    """The next pair of tokens of a session. Each refresh token is good for one use.

    The token before the current one yields the current one again for some seconds, for clients that ask twice at once.
    Whoever sends an older one ends the session: it has been stolen, or its successor has.
    """
    try:
        claims = await keys.verify(refresh_token, TokenType.REFRESH)
    except InvalidToken as error:
        raise InvalidRefreshToken from error
    if claims.tenant_id is None or claims.session_id is None:
        raise InvalidRefreshToken
    async with runtime.uow(TenantContext(claims.tenant_id)) as uow:
        session = await SessionCrud(uow).lock_standing(claims.session_id)
        if session is None:
            raise SessionEnded
        principal, _ = await read_principal(uow, session.id)
        ended = await _rotate(uow, runtime, session, claims)
    # The end of the session is committed although the answer is an error.
    if ended:
        await deny(runtime, claims.tenant_id, ended)
        raise RefreshTokenReused
    return _sign(runtime, keys, session, principal)


async def logout(uow: UnitOfWork, session_id: UUID) -> Sequence[UUID]:
    """Ends a session; returns its id, for `deny` after the commit."""
    return await SessionCrud(uow).revoke(session_id, "logout")


async def _accounts_with_password(
    runtime: Runtime, email: str, password: str, subdomain: str | None
) -> list[tuple[Account, str]]:
    """The accounts that this password opens, with the hash that it matched."""
    async with runtime.sessions() as session:
        accounts = await accounts_by_email(session, email)
    if subdomain is not None:
        accounts = [account for account in accounts if account.subdomain == subdomain]
    right = []
    # Where there is no account, the same steps are taken for nobody, so that the time tells nothing.
    for account in accounts[:MAX_ACCOUNTS] or [_NOBODY]:
        async with runtime.uow(TenantContext(account.tenant_id)) as uow:
            user = await UserCrud(uow).find(account.user_id)
        password_hash = user.password_hash if user else None
        if await check_password(password, password_hash) and password_hash is not None:
            right.append((account, password_hash))
    return right


async def _rotate(uow: UnitOfWork, runtime: Runtime, session: AuthSession, claims: Claims) -> Sequence[UUID]:
    """Makes the session's next token current, or keeps it, or ends the session and returns its id."""
    crud = SessionCrud(uow)
    if claims.token_id == session.current_token_id:
        await crud.change(
            session,
            previous_token_id=session.current_token_id,
            rotated_at=func.clock_timestamp(),
            **_next_token(runtime),
        )
        return ()
    grace = timedelta(seconds=runtime.settings.tokens.refresh_grace_seconds)
    if claims.token_id == session.previous_token_id and await crud.was_rotated_within(session.id, grace):
        return ()
    return await crud.revoke(session.id, "refresh_token_reused")


def _next_token(runtime: Runtime) -> dict[str, UUID | datetime]:
    now = datetime.now(UTC).replace(microsecond=0)  # tokens count whole seconds
    return {
        "current_token_id": uuid7(),
        "current_issued_at": now,
        "expires_at": now + timedelta(days=runtime.settings.tokens.refresh_days),
    }


def _sign(runtime: Runtime, keys: SigningKeys, session: AuthSession, principal: Principal) -> TokenPair:
    tokens = runtime.settings.tokens
    who = {
        "sub": str(principal.user_id),
        "tenant_id": str(principal.tenant_id),
        "sid": str(principal.session_id),
    }
    access_token = keys.sign(
        TokenType.ACCESS,
        {**who, "email": principal.email, "roles": sorted(principal.roles)},
        token_id=uuid7(),
        issued_at=int(time.time()),
        seconds=tokens.access_minutes * 60,
    )
    refresh_token = keys.sign(
        TokenType.REFRESH,
        who,
        token_id=session.current_token_id,
        issued_at=int(session.current_issued_at.timestamp()),
        seconds=tokens.refresh_days * 24 * 3600,
    )
    return TokenPair(access_token, refresh_token, tokens.access_minutes * 60)
