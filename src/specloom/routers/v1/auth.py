"""Signing up, in and out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request, Response

from specloom.core.errors import Unauthenticated
from specloom.core.security import Claims
from specloom.dependencies.identity import Uow, access_claims, principal_of
from specloom.dependencies.state import State
from specloom.routers.responses import errors
from specloom.schemas.identity import (
    Login,
    MeRead,
    PasswordChange,
    PermissionRead,
    Refresh,
    Registration,
    SignedInRead,
    TenantRead,
    TokenForm,
    TokenRead,
    UserRead,
)
from specloom.services import identity
from specloom.services.identity import Client


async def no_store(response: Response) -> None:
    """Tokens and passwords stay out of every cache (RFC 6749, 5.1)."""
    response.headers["Cache-Control"] = "no-store"


async def client_of(request: Request) -> Client:
    return Client(
        user_agent=request.headers.get("User-Agent"), ip_address=request.client.host if request.client else None
    )


FromClient = Annotated[Client, Depends(client_of)]

router = APIRouter(
    prefix="/auth", tags=["auth"], dependencies=[Depends(no_store)], responses=errors(400, 413, 422, 503)
)


@router.post("/register", status_code=201, responses=errors(409))
async def register(data: Registration, state: State, client: FromClient) -> SignedInRead:
    """Signs a company up: the tenant, its first admin, and tokens for that admin."""
    return SignedInRead.model_validate(await identity.register(state.runtime, state.keys, data, client))


@router.post("/login", responses=errors(401, 403, 409))
async def login(data: Login, state: State, client: FromClient) -> SignedInRead:
    """Signs in with e-mail address and password. `tenant_required` says that several tenants have this account, and
    names them; send one of them as `tenant`."""
    result = await identity.login(
        state.runtime, state.keys, email=data.email, password=data.password, subdomain=data.tenant, client=client
    )
    return SignedInRead.model_validate(result)


@router.post("/token", responses=errors(401, 403, 409))
async def token(data: Annotated[TokenForm, Form()], state: State, client: FromClient) -> TokenRead:
    """The same for tools that speak OAuth 2 (password grant). The user name may be `subdomain/address`."""
    subdomain, email = data.account()
    result = await identity.login(
        state.runtime, state.keys, email=email, password=data.password, subdomain=subdomain, client=client
    )
    return TokenRead.model_validate(result)


@router.post("/refresh", responses=errors(401, 403))
async def refresh(data: Refresh, state: State) -> TokenRead:
    """The next pair of tokens. A refresh token is good for one use; using an old one again ends the session."""
    return TokenRead.model_validate(await identity.refresh(state.runtime, state.keys, data.refresh_token))


@router.post("/logout", status_code=204, responses=errors(401, 403))
async def logout(uow: Uow, state: State, background: BackgroundTasks) -> None:
    """Ends the session of this access token. Its tokens are refused from the next request on."""
    ended = await identity.logout(uow, principal_of(uow).session_id)
    background.add_task(identity.deny, state.runtime, uow.tenant_id, ended)


@router.get("/me", responses=errors(401, 403))
async def me(uow: Uow) -> MeRead:
    """Who you are, and what you may do."""
    principal = principal_of(uow)
    return MeRead(
        user=UserRead.model_validate(await identity.get_user(uow, principal.user_id)),
        tenant=TenantRead.model_validate(await identity.get_tenant(uow, uow.tenant_id)),
        roles=sorted(principal.roles),
        permissions=[
            PermissionRead.model_validate({"resource": resource, "action": action})
            for resource, action in sorted(principal.permissions)
        ],
    )


@router.post("/password/change", status_code=204, responses=errors(401, 403))
async def change_password(
    data: PasswordChange, state: State, claims: Annotated[Claims, Depends(access_claims)]
) -> None:
    """Gives you a new password and ends your other sessions."""
    tenant_id, session_id = _session_of(claims)
    await identity.change_password(state.runtime, tenant_id, session_id, data)


def _session_of(claims: Claims) -> tuple[UUID, UUID]:
    if claims.tenant_id is None or claims.session_id is None:
        raise Unauthenticated
    return claims.tenant_id, claims.session_id
