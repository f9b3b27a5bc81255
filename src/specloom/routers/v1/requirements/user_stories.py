"""User stories: made, found, changed."""

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
from specloom.schemas.requirements import UserStoryCreate, UserStoryRead, UserStoryUpdate
from specloom.services.requirements import backlog
from specloom.vocabulary.requirements import RequirementKind

_KIND = RequirementKind.USER_STORY

router = APIRouter(tags=["user stories"], route_class=IdempotentRoute, responses=RESPONSES)


@router.post(
    "/features/{feature_id}/user-stories",
    status_code=201,
    responses=errors(400, 404, 409, 413),
    dependencies=may(_KIND, "create"),
)
async def create_user_story(feature_id: UUID, data: UserStoryCreate, uow: Uow, response: Response) -> UserStoryRead:
    """Adds a user story to a feature, behind the others."""
    user_story = await backlog.create(uow, _KIND, feature_id, data)
    tag(response, user_story)
    return backlog.read_as(UserStoryRead, user_story)


@router.get("/features/{feature_id}/user-stories", responses=errors(400, 404), dependencies=may(_KIND, "read"))
async def list_user_stories(
    feature_id: UUID, uow: Uow, page: PageParams, filters: RequirementFilters
) -> PageRead[UserStoryRead]:
    """The user stories of a feature for which all filters hold, in their order; `custom.<name>=value` filters by custom
    fields. Sort by `position`, `name`, `key`, `created_at` or `updated_at`."""
    found = await backlog.page(uow, page, _KIND, feature_id, **filters)
    return PageRead(items=[backlog.read(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/user-stories/{user_story_id}", responses=errors(404), dependencies=may(_KIND, "read"))
async def get_user_story(user_story_id: UUID, uow: Uow, response: Response) -> UserStoryRead:
    """A user story. The `ETag` is what `If-Match` of a change wants."""
    user_story = await backlog.get(uow, _KIND, user_story_id)
    tag(response, user_story)
    return backlog.read_as(UserStoryRead, user_story)


@router.patch(
    "/user-stories/{user_story_id}", responses=errors(400, 404, 409, 412, 413), dependencies=may(_KIND, "update")
)
async def change_user_story(
    user_story_id: UUID, data: UserStoryUpdate, uow: Uow, precondition: IfMatch, response: Response
) -> UserStoryRead:
    """Changes what is sent, as a new version. Approved text that changes goes back to review."""
    user_story = await backlog.lock(uow, _KIND, user_story_id)
    precondition.check(user_story)
    await backlog.change(uow, user_story, data)
    tag(response, user_story)
    return backlog.read_as(UserStoryRead, user_story)


add_lifecycle(router, _KIND)
