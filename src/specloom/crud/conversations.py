"""Sessions with their participants, messages, and the door through which the sweeper finds expired sessions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.models.conversations import ConversationSession, Message, SessionParticipant
from specloom.vocabulary.conversations import MessageType, SessionStatus, SessionType


class SessionNotFound(NotFound):
    code = "session_not_found"
    default_message = "There is no such session."


class MessageNotFound(NotFound):
    code = "message_not_found"
    default_message = "The session has no such message."


class ConversationCrud(Crud[ConversationSession]):
    model: ClassVar[type[ConversationSession]] = ConversationSession
    missing = SessionNotFound
    sortable: ClassVar = {"title": ConversationSession.title, "expires_at": ConversationSession.expires_at}

    def by(
        self,
        *,
        product_id: UUID | None = None,
        status: SessionStatus | None = None,
        session_type: SessionType | None = None,
        participant_id: UUID | None = None,
    ) -> Select[ConversationSession]:
        query = self.scoped()
        for column, wanted in (
            (ConversationSession.product_id, product_id),
            (ConversationSession.status, status),
            (ConversationSession.session_type, session_type),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        if participant_id is not None:
            takes_part = select(SessionParticipant.user_id).where(
                SessionParticipant.tenant_id == ConversationSession.tenant_id,
                SessionParticipant.session_id == ConversationSession.id,
                SessionParticipant.user_id == participant_id,
            )
            query = query.where(takes_part.exists())
        return query

    async def now(self) -> datetime:
        """By the clock of the database."""
        now: datetime = (await self.session.execute(select(func.clock_timestamp()))).scalar_one()
        return now

    async def go_on(self, session_id: UUID, expires_at: datetime) -> None:
        """Moves the expiry on. That is no change of the session, so revision and time of change stay as they are."""
        await self._note(session_id, expires_at=expires_at)

    async def remember(self, session_id: UUID, summary: str, to: int) -> None:
        """Keeps the summary of the messages up to a number, unless one that reaches further is there."""
        await self._note(session_id, ConversationSession.summarised_to < to, summary=summary, summarised_to=to)

    async def summary(self, session_id: UUID) -> tuple[str, int]:
        """What is remembered of older messages, and up to which number."""
        row = (
            await self.session.execute(
                select(ConversationSession.summary, ConversationSession.summarised_to).where(
                    ConversationSession.tenant_id == self.tenant_id, ConversationSession.id == session_id
                )
            )
        ).one()
        return row[0] or "", row[1]

    async def participants(self, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """Who takes part in each of these sessions, in a fixed order."""
        rows = await self.session.execute(
            select(SessionParticipant.session_id, SessionParticipant.user_id)
            .where(SessionParticipant.tenant_id == self.tenant_id, SessionParticipant.session_id.in_(list(ids)))
            .order_by(SessionParticipant.user_id)
        )
        found = defaultdict[UUID, list[UUID]](list)
        for session_id, user_id in rows:
            found[session_id].append(user_id)
        return found

    async def set_participants(self, session_id: UUID, users: Iterable[UUID]) -> None:
        await self.session.execute(
            delete(SessionParticipant).where(
                SessionParticipant.tenant_id == self.tenant_id, SessionParticipant.session_id == session_id
            )
        )
        rows = [{"tenant_id": self.tenant_id, "session_id": session_id, "user_id": user} for user in sorted(set(users))]
        if rows:
            await self.session.execute(insert(SessionParticipant), rows)

    async def _note(self, session_id: UUID, *conditions: ColumnElement[bool], **values: Any) -> None:
        await self.session.execute(
            update(ConversationSession)
            .where(ConversationSession.tenant_id == self.tenant_id, ConversationSession.id == session_id, *conditions)
            .values(**values, updated_at=ConversationSession.updated_at),
            execution_options={"synchronize_session": False},
        )


class MessageCrud(Crud[Message]):
    model: ClassVar[type[Message]] = Message
    missing = MessageNotFound
    sortable: ClassVar = {"number": Message.number}
    order = "number"

    def of(self, session_id: UUID, message_type: MessageType | None = None) -> Select[Message]:
        query = self.scoped().where(Message.session_id == session_id)
        return query if message_type is None else query.where(Message.message_type == message_type)

    async def get_in(self, session_id: UUID, message_id: UUID) -> Message:
        message = (await self.session.scalars(self.of(session_id).where(Message.id == message_id))).one_or_none()
        if message is None:
            raise self.missing
        return message

    async def next_number(self, session_id: UUID) -> int:
        """For whoever has locked the session."""
        last = self.of(session_id).with_only_columns(func.coalesce(func.max(Message.number), 0))
        return int((await self.session.execute(last)).scalar_one()) + 1

    async def last_moment(self, session_id: UUID) -> datetime | None:
        """When something was said or replied last."""
        query = self.of(session_id).with_only_columns(func.max(Message.updated_at))
        return (await self.session.execute(query)).scalar_one()

    async def reply_to(self, session_id: UUID, message_id: UUID) -> Message | None:
        query = self.of(session_id).where(Message.reply_to == message_id)
        return (await self.session.scalars(query)).one_or_none()

    async def unanswered(self, session_id: UUID, most: int | None = None) -> Sequence[Message]:
        """What people said and nobody has answered yet, oldest first; of more than `most`, the oldest."""
        reply = aliased(Message)
        answered = select(reply.id).where(
            reply.tenant_id == Message.tenant_id, reply.session_id == Message.session_id, reply.reply_to == Message.id
        )
        query = self.of(session_id, MessageType.USER).where(~answered.exists()).order_by(Message.number)
        return (await self.session.scalars(query.limit(most))).all()

    async def said(self, session_id: UUID, *, up_to: int | None = None) -> Sequence[Message]:
        """What people said, oldest first."""
        query = self.of(session_id, MessageType.USER)
        if up_to is not None:
            query = query.where(Message.number <= up_to)
        return (await self.session.scalars(query.order_by(Message.number))).all()

    async def latest(self, session_id: UUID, *, up_to: int, after: int, most: int) -> list[tuple[int, Message]]:
        """What people said between two numbers and what was replied to it, as a dialogue: each reply stands right
        behind its message, whose number it comes with. Of more than `most`, the latest."""
        reply = aliased(Message)
        query = (
            select(Message, reply)
            .outerjoin(
                reply,
                and_(
                    reply.tenant_id == Message.tenant_id,
                    reply.session_id == Message.session_id,
                    reply.reply_to == Message.id,
                    reply.message_type == MessageType.AI,
                ),
            )
            .where(
                Message.tenant_id == self.tenant_id,
                Message.session_id == session_id,
                Message.message_type == MessageType.USER,
                Message.number <= up_to,
                Message.number > after,
            )
            .order_by(Message.number.desc())
            .limit(most)
        )
        rows = (await self.session.execute(query)).all()
        return [(row[0].number, each) for row in reversed(rows) for each in row if each is not None]

    async def questions(self, session_id: UUID) -> list[str]:
        """All that the replies of a session have asked, oldest first."""
        query = self.of(session_id, MessageType.AI).with_only_columns(Message.details["asked"]).order_by(Message.number)
        return [question for asked in await self.session.scalars(query) for question in asked or ()]


async def expired_sessions(session: AsyncSession, most: int) -> list[tuple[UUID, UUID]]:
    """A door: (tenant, session) of those whose time is over."""
    rows = await session.execute(text("SELECT tenant_id, session_id FROM expired_sessions(:most)"), {"most": most})
    return [(row[0], row[1]) for row in rows]
