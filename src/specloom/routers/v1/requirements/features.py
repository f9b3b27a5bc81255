"""Features: made, found, changed."""

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
from specloom.schemas.requirements import FeatureCreate, FeatureRead, FeatureUpdate
from specloom.services.requirements import backlog
from specloom.vocabulary.requirements import RequirementKind

_KIND = RequirementKind.FEATURE

router = APIRouter(tags=["features"], route_class=IdempotentRoute, responses=RESPONSES)


@router.post(
    "/epics/{epic_id}/features",
    status_code=201,
    responses=errors(400, 404, 409, 413),
    dependencies=may(_KIND, "create"),
)
async def create_feature(epic_id: UUID, data: FeatureCreate, uow: Uow, response: Response) -> FeatureRead:
    """Adds a feature to an epic, behind the others."""
    feature = await backlog.create(uow, _KIND, epic_id, data)
    tag(response, feature)
    return backlog.read_as(FeatureRead, feature)


@router.get("/epics/{epic_id}/features", responses=errors(400, 404), dependencies=may(_KIND, "read"))
async def list_features(
    epic_id: UUID, uow: Uow, page: PageParams, filters: RequirementFilters
) -> PageRead[FeatureRead]:
    """The features of an epic for which all filters hold, in their order; `custom.<name>=value` filters by custom
    fields. Sort by `position`, `name`, `key`, `created_at` or `updated_at`."""
    found = await backlog.page(uow, page, _KIND, epic_id, **filters)
    return PageRead(items=[backlog.read(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/features/{feature_id}", responses=errors(404), dependencies=may(_KIND, "read"))
async def get_feature(feature_id: UUID, uow: Uow, response: Response) -> FeatureRead:
    """A feature. The `ETag` is what `If-Match` of a change wants."""
    feature = await backlog.get(uow, _KIND, feature_id)
    tag(response, feature)
    return backlog.read_as(FeatureRead, feature)


@router.patch("/features/{feature_id}", responses=errors(400, 404, 409, 412, 413), dependencies=may(_KIND, "update"))
async def change_feature(
    feature_id: UUID, data: FeatureUpdate, uow: Uow, precondition: IfMatch, response: Response
) -> FeatureRead:
    """Changes what is sent, as a new version. Approved text that changes goes back to review."""
    feature = await backlog.lock(uow, _KIND, feature_id)
    precondition.check(feature)
    await backlog.change(uow, feature, data)
    tag(response, feature)
    return backlog.read_as(FeatureRead, feature)


add_lifecycle(router, _KIND)
