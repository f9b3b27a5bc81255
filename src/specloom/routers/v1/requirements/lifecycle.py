"""The routes that are the same for all kinds of requirements: moved, taken on, looked back at, deleted."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from specloom.dependencies.identity import Uow, check_permission, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.revision import IfMatch, tag
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead
from specloom.schemas.requirements import (
    DiffRead,
    HistoryEntryRead,
    RequirementMove,
    RequirementRead,
    RequirementVersionRead,
    TransitionCreate,
)
from specloom.services.requirements import backlog, history, places, workflow
from specloom.services.requirements.kinds import KINDS
from specloom.vocabulary.requirements import RequirementKind

RESPONSES = errors(401, 403, 422, 503)
VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
OptionalNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


def may(kind: RequirementKind, *actions: str) -> list[Any]:
    """Lets those in who may do these to requirements of a kind."""
    return [Depends(require(KINDS[kind].resource, action)) for action in actions]


def add_lifecycle(router: APIRouter, kind: RequirementKind) -> None:
    """Adds them to the router of a kind, under `/<kind>s/{<kind>_id}`."""
    traits = KINDS[kind]
    one = f"/{traits.resource.replace('_', '-')}/{{{kind}_id}}"
    Id = Annotated[UUID, Path(alias=f"{kind}_id")]  # noqa: N806 - a type

    @router.delete(
        one, status_code=204, name=f"delete_{kind}", responses=errors(404, 409), dependencies=may(kind, "delete")
    )
    async def delete(
        id_: Id,
        uow: Uow,
        cascade: Annotated[bool, Query(description="Also deletes all that stands under it.")] = False,
    ) -> None:
        """Deletes it. What has something under it can only be deleted with `cascade`, together with all of that."""
        if cascade:
            for below in list(KINDS)[list(KINDS).index(kind) + 1 :]:
                check_permission(uow, KINDS[below].resource, "delete")
        await backlog.remove(uow, kind, id_, cascade=cascade)

    @router.post(
        f"{one}/transitions",
        name=f"transition_{kind}",
        response_model=traits.read,
        responses=errors(400, 404, 409, 412, 413),
        dependencies=may(kind, "update"),
    )
    async def transition(
        id_: Id, data: TransitionCreate, uow: Uow, precondition: IfMatch, response: Response
    ) -> RequirementRead:
        """Takes it to another status: draft → review → approved → implemented → archived, or back by one. To approve
        it, or take an approval back, one needs the permission to update `approvals`."""
        requirement = await backlog.lock(uow, kind, id_)
        precondition.check(requirement)
        await workflow.transition(uow, requirement, data.to, data.comment)
        tag(response, requirement)
        return backlog.read(requirement)

    @router.get(
        f"{one}/history", name=f"list_{kind}_history", responses=errors(400, 404), dependencies=may(kind, "read")
    )
    async def list_history(id_: Id, uow: Uow, page: PageParams) -> PageRead[HistoryEntryRead]:
        """What became of it, the latest first: each version of its text and each change of its status, with who, when
        and why."""
        found = await history.page(uow, kind, id_, page)
        return PageRead(items=[history.read(entry) for entry in found.items], next_cursor=found.next_cursor)

    @router.get(
        f"{one}/versions/{{number}}",
        name=f"get_{kind}_version",
        responses=errors(404),
        dependencies=may(kind, "read"),
    )
    async def get_version(id_: Id, number: VersionNumber, uow: Uow) -> RequirementVersionRead:
        """What it said in a version."""
        return history.read_version(kind, await history.version(uow, kind, id_, number))

    @router.get(f"{one}/diff", name=f"diff_{kind}", responses=errors(404), dependencies=may(kind, "read"))
    async def diff(
        id_: Id,
        uow: Uow,
        before: Annotated[
            OptionalNumber, Query(alias="from", description="A version; left out, the one before.")
        ] = None,
        after: Annotated[OptionalNumber, Query(alias="to", description="A version; left out, the current one.")] = None,
    ) -> DiffRead:
        """What differs between two versions: texts word by word, lists entry by entry, all else before and after."""
        return await history.diff(uow, kind, id_, before=before, after=after)

    if traits.parent is None:
        return

    @router.post(
        f"{one}/move",
        name=f"move_{kind}",
        response_model=traits.read,
        responses=errors(400, 404, 409, 412, 413),
        dependencies=may(kind, "update"),
    )
    async def move(
        id_: Id, data: RequirementMove, uow: Uow, precondition: IfMatch, response: Response
    ) -> RequirementRead:
        """Puts it elsewhere, with all that stands under it: before or after a sibling, or under another parent of the
        right kind. Its key stays."""
        requirement = await places.hold(uow, kind, id_, data.parent_id)
        precondition.check(requirement)
        await places.move(uow, requirement, data)
        tag(response, requirement)
        return backlog.read(requirement)
