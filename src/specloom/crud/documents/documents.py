"""Documents and their immutable versions."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import undefer

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.crud.documents.search import mentioning
from specloom.models.documents import Document, DocumentVersion
from specloom.vocabulary.documents import DocumentStatus, SourceType


class DocumentNotFound(NotFound):
    code = "document_not_found"
    default_message = "There is no such document."


class VersionNotFound(NotFound):
    code = "version_not_found"
    default_message = "The document has no version of this number."


class DocumentCrud(Crud[Document]):
    model: ClassVar[type[Document]] = Document
    missing = DocumentNotFound
    sortable: ClassVar = {"title": Document.title}

    async def by(
        self,
        *,
        q: str | None = None,
        source_type: SourceType | None = None,
        status: DocumentStatus | None = None,
        media_type: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> Select[Document]:
        query = self.scoped()
        if source_type is not None:
            query = query.where(Document.source_type == source_type)
        if status is not None:
            query = query.where(Document.status == status)
        if media_type is not None:
            query = query.where(Document.media_type == media_type)
        if created_after is not None:
            query = query.where(Document.created_at > created_after)
        if created_before is not None:
            query = query.where(Document.created_at < created_before)
        if q is not None and q.strip():
            query = query.where(await mentioning(self.session, self.tenant_id, q))
        return query

    async def by_external(self, source_type: SourceType, external_id: str) -> Document | None:
        query = self.scoped().where(Document.source_type == source_type, Document.external_id == external_id)
        return (await self.session.scalars(query)).one_or_none()

    async def pin(self, ids: Sequence[UUID]) -> dict[UUID, Document]:
        """Those of the documents that are there; none of them can be changed or deleted before the transaction ends."""
        query = self.scoped().where(Document.id.in_(ids)).order_by(Document.id).with_for_update(read=True)
        return {document.id: document for document in await self.session.scalars(query)}


class VersionCrud(Crud[DocumentVersion]):
    model: ClassVar[type[DocumentVersion]] = DocumentVersion
    missing = VersionNotFound
    sortable: ClassVar = {"number": DocumentVersion.number}
    order = "-number"

    def of(self, document_id: UUID) -> Select[DocumentVersion]:
        return self.scoped().where(DocumentVersion.document_id == document_id)

    async def by_number(self, document_id: UUID, number: int, *, whole: bool = False) -> DocumentVersion:
        """A version; with its text and sections if `whole`."""
        query = self.of(document_id).where(DocumentVersion.number == number)
        if whole:
            query = query.options(undefer(DocumentVersion.text), undefer(DocumentVersion.sections))
        version = (await self.session.scalars(query)).one_or_none()
        if version is None:
            raise self.missing
        return version

    async def current(self, documents: Iterable[Document]) -> dict[UUID, DocumentVersion]:
        """The current version of each document, by the document's id."""
        numbers = [(document.id, document.current_version) for document in documents]
        query = self.scoped().where(tuple_(DocumentVersion.document_id, DocumentVersion.number).in_(numbers))
        return {version.document_id: version for version in await self.session.scalars(query)}

    async def current_ids(self, document_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """The id of the current version of each of these documents that is there."""
        query = (
            select(DocumentVersion.document_id, DocumentVersion.id)
            .join(Document, and_(Document.tenant_id == self.tenant_id, Document.id == DocumentVersion.document_id))
            .where(
                DocumentVersion.tenant_id == self.tenant_id,
                DocumentVersion.document_id.in_(document_ids),
                DocumentVersion.number == Document.current_version,
                Document.deleted_at.is_(None),
            )
        )
        return {row[0]: row[1] for row in await self.session.execute(query)}

    async def whole(self, id_: UUID) -> DocumentVersion:
        """A version with its text and sections."""
        query = self.scoped().where(DocumentVersion.id == id_)
        query = query.options(undefer(DocumentVersion.text), undefer(DocumentVersion.sections))
        return (await self.session.scalars(query)).one()

    async def stretch(self, document_id: UUID, number: int, start: int, length: int) -> tuple[DocumentVersion, str]:
        """A version with its sections, and `length` code points of its text from `start`."""
        query = (
            self.of(document_id)
            .where(DocumentVersion.number == number)
            .options(undefer(DocumentVersion.sections))
            .add_columns(func.substr(DocumentVersion.text, start + 1, length))
        )
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            raise self.missing
        return row[0], row[1]

    async def has_text(self, document_id: UUID, number: int, digest: bytes) -> bool:
        """Whether the text of a version, in UTF-8, has this SHA-256."""
        same = func.sha256(func.convert_to(DocumentVersion.text, "UTF8")) == digest
        query = select(same).where(
            DocumentVersion.tenant_id == self.tenant_id,
            DocumentVersion.document_id == document_id,
            DocumentVersion.number == number,
        )
        return bool((await self.session.scalars(query)).one_or_none())
