"""The texts that search finds, as they stand now: whole for the index, in part for its answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Select, Uuid, and_, cast, column, func, literal, null, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import undefer

from specloom.core.uow import UnitOfWork
from specloom.models.conversations import ConversationSession, Message
from specloom.models.documents import Document, DocumentVersion, Summary
from specloom.models.requirements import Requirement
from specloom.vocabulary.conversations import MessageType
from specloom.vocabulary.documents import SummaryStatus
from specloom.vocabulary.requirements import RequirementKind
from specloom.vocabulary.search import Searched

KINDS = {
    Searched.PRODUCTS: RequirementKind.PRODUCT,
    Searched.EPICS: RequirementKind.EPIC,
    Searched.FEATURES: RequirementKind.FEATURE,
    Searched.USER_STORIES: RequirementKind.USER_STORY,
}
SAID = (MessageType.USER, MessageType.AI)
"""Messages that say something; the others only tell what became of a reply."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a thing as it is now, under its title; `sections` as documents keep them."""

    title: str
    text: str
    sections: Sequence[dict[str, Any]]
    document_id: UUID | None
    product_id: UUID | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing is quoted: `text[start:end]`."""

    resource: Searched
    id: UUID
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stands at a place, and what it belongs to."""

    passage: str
    title: str
    version: int | None
    document_id: UUID | None
    product_id: UUID | None
    session_id: UUID | None


class SourceCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def whole(self, resource: Searched, id_: UUID) -> Source | None:
        """The text of a thing; None when it is not there, or says nothing."""
        if resource is Searched.DOCUMENTS:
            query = self._documents().where(Document.id == id_).options(undefer(DocumentVersion.sections))
            for document, version in await self._session.execute(query.options(undefer(DocumentVersion.text))):
                self._session.expunge(version)  # its text is kept no longer than it is needed
                return Source(document.title, version.text, version.sections, document.id, None)
        elif resource is Searched.SUMMARIES:
            for summary, document in await self._session.execute(self._summaries().where(Summary.id == id_)):
                return Source(document.title, summary.summary_text or "", (), document.id, None)
        elif resource is Searched.SESSIONS:
            for message, session in await self._session.execute(self._messages().where(Message.id == id_)):
                return Source(session.title, message.content, (), None, session.product_id)
        else:
            query = self._requirements([resource]).where(Requirement.id == id_)
            for requirement in await self._session.scalars(query):
                return Source(requirement.name, requirement_text(requirement), (), None, requirement.product_id)
        return None

    async def quote(self, places: Sequence[Place]) -> dict[Place, Quoted]:
        """What stands at each place; those in things that are no longer there are left out."""
        wanted = list(dict.fromkeys(places))
        quoted: dict[Place, Quoted] = {}
        of = {resource: [place for place in wanted if place.resource is resource] for resource in Searched}
        if documents := of[Searched.DOCUMENTS]:
            given, passage = _stretches(documents, DocumentVersion.text)
            query = self._documents(
                given.c.place, passage, Document.title, Document.current_version, Document.id, null(), null()
            ).where(Document.id == given.c.id)
            quoted |= {documents[row[0]]: Quoted(*row[1:]) for row in await self._session.execute(query)}
        if summaries := of[Searched.SUMMARIES]:
            given, passage = _stretches(summaries, Summary.summary_text)
            query = self._summaries(given.c.place, passage, Document.title, null(), Document.id, null(), null()).where(
                Summary.id == given.c.id
            )
            quoted |= {summaries[row[0]]: Quoted(*row[1:]) for row in await self._session.execute(query)}
        if messages := of[Searched.SESSIONS]:
            given, passage = _stretches(messages, Message.content)
            query = self._messages(
                given.c.place,
                passage,
                ConversationSession.title,
                null(),
                null(),
                ConversationSession.product_id,
                ConversationSession.id,
            ).where(Message.id == given.c.id)
            quoted |= {messages[row[0]]: Quoted(*row[1:]) for row in await self._session.execute(query)}
        if requirements := [place for resource in KINDS for place in of[resource]]:
            query = self._requirements(KINDS).where(Requirement.id.in_({place.id for place in requirements}))
            found = {requirement.id: requirement for requirement in await self._session.scalars(query)}
            for place in requirements:
                if requirement := found.get(place.id):
                    text = requirement_text(requirement)[place.start : place.end]
                    about = (requirement.name, requirement.version, None, requirement.product_id, None)
                    quoted[place] = Quoted(text, *about)
        return quoted

    def _documents(self, *columns: Any) -> Select[Any]:
        current = and_(
            DocumentVersion.tenant_id == Document.tenant_id,
            DocumentVersion.document_id == Document.id,
            DocumentVersion.number == Document.current_version,
        )
        return (
            select(*(columns or (Document, DocumentVersion)))
            .join_from(Document, DocumentVersion, current)
            .where(Document.tenant_id == self._tenant_id, Document.deleted_at.is_(None))
        )

    def _summaries(self, *columns: Any) -> Select[Any]:
        document = and_(Document.tenant_id == Summary.tenant_id, Document.id == Summary.document_id)
        return (
            select(*(columns or (Summary, Document)))
            .join_from(Summary, Document, document)
            .where(
                Summary.tenant_id == self._tenant_id,
                Summary.deleted_at.is_(None),
                Summary.status == SummaryStatus.COMPLETE,
                Document.deleted_at.is_(None),
            )
        )

    def _messages(self, *columns: Any) -> Select[Any]:
        session = and_(ConversationSession.tenant_id == Message.tenant_id, ConversationSession.id == Message.session_id)
        return (
            select(*(columns or (Message, ConversationSession)))
            .join_from(Message, ConversationSession, session)
            .where(Message.tenant_id == self._tenant_id, Message.message_type.in_(SAID))
        )

    def _requirements(self, resources: Iterable[Searched]) -> Select[Any]:
        return select(Requirement).where(
            Requirement.tenant_id == self._tenant_id,
            Requirement.deleted_at.is_(None),
            Requirement.kind.in_([KINDS[resource] for resource in resources]),
        )


def requirement_text(requirement: Requirement) -> str:
    """All that a requirement says, in one text: its name, its fields and its custom fields in the order of their names,
    each after a blank line; the items of a list each on a line."""
    parts = [requirement.name]
    for values in (requirement.fields, requirement.custom_fields):
        parts += ["\n".join(_strings(values[name])) for name in sorted(values)]
    return "\n\n".join(part for part in parts if part.strip())


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for name in sorted(value):
            yield from _strings(value[name])


def _stretches(places: Sequence[Place], text: Any) -> tuple[Any, Any]:
    """A table of places {place, id}, numbered from 0, and the stretch of `text` at each."""
    given = (
        func.unnest(
            literal(list(range(len(places))), ARRAY(Integer)),
            literal([place.id for place in places], ARRAY(Uuid())),
            literal([place.start for place in places], ARRAY(BigInteger)),
            literal([place.end for place in places], ARRAY(BigInteger)),
        )
        .table_valued(
            column("place", Integer),
            column("id", Uuid()),
            column("start", BigInteger),
            column("end", BigInteger),
            name="given",
        )
        .render_derived()
    )
    return given, func.substr(text, cast(given.c.start + 1, Integer), cast(given.c.end - given.c.start, Integer))
