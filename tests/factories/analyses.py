"""Analyses for tests: asked for over HTTP, made by an analyst that finds what a test wants."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import httpx2
from obstore.store import MemoryStore

from specloom.ai.analysis import (
    Analysis,
    AnalysisRequest,
    Classification,
    Clause,
    Conflict,
    Duplicate,
    Evidence,
    Finding,
    Gap,
    Measure,
    Question,
    Requirement,
    Statement,
    Term,
)
from specloom.ai.embedded_converse import EmbeddedPartner
from specloom.ai.embedded_embed import EmbeddedEmbedder
from specloom.ai.protocols import Run, Summariser
from specloom.core.runtime import Runtime
from specloom.core.text import Span
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import Ears, Form, Modality, Priority, Quality, RequirementType
from specloom.workers.tools import Tools
from tests.factories.documents import work
from tests.factories.identity import Member

TEXT = """# Ferry desk

## Booking

The desk must confirm each booking within 5 seconds. A clerk can cancel a booking.

## Records

The desk must keep bookings for ten years. The desk must not keep bookings after departure. Screens should be fast.
"""

Analyse = Callable[[AnalysisRequest, Run], Awaitable[Analysis]]


@dataclass
class FakeAnalyst:
    """An analyst that does what a test says."""

    do: Analyse
    model: str = "test-model"

    async def analyse(self, request: AnalysisRequest, run: Run) -> Analysis:
        return await self.do(request, run)


def tools_with(runtime: Runtime, do: Analyse) -> Tools:
    return Tools(
        runtime.settings,
        cast("Summariser", None),
        FakeAnalyst(do),
        EmbeddedEmbedder(),
        EmbeddedPartner(),
        MemoryStore(),
    )


def place(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


_SENTENCE = re.compile(r"[A-Z][^.#\n]*\b(?:must|should|can|shall)\b[^.\n]*\.")


def of_each_kind(text: str) -> Analysis:
    """What an analyst might find in any text with sentences that hold must, should, can or shall; `TEXT` is one."""
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    path = (Span(*heading.span(1)),) if heading else ()
    spans = [Span(*match.span()) for match in _SENTENCE.finditer(text)]
    requirements = tuple(_requirement(text, span, path) for span in spans)
    if not requirements:
        return Analysis((), notes=("No requirement was found.",), model="test-model")
    last, both = len(spans) - 1, (0, len(spans) - 1)
    evidence = Evidence(tuple(spans[index] for index in sorted(set(both))), "See both.")
    vague = Span(spans[last].end - 5, spans[last].end - 1)
    return Analysis(
        requirements=requirements,
        findings=(
            Finding(
                "vague_term",
                Severity.MAJOR,
                Characteristic.UNAMBIGUOUS,
                last,
                vague.start,
                vague.end,
                "Nobody can measure this.",
                "Name a number.",
                0.75,
            ),
        ),
        duplicates=(Duplicate(*both, 0.5, 0.5, evidence),),
        conflicts=(Conflict(*both, "negation", 0.75, evidence),),
        terms=(Term("synonyms", ("desk", "counter"), 0.5, evidence),),
        gaps=(Gap("role_without_story", (0,), 0.25, Evidence((), "Nobody says what clerks want.")),),
        questions=(Question("How fast?", "finding", 0, QuestionDepth.BASIC, (last,)),),
        notes=("Short.",),
        sentences=len(spans),
        model="test-model",
    )


def _requirement(text: str, span: Span, heading: tuple[Span, ...]) -> Requirement:
    words = text[span.start : span.end]
    actor = Span(span.start, span.start + len(words.split(" must")[0])) if " must" in words else None
    measure = re.search(r"within (\d+) seconds", words)
    measures = (
        (Measure("<=", float(measure[1]), "s", Span(span.start + measure.start(), span.start + measure.end())),)
        if measure
        else ()
    )
    is_quality = bool(measure) or "fast" in words
    return Requirement(
        Statement(span.start, span.end, Form.SENTENCE, 0.75, heading=heading),
        Clause(actor=actor, measures=measures, modality=Modality.OBLIGATION, ears=Ears.UBIQUITOUS),
        Classification(
            RequirementType.NON_FUNCTIONAL if is_quality else RequirementType.FUNCTIONAL,
            0.5,
            quality=Quality.PERFORMANCE_EFFICIENCY if is_quality else None,
            priority=Priority.HIGH if "must" in words else Priority.LOW,
        ),
    )


async def find_one_of_each(request: AnalysisRequest, run: Run) -> Analysis:
    await run.progress("extract", 0.5, "Looking for requirements")
    return of_each_kind(request.text)


def with_many(text: str, requirements: int, findings: int) -> Analysis:
    """An analysis of any size, for measuring: all its requirements and findings are the first of `of_each_kind`."""
    found = of_each_kind(text)
    return replace(
        found,
        requirements=found.requirements[:1] * requirements,
        findings=tuple(replace(found.findings[0], requirement=index % requirements) for index in range(findings)),
        duplicates=(),
        conflicts=(),
        terms=(),
        gaps=(),
        questions=(),
    )


async def ask_for_analysis(client: httpx2.AsyncClient, member: Member, **body: Any) -> dict[str, Any]:
    """An analysis that is waiting, with its job; of `TEXT`, if nothing else is said."""
    if "document_id" not in body:
        body = {"requirements_text": TEXT, **body}
    url = f"/api/v1/tenants/{member.tenant_id}/analyze"
    response = await client.post(url, json=body, headers=member.headers)
    assert response.status_code == 202, response.text
    return response.json()  # type: ignore[no-any-return]


async def completed(
    client: httpx2.AsyncClient, runtime: Runtime, member: Member, do: Analyse = find_one_of_each, **body: Any
) -> dict[str, Any]:
    """A completed analysis as its people see it."""
    asked = await ask_for_analysis(client, member, **body)
    assert await work(runtime, tools_with(runtime, do), member, asked["job"]["id"]) == "completed"
    return await analysis(client, member, asked["event_id"])


async def analysis(client: httpx2.AsyncClient, member: Member, event_id: str) -> dict[str, Any]:
    response = await client.get(f"/api/v1/analyses/{event_id}", headers=member.headers)
    assert response.status_code == 200, response.text
    return response.json()  # type: ignore[no-any-return]
