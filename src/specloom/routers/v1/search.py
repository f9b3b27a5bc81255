"""Search in one's own words, through all that one may read."""

from typing import Annotated

from fastapi import APIRouter, Depends

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.meaning import understood
from specloom.routers.responses import errors
from specloom.schemas.search import SearchRead, SearchRequest
from specloom.services import search
from specloom.services.search import Meaning

router = APIRouter(tags=["search"], route_class=IdempotentRoute, responses=errors(401, 403, 422, 503))


@router.post("/search", responses=errors(400, 409, 413), dependencies=[understood, Depends(require("search", "read"))])
async def find_passages(meaning: Annotated[Meaning | None, understood], data: SearchRequest, uow: Uow) -> SearchRead:
    """Finds the passages of documents, summaries, requirements and messages that answer a question, best first.

    Only what you may read is looked through. Each result quotes its text as it is now, word for word, with the exact
    place; what was deleted or changed a moment ago is not quoted any more. New texts are found within seconds.
    """
    hits = await search.find(
        uow,
        data.query,
        kinds=data.kinds,
        limit=data.limit,
        mode=data.mode,
        document_id=data.document_id,
        product_id=data.product_id,
        meaning=meaning,
    )
    model = meaning.model if meaning is not None else search.MODEL
    return SearchRead(items=[search.read(hit) for hit in hits], mode=data.mode, model=model)
