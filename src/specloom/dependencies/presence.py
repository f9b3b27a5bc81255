"""Who looks at, or writes in, a session: decided with nothing left open, since what follows waits for Redis alone."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from specloom.core.security import Claims, Principal
from specloom.dependencies.identity import access_claims, begin, check_permission, principal_of
from specloom.dependencies.state import State
from specloom.schemas.conversations import SessionStateRead
from specloom.services.conversations import state as states


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody in a session, with what PostgreSQL knows of its state."""

    session_id: UUID
    principal: Principal
    known: SessionStateRead


async def reading(session_id: UUID, state: State, claims: Annotated[Claims, Depends(access_claims)]) -> Presence:
    """Somebody who may read the session."""
    async with await begin(state, claims) as uow:
        check_permission(uow, "sessions", "read")
        return Presence(session_id, principal_of(uow), await states.stored(uow, session_id))


async def writing(session_id: UUID, state: State, claims: Annotated[Claims, Depends(access_claims)]) -> Presence:
    """Somebody who may say something in the session."""
    async with await begin(state, claims) as uow:
        check_permission(uow, "sessions", "update")
        await states.check_writer(uow, session_id)
        return Presence(session_id, principal_of(uow), await states.stored(uow, session_id))
