"""What requirements stand on: passages of documents and messages, checked word for word."""

from collections.abc import Collection, Sequence
from uuid import UUID

from specloom.core.errors import Forbidden, Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.citations import CitationCrud, CitedSource
from specloom.crud.requirements import RequirementCrud, RequirementNotFound
from specloom.models.citations import Citation
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import CitationSpec, RequirementCitationRead
from specloom.services.requirements import reanchoring, suspects
from specloom.services.requirements.kinds import KINDS
from specloom.services.requirements.passages import CitedTexts
from specloom.vocabulary.identity import Action

MOST_CITATIONS = 100


class ChangeNotPermitted(Forbidden):
    code = "change_not_permitted"
    default_message = "This needs the permission to update what cites. Ask an admin for a role that has it."


class TooManyCitations(Unprocessable):
    code = "too_many_citations"
    default_message = f"A requirement cites {MOST_CITATIONS} passages at most. Remove one first."


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
    if not uow.may(resource, "update"):
        raise ChangeNotPermitted(details={"resource": resource, "action": "update"})
    return requirement


def _readable(uow: UnitOfWork, requirement: Requirement) -> Requirement:
    if not uow.may(KINDS[requirement.kind].resource, "read"):
        raise RequirementNotFound
    return requirement


# Cited and shown ------------------------------------------------------------------------------------------------------


async def cite(
    uow: UnitOfWork,
    requirement: Requirement,
    specs: Sequence[CitationSpec],
    *,
    analysis_item_id: UUID | None = None,
    texts: CitedTexts | None = None,
) -> list[Citation]:
    """Lets a requirement stand on passages, each of which is looked up: what is not there word for word is refused.

    Whoever cites for many requirements gives all of them the same `texts`.
    """
    crud = CitationCrud(uow)
    if specs and await crud.count(requirement.id) + len(specs) > MOST_CITATIONS:
        raise TooManyCitations
    texts = texts or CitedTexts(uow)
    made, older = [], set[UUID]()
    for spec in specs:
        cited = await texts.of(spec)
        place = cited.passage(spec)
        made.append(
            await crud.add(
                requirement_id=requirement.id,
                document_id=cited.document_id,
                version_id=cited.version_id,
                message_id=cited.message_id,
                analysis_item_id=analysis_item_id,
                start=place.start,
                end=place.end,
                quote=place.quote,
                label=place.label,
                line=place.line if cited.message_id is None else None,
                created_by=uow.user_id,
            )
        )
        if cited.document_id is not None and not cited.is_current:
            older.add(cited.document_id)
    for document_id in sorted(older):
        await reanchoring.follow(uow, document_id)
    return made


async def of(uow: UnitOfWork, requirement_ids: Collection[UUID]) -> dict[UUID, list[CitedSource]]:
    """The citations of requirements, oldest first: those of sources that one may read."""
    found: dict[UUID, list[CitedSource]] = {id_: [] for id_ in requirement_ids}
    readable = {source: uow.may(source, Action.READ) for source in ("documents", "sessions")}
    for each in await CitationCrud(uow).of(requirement_ids):
        if readable["documents" if each.citation.message_id is None else "sessions"]:
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
