"""Documents: uploaded or sent as text, versioned, found, read in part, downloaded, deleted."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from specloom.core.config import DocumentSettings
from specloom.dependencies.download import OriginalFile, VersionNumber
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.revision import IfMatch, tag
from specloom.dependencies.upload import (
    LargeBodyRoute,
    Upload,
    file_body_limit,
    receive_new,
    receive_version,
    rewrite,
    text_body_limit,
    write_new,
)
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead, StorableStr
from specloom.schemas.documents import (
    DocumentContentRead,
    DocumentCreate,
    DocumentRead,
    DocumentUpdate,
    DocumentVersionRead,
    Moment,
)
from specloom.services.documents import documents
from specloom.services.documents.drafts import Draft
from specloom.vocabulary.documents import DocumentStatus, SourceType

_common = errors(401, 403, 422, 503)
_plain = APIRouter(prefix="/documents", tags=["documents"], route_class=IdempotentRoute, responses=_common)
_files = APIRouter(
    prefix="/documents",
    tags=["documents"],
    route_class=LargeBodyRoute,
    responses={**_common, **errors(400, 409, 413, 415, 507)},
    form_limits={"max_files": 1, "max_fields": 4, "max_part_size": 16 * 1024},
)
_texts = APIRouter(
    prefix="/documents",
    tags=["documents"],
    route_class=LargeBodyRoute,
    responses={**_common, **errors(400, 409, 413, 507)},
)


def create_router(settings: DocumentSettings) -> APIRouter:
    """The routes of documents. Those that take files and texts have limits of their own for their bodies."""
    router = APIRouter()
    router.include_router(_plain)
    router.include_router(_files, max_body_size=file_body_limit(settings))
    router.include_router(_texts, max_body_size=text_body_limit(settings))
    return router


@_files.post("/upload", status_code=201, dependencies=[receive_new, Depends(require("documents", "create"))])
async def upload_document(upload: Annotated[Upload, receive_new], uow: Uow, response: Response) -> DocumentRead:
    """Adds a file as a document. Its text is read at once; the original is kept and can be downloaded."""
    title = upload.title or upload.draft.title or upload.draft.file_name or "Untitled"
    document = await documents.create(uow, upload.draft, title=title)
    tag(response, document)
    return DocumentRead.model_validate(document)


@_files.post(
    "/{document_id}/versions",
    status_code=201,
    responses=errors(404, 412),
    dependencies=[receive_version, Depends(require("documents", "update"))],
)
async def upload_version(
    document_id: UUID, upload: Annotated[Upload, receive_version], precondition: IfMatch, uow: Uow
) -> DocumentVersionRead:
    """Adds a file as the new version of a document; the versions before it stay. A `title` renames the document."""
    document = await documents.lock(uow, document_id)
    precondition.check(document)
    version = await documents.add_version(uow, document, upload.draft, title=upload.title)
    return DocumentVersionRead.model_validate(version)


@_texts.post("", status_code=201, dependencies=[write_new, Depends(require("documents", "create"))])
async def create_document(
    draft: Annotated[Draft, write_new], data: DocumentCreate, uow: Uow, response: Response
) -> DocumentRead:
    """Adds a text as a document. It is kept to the character."""
    document = await documents.create(
        uow,
        draft,
        title=data.title,
        source_type=data.source_type,
        source_url=data.source_url,
        external_id=data.external_id,
        external_last_updated=data.external_last_updated,
    )
    tag(response, document)
    return DocumentRead.model_validate(document)


@_texts.patch(
    "/{document_id}",
    responses=errors(404, 412),
    dependencies=[rewrite, Depends(require("documents", "update"))],
)
async def change_document(
    *,
    document_id: UUID,
    draft: Annotated[Draft | None, rewrite],
    data: DocumentUpdate,
    precondition: IfMatch,
    uow: Uow,
    response: Response,
) -> DocumentRead:
    """Changes what is sent. New `content` becomes a new version; the same content again does not."""
    document = await documents.lock(uow, document_id)
    precondition.check(document)
    document = await documents.change(uow, document, data, draft)
    tag(response, document)
    return DocumentRead.model_validate(document)


@_plain.get("", responses=errors(400), dependencies=[Depends(require("documents", "read"))])
async def list_documents(
    *,
    uow: Uow,
    page: PageParams,
    q: Annotated[
        StorableStr | None,
        Query(
            max_length=200,
            description='Words that title or text hold, all of them; also `"a phrase"`, `-without`, `this or that`.',
        ),
    ] = None,
    source_type: SourceType | None = None,
    status: DocumentStatus | None = None,
    media_type: Annotated[StorableStr | None, Query(max_length=255)] = None,
    created_after: Annotated[Moment | None, Query()] = None,
    created_before: Annotated[Moment | None, Query()] = None,
) -> PageRead[DocumentRead]:
    """Documents for which all filters hold, newest first. Sort by `created_at`, `updated_at` or `title`."""
    found = await documents.page(
        uow,
        page,
        q=q,
        source_type=source_type,
        status=status,
        media_type=media_type,
        created_after=created_after,
        created_before=created_before,
    )
    return PageRead(
        items=[DocumentRead.model_validate(document) for document in found.items], next_cursor=found.next_cursor
    )


@_plain.get("/{document_id}", responses=errors(404), dependencies=[Depends(require("documents", "read"))])
async def get_document(document_id: UUID, uow: Uow, response: Response) -> DocumentRead:
    """A document without its text. The `ETag` is what `If-Match` of a change wants."""
    document = await documents.get(uow, document_id)
    tag(response, document)
    return DocumentRead.model_validate(document)


@_plain.delete(
    "/{document_id}", status_code=204, responses=errors(404), dependencies=[Depends(require("documents", "delete"))]
)
async def delete_document(document_id: UUID, uow: Uow) -> None:
    """Deletes a document and its summaries."""
    await documents.remove(uow, document_id)


@_plain.get("/{document_id}/versions", responses=errors(400, 404), dependencies=[Depends(require("documents", "read"))])
async def list_versions(document_id: UUID, uow: Uow, page: PageParams) -> PageRead[DocumentVersionRead]:
    """The versions of a document, latest first."""
    found = await documents.page_versions(uow, document_id, page)
    return PageRead(
        items=[DocumentVersionRead.model_validate(version) for version in found.items], next_cursor=found.next_cursor
    )


@_plain.get("/{document_id}/content", responses=errors(404), dependencies=[Depends(require("documents", "read"))])
async def get_content(
    document_id: UUID,
    uow: Uow,
    version: VersionNumber = None,
    start: Annotated[int, Query(ge=0, le=2**31 - 2, description="The first code point.")] = 0,
    end: Annotated[int | None, Query(ge=0, le=2**31 - 2, description="The one behind the last.")] = None,
) -> DocumentContentRead:
    """The text of a version, or the part that a summary cites, with the sections that reach into it."""
    found = await documents.stretch(uow, document_id, version, start=start, end=end)
    return DocumentContentRead(
        document_id=document_id,
        version=found.version.number,
        media_type=found.version.media_type,
        characters=found.version.characters,
        start=found.start,
        end=found.end,
        text=found.text,
        sections=found.sections,
    )


@_plain.get(
    "/{document_id}/file",
    response_class=StreamingResponse,
    responses={
        **errors(404),
        200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "You have it already (`If-None-Match`)."},
    },
)
async def download_file(original: OriginalFile) -> Response:
    """The original file; of a version that was sent as text, the text."""
    caching = {"Cache-Control": "private, no-cache", "ETag": original.tag}
    file = original.file
    if file is None:
        return Response(status_code=304, headers=caching)
    return StreamingResponse(
        file.chunks,
        headers={
            **caching,
            "Content-Type": file.content_type,
            "Content-Length": str(file.size),
            "Content-Disposition": _attachment(file.name),
            "X-Content-Type-Options": "nosniff",
        },
    )


def _attachment(name: str) -> str:
    """RFC 6266: a name for everybody, and one in plain ASCII for those who know no other."""
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
