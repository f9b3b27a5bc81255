"""Backlogs as files: exported in the formats of other tools, imported from CSV and ReqIF."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from specloom.core.config import DocumentSettings
from specloom.dependencies.exchange import Exported, Import, read_import
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.upload import LargeBodyRoute, file_body_limit
from specloom.exchange.formats import FORMATS
from specloom.routers.responses import errors
from specloom.routers.v1.requirements.lifecycle import RESPONSES
from specloom.schemas.requirements import ImportRead
from specloom.services.requirements import imports

_exports = APIRouter(tags=["products"], responses={**RESPONSES, **errors(404, 413)})
_imports = APIRouter(
    tags=["products"],
    route_class=LargeBodyRoute,
    responses={**RESPONSES, **errors(400, 404, 409, 413, 507)},
    form_limits={"max_files": 1, "max_fields": 4, "max_part_size": 64 * 1024},
)


def create_router(settings: DocumentSettings) -> APIRouter:
    """The routes; the one that takes files has a limit of its own for its body."""
    router = APIRouter()
    router.include_router(_exports)
    router.include_router(_imports, max_body_size=file_body_limit(settings))
    return router


@_exports.get(
    "/products/{product_id}/export",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {
                **{file.media_type: {"schema": {"type": "string", "format": "binary"}} for file in FORMATS.values()},
                "application/json": {"schema": {"type": "object"}},
            },
        }
    },
)
async def export_backlog(exported: Exported) -> Response:
    """The product with its epics, features and user stories as one file: `markdown`, `csv`, `xlsx`, `json`, `reqif`,
    `gherkin` (a ZIP archive with a `.feature` file for each feature) or `jira` (the CSV of its bulk import)."""
    return Response(
        exported.content,
        media_type=exported.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{exported.name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@_imports.post("/products/{product_id}/import", dependencies=[read_import, Depends(require("products", "update"))])
async def import_backlog(product_id: UUID, sent: Annotated[Import, read_import], uow: Uow) -> ImportRead:
    """Takes in a CSV or ReqIF file, of Specloom or of another tool: all of it, or, with every error by row in
    `details`, nothing. What is there already is found by its key or by what the other tool calls it. `mode`: `create`
    adds what is new, `update` changes the rest as well, `dry_run` only tells what `update` would do."""
    return sent.rehearsal or await imports.run(uow, product_id, sent.file, sent.mode)
