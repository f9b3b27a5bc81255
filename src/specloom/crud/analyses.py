"""Analyses, their items, and the settings of the quality rules."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Select, and_, any_, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from uuid_utils.compat import uuid7

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.core.uow import UnitOfWork
from specloom.models.analyses import Analysis, AnalysisItem, Dismissal, RuleSetting
from specloom.models.documents import Document, DocumentVersion
from specloom.vocabulary.analyses import AnalysisStatus, ItemKind, ItemStatus, Severity
from specloom.vocabulary.requirements import Priority, RequirementType


class AnalysisNotFound(NotFound):
    code = "analysis_not_found"
    default_message = "There is no such analysis."


class ItemNotFound(NotFound):
    code = "analysis_item_not_found"
    default_message = "The analysis has no such item."


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items of an analysis are alike in all of this."""

    kind: ItemKind
    status: ItemStatus
    requirement_type: RequirementType | None
    priority: Priority | None
    severity: Severity | None
    number: int


@dataclass(frozen=True, slots=True)
class ShownItem:
    """What there is to show of an item: columns of `AnalysisItem`."""

    id: UUID
    kind: ItemKind
    status: ItemStatus
    comment: str | None
    resolved_by: UUID | None
    resolved_at: datetime | None
    accepted_as: UUID | None
    remembered: bool
    data: dict[str, Any]


def _is_quotable(model: type[Analysis] | type[AnalysisItem]) -> Any:
    """What quotes a document goes when the document does."""
    is_there = select(Document.id).where(
        Document.tenant_id == model.tenant_id, Document.id == model.document_id, Document.deleted_at.is_(None)
    )
    return or_(model.document_id.is_(None), is_there.exists())


class AnalysisCrud(Crud[Analysis]):
    model: ClassVar[type[Analysis]] = Analysis
    missing = AnalysisNotFound
    sortable: ClassVar = {"title": Analysis.title}

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[Analysis]:
        return super().rows_of(tenant_id).where(_is_quotable(Analysis))

    def by(self, *, document_id: UUID | None = None, status: AnalysisStatus | None = None) -> Select[Analysis]:
        query = self.scoped()
        if document_id is not None:
            query = query.where(Analysis.document_id == document_id)
        if status is not None:
            query = query.where(Analysis.status == status)
        return query

    async def text_of(self, id_: UUID) -> str:
        """The text of an analysis that is not of a document."""
        query = select(Analysis.requirements_text).where(Analysis.tenant_id == self.tenant_id, Analysis.id == id_)
        return (await self.session.scalars(query)).one() or ""

    async def compliance_of(self, id_: UUID) -> list[dict[str, Any]]:
        """The checks of the tenant's frameworks that an analysis made."""
        query = select(Analysis.compliance).where(Analysis.tenant_id == self.tenant_id, Analysis.id == id_)
        kept: list[dict[str, Any]] = (await self.session.scalars(query)).one()
        return kept

    async def versions(self, ids: Iterable[UUID]) -> dict[UUID, int]:
        """The number of the document version that each of these analyses is of, where it is of one."""
        rows = await self.session.execute(
            select(Analysis.id, DocumentVersion.number)
            .join(
                DocumentVersion,
                and_(DocumentVersion.tenant_id == Analysis.tenant_id, DocumentVersion.id == Analysis.version_id),
            )
            .where(Analysis.tenant_id == self.tenant_id, Analysis.id.in_(list(ids)))
        )
        return {row[0]: row[1] for row in rows}


