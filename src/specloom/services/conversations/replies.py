"""Replies: what there is to answer, and how an answer is kept, once and in its place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from specloom.ai.analysis import RuleSetting
from specloom.ai.conversation import Answer, BacklogItem, Conversation, Digest, Quotation, Said, Source
from specloom.core.errors import NotFound
from specloom.core.text import Span
from specloom.core.uow import UnitOfWork
from specloom.crud.conversations import ConversationCrud, MessageCrud
from specloom.crud.documents import VersionCrud
from specloom.crud.identity import TenantCrud
from specloom.crud.jobs import JobCrud
from specloom.models.conversations import ConversationSession, Message
from specloom.schemas.identity import TenantSettingsRead
from specloom.services import jobs
from specloom.services.conversations import sessions
from specloom.services.identity import industry
from specloom.services.requirements import backlog
from specloom.vocabulary.conversations import ENDED, MessageType
from specloom.vocabulary.requirements import RequirementKind

MOST_TURNS = 200
"""More messages than this nobody reads again; what is older is in the summary."""
_MOST_BACKLOG = 300


class SessionGone(NotFound):
    code = "session_gone"
    default_message = "The session ended before this was answered."


@dataclass(frozen=True, slots=True)
class Assignment:
    """What there is to answer: the conversation as far as this column knows it."""

    session_id: UUID
    message_id: UUID
    product_id: UUID | None
    conversation: Conversation


async def begin(uow: UnitOfWork, session_id: UUID, message_id: UUID, job_id: UUID) -> Assignment | None:
    """What there is to answer; None when it is answered already. Raises `SessionGone`.

    A reply that failed or was cancelled is written after all once its job is started anew.
    """
    session = await ConversationCrud(uow).lock(session_id)
    messages = MessageCrud(uow)
    message = await messages.get_in(session_id, message_id)
    reply = await messages.reply_to(session_id, message_id)
    if reply is not None and reply.message_type is MessageType.AI:
        return None
    if session.status in ENDED:
        raise SessionGone
    if message.job_id != job_id:
        await messages.change(message, job_id=job_id)
    return Assignment(session_id, message_id, session.product_id, await _conversation(uow, session, message))


async def remember(uow: UnitOfWork, session_id: UUID, digest: Digest) -> None:
    """Keeps what was said for all replies to come, so that it is summed up once."""
    await ConversationCrud(uow).remember(session_id, digest.text, digest.up_to)


async def complete(uow: UnitOfWork, assignment: Assignment, answer: Answer) -> UUID | None:
    """Keeps the reply and lets the next one begin. None, and nothing is kept, when the session has ended meanwhile."""
    session = await ConversationCrud(uow).lock(assignment.session_id)
    if session.status in ENDED:
        return None
    message_id, sources = assignment.message_id, assignment.conversation.sources
    quotations = await _standing(uow, answer.quotations, sources)
    details = {
        "model_used": answer.model,
        "tokens_used": answer.usage.tokens,
        "suggested_questions": list(answer.questions),
        "asked": list(answer.asked),
        "candidate_requirements": [
            {
                "statement": each.statement,
                "type": each.type,
                "quality": each.quality,
                "priority": each.priority,
                "confidence": each.confidence,
                "citation": _citation(message_id, assignment.conversation.message, each.span),
            }
            for each in answer.candidates
        ],
        "citations": [_quoted(each, sources[each.source]) for each in quotations],
        "unsupported": [{"words": each} for each in answer.unsupported],
    }
    reply = await _put(uow, session, message_id, says=MessageType.AI, content=answer.text, details=details)
    await _next(uow, session.id)
    return reply.id


async def abandon(uow: UnitOfWork, session_id: UUID, message_id: UUID, reason: str) -> None:
    """Says that there will be no reply, unless there is one or it was said already, and lets the next one begin."""
    session = await ConversationCrud(uow).lock(session_id)
    messages = MessageCrud(uow)
    if await messages.reply_to(session_id, message_id) is None:
        message = await messages.get_in(session_id, message_id)
        job = await JobCrud(uow).find(message.job_id) if message.job_id else None
        if job is not None and job.cancel_requested_at is not None:
            said = "The reply was cancelled. Start its job again to have it after all: POST /jobs/{id}/retry."
            details: dict[str, Any] = {"cancelled": True}
            await _put(uow, session, message_id, says=MessageType.SYSTEM, content=said, details=details)
        else:
            said = f"There is no reply to this: {reason} Start its job again to try once more: POST /jobs/{{id}}/retry."
            details = {"error_code": "reply_failed"}
            await _put(uow, session, message_id, says=MessageType.ERROR, content=said, details=details)
    await _next(uow, session_id)


async def _put(
    uow: UnitOfWork,
    session: ConversationSession,
    message_id: UUID,
    *,
    says: MessageType,
    content: str,
    details: dict[str, Any],
) -> Message:
    """The reply to a message, in the place of what stood for it before."""
    messages = MessageCrud(uow)
    reply = await messages.reply_to(session.id, message_id)
    if reply is None:
        reply = await messages.add(
            session_id=session.id,
            number=await messages.next_number(session.id),
            message_type=says,
            content=content,
            details=details,
            reply_to=message_id,
        )
        sessions.publish_message(uow, "message.created", session, reply)
    else:
        await messages.change(reply, message_type=says, content=content, details=details)
        sessions.publish_message(uow, "message.updated", session, reply)
    return reply


async def _next(uow: UnitOfWork, session_id: UUID) -> None:
    """Releases the job of the oldest message that waits for its reply."""
    waiting = await MessageCrud(uow).unanswered(session_id, 1)
    if waiting and waiting[0].job_id is not None:
        await jobs.release(uow, waiting[0].job_id)


async def _standing(uow: UnitOfWork, quotations: Sequence[Quotation], sources: Sequence[Source]) -> list[Quotation]:
    """Those whose words stand where they are said to, looked up once more in what is quoted."""
    texts: dict[UUID | None, str] = {}
    for source in {each.source: sources[each.source] for each in quotations}.values():
        if source.version_id is not None and source.version_id not in texts:
            version = await VersionCrud(uow).whole(source.version_id)
            texts[source.version_id] = version.text
            uow.session.expunge(version)
        if source.message_id is not None and source.message_id not in texts:
            message = await MessageCrud(uow).find(source.message_id)
            texts[source.message_id] = message.content if message else ""
    return [
        each
        for each in quotations
        if texts[sources[each.source].version_id or sources[each.source].message_id][each.start : each.end]
        == each.quote
    ]


def _citation(message_id: UUID, text: str, span: Span) -> dict[str, Any]:
    quote = text[span.start : span.end]
    return {"message_id": str(message_id), "start": span.start, "end": span.end, "quote": quote}


def _quoted(quotation: Quotation, source: Source) -> dict[str, Any]:
    ids = {"document_id": source.document_id, "version_id": source.version_id, "message_id": source.message_id}
    return {
        "kind": source.kind,
        "number": quotation.number,
        **{name: str(id_) for name, id_ in ids.items() if id_ is not None},
        "title": source.title,
        "start": quotation.start,
        "end": quotation.end,
        "quote": quotation.quote,
    }


async def _conversation(uow: UnitOfWork, session: ConversationSession, message: Message) -> Conversation:
    summary, after = await ConversationCrud(uow).summary(session.id)
    if after >= message.number:  # a retry of an old reply: what came later shall not be known to it
        summary, after = "", 0
    dialogue = await MessageCrud(uow).latest(session.id, up_to=message.number, after=after, most=MOST_TURNS)
    said = [
        Said(number, "user" if each.message_type is MessageType.USER else "assistant", each.content)
        for number, each in dialogue
        if each.reply_to != message.id
    ]
    tenant = await TenantCrud(uow).get()
    settings = TenantSettingsRead.model_validate(tenant.settings)
    guidance = await industry.guidance(uow, session.industry_template_version_id)
    return Conversation(
        session_type=session.session_type,
        title=session.title,
        said=tuple(said),
        summary=summary,
        asked=tuple(await MessageCrud(uow).questions(session.id)),
        tone=guidance.tone,
        depth=settings.question_depth,
        backlog=await _backlog(uow, session.product_id),
        guidance=guidance.instructions("conversation", session.session_type.value),
        frameworks=guidance.frameworks,
        context=json.dumps(session.context_data, ensure_ascii=False) if session.context_data else "",
    )


async def _backlog(uow: UnitOfWork, product_id: UUID | None) -> tuple[BacklogItem, ...]:
    """What stands in the product; nothing once the product is gone: people may still talk."""
    if product_id is None:
        return ()
    try:
        items = (await backlog.tree(uow, product_id))[:_MOST_BACKLOG]
    except NotFound:
        return ()
    return tuple(BacklogItem(each.id, RequirementKind(each.kind), each.key, each.name, each.fields) for each in items)


def with_sources(assignment: Assignment, sources: Sequence[Source], rules: Mapping[str, RuleSetting]) -> Assignment:
    """The same, with what other columns know: passages that may hold the answer, and how the tenant sets the rules."""
    return replace(assignment, conversation=replace(assignment.conversation, sources=tuple(sources), rules=rules))


def shortened(assignment: Assignment, digest: Digest) -> Assignment:
    """The same, with what was summed up left out of the dialogue."""
    conversation = assignment.conversation
    said = tuple(each for each in conversation.said if each.number > digest.up_to)
    return replace(assignment, conversation=replace(conversation, said=said, summary=digest.text))
