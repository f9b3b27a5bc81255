"""Templates: made, versioned, tried out, deleted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, check_permission, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.revision import IfMatch, tag
from specloom.dependencies.state import State
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead, StorableStr
from specloom.schemas.documents import (
    TemplateCreate,
    TemplatePreviewCreate,
    TemplatePreviewRead,
    TemplateRead,
    TemplateUpdate,
    TemplateVersionRead,
)
from specloom.services.documents import templates

router = APIRouter(
    prefix="/templates", tags=["templates"], route_class=IdempotentRoute, responses=errors(401, 403, 422, 503)
)


@router.post(
    "", status_code=201, responses=errors(400, 409, 413), dependencies=[Depends(require("templates", "create"))]
)
async def create_template(data: TemplateCreate, uow: Uow, response: Response) -> TemplateRead:
    """Makes a template of your tenant's own."""
    found = await templates.create(uow, data)
    tag(response, found.template)
    return templates.read(found)


@router.get("", responses=errors(400), dependencies=[Depends(require("templates", "read"))])
async def list_templates(
    uow: Uow,
    page: PageParams,
    q: Annotated[StorableStr | None, Query(max_length=200, description="Part of the name.")] = None,
    is_global: Annotated[bool | None, Query(description="Only those everyone has, or only your own.")] = None,
) -> PageRead[TemplateRead]:
    """Your tenant's templates and those everyone has. Sort by `created_at`, `updated_at` or `name`."""
    found = await templates.page(uow, page, q=q, is_global=is_global)
    return PageRead(items=[templates.read(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/{template_id}", responses=errors(404), dependencies=[Depends(require("templates", "read"))])
async def get_template(template_id: UUID, uow: Uow, response: Response) -> TemplateRead:
    """A template in its current version."""
    found = await templates.get(uow, template_id)
    tag(response, found.template)
    return templates.read(found)


@router.patch(
    "/{template_id}",
    responses=errors(400, 404, 409, 412, 413),
    dependencies=[Depends(require("templates", "update"))],
)
async def change_template(
    template_id: UUID, data: TemplateUpdate, precondition: IfMatch, uow: Uow, response: Response
) -> TemplateRead:
    """Changes what is sent. Another wording or format is a new version; summaries stay with theirs."""
    template = await templates.lock(uow, template_id)
    precondition.check(template)
    found = await templates.change(uow, template, data)
    tag(response, found.template)
    return templates.read(found)


@router.delete(
    "/{template_id}", status_code=204, responses=errors(404), dependencies=[Depends(require("templates", "delete"))]
)
async def delete_template(template_id: UUID, uow: Uow) -> None:
    """Deletes a template; summaries that were made by it stay."""
    await templates.remove(uow, template_id)


@router.get("/{template_id}/versions", responses=errors(400, 404), dependencies=[Depends(require("templates", "read"))])
async def list_template_versions(template_id: UUID, uow: Uow, page: PageParams) -> PageRead[TemplateVersionRead]:
    """The versions of a template, latest first."""
    found = await templates.page_versions(uow, template_id, page)
    return PageRead(
        items=[TemplateVersionRead.model_validate(version) for version in found.items], next_cursor=found.next_cursor
    )


@router.post(
    "/{template_id}/preview",
    responses=errors(400, 404, 409, 413),
    dependencies=[Depends(require("templates", "read"))],
)
async def preview_template(
    template_id: UUID, data: TemplatePreviewCreate, uow: Uow, state: State
) -> TemplatePreviewRead:
    """What a summary by this template would ask for, of which engine, and how long it would be. Writes none."""
    if data.document_id is not None:
        check_permission(uow, "documents", "read")
    return await templates.preview(uow, template_id, data, state.settings.llm)
