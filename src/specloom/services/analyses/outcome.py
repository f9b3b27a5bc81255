"""What an engine found, in the rows in which it is kept: each item with an id, its places quoted word for word."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from specloom.ai.analysis import Analysis, AnalysisRequest, Evidence, Requirement
from specloom.core.text import Span
from specloom.services.analyses.parts import Part, PartPlaces
from specloom.services.analyses.research import Citation
from specloom.services.documents.sources import Places
from specloom.vocabulary.analyses import ItemKind, ItemStatus

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished analysis as it is kept. `rows` are of `analysis_items`, those that others refer to first;
    `compliance` are the checks of the tenant's frameworks."""

    rows: list[Row]
    overview: dict[str, Any]
    compliance: list[Row]
    confidence_scores: dict[str, float]
    model: str
    tokens: int

    @property
    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.overview["counts"]
        return counts


def compose(
    request: AnalysisRequest, analysis: Analysis, research: Sequence[Citation] = (), parts: Sequence[Part] = ()
) -> Outcome:
    """Everything the analysis of `request` and the research found. Takes a second for 20,000 items.

    In a text that has `parts`, places are counted in theirs.
    """
    composer = _Composer(request, analysis, research, parts)
    rows = [{"position": position, "status": ItemStatus.OPEN, **row} for position, row in enumerate(composer.rows())]
    return Outcome(
        rows=rows,
        overview={
            "language": analysis.language,
            "characters": len(request.text),
            "sentences": analysis.sentences,
            "notes": list(analysis.notes),
            "counts": {kind.value: len(composer.ids[kind]) for kind in ItemKind},
        },
        compliance=list(composer.compliance()),
        confidence_scores=_confidence_scores(rows),
        model=analysis.model,
        tokens=analysis.usage.tokens,
    )


