"""Analyses: asked for, followed, read, reviewed item by item; and the rules they check by."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from specloom.dependencies.budget import must_afford
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.revision import IfMatch, tag
from specloom.dependencies.session_text import session_text
from specloom.dependencies.state import State
from specloom.dependencies.stream import JobStream, analysis_stream
from specloom.routers.frames import frames
from specloom.routers.responses import errors, errors_of_stream
from specloom.schemas.analyses import (
    AnalysisAccepted,
    AnalysisCreate,
    AnalysisDetailRead,
    AnalysisPreviewRead,
    AnalysisRead,
    BulkAcceptance,
    BulkDismissal,
    ComparisonRead,
    ComplianceRead,
    DecidedRead,
    ItemAcceptance,
    ItemDecision,
    ItemRead,
    RewriteCreate,
    RewriteRead,
    RuleRead,
    RuleUpdate,
)
from specloom.schemas.base import PageRead
from specloom.services.analyses import acceptance, analyses, comparison, compliance, items, rules
from specloom.vocabulary.analyses import AnalysisStatus, ItemKind, ItemStatus, Severity
from specloom.vocabulary.requirements import RequirementType

router = APIRouter(tags=["analyses"], route_class=IdempotentRoute, responses=errors(401, 403, 422, 503))

_may_read = [Depends(require("analyses", "read"))]
_may_decide = [Depends(require("analyses", "update"))]
_may_read_rules = [Depends(require("analysis_rules", "read"))]


@router.post(
    "/tenants/{tenant_id}/analyze",
    status_code=202,
    responses=errors(400, 402, 404, 409, 413, 429),
    # An analysis quotes documents: who asks for one must be allowed to read them.
    dependencies=[Depends(require("documents", "read")), Depends(require("analyses", "create")), Depends(must_afford)],
)
async def request_analysis(tenant_id: UUID, data: AnalysisCreate, uow: Uow, state: State) -> AnalysisAccepted:
    """Starts an analysis of a document, a text, or what was said in a session of your own tenant. Follow it at
    `GET /analyses/{event_id}/events`."""
    session, uses_llm = await session_text(uow, data.session_id), state.settings.llm.uses_llm
    job, view, expected = await analyses.request(uow, tenant_id, data, uses_llm=uses_llm, session=session)
    return analyses.read_accepted(job, view, expected)


@router.post(
    "/tenants/{tenant_id}/analyze/preview",
    responses=errors(400, 404, 409, 413),
    dependencies=[Depends(require("documents", "read")), Depends(require("analyses", "create"))],
)
async def preview_analysis(tenant_id: UUID, data: AnalysisCreate, uow: Uow, state: State) -> AnalysisPreviewRead:
    """What such an analysis would take: time, tokens and cost. Nothing is started."""
    session, settings = await session_text(uow, data.session_id), state.settings
    return await analyses.preview(uow, tenant_id, data, llm=settings.llm, budgets=settings.budgets, session=session)


@router.post(
    "/analyses/{event_id}/rerun",
    status_code=202,
    responses=errors(400, 402, 404, 409, 413, 429),
    dependencies=[Depends(require("documents", "read")), Depends(require("analyses", "create")), Depends(must_afford)],
)
async def rerun_analysis(event_id: UUID, uow: Uow, state: State) -> AnalysisAccepted:
    """Analyses the same source once more, as it is by now, with the same wishes. What was dismissed stays so; compare
    the two with `GET /analyses/{event_id}/compare`."""
    data = await analyses.again(uow, event_id)
    session, uses_llm = await session_text(uow, data.session_id), state.settings.llm.uses_llm
    job, view, expected = await analyses.request(
        uow, uow.tenant_id, data, uses_llm=uses_llm, session=session, rerun_of=event_id
    )
    return analyses.read_accepted(job, view, expected)


@router.get("/analyses", responses=errors(400), dependencies=_may_read)
async def list_analyses(
    uow: Uow,
    page: PageParams,
    document_id: Annotated[UUID | None, Query()] = None,
    status: AnalysisStatus | None = None,
) -> PageRead[AnalysisRead]:
    """Analyses, newest first. Sort by `created_at`, `updated_at` or `title`."""
    found = await analyses.page(uow, page, document_id=document_id, status=status)
    return PageRead(items=[analyses.read(view) for view in found.items], next_cursor=found.next_cursor)


@router.get("/analyses/{event_id}", responses=errors(404), dependencies=_may_read)
async def get_analysis(event_id: UUID, uow: Uow) -> AnalysisDetailRead:
    """An analysis with what it found: requirements, findings, duplicates, conflicts, questions and research, each with
    the place it stands at. `GET /analyses/{event_id}/items` gives the same in pages."""
    return await items.detail(uow, event_id)


@router.delete(
    "/analyses/{event_id}",
    status_code=204,
    responses=errors(404),
    dependencies=[Depends(require("analyses", "delete"))],
)
async def delete_analysis(event_id: UUID, uow: Uow) -> None:
    """Deletes an analysis with its items; one that is being made comes to nothing."""
    await analyses.remove(uow, event_id)


@router.get(
    "/analyses/{event_id}/events",
    response_class=EventSourceResponse,
    responses={
        **errors_of_stream(401, 403, 404, 422, 503),
        204: {"description": "The end was seen already (`Last-Event-ID`)."},
    },
)
async def follow_analysis(
    stream: Annotated[JobStream, Depends(analysis_stream, scope="function")], state: State
) -> AsyncIterator[ServerSentEvent]:
    """Progress of an analysis, step by step, as `GET /jobs/{id}/events` tells it of its job; `event_id` is the
    analysis' own. `Last-Event-ID` resumes it, on any node, without gap or repeat."""
    async for frame in frames(stream, state):
        yield frame


