"""The passages by which the current versions of documents are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Text, and_, cast, column, delete, func, insert, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from specloom.core.uow import UnitOfWork
from specloom.crud.documents.search import folded
from specloom.models.documents import Document, DocumentPassage, DocumentVersion

BATCH = 250
MOST_COMPARED = 5000
"""Passages that are compared with each other at most, however many hold one of the words."""


@dataclass(frozen=True, slots=True)
class NewPassage:
    """`text[start:end]` of a version, and the words to find it by."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """`text` stands from `start` in the current version of a document."""

    document_id: UUID
    version_id: UUID
    title: str
    start: int
    text: str


class PassageCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def add(self, version_id: UUID, passages: Sequence[NewPassage]) -> None:
        """Indexes a version by its passages, in reading order."""
        for first in range(0, len(passages), BATCH):
            batch = passages[first : first + BATCH]
            arrays = func.unnest(
                literal([passage.start for passage in batch], ARRAY(BigInteger)),
                literal([passage.end for passage in batch], ARRAY(BigInteger)),
                literal([passage.words for passage in batch], ARRAY(Text)),
            )
            given = arrays.table_valued(
                column("start", BigInteger), column("end", BigInteger), column("words", Text), name="given"
            ).render_derived()
            rows = select(
                literal(self._tenant_id),
                literal(version_id),
                first + func.row_number().over(order_by=given.c.start),
                given.c.start,
                given.c.end,
                func.to_tsvector("english", given.c.words),
            )
            columns = ["tenant_id", "version_id", "position", "start", "end", "search"]
            await self._session.execute(insert(DocumentPassage).from_select(columns, rows))

    async def remove(self, document_id: UUID) -> None:
        """The document is no longer found by its text."""
        versions = select(DocumentVersion.id).where(
            DocumentVersion.tenant_id == self._tenant_id, DocumentVersion.document_id == document_id
        )
        await self._session.execute(
            delete(DocumentPassage).where(
                DocumentPassage.tenant_id == self._tenant_id, DocumentPassage.version_id.in_(versions)
            )
        )

    async def about(self, words: Sequence[str], *, other_than: UUID | None, most: int) -> list[FoundPassage]:
        """The passages that hold the most of these words, best first; none of `other_than` or of a copy of it."""
        phrases = [f'"{folded(word)}"' for word in words if any(char.isalnum() for char in word)]
        if not phrases:
            return []
        copies = select(DocumentVersion.sha256).where(
            DocumentVersion.tenant_id == self._tenant_id, DocumentVersion.document_id == other_than
        )
        wanted = func.websearch_to_tsquery("english", " or ".join(phrases))
        passage, version, document = DocumentPassage, DocumentVersion, Document
        holding = (
            select(passage.version_id, passage.start, passage.end, func.ts_rank(passage.search, wanted).label("rank"))
            .join(version, and_(version.tenant_id == passage.tenant_id, version.id == passage.version_id))
            .where(passage.tenant_id == self._tenant_id, passage.search.op("@@")(wanted))
            .where(version.sha256.not_in(copies) if other_than else true())
            .limit(MOST_COMPARED)
            .subquery()
        )
        best = (
            select(holding)
            .order_by(holding.c.rank.desc(), holding.c.version_id, holding.c.start)
            .limit(most)
            .subquery()
        )
        text = func.substr(version.text, cast(best.c.start + 1, Integer), cast(best.c.end - best.c.start, Integer))
        query = (
            select(document.id, version.id, document.title, best.c.start, text)
            .select_from(best)
            .join(version, and_(version.tenant_id == self._tenant_id, version.id == best.c.version_id))
            .join(document, and_(document.tenant_id == version.tenant_id, document.id == version.document_id))
            .where(document.deleted_at.is_(None), document.current_version == version.number)
            .order_by(best.c.rank.desc(), best.c.version_id, best.c.start)
        )
        return [FoundPassage(*row) for row in await self._session.execute(query)]
