"""What both analysts do with the statements they found: classify, check, compare and ask, in pieces."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from specloom.ai import compliance
from specloom.ai.analysis import (
    ENGINE_SHARE,
    Analysis,
    AnalysisRequest,
    Classification,
    Requirement,
    Statement,
)
from specloom.ai.classification import classify
from specloom.ai.grammar import clause
from specloom.ai.language import UNDETERMINED, languages
from specloom.ai.protocols import Run
from specloom.ai.questions import ask
from specloom.ai.relations import conflicts, duplicates, frames_of, gaps, terms
from specloom.ai.rules import check
from specloom.vocabulary.analyses import AnalysisType
from specloom.vocabulary.requirements import Modality, Priority, RequirementType

# Requirements per piece: a fraction of a second's work, after which the run hears of progress and may stop it.
_PIECE = 250
# Where each step begins, as a fraction of the whole work.
EXAMINE_FROM = 0.55
_CHECK, _COMPARE, _ASK = 0.65, 0.75, 0.88

_WORD = re.compile(r"\w+")
# Letters that forms of one word share, and from how many on a word is taken to have such a stem.
_STEM, _SHORTEST_STEM = 6, 4


@dataclass(frozen=True, slots=True)
class Found:
    """A statement as an engine found it, with what the engine itself says of it.

    `classification` takes the place of the one by cues, `modality` of the clause's, in languages whose grammar is not
    known here. What is not `supported` was `claimed` by a model and does not stand in the text.
    """

    statement: Statement
    classification: Classification | None = None
    supported: bool = True
    claimed: str | None = None
    modality: Modality | None = None


async def examine(request: AnalysisRequest, found: Sequence[Found], run: Run) -> Analysis:
    """Everything that follows from the statements, as far as the request's type goes.

    The work is done in threads, so that the loop stays free for the job's heartbeat.
    """
    requirements: list[Requirement] = []
    for first in range(0, len(found), _PIECE):
        requirements += await asyncio.to_thread(_classify, request, found[first : first + _PIECE])
        fraction = EXAMINE_FROM + (_CHECK - EXAMINE_FROM) * len(requirements) / len(found)
        await run.progress("classify", fraction, f"Classified {len(requirements)} of {len(found)} requirements")
    analysis = Analysis(tuple(requirements))
    if request.type is AnalysisType.REQUIREMENTS:
        return analysis

    await run.progress("check", _CHECK, "Checking the wording of each requirement")
    findings = await asyncio.to_thread(check, request.text, requirements, request.rules)
    analysis = replace(analysis, findings=tuple(findings))
    if request.type is AnalysisType.QUALITY:
        return analysis

    await run.progress("compare", _COMPARE, "Comparing the requirements with one another")
    analysis = await asyncio.to_thread(_compare, request, analysis)
    if request.guidance.compliance_focus and request.frameworks:
        analysis = await asyncio.to_thread(_comply, request, analysis)
    if request.type is AnalysisType.CONSISTENCY:
        return analysis

    await run.progress("question", _ASK, "Thinking of what to ask next")
    questions = await asyncio.to_thread(ask, request.text, analysis, request.depth)
    await run.progress("question", ENGINE_SHARE, f"{len(questions)} questions to ask")
    return replace(analysis, questions=questions)


def _classify(request: AnalysisRequest, found: Sequence[Found]) -> list[Requirement]:
    requirements = []
    for each in found:
        parts = clause(request.text, each.statement)
        if each.modality is not None:
            parts = replace(parts, modality=each.modality)
        classification = each.classification or classify(request.text, each.statement, parts, request.frameworks)
        if request.guidance.compliance_focus:
            classification = _raised(classification)
        wishes = request.focus if each.supported else ()
        focus = tuple(wish for wish in wishes if _meets(request.text, each.statement, classification, wish))
        requirements.append(Requirement(each.statement, parts, classification, each.supported, each.claimed, focus))
    return requirements


def _raised(classification: Classification) -> Classification:
    """What the law demands is no matter of course to those who care for compliance; what a text calls low stays low."""
    if classification.type is RequirementType.COMPLIANCE and classification.priority is Priority.MEDIUM:
        return replace(classification, priority=Priority.HIGH)
    return classification


def _meets(text: str, statement: Statement, classification: Classification, wish: str) -> bool:
    """Whether a requirement is about what somebody wants to see: by its class, or by the words it shares."""
    wanted = _WORD.findall(wish.casefold().replace("_", " "))
    if not wanted:
        return False
    named = (classification.type, classification.quality, classification.aspect, classification.framework)
    if any(each.casefold().replace("_", " ").startswith(" ".join(wanted)) for each in named if each):
        return True
    own = _WORD.findall(statement.words(text).casefold())
    return all(any(_alike(part, word) for word in own) for part in wanted)


def _alike(wanted: str, word: str) -> bool:
    """Whether two words are forms of one, as far as their beginnings tell."""
    return word == wanted if len(wanted) < _SHORTEST_STEM else word.startswith(wanted[:_STEM])


def _comply(request: AnalysisRequest, analysis: Analysis) -> Analysis:
    """Holds the text against the tenant's frameworks, whose words are known here in English only."""
    spoken = languages(request.text)[0]
    if spoken is not UNDETERMINED and spoken.code != "en":
        note = f"Texts in {spoken.name} cannot be held against your frameworks: their words are known in English only."
        return replace(analysis, notes=(*analysis.notes, note))
    checks = compliance.check(request.text, analysis.requirements, request.frameworks)
    return replace(
        analysis,
        compliance=checks,
        gaps=(*analysis.gaps, *compliance.gaps(analysis.requirements, checks)),
        notes=(*analysis.notes, *compliance.notes(analysis.requirements, request.frameworks)),
    )


def _compare(request: AnalysisRequest, analysis: Analysis) -> Analysis:
    text, requirements = request.text, analysis.requirements
    frames = frames_of(text, requirements)
    return replace(
        analysis,
        duplicates=duplicates(text, requirements, frames),
        conflicts=conflicts(text, requirements, frames),
        terms=terms(text, requirements),
        gaps=gaps(text, requirements, request.focus, frames),
    )
