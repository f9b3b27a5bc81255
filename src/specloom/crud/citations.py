"""Citations of requirements, the marks of what became suspect, and what traceability joins them with."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, func, literal, select

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.core.text import Span
from specloom.models.analyses import Analysis, AnalysisItem
from specloom.models.citations import Citation, SuspectMark
from specloom.models.conversations import Message
from specloom.models.documents import Document, DocumentVersion
from specloom.models.requirements import Requirement, Transition
from specloom.vocabulary.analyses import AnalysisStatus, ItemKind, ItemStatus
from specloom.vocabulary.requirements import RequirementStatus


class CitationNotFound(NotFound):
    code = "citation_not_found"
    default_message = "The requirement has no such citation."


class MarkNotFound(NotFound):
    code = "suspect_mark_not_found"
    default_message = "The requirement has no such mark."


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A citation with what it is of; a document that was deleted has no title any more."""

    citation: Citation
    document_title: str | None
    version: int | None
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class Approval:
    """When a version of a requirement was approved."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """A version of a document: by whom and when."""

    id: UUID
    number: int
    user_id: UUID | None
    at: datetime


def _any_of(ids: Iterable[UUID]) -> ColumnElement[Any]:
    """One parameter, however many there are: a statement can have 32,767, and a product more requirements."""
    return any_(literal(list(ids), ARRAY(Uuid)))


class CitationCrud(Crud[Citation]):
    model: ClassVar[type[Citation]] = Citation
    missing = CitationNotFound

    async def of(self, requirement_ids: Collection[UUID]) -> list[CitedSource]:
        """The citations of requirements, oldest first."""
        query = (
            self.scoped()
            .where(Citation.requirement_id == _any_of(requirement_ids))
            .add_columns(Document.title, DocumentVersion.number, Message.session_id)
            .outerjoin(
                Document,
                and_(
                    Document.tenant_id == Citation.tenant_id,
                    Document.id == Citation.document_id,
                    Document.deleted_at.is_(None),
                ),
            )
            .outerjoin(
                DocumentVersion,
                and_(DocumentVersion.tenant_id == Citation.tenant_id, DocumentVersion.id == Citation.version_id),
            )
            .outerjoin(Message, and_(Message.tenant_id == Citation.tenant_id, Message.id == Citation.message_id))
            .order_by(Citation.id)
        )
        return [CitedSource(*row) for row in await self.session.execute(query)]

    async def count(self, requirement_id: UUID) -> int:
        query = self.scoped().where(Citation.requirement_id == requirement_id).with_only_columns(func.count())
        return (await self.session.execute(query)).scalar_one()

    async def get_of(self, requirement_id: UUID, citation_id: UUID) -> Citation:
        query = self.scoped().where(Citation.requirement_id == requirement_id, Citation.id == citation_id)
        citation = (await self.session.scalars(query)).one_or_none()
        if citation is None:
            raise self.missing
        return citation

    async def lock_of_document(self, document_id: UUID) -> list[Citation]:
        """All that is cited of a document, kept from others until the transaction ends."""
        query = self.scoped().where(Citation.document_id == document_id).order_by(Citation.id).with_for_update()
        return list(await self.session.scalars(query, execution_options={"populate_existing": True}))

    async def are_elsewhere(self, document_id: UUID, current_id: UUID | None) -> bool:
        """Whether anything is cited of a document that is gone (None), or of versions other than the current one."""
        query = self.scoped().where(
            Citation.document_id == document_id, Citation.version_id.is_distinct_from(current_id)
        )
        return (await self.session.execute(query.with_only_columns(Citation.id).limit(1))).first() is not None

    async def numbers(self, version_ids: Iterable[UUID]) -> dict[UUID, int]:
        """The numbers of document versions."""
        rows = await self.session.execute(
            select(DocumentVersion.id, DocumentVersion.number).where(
                DocumentVersion.tenant_id == self.tenant_id, DocumentVersion.id.in_(set(version_ids))
            )
        )
        return {row[0]: row[1] for row in rows}

    async def versions(self, document_id: UUID) -> list[Edit]:
        """The versions of a document, oldest first."""
        columns = (DocumentVersion.id, DocumentVersion.number, DocumentVersion.user_id, DocumentVersion.created_at)
        query = (
            select(*columns)
            .where(DocumentVersion.tenant_id == self.tenant_id, DocumentVersion.document_id == document_id)
            .order_by(DocumentVersion.number)
        )
        return [Edit(*row) for row in await self.session.execute(query)]

    async def spans(self, version_id: UUID, *, product_id: UUID | None = None) -> list[Span]:
        """What is cited of a version, by the requirements of a product or of all."""
        query = (
            self.scoped()
            .join(
                Requirement,
                and_(Requirement.tenant_id == Citation.tenant_id, Requirement.id == Citation.requirement_id),
            )
            .where(Citation.version_id == version_id, Requirement.deleted_at.is_(None))
        )
        if product_id is not None:
            query = query.where(Requirement.product_id == product_id)
        rows = await self.session.execute(query.with_only_columns(Citation.start, Citation.end))
        return [Span(*row) for row in rows]

    async def identified(self, version_id: UUID) -> list[Span] | None:
        """Where the latest analysis of a version found requirements that nobody dismissed; None without one."""
        latest = (
            select(Analysis.id)
            .where(
                Analysis.tenant_id == self.tenant_id,
                Analysis.version_id == version_id,
                Analysis.status == AnalysisStatus.COMPLETED,
                Analysis.deleted_at.is_(None),
            )
            .order_by(Analysis.id.desc())
            .limit(1)
        )
        analysis_id = (await self.session.scalars(latest)).one_or_none()
        if analysis_id is None:
            return None
        place = AnalysisItem.data["citation"]
        rows = await self.session.execute(
            select(place["start"].as_integer(), place["end"].as_integer()).where(
                AnalysisItem.tenant_id == self.tenant_id,
                AnalysisItem.analysis_id == analysis_id,
                AnalysisItem.kind == ItemKind.REQUIREMENT,
                AnalysisItem.status != ItemStatus.DISMISSED,
                place["start"].is_not(None),
            )
        )
        return [Span(*row) for row in rows if row[0] is not None]

    async def approval(self, requirement_id: UUID) -> Approval | None:
        """The last approval of a requirement."""
        query = (
            select(Transition.version, Transition.created_at)
            .where(
                Transition.tenant_id == self.tenant_id,
                Transition.requirement_id == requirement_id,
                # Not from implemented: what is taken back to approved was not looked at again.
                Transition.from_status == RequirementStatus.REVIEW,
                Transition.to_status == RequirementStatus.APPROVED,
            )
            .order_by(Transition.id.desc())
            .limit(1)
        )
        row = (await self.session.execute(query)).one_or_none()
        return Approval(*row) if row else None


class MarkCrud(Crud[SuspectMark]):
    model: ClassVar[type[SuspectMark]] = SuspectMark
    missing = MarkNotFound
    order = "-created_at"

    def of(self, requirement_ids: Collection[UUID], *, only_open: bool = False) -> Select[SuspectMark]:
        query = self.scoped().where(SuspectMark.requirement_id == _any_of(requirement_ids))
        return query.where(SuspectMark.cleared_at.is_(None)) if only_open else query

    def of_product(self, product_id: UUID, *, only_open: bool = False) -> Select[SuspectMark]:
        query = (
            self.scoped()
            .join(
                Requirement,
                and_(Requirement.tenant_id == SuspectMark.tenant_id, Requirement.id == SuspectMark.requirement_id),
            )
            .where(Requirement.product_id == product_id, Requirement.deleted_at.is_(None))
        )
        return query.where(SuspectMark.cleared_at.is_(None)) if only_open else query

    async def open_of(self, requirement_ids: Collection[UUID]) -> list[SuspectMark]:
        query = self.of(requirement_ids, only_open=True).order_by(SuspectMark.id)
        return list(await self.session.scalars(query))

    async def open_of_citations(self, citation_ids: Iterable[UUID]) -> dict[UUID, SuspectMark]:
        """The open mark of each citation that has one."""
        query = self.scoped().where(SuspectMark.citation_id.in_(list(citation_ids)), SuspectMark.cleared_at.is_(None))
        return {mark.citation_id: mark for mark in await self.session.scalars(query) if mark.citation_id}

    async def told(self, versions: Mapping[UUID, int]) -> set[UUID]:
        """Those of the citations that a mark, open or cleared, says not to stand in this version of their document."""
        query = self.scoped().where(SuspectMark.citation_id.in_(list(versions)))
        return {
            mark.citation_id
            for mark in await self.session.scalars(query)
            if mark.citation_id and mark.details.get("to_version") == versions[mark.citation_id]
        }

    async def lock_of(self, requirement_id: UUID, mark_id: UUID) -> SuspectMark:
        query = self.of([requirement_id]).where(SuspectMark.id == mark_id).with_for_update()
        mark = (await self.session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
        if mark is None:
            raise self.missing
        return mark

    async def add_all(self, rows: Sequence[dict[str, Any]]) -> None:
        """Sends what was changed of other marks, too."""
        self.session.add_all([SuspectMark(tenant_id=self.tenant_id, **row) for row in rows])
        await self.session.flush()
