"""Large bodies: taken only from those who are signed in, read and stored while no transaction is open."""

from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Form, Request, Response, UploadFile
from fastapi.security import OAuth2PasswordBearer
from pydantic import AfterValidator, StringConstraints
from starlette.exceptions import HTTPException

from specloom.core.config import DocumentSettings
from specloom.core.errors import InsufficientStorage
from specloom.core.failures import is_disk_full
from specloom.core.security import Claims
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import access_claims, begin, check_permission, principal_of
from specloom.dependencies.state import ApiState, State, api_state
from specloom.schemas.base import storable
from specloom.schemas.documents import TEXT_TYPES, DocumentCreate, DocumentUpdate
from specloom.services.documents import documents, drafts, uploads
from specloom.services.documents.drafts import Draft

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)

# What a body holds beside its file or text: the other fields, boundaries, headers of parts.
_MARGIN = 64 * 1024


def file_body_limit(settings: DocumentSettings) -> int:
    """Bytes of a body that holds one file."""
    return settings.max_bytes + _MARGIN


def text_body_limit(settings: DocumentSettings) -> int:
    """Bytes of a body that holds one text as JSON, whose escapes may take twice the room of the text."""
    return 2 * settings.max_bytes + _MARGIN


class LargeBodyRoute(IdempotentRoute):
    """FastAPI reads a body before it asks who sent it. Here nobody sends one without a valid token."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def admit(request: Request) -> Response:
            await access_claims(await api_state(request), await _bearer(request))
            try:
                return await handle(request)
            except HTTPException as error:
                # FastAPI calls whatever goes wrong while it spools a file a bad request.
                if is_disk_full(error):
                    raise InsufficientStorage from error
                raise

        return admit


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read and stored, and the title its sender gave it."""

    draft: Draft
    title: str | None


def _receive(action: str) -> Callable[..., AsyncIterator[Upload]]:
    async def receive(
        state: State,
        claims: Annotated[Claims, Depends(access_claims)],
        file: Annotated[
            UploadFile, File(description="PDF, DOCX, PPTX, HTML, Markdown, plain text, CSV or JSON; any Unicode.")
        ],
        title: Annotated[
            str | None,
            Form(description="Left out: what the file calls itself, or its name."),
            StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
            AfterValidator(storable),
        ] = None,
    ) -> AsyncIterator[Upload]:
        tenant_id = await _check(state, claims, action)
        draft = await uploads.receive(
            file.file,
            name=file.filename or "",
            declared_type=file.content_type,
            tenant_id=tenant_id,
            reader=state.reader,
            files=state.files,
        )
        try:
            yield Upload(draft, title)
        except BaseException:
            await uploads.discard(state.runtime, state.files, tenant_id, draft)
            raise

    return receive


async def _write(state: State, claims: Annotated[Claims, Depends(access_claims)], data: DocumentCreate) -> Draft:
    await _check(state, claims, "create")
    return await drafts.of_text(data.content, data.media_type, state.reader)


async def _rewrite(
    state: State, claims: Annotated[Claims, Depends(access_claims)], document_id: UUID, data: DocumentUpdate
) -> Draft | None:
    if "content" not in data.model_fields_set:
        return None
    async with await begin(state, claims) as uow:
        check_permission(uow, "documents", "update")
        document = await documents.get(uow, document_id)
    media_type = next((each for each in TEXT_TYPES if each == document.media_type), TEXT_TYPES[0])
    if "media_type" in data.model_fields_set:
        media_type = data.media_type
    return await drafts.of_text(data.content, media_type, state.reader)


async def _check(state: ApiState, claims: Claims, action: str) -> UUID:
    """Refuses those who may not before any work is done for them; returns their tenant."""
    async with await begin(state, claims) as uow:
        check_permission(uow, "documents", action)
        return principal_of(uow).tenant_id


# Each goes before `require` in a route's dependencies: whatever takes its time has been done when a transaction begins.
# When the request fails after all, an upload's file is deleted; hence the function scope.
receive_new = Depends(_receive("create"), scope="function")
receive_version = Depends(_receive("update"), scope="function")
write_new = Depends(_write)
rewrite = Depends(_rewrite)
