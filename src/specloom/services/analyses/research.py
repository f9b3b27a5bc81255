"""Research: passages of the tenant's other documents that bear on what is analysed, and where exactly they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from specloom.ai.analysis import Passage, Research
from specloom.core.text import Span
from specloom.core.uow import UnitOfWork
from specloom.crud.documents import PassageCrud, VersionCrud
from specloom.schemas.documents import SourceRead
from specloom.services.documents.sources import Places, stored_sections

MOST_PASSAGES = 200


@dataclass(frozen=True, slots=True)
class Citation:
    """A piece of research with the number of the version that it quotes, and the place in it."""

    research: Research
    version: int
    source: SourceRead


async def passages(uow: UnitOfWork, words: Sequence[str], *, other_than: UUID | None) -> list[Passage]:
    """What PostgreSQL finds for the words in the current versions of all documents but the analysed one."""
    found = await PassageCrud(uow).about(words, other_than=other_than, most=MOST_PASSAGES)
    return [Passage(each.document_id, each.version_id, each.title, each.start, each.text) for each in found]


async def cite(uow: UnitOfWork, found: Sequence[Research]) -> list[Citation]:
    """The same, in the same order, each with its place; what does not stand there word for word is left out."""
    places: dict[UUID, tuple[int, Places]] = {}
    for version_id in dict.fromkeys(each.version_id for each in found):
        version = await VersionCrud(uow).whole(version_id)
        places[version_id] = version.number, Places(version.text, stored_sections(version.sections))
        uow.session.expunge(version)
    citations = []
    for each in found:
        number, places_of = places[each.version_id]
        source = places_of.source(Span(each.start, each.end))
        if source.quote == each.quote:
            citations.append(Citation(each, number, source))
    return citations