class ItemCrud(Crud[AnalysisItem]):
    """Items of analyses; whoever asks has seen to it that the analysis itself is there."""

    model: ClassVar[type[AnalysisItem]] = AnalysisItem
    missing = ItemNotFound
    sortable: ClassVar = {"position": AnalysisItem.position}
    order = "position"

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[AnalysisItem]:
        return super().rows_of(tenant_id).where(_is_quotable(AnalysisItem))

    def of(
        self,
        analysis_id: UUID,
        *,
        kind: ItemKind | None = None,
        status: ItemStatus | None = None,
        requirement_type: RequirementType | None = None,
        severity: Severity | None = None,
    ) -> Select[AnalysisItem]:
        query = self.scoped().where(AnalysisItem.analysis_id == analysis_id)
        for column, wanted in (
            (AnalysisItem.kind, kind),
            (AnalysisItem.status, status),
            (AnalysisItem.requirement_type, requirement_type),
            (AnalysisItem.severity, severity),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        return query

    async def add_all(self, rows: Sequence[dict[str, Any]]) -> None:
        """Writes the items of an analysis; those that others refer to come first."""
        if rows:
            await self.session.execute(insert(AnalysisItem), [{"tenant_id": self.tenant_id, **row} for row in rows])

    async def all_of(self, analysis_id: UUID) -> list[ShownItem]:
        """All items of an analysis in order, without the weight of entities: there may be tens of thousands."""
        columns = [getattr(AnalysisItem, each.name) for each in fields(ShownItem)]
        query = self.of(analysis_id).with_only_columns(*columns).order_by(AnalysisItem.position)
        return [ShownItem(*row) for row in await self.session.execute(query)]

    async def lock_in(self, analysis_id: UUID, item_id: UUID) -> AnalysisItem:
        """An item of this analysis as it is now, kept from others until the transaction ends."""
        query = self.of(analysis_id).where(AnalysisItem.id == item_id).with_for_update(of=AnalysisItem)
        item = (await self.session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
        if item is None:
            raise self.missing
        return item

    async def lock_all_in(self, analysis_id: UUID, item_ids: Collection[UUID]) -> dict[UUID, AnalysisItem]:
        """Items of this analysis as they are now, kept from others until the transaction ends, by their ids."""
        query = self.of(analysis_id).where(AnalysisItem.id.in_(item_ids)).order_by(AnalysisItem.id)
        rows = await self.session.scalars(
            query.with_for_update(of=AnalysisItem), execution_options={"populate_existing": True}
        )
        return {row.id: row for row in rows}

    async def tallies(self, analysis_id: UUID) -> list[Tally]:
        alike = (
            AnalysisItem.kind,
            AnalysisItem.status,
            AnalysisItem.requirement_type,
            AnalysisItem.priority,
            AnalysisItem.severity,
        )
        query = self.of(analysis_id).with_only_columns(*alike, func.count()).group_by(*alike)
        return [Tally(*row) for row in await self.session.execute(query)]


class DismissalCrud(Crud[Dismissal]):
    """What people do not want to hear of again, by the source it was found in."""

    model: ClassVar[type[Dismissal]] = Dismissal

    def _of(self, document_id: UUID | None, session_id: UUID | None) -> Select[Dismissal]:
        return self.scoped().where(
            Dismissal.document_id.is_not_distinct_from(document_id),
            Dismissal.session_id.is_not_distinct_from(session_id),
        )

    async def known(
        self, fingerprints: Collection[bytes], *, document_id: UUID | None, session_id: UUID | None
    ) -> dict[bytes, Dismissal]:
        query = self._of(document_id, session_id).where(
            Dismissal.fingerprint == any_(literal(list(fingerprints), ARRAY(LargeBinary)))
        )
        return {row.fingerprint: row for row in await self.session.scalars(query)}

    async def remember(self, **values: Any) -> None:
        """Keeps a dismissal; one that is there takes the new reason."""
        row = upsert(Dismissal).values(tenant_id=self.tenant_id, id=uuid7(), **values)
        await self.session.execute(
            row.on_conflict_do_update(
                index_elements=["tenant_id", "fingerprint", "document_id", "session_id"],
                set_={"reason": row.excluded.reason, "user_id": row.excluded.user_id, "updated_at": func.now()},
            )
        )

    async def forget(self, fingerprint: bytes, *, document_id: UUID | None, session_id: UUID | None) -> None:
        query = self._of(document_id, session_id).where(Dismissal.fingerprint == fingerprint)
        for row in await self.session.scalars(query):
            await self.remove(row)


class RuleSettingCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def all(self) -> dict[str, RuleSetting]:
        """What the tenant has set, by the rule's id."""
        rows = await self._session.scalars(select(RuleSetting).where(RuleSetting.tenant_id == self._tenant_id))
        return {row.rule_id: row for row in rows}

    async def lock(self, rule_id: str, *, enabled: bool) -> RuleSetting:
        """The setting of a rule, made with `enabled` where there is none, kept from others until the transaction
        ends."""
        given = {"tenant_id": self._tenant_id, "rule_id": rule_id, "enabled": enabled}
        await self._session.execute(upsert(RuleSetting).values(**given).on_conflict_do_nothing())
        query = (
            select(RuleSetting)
            .where(RuleSetting.tenant_id == self._tenant_id, RuleSetting.rule_id == rule_id)
            .with_for_update()
        )
        return (await self._session.scalars(query, execution_options={"populate_existing": True})).one()

    async def change(self, setting: RuleSetting, **values: Any) -> RuleSetting:
        for name, value in values.items():
            setattr(setting, name, value)
        await self._session.flush()
        return setting
