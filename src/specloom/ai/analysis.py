"""What an analysis is made of: the shapes that both analysts give, whoever found them.

All places are ranges of the analysed text, in code points. Whatever refers to a requirement does so by its index in
`Analysis.requirements`, which are in reading order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from specloom.ai.guidance import Guidance
from specloom.ai.protocols import Run, Usage
from specloom.core.text import Section, Span
from specloom.vocabulary.analyses import AnalysisType, Characteristic, ComplianceStatus, Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import Ears, Form, Modality, Priority, Quality, RequirementType


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What a tenant says of a rule: whether it speaks, and how severely; None leaves the rule's own severity."""

    enabled: bool = True
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of another document of the tenant that may bear on the analysed text; `start` counts in that text."""

    document_id: UUID
    version_id: UUID
    title: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """A text to analyse. `sections` are in reading order and may nest; `focus` are the wishes of who asks.

    `frameworks` are the regulations the tenant has named as its own ("GDPR"); they add to those that are known.
    `guidance` is what the tenant's business and settings mean for the work.
    """

    title: str
    text: str
    sections: tuple[Section, ...] = ()
    type: AnalysisType = AnalysisType.COMPREHENSIVE
    depth: QuestionDepth = QuestionDepth.DETAILED
    focus: tuple[str, ...] = ()
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    frameworks: tuple[str, ...] = ()
    guidance: Guidance = field(default_factory=Guidance)


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity that a requirement sets, as it stands at `span`: "at most 3 seconds" is ("<=", 3.0, "s", …).

    `comparator` is one of <, <=, =, >=, >, ~. `unit` is normalised ("s", "ms", "%", "byte", "users", "per day"), empty
    for a bare number; `value` is in that unit.
    """

    comparator: str
    value: float
    unit: str
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """The parts of a requirement where it has them, each a range of the text; the verb's voice and mood."""

    actor: Span | None = None
    action: Span | None = None
    object: Span | None = None
    condition: Span | None = None
    purpose: Span | None = None
    measures: tuple[Measure, ...] = ()
    modality: Modality = Modality.NONE
    negated: bool = False
    passive: bool = False
    ears: Ears | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A requirement as it was found: `text[start:end]`, and what it hangs on.

    `context` are the ranges of text that complete it, before its own words in reading order: the lead-in of its list
    ("The service shall:"), the subject it shares with the part before it ("The system shall", of "… and send a
    receipt"), the header cells of its row. `heading` is the path of headings above it, topmost first; `identifier` the
    number or id that the text itself gives it ("REQ-012").
    `confidence` is the probability, 0 to 1, that this is a requirement, as calibrated in `tests/quality`.
    """

    start: int
    end: int
    form: Form
    confidence: float
    context: tuple[Span, ...] = ()
    heading: tuple[Span, ...] = ()
    identifier: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def words(self, text: str) -> str:
        """The whole statement in one line: the words it hangs on, then its own. Nothing that is not in the text."""
        ranges = [*self.context, self.span]
        return " ".join(" ".join(text[each.start : each.end].split()) for each in ranges)


@dataclass(frozen=True, slots=True)
class Classification:
    """Of which type a requirement is. `confidence` is the probability, 0 to 1, that the type is right.

    `quality` and `aspect` (its sub-characteristic, "availability") say what a non-functional one is about;
    `framework` names the regulation or standard a compliance requirement speaks of ("GDPR"), when it names one.
    """

    type: RequirementType
    confidence: float
    quality: Quality | None = None
    aspect: str | None = None
    framework: str | None = None
    priority: Priority = Priority.MEDIUM


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement that was identified.

    One that is not `supported` was named by a model and does not stand in the text: its statement has the nearest
    place or an empty range, and `claimed` the model's words. `focus` are those of the request's wishes that it meets.
    """

    statement: Statement
    clause: Clause
    classification: Classification
    supported: bool = True
    claimed: str | None = None
    focus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a requirement, about exactly `text[start:end]`."""

    rule_id: str
    severity: Severity
    characteristic: Characteristic
    requirement: int
    start: int
    end: int
    message: str
    suggestion: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Places of the text that show something, with what they show."""

    spans: tuple[Span, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two requirements, `first < second`, that say the same. `similarity` and `confidence` are 0 to 1."""

    first: int
    second: int
    similarity: float
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two requirements, `first < second`, that cannot both hold.

    `reason` is number, negation, modality, actor or time.
    """

    first: int
    second: int
    reason: str
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Term:
    """A term that is used with two meanings (`reason` "meanings"), or terms for one thing ("synonyms")."""

    reason: str
    terms: tuple[str, ...]
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ComplianceCheck:
    """What a law or standard wants to be spoken of, and where the text does: in `requirements`, else in other `spans`.

    `check_id` and `topic` name it in `ai.compliance`; `reference` is the place that wants it ("GDPR Art. 17").
    """

    check_id: str
    framework: str
    reference: str
    topic: str
    title: str
    status: ComplianceStatus
    requirements: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing. `reason` is a stable word such as role_without_story or error_without_handling.

    `checks` are those that a gap of compliance would satisfy, all of one topic.
    """

    reason: str
    requirements: tuple[int, ...]
    confidence: float
    evidence: Evidence
    checks: tuple[ComplianceCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What an analyst would ask next. `about` says what it comes from: its kind and its index in that list.

    `level` is the least depth at which it is asked.
    """

    text: str
    about: str
    index: int
    level: QuestionDepth
    requirements: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Research:
    """A passage of another document that bears on a requirement: `start` and `end` count in that document's text."""

    requirement: int
    document_id: UUID
    version_id: UUID
    title: str
    start: int
    end: int
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """A finished analysis. `notes` say in words what a reader must know: no requirement found, a foreign language."""

    requirements: tuple[Requirement, ...]
    findings: tuple[Finding, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    terms: tuple[Term, ...] = ()
    gaps: tuple[Gap, ...] = ()
    questions: tuple[Question, ...] = ()
    research: tuple[Research, ...] = ()
    compliance: tuple[ComplianceCheck, ...] = ()
    notes: tuple[str, ...] = ()
    language: str = "en"
    sentences: int = 0
    model: str = "embedded"
    usage: Usage = field(default_factory=Usage)


class Analyst(Protocol):
    """Finds requirements and examines them. `model` is what `Analysis.model` will say."""

    model: str

    async def analyse(self, request: AnalysisRequest, run: Run) -> Analysis:
        """Analyses; `EngineError` and its kinds tell what went wrong. Research is not the engine's: it sees one text.

        Tells the steps read, extract, classify, check, compare and question, up to the fraction `ENGINE_SHARE`.
        """


ENGINE_SHARE = 0.9
"""What of an analysis' work an engine does; the rest is research and keeping what was found."""
