"""The passages of a tenant's documents that may hold the answer to what was said."""

from specloom.ai.conversation import Source
from specloom.core.uow import UnitOfWork
from specloom.crud.documents import DocumentCrud, PassageCrud, VersionCrud
from specloom.services import search
from specloom.services.search import Hit, Meaning
from specloom.vocabulary.search import SearchKind

MOST = 12


async def gather(uow: UnitOfWork, query: str, meaning: Meaning | None) -> list[Source]:
    """The best passages of current versions, best first. What the index of search does not know yet is found by its
    words."""
    hits = await search.find(uow, query, kinds=[SearchKind.DOCUMENTS], limit=MOST, meaning=meaning)
    found = await _cited(uow, hits)
    if found:
        return found
    passages = await PassageCrud(uow).about(query.split(), other_than=None, most=MOST)
    return [
        Source("document", each.title, each.start, each.text, document_id=each.document_id, version_id=each.version_id)
        for each in passages
    ]


async def _cited(uow: UnitOfWork, hits: list[Hit]) -> list[Source]:
    """The hits with the version that each of them stands in."""
    documents = [
        document
        for id_ in dict.fromkeys(hit.document_id for hit in hits if hit.document_id)
        if (document := await DocumentCrud(uow).find(id_)) is not None
    ]
    versions = await VersionCrud(uow).current(documents) if documents else {}
    return [
        Source("document", hit.title, hit.start, hit.passage, document_id=hit.document_id, version_id=version.id)
        for hit in hits
        if hit.document_id is not None
        and (version := versions.get(hit.document_id)) is not None
        and version.number == hit.version
    ]
