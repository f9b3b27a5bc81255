"""Epics: made, found, changed."""

from uuid import UUID

from fastapi import APIRouter, Response

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow
from specloom.dependencies.page import PageParams
from specloom.dependencies.requirements import RequirementFilters
from specloom.dependencies.revision import IfMatch, tag
from specloom.routers.responses import errors
from specloom.routers.v1.requirements.lifecycle import RESPONSES, add_lifecycle, may
from specloom.schemas.base import PageRead
from specloom.schemas.requirements import EpicCreate, EpicRead, EpicUpdate
from specloom.services.requirements import backlog
from specloom.vocabulary.requirements import RequirementKind

_KIND = RequirementKind.EPIC

router = APIRouter(tags=["epics"], route_class=IdempotentRoute, responses=RESPONSES)


@router.post(
    "/products/{product_id}/epics",
    status_code=201,
    responses=errors(400, 404, 409, 413),
    dependencies=may(_KIND, "create"),
)
async def create_epic(product_id: UUID, data: EpicCreate, uow: Uow, response: Response) -> EpicRead:
    """Adds an epic to a product, behind the others."""
    epic = await backlog.create(uow, _KIND, product_id, data)
    tag(response, epic)
    return backlog.read_as(EpicRead, epic)


@router.get("/products/{product_id}/epics", responses=errors(400, 404), dependencies=may(_KIND, "read"))
async def list_epics(product_id: UUID, uow: Uow, page: PageParams, filters: RequirementFilters) -> PageRead[EpicRead]:
    """The epics of a product for which all filters hold, in their order; `custom.<name>=value` filters by custom
    fields. Sort by `position`, `name`, `key`, `created_at` or `updated_at`."""
    found = await backlog.page(uow, page, _KIND, product_id, **filters)
    return PageRead(items=[backlog.read(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/epics/{epic_id}", responses=errors(404), dependencies=may(_KIND, "read"))
async def get_epic(epic_id: UUID, uow: Uow, response: Response) -> EpicRead:
    """An epic. The `ETag` is what `If-Match` of a change wants."""
    epic = await backlog.get(uow, _KIND, epic_id)
    tag(response, epic)
    return backlog.read_as(EpicRead, epic)


@router.patch("/epics/{epic_id}", responses=errors(400, 404, 409, 412, 413), dependencies=may(_KIND, "update"))
async def change_epic(epic_id: UUID, data: EpicUpdate, uow: Uow, precondition: IfMatch, response: Response) -> EpicRead:
    """Changes what is sent, as a new version. Approved text that changes goes back to review."""
    epic = await backlog.lock(uow, _KIND, epic_id)
    precondition.check(epic)
    await backlog.change(uow, epic, data)
    tag(response, epic)
    return backlog.read_as(EpicRead, epic)


add_lifecycle(router, _KIND)