@router.get("/analyses/{event_id}/items", responses=errors(400, 404), dependencies=_may_read)
async def list_items(
    *,
    event_id: UUID,
    uow: Uow,
    page: PageParams,
    kind: ItemKind | None = None,
    status: ItemStatus | None = None,
    type_: Annotated[RequirementType | None, Query(alias="type", description="Of requirements.")] = None,
    severity: Annotated[Severity | None, Query(description="Of findings.")] = None,
) -> PageRead[ItemRead]:
    """What an analysis found, the kinds one after another, each in reading order."""
    found = await items.page(uow, event_id, page, kind=kind, status=status, requirement_type=type_, severity=severity)
    return PageRead(items=list(found.items), next_cursor=found.next_cursor)


@router.get("/analyses/{event_id}/compliance", responses=errors(404, 409), dependencies=_may_read)
async def get_compliance(event_id: UUID, uow: Uow) -> ComplianceRead:
    """How the text stands to the laws and standards of your business context: each check with the passages that speak
    of it, or its absence. Made by analyses that compare (`consistency`, `comprehensive`), when `compliance_focus` is
    on. An aid to memory, not legal advice."""
    return await compliance.get(uow, event_id)


@router.post(
    "/analyses/{event_id}/items/{item_id}/accept", responses=errors(400, 404, 409, 413), dependencies=_may_decide
)
async def accept_item(event_id: UUID, item_id: UUID, uow: Uow, data: ItemAcceptance | None = None) -> ItemRead:
    """Accepts an item. With `place`, a requirement becomes an epic, a feature or a user story there, edited on the way
    if you like, which cites the passage it was found at. Without one, you may decide again, either way."""
    return await acceptance.accept(uow, event_id, item_id, data or ItemAcceptance())


@router.post(
    "/analyses/{event_id}/items/{item_id}/dismiss", responses=errors(400, 404, 409, 413), dependencies=_may_decide
)
async def dismiss_item(event_id: UUID, item_id: UUID, uow: Uow, data: ItemDecision | None = None) -> ItemRead:
    """Dismisses an item: it stays, marked as what nobody has to care about. Later analyses of the same document or
    session remember that, with the reason you give as comment. You may decide again, either way."""
    return await acceptance.dismiss(uow, event_id, item_id, data or ItemDecision())


@router.post("/analyses/{event_id}/accept", responses=errors(400, 404, 409, 413), dependencies=_may_decide)
async def accept_items(event_id: UUID, data: BulkAcceptance, uow: Uow) -> DecidedRead:
    """Accepts several items, each into its place, all or none; they stand there in the order you send them."""
    return DecidedRead(items=await acceptance.accept_all(uow, event_id, data))


@router.post("/analyses/{event_id}/dismiss", responses=errors(400, 404, 409, 413), dependencies=_may_decide)
async def dismiss_items(event_id: UUID, data: BulkDismissal, uow: Uow) -> DecidedRead:
    """Dismisses several items for one reason, all or none."""
    return DecidedRead(items=await acceptance.dismiss_all(uow, event_id, data))


@router.get("/analyses/{event_id}/compare", responses=errors(404, 409), dependencies=_may_read)
async def compare_analyses(
    event_id: UUID, uow: Uow, other: Annotated[UUID, Query(alias="with", description="The later analysis.")]
) -> ComparisonRead:
    """What the later of two analyses found that this one did not, what is gone, what reads otherwise; and which
    findings were resolved."""
    return await comparison.compare(uow, event_id, other)


# Rules ----------------------------------------------------------------------------------------------------------------

RuleId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=60, examples=["vague_term"])]


@router.get("/analysis-rules", dependencies=_may_read_rules)
async def list_rules(uow: Uow) -> PageRead[RuleRead]:
    """All quality rules, as they are set in your tenant."""
    return PageRead(items=[rules.read(setting) for setting in await rules.all_settings(uow)], next_cursor=None)


@router.get("/analysis-rules/{rule_id}", responses=errors(404), dependencies=_may_read_rules)
async def get_rule(rule_id: RuleId, uow: Uow, response: Response) -> RuleRead:
    """A quality rule: what it asks for, why, with an example; and how it is set in your tenant."""
    setting = await rules.get(uow, rule_id)
    tag(response, setting)
    return rules.read(setting)


@router.patch(
    "/analysis-rules/{rule_id}",
    responses=errors(400, 404, 412, 413),
    dependencies=[Depends(require("analysis_rules", "update"))],
)
async def change_rule(
    rule_id: RuleId, data: RuleUpdate, uow: Uow, precondition: IfMatch, response: Response
) -> RuleRead:
    """Switches a rule on or off, or changes how severe its findings are, for analyses that begin from now on."""
    setting = await rules.lock(uow, rule_id)
    precondition.check(setting)
    await rules.change(uow, setting, data)
    tag(response, setting)
    return rules.read(setting)


@router.post("/rewrites", responses=errors(400, 409, 413), dependencies=_may_read_rules)
async def rewrite_requirement(data: RewriteCreate, uow: Uow) -> RewriteRead:
    """Says a requirement better: only with its own words, and only where the quality rules of your tenant then find
    less fault with it and nothing new. Nothing is kept."""
    return await rules.rewrite(uow, data)
