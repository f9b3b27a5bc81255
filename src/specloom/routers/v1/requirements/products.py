"""Products: made, found, changed; read as a tree, and changed in many places at once."""

from uuid import UUID

from fastapi import APIRouter, Response

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow
from specloom.dependencies.page import PageParams
from specloom.dependencies.requirements import ProductFilters
from specloom.dependencies.revision import IfMatch, tag
from specloom.routers.responses import errors
from specloom.routers.v1.requirements.lifecycle import RESPONSES, add_lifecycle, may
from specloom.schemas.base import PageRead
from specloom.schemas.requirements import (
    BulkItemRead,
    BulkRead,
    BulkUpdate,
    ProductCreate,
    ProductRead,
    ProductUpdate,
    TreeNodeRead,
)
from specloom.services.requirements import backlog, bulk, trees
from specloom.vocabulary.requirements import RequirementKind

_KIND = RequirementKind.PRODUCT
_PARTS = (RequirementKind.EPIC, RequirementKind.FEATURE, RequirementKind.USER_STORY)

router = APIRouter(tags=["products"], route_class=IdempotentRoute, responses=RESPONSES)


@router.post("/products", status_code=201, responses=errors(400, 404, 409, 413), dependencies=may(_KIND, "create"))
async def create_product(data: ProductCreate, uow: Uow, response: Response) -> ProductRead:
    """Makes a product. It stays with the version of your tenant's industry template that it begins with."""
    product = await backlog.create(uow, _KIND, None, data)
    tag(response, product)
    return backlog.read_as(ProductRead, product)


@router.get("/products", responses=errors(400), dependencies=may(_KIND, "read"))
async def list_products(uow: Uow, page: PageParams, filters: ProductFilters) -> PageRead[ProductRead]:
    """Products for which all filters hold, newest first; `custom.<name>=value` filters by custom fields. Sort by
    `created_at`, `updated_at`, `name` or `key`."""
    found = await backlog.page(uow, page, _KIND, **filters)
    return PageRead(items=[backlog.read(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/products/{product_id}", responses=errors(404), dependencies=may(_KIND, "read"))
async def get_product(product_id: UUID, uow: Uow, response: Response) -> ProductRead:
    """A product. What stands in it is at `/products/{product_id}/epics` and `/products/{product_id}/tree`."""
    product = await backlog.get(uow, _KIND, product_id)
    tag(response, product)
    return backlog.read_as(ProductRead, product)


@router.patch("/products/{product_id}", responses=errors(400, 404, 409, 412, 413), dependencies=may(_KIND, "update"))
async def change_product(
    product_id: UUID, data: ProductUpdate, uow: Uow, precondition: IfMatch, response: Response
) -> ProductRead:
    """Changes what is sent, as a new version. Approved text that changes goes back to review."""
    product = await backlog.lock(uow, _KIND, product_id)
    precondition.check(product)
    await backlog.change(uow, product, data)
    tag(response, product)
    return backlog.read_as(ProductRead, product)


@router.get(
    "/products/{product_id}/tree",
    responses=errors(404),
    dependencies=[each for kind in RequirementKind for each in may(kind, "read")],
)
async def get_tree(product_id: UUID, uow: Uow) -> TreeNodeRead:
    """A product with all that is in it, nested and in order; each node with how many stand under it, in which status,
    and their story points."""
    return trees.nest(await trees.outline(uow, product_id))


@router.post(
    "/products/{product_id}/bulk",
    responses=errors(400, 404, 409, 413),
    dependencies=[each for kind in _PARTS for each in may(kind, "update")],
)
async def change_many(product_id: UUID, data: BulkUpdate, uow: Uow) -> BulkRead:
    """Changes status, priority, parent or custom fields of many epics, features and user stories at once: all that is
    asked for, or, with the reason for each that cannot be done in `details`, nothing."""
    done = await bulk.change(uow, await bulk.select(uow, product_id, data))
    return BulkRead(items=[BulkItemRead.model_validate(each) for each in done])


add_lifecycle(router, _KIND)
