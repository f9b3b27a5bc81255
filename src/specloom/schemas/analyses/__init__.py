"""Analyses, their items and the quality rules as they are sent and shown."""

from specloom.schemas.analyses.analyses import (
    AnalyseRequirements,
    AnalysisAccepted,
    AnalysisCreate,
    AnalysisDetailRead,
    AnalysisRead,
    AnalysisReportRead,
    AnalysisSummaryRead,
)
from specloom.schemas.analyses.items import (
    CitationRead,
    ConflictRead,
    DuplicateRead,
    FindingRead,
    GapRead,
    ItemDecision,
    ItemRead,
    QuestionRead,
    RequirementRead,
    ResearchRead,
    TermRead,
)
from specloom.schemas.analyses.rules import RuleRead, RuleUpdate

__all__ = [
    "AnalyseRequirements",
    "AnalysisAccepted",
    "AnalysisCreate",
    "AnalysisDetailRead",
    "AnalysisRead",
    "AnalysisReportRead",
    "AnalysisSummaryRead",
    "CitationRead",
    "ConflictRead",
    "DuplicateRead",
    "FindingRead",
    "GapRead",
    "ItemDecision",
    "ItemRead",
    "QuestionRead",
    "RequirementRead",
    "ResearchRead",
    "RuleRead",
    "RuleUpdate",
    "TermRead",
]
