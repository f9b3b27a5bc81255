"""Summaries: asked for one by one or in bulk, shown with what each sentence stands on, deleted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from specloom.dependencies.budget import must_afford
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead
from specloom.schemas.documents import (
    BulkSummaryCreate,
    BulkSummaryRequestedRead,
    SummaryCreate,
    SummaryDetailRead,
    SummaryRead,
    SummaryRequestedRead,
)
from specloom.services.documents import summaries
from specloom.vocabulary.documents import SummaryStatus

router = APIRouter(tags=["summaries"], route_class=IdempotentRoute, responses=errors(401, 403, 422, 503))

# A summary quotes its document: who asks for one must be allowed to read that.
_may_request = [Depends(require("documents", "read")), Depends(require("summaries", "create")), Depends(must_afford)]
_may_read = [Depends(require("summaries", "read"))]


@router.post(
    "/documents/bulk/summaries",
    status_code=202,
    responses=errors(400, 402, 404, 409, 413, 429),
    dependencies=_may_request,
)
async def request_summaries(data: BulkSummaryCreate, uow: Uow) -> BulkSummaryRequestedRead:
    """Asks for a summary of each document. When one of them is not there, nothing is started."""
    requested = await summaries.request_summaries(uow, data.document_ids, data)
    return BulkSummaryRequestedRead(items=[summaries.read_requested(job, view) for job, view in requested])


@router.post(
    "/documents/{document_id}/summaries",
    status_code=202,
    responses=errors(400, 402, 404, 409, 413, 429),
    dependencies=_may_request,
)
async def request_summary(document_id: UUID, uow: Uow, data: SummaryCreate | None = None) -> SummaryRequestedRead:
    """Asks for a summary of the document's current version. Follow its job at `GET /jobs/{id}/events`."""
    ((job, view),) = await summaries.request_summaries(uow, [document_id], data or SummaryCreate())
    return summaries.read_requested(job, view)


@router.get("/documents/{document_id}/summaries", responses=errors(400, 404), dependencies=_may_read)
async def list_document_summaries(document_id: UUID, uow: Uow, page: PageParams) -> PageRead[SummaryRead]:
    """The summaries of a document in all its versions, newest first."""
    found = await summaries.page_of_document(uow, document_id, page)
    return PageRead(items=[summaries.read(view) for view in found.items], next_cursor=found.next_cursor)


@router.get("/summaries", responses=errors(400), dependencies=_may_read)
async def list_summaries(
    uow: Uow,
    page: PageParams,
    document_id: Annotated[UUID | None, Query()] = None,
    status: SummaryStatus | None = None,
) -> PageRead[SummaryRead]:
    """Summaries, newest first."""
    found = await summaries.page(uow, page, document_id=document_id, status=status)
    return PageRead(items=[summaries.read(view) for view in found.items], next_cursor=found.next_cursor)


@router.get("/summaries/{summary_id}", responses=errors(404), dependencies=_may_read)
async def get_summary(summary_id: UUID, uow: Uow) -> SummaryDetailRead:
    """A summary, sentence by sentence with the places of the text it stands on, and what it leaves out."""
    return summaries.read_detail(await summaries.get(uow, summary_id))


@router.delete(
    "/summaries/{summary_id}",
    status_code=204,
    responses=errors(404),
    dependencies=[Depends(require("summaries", "delete"))],
)
async def delete_summary(summary_id: UUID, uow: Uow) -> None:
    """Deletes a summary; one that is being written comes to nothing."""
    await summaries.remove(uow, summary_id)
