"""Who is asking, in which tenant, and may they: settled by PostgreSQL in the round trip that opens the transaction."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import structlog
from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from specloom.core.errors import Forbidden, Unauthenticated, Unavailable
from specloom.core.security import Claims, InvalidToken, Principal, TokenType
from specloom.core.tenancy import TenantContext
from specloom.core.uow import AccessChanged, UnitOfWork
from specloom.dependencies.idempotency import sent_key
from specloom.dependencies.state import ApiState, State, api_state
from specloom.services import identity

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)


class PermissionDenied(Forbidden):
    code = "permission_denied"


async def _verify(state: ApiState, token: str | None, *types: TokenType) -> Claims:
    if token is None:
        raise Unauthenticated
    try:
        return await state.keys.verify(token, *types)
    except InvalidToken as error:
        raise Unauthenticated(f"This token is not accepted: {error}.") from error


async def access_claims(state: State, token: Annotated[str | None, Depends(_bearer)]) -> Claims:
    """The claims of the caller's access token. Whether its session still stands, only a unit of work tells."""
    return await _verify(state, token, TokenType.ACCESS)


async def operator(state: State, token: Annotated[str | None, Depends(_bearer)]) -> Claims:
    """Lets only those in who hold a token made by `specloom operator-token`."""
    return await _verify(state, token, TokenType.OPERATOR)


async def begin(state: ApiState, claims: Claims) -> UnitOfWork:
    """A unit of work of the caller, begun with the rights of this moment: `async with await begin(...) as uow`."""
    if claims.tenant_id is None or claims.session_id is None:
        raise Unauthenticated
    structlog.contextvars.bind_contextvars(tenant_id=str(claims.tenant_id), user_id=claims.subject)
    known = state.principals.get(claims.session_id)
    for _ in range(3):
        if known is None:
            known = await identity.load_principal(state.runtime, claims.tenant_id, claims.session_id)
            state.principals.put(*known)
        principal, stamp = known
        context = TenantContext(principal.tenant_id, principal.user_id, principal.session_id, stamp)
        uow = state.runtime.uow(context, principal)
        try:
            await uow.begin()
        except AccessChanged:
            known = None
        else:
            return uow
    raise Unavailable("Rights in this tenant are changing just now. Try again.")


async def open_uow(request: Request, token: Annotated[str | None, Depends(_bearer)]) -> AsyncIterator[UnitOfWork]:
    """The route's unit of work."""
    # One dependency instead of three: FastAPI's solving of them costs more than what they do.
    state = await api_state(request)
    claims = await _verify(state, token, TokenType.ACCESS)
    key = await sent_key(request)
    async with await begin(state, claims) as uow:
        uow.idempotency = key
        yield uow


# With FastAPI's default scope the commit would run after the answer is sent, and a failed one would still answer 200.
Uow = Annotated[UnitOfWork, Depends(open_uow, scope="function")]


def principal_of(uow: UnitOfWork) -> Principal:
    """The person behind a unit of work that a route opened."""
    if uow.principal is None:
        raise Unauthenticated
    return uow.principal


def check_permission(uow: UnitOfWork, resource: str, action: str) -> None:
    """Raises `PermissionDenied` when the person behind the unit of work may not do this."""
    if not principal_of(uow).may(resource, action):
        raise PermissionDenied(
            f"This needs the permission to {action} {resource}. Ask an admin for a role that has it.",
            details={"resource": resource, "action": action},
        )


def require(resource: str, action: str) -> Callable[..., Any]:
    """Lets those in who may do this: `dependencies=[Depends(require("documents", "read"))]`."""

    # Not a plain function: FastAPI would run it in a thread.
    async def check(uow: Uow) -> None:
        check_permission(uow, resource, action)

    return check