class _Composer:
    """Turns indices into ids, and ranges into quotes."""

    def __init__(
        self, request: AnalysisRequest, analysis: Analysis, research: Sequence[Citation], parts: Sequence[Part]
    ) -> None:
        self._text = request.text
        self._analysis = analysis
        self._research = research
        self._places = PartPlaces(request.text, parts) if parts else Places(request.text, request.sections)
        found: dict[ItemKind, Sequence[Any]] = {
            ItemKind.REQUIREMENT: analysis.requirements,
            ItemKind.FINDING: analysis.findings,
            ItemKind.DUPLICATE: analysis.duplicates,
            ItemKind.CONFLICT: analysis.conflicts,
            ItemKind.TERM: analysis.terms,
            ItemKind.GAP: analysis.gaps,
            ItemKind.QUESTION: analysis.questions,
            ItemKind.RESEARCH: research,
        }
        self.ids: dict[ItemKind, list[UUID]] = {kind: [uuid7() for _ in items] for kind, items in found.items()}
        self._findings_of: dict[int, list[str]] = defaultdict(list)
        for finding, id_ in zip(analysis.findings, self.ids[ItemKind.FINDING], strict=True):
            self._findings_of[finding.requirement].append(str(id_))

    def rows(self) -> Iterator[Row]:
        """The items of all kinds, one kind after another in the order of `ItemKind`."""
        for kind, rows in (
            (ItemKind.REQUIREMENT, self._requirements()),
            (ItemKind.FINDING, self._findings()),
            (ItemKind.DUPLICATE, self._duplicates()),
            (ItemKind.CONFLICT, self._conflicts()),
            (ItemKind.TERM, self._terms()),
            (ItemKind.GAP, self._gaps()),
            (ItemKind.QUESTION, self._questions()),
            (ItemKind.RESEARCH, self._researched()),
        ):
            for id_, row in zip(self.ids[kind], rows, strict=True):
                yield {**_COLUMNS, "id": id_, "kind": kind, **row}

    def compliance(self) -> Iterator[Row]:
        """The checks of the tenant's frameworks, each with the places that speak of it."""
        for each in self._analysis.compliance:
            yield {
                "check_id": each.check_id,
                "framework": each.framework,
                "reference": each.reference,
                "title": each.title,
                "status": each.status,
                "requirement_ids": self._requirement_ids(each.requirements),
                "citations": self._sources(each.spans),
            }

    def _requirements(self) -> Iterator[Row]:
        for index, each in enumerate(self._analysis.requirements):
            classification = each.classification
            yield {
                "requirement_type": classification.type,
                "priority": classification.priority,
                "confidence": each.statement.confidence,
                "data": {
                    "citation": self._source(each.statement.span),
                    "type": classification.type,
                    "quality": classification.quality,
                    "aspect": classification.aspect,
                    "framework": classification.framework,
                    "priority": classification.priority,
                    "confidence": each.statement.confidence,
                    "type_confidence": classification.confidence,
                    "supported": each.supported,
                    "claimed": each.claimed,
                    "focus": list(each.focus),
                    "finding_ids": self._findings_of[index],
                    **self._statement(each),
                    **self._clause(each),
                },
            }

    def _statement(self, requirement: Requirement) -> Row:
        statement = requirement.statement
        return {
            "statement": statement.words(self._text) or requirement.claimed or "",
            "context": self._sources(statement.context),
            "heading": [self._quote(span) for span in statement.heading],
            "identifier": statement.identifier,
            "form": statement.form,
        }

    def _clause(self, requirement: Requirement) -> Row:
        clause = requirement.clause
        return {
            "modality": clause.modality,
            "negated": clause.negated,
            "passive": clause.passive,
            "ears": clause.ears,
            "actor": self._quote(clause.actor),
            "action": self._quote(clause.action),
            "object": self._quote(clause.object),
            "condition": self._quote(clause.condition),
            "purpose": self._quote(clause.purpose),
            "measures": [
                {
                    "comparator": each.comparator,
                    "value": each.value,
                    "unit": each.unit,
                    **self._places.source(each.span).model_dump(include={"start", "end", "quote"}),
                }
                for each in clause.measures
                if math.isfinite(each.value)
            ],
        }

    def _findings(self) -> Iterator[Row]:
        for each in self._analysis.findings:
            yield {
                "requirement_id": self.ids[ItemKind.REQUIREMENT][each.requirement],
                "severity": each.severity,
                "confidence": each.confidence,
                "data": {
                    "citation": self._source(Span(each.start, each.end)),
                    "requirement_id": self._requirement(each.requirement),
                    "rule_id": each.rule_id,
                    "severity": each.severity,
                    "characteristic": each.characteristic,
                    "message": each.message,
                    "suggestion": each.suggestion,
                    "confidence": each.confidence,
                },
            }

    def _duplicates(self) -> Iterator[Row]:
        for each in self._analysis.duplicates:
            both = (each.first, each.second)
            yield self._evident(each.evidence, each.confidence, similarity=each.similarity, requirement_ids=both)

    def _conflicts(self) -> Iterator[Row]:
        for each in self._analysis.conflicts:
            both = (each.first, each.second)
            yield self._evident(each.evidence, each.confidence, reason=each.reason, requirement_ids=both)

    def _terms(self) -> Iterator[Row]:
        for each in self._analysis.terms:
            yield self._evident(each.evidence, each.confidence, reason=each.reason, terms=list(each.terms))

    def _gaps(self) -> Iterator[Row]:
        for each in self._analysis.gaps:
            wanted = [
                {"check_id": check.check_id, "framework": check.framework, "reference": check.reference}
                for check in each.checks
            ]
            numbers = tuple(each.requirements)
            yield self._evident(
                each.evidence, each.confidence, reason=each.reason, requirement_ids=numbers, checks=wanted
            )

    def _questions(self) -> Iterator[Row]:
        for each in self._analysis.questions:
            first = self._analysis.requirements[each.requirements[0]] if each.requirements else None
            yield {
                "data": {
                    "citation": self._source(first.statement.span) if first else None,
                    "text": each.text,
                    "level": each.level,
                    "about": {"kind": each.about, "id": str(self.ids[ItemKind(each.about)][each.index])},
                    "requirement_ids": self._requirement_ids(each.requirements),
                },
            }

    def _researched(self) -> Iterator[Row]:
        for each in self._research:
            found = each.research
            yield {
                "requirement_id": self.ids[ItemKind.REQUIREMENT][found.requirement],
                "document_id": found.document_id,
                "data": {
                    "citation": {
                        **each.source.model_dump(),
                        "document_id": str(found.document_id),
                        "version_id": str(found.version_id),
                        "version": each.version,
                    },
                    "requirement_id": self._requirement(found.requirement),
                    "title": found.title,
                    "score": found.score,
                },
            }

    def _evident(
        self, evidence: Evidence, confidence: float, *, requirement_ids: Iterable[int] | None = None, **data: Any
    ) -> Row:
        sources = self._sources(evidence.spans)
        if requirement_ids is not None:
            data["requirement_ids"] = self._requirement_ids(requirement_ids)
        return {
            "confidence": confidence,
            "data": {
                "citation": sources[0] if sources else None,
                "message": evidence.message,
                "evidence": sources,
                "confidence": confidence,
                **data,
            },
        }

    def _requirement(self, index: int) -> str:
        return str(self.ids[ItemKind.REQUIREMENT][index])

    def _requirement_ids(self, indices: Iterable[int]) -> list[str]:
        return [self._requirement(index) for index in indices]

    def _sources(self, spans: Iterable[Span]) -> list[Row]:
        return [source for span in spans if (source := self._source(span)) is not None]

    def _source(self, span: Span) -> Row | None:
        """None for an empty range: it stands nowhere."""
        return self._places.source(span).model_dump(mode="json") if span.end > span.start else None

    def _quote(self, span: Span | None) -> str | None:
        return None if span is None else self._text[span.start : span.end]


# Every row of one statement needs the same columns.
_COLUMNS: Row = dict.fromkeys(
    ("requirement_id", "document_id", "requirement_type", "priority", "severity", "confidence")
)
_SCORES = {
    ItemKind.REQUIREMENT: "requirements",
    ItemKind.FINDING: "findings",
    ItemKind.DUPLICATE: "duplicates",
    ItemKind.CONFLICT: "conflicts",
    ItemKind.TERM: "terms",
    ItemKind.GAP: "gaps",
}


def _confidence_scores(rows: Iterable[Row]) -> dict[str, float]:
    """The mean confidence of what was found, 0 to 1: of each kind, of the types, and over all."""
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if (score := _SCORES.get(row["kind"])) is not None:
            values[score].append(row["confidence"])
            values["overall"].append(row["confidence"])
        if row["kind"] is ItemKind.REQUIREMENT:
            values["types"].append(row["data"]["type_confidence"])
    return {name: round(fmean(each), 3) for name, each in sorted(values.items())}
