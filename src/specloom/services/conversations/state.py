"""What goes on in a session this moment, shared by all nodes through Redis: who is writing, and since when.

It is JSON, kept for minutes, and only a hint: whatever is lost with Redis is read from PostgreSQL or happens again.
"""

import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from specloom.core.events import text_so_far
from specloom.core.uow import UnitOfWork
from specloom.crud.conversations import ConversationCrud, MessageCrud
from specloom.schemas.conversations import SessionStateRead
from specloom.services.conversations import sessions

TYPING_SECONDS = 6.0
_KEPT_SECONDS = 600


def state_key(tenant_id: UUID, session_id: UUID) -> str:
    """A hash: the JSON of what each person did last, by their id."""
    return f"tenant:{tenant_id}:session:{session_id}:state"


async def note_typing(redis: Redis, tenant_id: UUID, session_id: UUID, user_id: UUID) -> None:
    """Tells the others that somebody is writing. Without Redis nobody is told."""
    key = state_key(tenant_id, session_id)
    try:
        async with redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(key, str(user_id), json.dumps({"typing_at": time.time()}))
            pipeline.expire(key, _KEPT_SECONDS)
            await pipeline.execute()
    except (RedisError, OSError):
        return


async def check_writer(uow: UnitOfWork, session_id: UUID) -> None:
    """Raises unless whoever asks may say something in the session."""
    view = await sessions.get(uow, session_id)
    sessions.must_take_part(uow, view)
    sessions.must_not_be_over(view.session)


async def stored(uow: UnitOfWork, session_id: UUID) -> SessionStateRead:
    """What PostgreSQL knows of it."""
    session = await ConversationCrud(uow).get(session_id)
    messages = MessageCrud(uow)
    waiting = await messages.unanswered(session_id, 1)
    last = await messages.last_moment(session_id)
    return SessionStateRead(
        status=session.status,
        last_activity=last or session.created_at,
        typing=[],
        replying_to=waiting[0].id if waiting else None,
        job_id=waiting[0].job_id if waiting else None,
        reply_so_far="",
    )


async def complete(redis: Redis, tenant_id: UUID, session_id: UUID, known: SessionStateRead) -> SessionStateRead:
    """The same with what Redis knows. Nothing may be open meanwhile: it waits for Redis."""
    try:
        acts = await redis.hgetall(state_key(tenant_id, session_id))
    except (RedisError, OSError):
        acts = {}
    moments = {UUID(str(user)): _typing_at(str(act)) for user, act in acts.items()}
    text = await text_so_far(redis, tenant_id, known.job_id) if known.job_id else None
    latest = datetime.fromtimestamp(max(moments.values(), default=0.0), UTC)
    return known.model_copy(
        update={
            "typing": sorted(user for user, at in moments.items() if at > time.time() - TYPING_SECONDS),
            "last_activity": max(known.last_activity, latest),
            "reply_so_far": text.text if text else "",
        }
    )


def _typing_at(act: str) -> float:
    values: dict[str, Any] = json.loads(act)
    return float(values["typing_at"])
