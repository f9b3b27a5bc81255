"""What one API process holds, made in the application's lifespan."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request
from obstore.store import ObjectStore

from specloom.ai.embedders import Embedders
from specloom.core.config import Settings
from specloom.core.hub import EventHub
from specloom.core.runtime import Runtime
from specloom.core.security import Principal
from specloom.services.documents.reading import FileReader
from specloom.services.identity.keys import SigningKeys


class PrincipalCache:
    """Who was asking lately, with the tenant's access stamp of that time; PostgreSQL checks the stamp on every use."""

    def __init__(self, size: int = 20_000) -> None:
        self._size = size
        self._known: OrderedDict[UUID, tuple[Principal, int]] = OrderedDict()

    def get(self, session_id: UUID) -> tuple[Principal, int] | None:
        return self._known.get(session_id)

    def put(self, principal: Principal, stamp: int) -> None:
        self._known[principal.session_id] = (principal, stamp)
        if len(self._known) > self._size:
            self._known.popitem(last=False)


@dataclass(frozen=True, slots=True)
class ApiState:
    settings: Settings
    runtime: Runtime
    keys: SigningKeys
    principals: PrincipalCache
    hub: EventHub
    files: ObjectStore
    reader: FileReader
    embedders: Embedders


async def api_state(request: Request) -> ApiState:
    return cast("ApiState", request.app.state.api)


State = Annotated[ApiState, Depends(api_state)]
