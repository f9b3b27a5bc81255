"""Summaries, and what they were made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Select, and_, func, select, update

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.models.documents import Document, DocumentVersion, Summary, Template, TemplateVersion
from specloom.vocabulary.documents import SummaryStatus


class SummaryNotFound(NotFound):
    code = "summary_not_found"
    default_message = "There is no such summary."


@dataclass(frozen=True, slots=True)
class Origin:
    """What a summary was made of: names and numbers only."""

    document_title: str
    document_version: int
    characters: int
    template_id: UUID
    template_name: str
    template_version: int


class SummaryCrud(Crud[Summary]):
    model: ClassVar[type[Summary]] = Summary
    missing = SummaryNotFound

    def by(self, *, document_id: UUID | None = None, status: SummaryStatus | None = None) -> Select[Summary]:
        query = self.scoped()
        if document_id is not None:
            query = query.where(Summary.document_id == document_id)
        if status is not None:
            query = query.where(Summary.status == status)
        return query

    async def origins(self, ids: Sequence[UUID]) -> dict[UUID, Origin]:
        """What each of these summaries was made of; a template counts also when it is deleted by now."""
        rows = await self.session.execute(
            select(
                Summary.id,
                Document.title,
                DocumentVersion.number,
                DocumentVersion.characters,
                Template.id,
                Template.name,
                TemplateVersion.number,
            )
            .join(Document, and_(Document.tenant_id == Summary.tenant_id, Document.id == Summary.document_id))
            .join(
                DocumentVersion,
                and_(DocumentVersion.tenant_id == Summary.tenant_id, DocumentVersion.id == Summary.version_id),
            )
            .join(
                TemplateVersion,
                and_(
                    TemplateVersion.tenant_id == Summary.template_tenant_id,
                    TemplateVersion.id == Summary.template_version_id,
                ),
            )
            .join(
                Template,
                and_(Template.tenant_id == TemplateVersion.tenant_id, Template.id == TemplateVersion.template_id),
            )
            .where(Summary.tenant_id == self.tenant_id, Summary.id.in_(ids))
        )
        return {row[0]: Origin(*row[1:]) for row in rows}

    async def template_of(self, summary: Summary) -> tuple[Template, TemplateVersion]:
        """The template by which a summary is written, in the version it had when the summary was asked for."""
        row = (
            await self.session.execute(
                select(Template, TemplateVersion)
                .join(
                    TemplateVersion,
                    and_(Template.tenant_id == TemplateVersion.tenant_id, Template.id == TemplateVersion.template_id),
                )
                .where(
                    TemplateVersion.tenant_id == summary.template_tenant_id,
                    TemplateVersion.id == summary.template_version_id,
                )
            )
        ).one()
        return row[0], row[1]

    async def remove_of(self, document_id: UUID) -> None:
        """Marks all summaries of a document as deleted."""
        await self.session.execute(
            update(Summary)
            .where(
                Summary.tenant_id == self.tenant_id, Summary.document_id == document_id, Summary.deleted_at.is_(None)
            )
            .values(deleted_at=func.now())
        )
