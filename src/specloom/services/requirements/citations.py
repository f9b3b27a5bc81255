"""What requirements stand on: passages of documents and messages, checked word for word, followed through versions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from specloom.ai.quotes import Relocated, places, relocate
from specloom.core.errors import Forbidden, NotFound, Unprocessable
from specloom.core.text import Section, Span
from specloom.core.uow import UnitOfWork
from specloom.crud.citations import CitationCrud, CitedSource
from specloom.crud.conversations import MessageCrud
from specloom.crud.documents import DocumentCrud, DocumentNotFound, VersionCrud
from specloom.crud.requirements import RequirementCrud, RequirementNotFound
from specloom.models.citations import Citation
from specloom.models.documents import DocumentVersion
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import CitationSpec, ReanchorCitations, RequirementCitationRead
from specloom.services import jobs
from specloom.services.documents.sources import Places, stored_sections
from specloom.services.requirements import suspects
from specloom.services.requirements.kinds import KINDS
from specloom.vocabulary.requirements import CitationStatus

MOST_CITATIONS = 100


class SourceNotFound(NotFound):
    code = "cited_source_not_found"
    default_message = "What you cite is not there: there is no such document, version or message that you may read."


class ChangeNotPermitted(Forbidden):
    code = "change_not_permitted"
    default_message = "This needs the permission to update what cites. Ask an admin for a role that has it."


class QuoteMismatch(Unprocessable):
    code = "quote_mismatch"
    default_message = "The quote does not stand there word for word. Send what `details.found` says, or other offsets."


class QuoteNotFound(Unprocessable):
    code = "quote_not_found"
    default_message = "The quote stands nowhere in the source. Copy it from there word for word."


class QuoteAmbiguous(Unprocessable):
    code = "quote_ambiguous"
    default_message = "The quote stands in several places. Send `start` and `end` of the one you mean."


class TooManyCitations(Unprocessable):
    code = "too_many_citations"
    default_message = f"A requirement cites {MOST_CITATIONS} passages at most. Remove one first."


@dataclass(slots=True)
class _Source:
    """The text of a version or of a message, with the ids that a citation of it keeps."""

    text: str
    sections: tuple[Section, ...] = ()
    document_id: UUID | None = None
    version_id: UUID | None = None
    message_id: UUID | None = None


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


# Whose they are -------------------------------------------------------------------------------------------------------


async def get_requirement(uow: UnitOfWork, requirement_id: UUID) -> Requirement:
    """A requirement of any kind, if the person behind the unit of work may read that kind; else it is not there."""
    return _readable(uow, await RequirementCrud(uow).get(requirement_id))


async def lock_requirement(uow: UnitOfWork, requirement_id: UUID) -> Requirement:
    """The same, to be changed: kept from others until the transaction ends. Raises `ChangeNotPermitted`."""
    locked = await RequirementCrud(uow).lock_all([requirement_id])
    if not locked:
        raise RequirementNotFound
    requirement = _readable(uow, locked[0])
    resource = KINDS[requirement.kind].resource
    if not _may(uow, resource, "update"):
        raise ChangeNotPermitted(details={"resource": resource, "action": "update"})
    return requirement


def _readable(uow: UnitOfWork, requirement: Requirement) -> Requirement:
    if not _may(uow, KINDS[requirement.kind].resource, "read"):
        raise RequirementNotFound
    return requirement


def _may(uow: UnitOfWork, resource: str, action: str) -> bool:
    return uow.principal is None or uow.principal.may(resource, action)


# Cited and shown ------------------------------------------------------------------------------------------------------


async def cite(
    uow: UnitOfWork, requirement: Requirement, specs: Sequence[CitationSpec], *, analysis_item_id: UUID | None = None
) -> list[Citation]:
    """Lets a requirement stand on passages, each of which is looked up: what is not there word for word is refused."""
    crud = CitationCrud(uow)
    if specs and await crud.count(requirement.id) + len(specs) > MOST_CITATIONS:
        raise TooManyCitations
    sources: dict[tuple[UUID | None, ...], _Source] = {}
    made = []
    for spec in specs:
        key = (spec.document_id, spec.version_id, spec.message_id)
        source = sources.get(key)
        if source is None:
            source = sources[key] = await _source(uow, spec)
        span = _place(source.text, spec)
        place = Places(source.text, source.sections).source(span)
        made.append(
            await crud.add(
                requirement_id=requirement.id,
                document_id=source.document_id,
                version_id=source.version_id,
                message_id=source.message_id,
                analysis_item_id=analysis_item_id,
                start=span.start,
                end=span.end,
                quote=place.quote,
                label=place.label,
                line=place.line if source.message_id is None else None,
                created_by=uow.user_id,
            )
        )
    for document_id in dict.fromkeys(each.document_id for each in made if each.document_id is not None):
        # The version that was cited may be an old one already.
        await follow(uow, document_id)
    return made


async def of(uow: UnitOfWork, requirement_ids: Collection[UUID]) -> dict[UUID, list[CitedSource]]:
    """The citations of requirements, oldest first."""
    found: dict[UUID, list[CitedSource]] = {id_: [] for id_ in requirement_ids}
    for each in await CitationCrud(uow).of(requirement_ids):
        found[each.citation.requirement_id].append(each)
    return found


async def remove(uow: UnitOfWork, requirement: Requirement, citation_id: UUID) -> None:
    """Takes a citation back; a mark that it caused is cleared with it."""
    crud = CitationCrud(uow)
    citation = await crud.get_of(requirement.id, citation_id)
    await crud.remove(citation)
    await suspects.settle(uow, [citation.id], "The citation was removed.")


def read(source: CitedSource) -> RequirementCitationRead:
    citation = source.citation
    return RequirementCitationRead(
        id=citation.id,
        requirement_id=citation.requirement_id,
        document_id=citation.document_id,
        document_title=source.document_title,
        version_id=citation.version_id,
        version=source.version,
        message_id=citation.message_id,
        session_id=source.session_id,
        analysis_item_id=citation.analysis_item_id,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        label=citation.label,
        line=citation.line,
        status=citation.status,
        created_by=citation.created_by,
        created_at=citation.created_at,
    )


# Followed through the versions of a document --------------------------------------------------------------------------


async def follow(uow: UnitOfWork, document_id: UUID) -> None:
    """Opens the job that brings the citations of a document into its current version, if any are elsewhere."""
    document = await DocumentCrud(uow).find(document_id)
    cited = await CitationCrud(uow).lock_of_document(document_id)
    if document is not None:
        current = (await VersionCrud(uow).current([document]))[document_id]
        cited = [citation for citation in cited if citation.version_id != current.id]
    if cited:
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
    """Moves what still stands, marks the requirements of what does not; tells how many of each."""
    crud = CitationCrud(uow)
    cited = await crud.lock_of_document(task.document_id)
    if task.version is None:
        await suspects.mark_deleted(uow, cited)
        for citation in cited:
            await crud.change(citation, status=CitationStatus.BROKEN)
        return {"moved": 0, "broken": len(cited)}
    numbers = await crud.numbers(each.version_id for each in cited if each.version_id is not None)
    text, where = task.version.text, Places(task.version.text, stored_sections(task.version.sections))
    moved, broken = list[Citation](), list[suspects.Broken]()
    for citation in cited:
        relocated = found.get(citation.id)
        if relocated is None or citation.version_id is None:
            continue
        number = numbers[citation.version_id]
        if relocated.span is None:
            nearest = where.source(relocated.nearest) if relocated.nearest else None
            broken.append(suspects.Broken(citation, number, task.version.number, nearest))
            await crud.change(citation, status=CitationStatus.BROKEN)
            continue
        before = {
            "version_id": str(citation.version_id),
            "number": number,
            "start": citation.start,
            "end": citation.end,
        }
        place = where.source(relocated.span)
        await crud.change(
            citation,
            version_id=task.version.id,
            start=place.start,
            end=place.end,
            quote=text[place.start : place.end],
            label=place.label,
            line=place.line,
            status=CitationStatus.CURRENT,
            trail=[*citation.trail, before],
        )
        moved.append(citation)
    await suspects.mark_broken(uow, broken)
    again = f"The passage stands in version {task.version.number} of the document."
    await suspects.settle(uow, [citation.id for citation in moved], again)
    return {"moved": len(moved), "broken": len(broken)}


async def _source(uow: UnitOfWork, spec: CitationSpec) -> _Source:
    if spec.message_id is not None:
        message = await MessageCrud(uow).find(spec.message_id)
        if message is None or not _may(uow, "sessions", "read"):
            raise SourceNotFound
        return _Source(message.content, message_id=message.id)
    if not _may(uow, "documents", "read"):
        raise SourceNotFound
    versions = VersionCrud(uow)
    document_id = spec.document_id
    if spec.version_id is not None:
        found = await versions.find(spec.version_id)
        document_id = found.document_id if found else None
    pinned = (await DocumentCrud(uow).pin([document_id])).values() if document_id else ()
    for document in pinned:
        current = (await versions.current([document]))[document.id]
        version = await versions.whole(spec.version_id or current.id)
        return _Source(version.text, stored_sections(version.sections), document.id, version.id)
    raise DocumentNotFound if spec.document_id else SourceNotFound


def _place(text: str, spec: CitationSpec) -> Span:
    if spec.start is not None and spec.end is not None:
        found = text[spec.start : spec.end]
        if found != spec.quote:
            raise QuoteMismatch(details={"start": spec.start, "end": spec.end, "found": found})
        return Span(spec.start, spec.end)
    spans = places(text, spec.quote)
    if not spans:
        raise QuoteNotFound
    if len(spans) > 1:
        raise QuoteAmbiguous(details={"places": [{"start": span.start, "end": span.end} for span in spans[:20]]})
    return spans[0]
