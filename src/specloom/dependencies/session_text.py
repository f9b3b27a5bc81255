"""What was said in a session, for an analysis: the two columns do not know each other."""

from uuid import UUID

from specloom.core.uow import UnitOfWork
from specloom.dependencies.identity import check_permission
from specloom.services.analyses.parts import SessionText
from specloom.services.conversations import messages


async def session_text(uow: UnitOfWork, session_id: UUID | None) -> SessionText | None:
    """All that people said in a session that the caller may read; None for no session."""
    if session_id is None:
        return None
    check_permission(uow, "sessions", "read")
    spoken = await messages.spoken(uow, session_id)
    return SessionText(session_id, spoken.title, spoken.messages)
