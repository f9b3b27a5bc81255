"""Custom fields: what a tenant adds to a kind of requirement."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.revision import IfMatch, tag
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead
from specloom.schemas.requirements import CustomFieldCreate, CustomFieldRead, CustomFieldUpdate
from specloom.services.requirements import fields
from specloom.vocabulary.requirements import RequirementKind

router = APIRouter(
    prefix="/custom-fields",
    tags=["custom fields"],
    route_class=IdempotentRoute,
    responses=errors(401, 403, 422, 503),
)


@router.post(
    "", status_code=201, responses=errors(400, 409, 413), dependencies=[Depends(require("custom_fields", "create"))]
)
async def create_custom_field(data: CustomFieldCreate, uow: Uow, response: Response) -> CustomFieldRead:
    """Adds a field to all requirements of a kind. Those that are there have no value of it yet."""
    field = await fields.create(uow, data)
    tag(response, field)
    return CustomFieldRead.model_validate(field)


@router.get("", responses=errors(400), dependencies=[Depends(require("custom_fields", "read"))])
async def list_custom_fields(
    uow: Uow, page: PageParams, kind: Annotated[RequirementKind | None, Query()] = None
) -> PageRead[CustomFieldRead]:
    """The custom fields of your tenant, by name. Sort by `name`, `label`, `created_at` or `updated_at`."""
    found = await fields.page(uow, page, kind)
    return PageRead(
        items=[CustomFieldRead.model_validate(field) for field in found.items], next_cursor=found.next_cursor
    )


@router.get("/{field_id}", responses=errors(404), dependencies=[Depends(require("custom_fields", "read"))])
async def get_custom_field(field_id: UUID, uow: Uow, response: Response) -> CustomFieldRead:
    """A custom field. The `ETag` is what `If-Match` of a change wants."""
    field = await fields.get(uow, field_id)
    tag(response, field)
    return CustomFieldRead.model_validate(field)


@router.patch(
    "/{field_id}",
    responses=errors(400, 404, 409, 412, 413),
    dependencies=[Depends(require("custom_fields", "update"))],
)
async def change_custom_field(
    field_id: UUID, data: CustomFieldUpdate, uow: Uow, precondition: IfMatch, response: Response
) -> CustomFieldRead:
    """Changes what is sent. The values that requirements have stay as they are, also those that are no choice any
    more."""
    field = await fields.lock(uow, field_id)
    precondition.check(field)
    await fields.change(uow, field, data)
    tag(response, field)
    return CustomFieldRead.model_validate(field)


@router.delete(
    "/{field_id}", status_code=204, responses=errors(404), dependencies=[Depends(require("custom_fields", "delete"))]
)
async def delete_custom_field(field_id: UUID, uow: Uow) -> None:
    """Takes a field away. The values that requirements have of it can still be read, or taken away."""
    await fields.remove(uow, field_id)
