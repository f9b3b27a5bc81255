"""Sessions and messages as they are sent and shown, and the job that replies."""

from specloom.schemas.conversations.messages import (
    CandidateRead,
    MessageAccepted,
    MessageCreate,
    MessageRead,
    QuotedRead,
    ReplyDetailsRead,
    ReplyToMessage,
    UnsupportedRead,
)
from specloom.schemas.conversations.sessions import (
    SessionCreate,
    SessionDetailRead,
    SessionRead,
    SessionStateRead,
    SessionUpdate,
)

__all__ = [
    "CandidateRead",
    "MessageAccepted",
    "MessageCreate",
    "MessageRead",
    "QuotedRead",
    "ReplyDetailsRead",
    "ReplyToMessage",
    "SessionCreate",
    "SessionDetailRead",
    "SessionRead",
    "SessionStateRead",
    "SessionUpdate",
    "UnsupportedRead",
]
