"""The passages by which the current versions of documents are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Text, column, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from specloom.core.uow import UnitOfWork
from specloom.models.documents import DocumentPassage, DocumentVersion

BATCH = 250


@dataclass(frozen=True, slots=True)
class NewPassage:
    """`text[start:end]` of a version, and the words to find it by."""

    start: int
    end: int
    words: str


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
