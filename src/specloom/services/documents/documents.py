"""Documents: added, changed, read, found, deleted. Each text they ever had stays as an immutable version."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from specloom.core.errors import Conflict
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.documents import DocumentCrud, PassageCrud, SummaryCrud, VersionCrud
from specloom.models.documents import Document, DocumentVersion
from specloom.schemas.documents import DocumentUpdate
from specloom.services.documents.drafts import Draft
from specloom.vocabulary.documents import SourceType


class DocumentUnchanged(Conflict):
    code = "document_unchanged"
    default_message = "This file is the document's current version already. There is nothing to add."


class DocumentExists(Conflict):
    code = "document_exists"
    default_message = "There is a document with this external_id already. Change that one instead."


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of a version from `start` to `end`, in code points, and the sections that reach into it."""

    version: DocumentVersion
    start: int
    end: int
    text: str
    sections: list[dict[str, Any]]


async def create(
    uow: UnitOfWork,
    draft: Draft,
    *,
    title: str,
    source_type: SourceType = SourceType.UPLOAD,
    source_url: str | None = None,
    external_id: str | None = None,
    external_last_updated: datetime | None = None,
) -> Document:
    """A new document with its first version."""
    crud = DocumentCrud(uow)
    if external_id is not None and await crud.by_external(source_type, external_id) is not None:
        raise DocumentExists
    try:
        document = await crud.add(
            user_id=uow.user_id,
            title=title,
            source_type=source_type,
            source_url=source_url,
            external_id=external_id,
            external_last_updated=external_last_updated,
            current_version=1,
            media_type=draft.media_type,
            size=draft.size,
        )
    except IntegrityError as error:
        raise DocumentExists from error
    await _write(uow, document, draft)
    _publish(uow, "document.created", document)
    return document


async def get(uow: UnitOfWork, document_id: UUID) -> Document:
    return await DocumentCrud(uow).get(document_id)


async def lock(uow: UnitOfWork, document_id: UUID) -> Document:
    """The document as it is now, kept from others until the transaction ends."""
    return await DocumentCrud(uow).lock(document_id)


async def page(uow: UnitOfWork, request: PageRequest, **filters: Any) -> Page[Document]:
    """The documents for which all filters hold: those of `DocumentCrud.by`."""
    crud = DocumentCrud(uow)
    return await crud.page(request, await crud.by(**filters))


async def change(uow: UnitOfWork, document: Document, data: DocumentUpdate, draft: Draft | None = None) -> Document:
    """Changes what was sent; `draft` is of the new content, if there is any. The same text again is no new version."""
    sent = data.model_fields_set & {"title", "source_url", "status"}
    values: dict[str, Any] = {name: getattr(data, name) for name in sent}
    changed = {name: value for name, value in values.items() if getattr(document, name) != value}
    if draft is not None and await _is_new(uow, document, data, draft):
        await _add_version(uow, document, draft, changed)
    elif changed:
        await DocumentCrud(uow).change(document, **changed)
    else:
        return document
    _publish(uow, "document.updated", document)
    return document


async def add_version(
    uow: UnitOfWork, document: Document, draft: Draft, *, title: str | None = None
) -> DocumentVersion:
    """A new version from a file. Raises `DocumentUnchanged` when it is byte by byte the current one."""
    current = await VersionCrud(uow).by_number(document.id, document.current_version)
    if current.file_key is not None and current.sha256 == draft.sha256:
        raise DocumentUnchanged
    version = await _add_version(uow, document, draft, {"title": title} if title else {})
    _publish(uow, "document.updated", document)
    return version


async def page_versions(uow: UnitOfWork, document_id: UUID, request: PageRequest) -> Page[DocumentVersion]:
    document = await get(uow, document_id)
    crud = VersionCrud(uow)
    return await crud.page(request, crud.of(document.id))


async def version(
    uow: UnitOfWork, document: Document, number: int | None = None, *, whole: bool = False
) -> DocumentVersion:
    """A version of a document, by default the current one; with its text if `whole`."""
    return await VersionCrud(uow).by_number(document.id, number or document.current_version, whole=whole)


async def stretch(
    uow: UnitOfWork, document_id: UUID, number: int | None = None, *, start: int = 0, end: int | None = None
) -> Stretch:
    """Part of the text of a version; `end` beyond the text means its end."""
    document = await get(uow, document_id)
    length = 2**31 - 1 if end is None else max(0, end - start)
    found, text = await VersionCrud(uow).stretch(document.id, number or document.current_version, start, length)
    start = min(start, found.characters)
    end = start + len(text)
    sections = [each for each in found.sections if each["start"] < end and each["end"] > start]
    return Stretch(found, start, end, text, sections)


async def remove(uow: UnitOfWork, document_id: UUID) -> None:
    """Takes a document and its summaries away from everybody; a summary that is being written comes to nothing."""
    document = await lock(uow, document_id)
    await DocumentCrud(uow).remove(document)
    await PassageCrud(uow).remove(document.id)
    await SummaryCrud(uow).remove_of(document.id)
    _publish(uow, "document.deleted", document)


async def _is_new(uow: UnitOfWork, document: Document, data: DocumentUpdate, draft: Draft) -> bool:
    if "media_type" in data.model_fields_set and data.media_type != document.media_type:
        return True
    digest = bytes.fromhex(draft.sha256)
    return not await VersionCrud(uow).has_text(document.id, document.current_version, digest)


async def _add_version(uow: UnitOfWork, document: Document, draft: Draft, values: dict[str, Any]) -> DocumentVersion:
    await PassageCrud(uow).remove(document.id)
    await DocumentCrud(uow).change(
        document,
        current_version=document.current_version + 1,
        media_type=draft.media_type,
        size=draft.size,
        **values,
    )
    return await _write(uow, document, draft)


async def _write(uow: UnitOfWork, document: Document, draft: Draft) -> DocumentVersion:
    """Writes the draft as the current version of the document."""
    version = await VersionCrud(uow).add(
        id=draft.version_id,
        document_id=document.id,
        number=document.current_version,
        user_id=uow.user_id,
        text=draft.text,
        sections=[asdict(section) for section in draft.sections],
        sha256=draft.sha256,
        media_type=draft.media_type,
        size=draft.size,
        characters=len(draft.text),
        file_name=draft.file_name,
        file_key=draft.file_key,
        properties=draft.properties,
    )
    await PassageCrud(uow).add(version.id, draft.passages)
    return version


def _publish(uow: UnitOfWork, event_type: str, document: Document) -> None:
    uow.publish(Event(event_type, "documents", {"document_id": str(document.id), "title": document.title}))
