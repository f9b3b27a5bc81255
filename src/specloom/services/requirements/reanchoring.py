"""Citations followed through the versions of their document: they move along with what still stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from specloom.ai.quotes import Relocated, relocate
from specloom.core.text import Span
from specloom.core.uow import UnitOfWork
from specloom.crud.citations import CitationCrud
from specloom.crud.documents import DocumentCrud, VersionCrud
from specloom.models.citations import Citation
from specloom.models.documents import DocumentVersion
from specloom.schemas.documents import SourceRead
from specloom.schemas.requirements import ReanchorCitations
from specloom.services import jobs
from specloom.services.documents.sources import Places, stored_sections
from specloom.services.requirements import suspects
from specloom.vocabulary.requirements import CitationStatus


@dataclass(frozen=True, slots=True)
class Move:
    """A document's citations that are to follow it from an older version into the current one."""

    old: str
    quotes: dict[UUID, Span]


@dataclass(frozen=True, slots=True)
class Task:
    """What there is to do about a document. `version` is the current one with its text; None: the document is gone."""

    document_id: UUID
    version: DocumentVersion | None
    moves: list[Move] = field(default_factory=list)

    def relocate(self) -> dict[UUID, Relocated]:
        """What became of each citation. Takes its time: not for the event loop."""
        found: dict[UUID, Relocated] = {}
        if self.version is not None:
            sections = stored_sections(self.version.sections)
            for move in self.moves:
                relocated = relocate(move.old, self.version.text, list(move.quotes.values()), sections)
                found |= dict(zip(move.quotes, relocated, strict=True))
        return found


async def follow(uow: UnitOfWork, document_id: UUID) -> None:
    """Opens the job that brings the citations of a document into its current version, if any are elsewhere."""
    current = await VersionCrud(uow).current_ids([document_id])
    if await CitationCrud(uow).are_elsewhere(document_id, current.get(document_id)):
        await jobs.open(uow, ReanchorCitations(document_id=document_id), related_id=document_id)


async def begin(uow: UnitOfWork, document_id: UUID) -> Task:
    """What there is to do now: the current version, and what stands in older ones."""
    document = await DocumentCrud(uow).find(document_id)
    if document is None:
        return Task(document_id, None)
    crud = VersionCrud(uow)
    current = await crud.by_number(document.id, document.current_version, whole=True)
    older: dict[UUID, dict[UUID, Span]] = {}
    for citation in await CitationCrud(uow).lock_of_document(document_id):
        if citation.version_id is not None and citation.version_id != current.id:
            older.setdefault(citation.version_id, {})[citation.id] = Span(citation.start, citation.end)
    moves = []
    for version_id, quotes in older.items():
        version = await crud.whole(version_id)
        moves.append(Move(version.text, quotes))
        uow.session.expunge(version)
    uow.session.expunge(current)
    return Task(document_id, current, moves)


async def complete(uow: UnitOfWork, task: Task, found: dict[UUID, Relocated]) -> dict[str, int]:
    """Moves what still stands, marks the requirements of what does not; tells how many of each.

    When the document has changed again meanwhile, all that is left to the job of the newer version.
    """
    crud = CitationCrud(uow)
    cited = await crud.lock_of_document(task.document_id)
    if task.version is None:
        for citation in cited:
            citation.status = CitationStatus.BROKEN
        await suspects.mark_deleted(uow, cited)
        await crud.keep()
        return {"moved": 0, "broken": len(cited)}
    document = await DocumentCrud(uow).find(task.document_id)
    if document is None or document.current_version != task.version.number:
        return {"moved": 0, "broken": 0}
    return await _write(uow, task.version, cited, found)


async def _write(
    uow: UnitOfWork, version: DocumentVersion, cited: Sequence[Citation], found: dict[UUID, Relocated]
) -> dict[str, int]:
    crud = CitationCrud(uow)
    numbers = await crud.numbers(each.version_id for each in cited if each.version_id is not None)
    where = Places(version.text, stored_sections(version.sections))
    moved, broken = list[Citation](), list[suspects.Broken]()
    for citation in cited:
        relocated = found.get(citation.id)
        if relocated is None or citation.version_id is None or citation.version_id == version.id:
            continue
        number = numbers[citation.version_id]
        if relocated.span is None:
            nearest = where.source(relocated.nearest) if relocated.nearest else None
            broken.append(suspects.Broken(citation, number, version.number, nearest))
            citation.status = CitationStatus.BROKEN
        else:
            _move(citation, number, version.id, where.source(relocated.span))
            moved.append(citation)
    await suspects.mark_broken(uow, broken)
    again = f"The passage stands in version {version.number} of the document."
    await suspects.settle(uow, [citation.id for citation in moved], again)
    await crud.keep()
    return {"moved": len(moved), "broken": len(broken)}


def _move(citation: Citation, number: int, version_id: UUID, place: SourceRead) -> None:
    before = {
        "version_id": str(citation.version_id),
        "number": number,
        "start": citation.start,
        "end": citation.end,
    }
    citation.trail = [*citation.trail, before]
    citation.version_id = version_id
    citation.start, citation.end, citation.quote = place.start, place.end, place.quote
    citation.label, citation.line = place.label, place.line
    citation.status = CitationStatus.CURRENT
