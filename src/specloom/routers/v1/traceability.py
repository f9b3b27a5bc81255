"""What requirements stand on, what became suspect, and what of the documents nobody cites."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.routers.responses import errors
from specloom.routers.v1.requirements.lifecycle import may
from specloom.schemas.base import PageRead
from specloom.schemas.requirements import (
    ChangesRead,
    CitationSpec,
    CoverageRead,
    MarkClear,
    RequirementCitationRead,
    SuspectMarkRead,
    TraceabilityRead,
)
from specloom.services.requirements import backlog, citations, suspects, traceability
from specloom.vocabulary.requirements import RequirementKind

router = APIRouter(tags=["traceability"], route_class=IdempotentRoute, responses=errors(401, 403, 404, 422, 503))

_may_read_sources = [Depends(require("products", "read")), Depends(require("documents", "read"))]
_may_read_all = [each for kind in RequirementKind for each in may(kind, "read")] + _may_read_sources[1:]

# A requirement of any kind: who may read, or change, that kind may do so with its citations and marks. What stands in
# documents and messages is shown to those only who may read these.


@router.get("/requirements/{requirement_id}/citations")
async def list_citations(requirement_id: UUID, uow: Uow) -> PageRead[RequirementCitationRead]:
    """The passages that a product, epic, feature or user story stands on, oldest first."""
    requirement = await citations.get_requirement(uow, requirement_id)
    found = (await citations.of(uow, [requirement.id]))[requirement.id]
    return PageRead(items=[citations.read(each) for each in found], next_cursor=None)


@router.post("/requirements/{requirement_id}/citations", status_code=201, responses=errors(400, 409, 413))
async def add_citation(requirement_id: UUID, data: CitationSpec, uow: Uow) -> RequirementCitationRead:
    """Lets a requirement stand on a passage of a document or of a message. The quote must stand there word for word."""
    requirement = await citations.lock_requirement(uow, requirement_id)
    made = {citation.id for citation in await citations.cite(uow, requirement, [data])}
    found = (await citations.of(uow, [requirement.id]))[requirement.id]
    return next(citations.read(each) for each in found if each.citation.id in made)


@router.delete("/requirements/{requirement_id}/citations/{citation_id}", status_code=204)
async def remove_citation(requirement_id: UUID, citation_id: UUID, uow: Uow) -> None:
    """Takes a citation back, and with it the suspicion that it caused."""
    requirement = await citations.lock_requirement(uow, requirement_id)
    await citations.remove(uow, requirement, citation_id)


@router.get("/requirements/{requirement_id}/suspect-marks", responses=errors(400))
async def list_marks(
    requirement_id: UUID,
    uow: Uow,
    page: PageParams,
    only_open: Annotated[bool, Query(alias="open", description="Those that nobody has cleared.")] = False,
) -> PageRead[SuspectMarkRead]:
    """Why a requirement may not hold any more: its source or its parent changed. Newest first."""
    requirement = await citations.get_requirement(uow, requirement_id)
    found = await suspects.page(uow, page, requirement_id=requirement.id, only_open=only_open)
    return PageRead(items=[suspects.read(uow, mark) for mark in found.items], next_cursor=found.next_cursor)


@router.post("/requirements/{requirement_id}/suspect-marks/{mark_id}/clear", responses=errors(400, 409, 413))
async def clear_mark(requirement_id: UUID, mark_id: UUID, data: MarkClear, uow: Uow) -> SuspectMarkRead:
    """Says that the requirement holds after all, and why. The reason is kept with your name."""
    requirement = await citations.lock_requirement(uow, requirement_id)
    return suspects.read(uow, await suspects.clear(uow, requirement, mark_id, data))


@router.get("/requirements/{requirement_id}/changes")
async def get_changes(requirement_id: UUID, uow: Uow) -> ChangesRead:
    """What changed since the requirement was approved: its text, and the passages it stands on, each with the edits of
    the document that changed them."""
    requirement = await citations.get_requirement(uow, requirement_id)
    return await traceability.changes(uow, requirement)


@router.get("/products/{product_id}/suspect-marks", responses=errors(400), dependencies=_may_read_all)
async def list_marks_of_product(
    product_id: UUID,
    uow: Uow,
    page: PageParams,
    only_open: Annotated[bool, Query(alias="open", description="Those that nobody has cleared.")] = True,
) -> PageRead[SuspectMarkRead]:
    """What in a product may not hold any more, newest first."""
    product = await backlog.get(uow, RequirementKind.PRODUCT, product_id)
    found = await suspects.page(uow, page, product_id=product.id, only_open=only_open)
    return PageRead(items=[suspects.read(uow, mark) for mark in found.items], next_cursor=found.next_cursor)


@router.get("/products/{product_id}/traceability", dependencies=_may_read_all)
async def get_traceability(
    product_id: UUID,
    uow: Uow,
    document_id: Annotated[
        list[UUID] | None, Query(max_length=20, description="Further documents whose coverage to show.")
    ] = None,
) -> TraceabilityRead:
    """The matrix of a product: each requirement with its sources and open marks, the orphans, and of each cited
    document the passages that no requirement of the product cites."""
    return await traceability.of_product(uow, product_id, document_ids=document_id or ())


@router.get("/documents/{document_id}/coverage", dependencies=_may_read_sources)
async def get_coverage(
    document_id: UUID,
    uow: Uow,
    product_id: Annotated[UUID | None, Query(description="Count the citations of this product only.")] = None,
) -> CoverageRead:
    """Which passages of the document's current version no requirement cites, and how much of it is cited."""
    return await traceability.coverage(uow, document_id, product_id=product_id)
