"""Turns findings, gaps, conflicts, duplicates and terms into questions: one for each cause, the weightiest first."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specloom.ai.analysis import Analysis, Finding, Gap, Question, Requirement
from specloom.ai.grammar.lexicon import DETERMINERS, GENERIC_ACTORS
from specloom.ai.questions.templates import AREAS, CONFLICTS, DUPLICATE, GAPS, QUALITIES, RULES, TERMS, TOGETHER
from specloom.core.text import Span, shortened
from specloom.vocabulary.analyses import Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import Priority

_UP_TO = {QuestionDepth.BASIC: 5, QuestionDepth.DETAILED: 12}
_DEPTHS = (QuestionDepth.BASIC, QuestionDepth.DETAILED, QuestionDepth.COMPREHENSIVE)
_SEVERITY = {Severity.INFO: 0.5, Severity.MINOR: 0.75, Severity.MAJOR: 1.0, Severity.CRITICAL: 1.15}
_PRIORITY = {Priority.CRITICAL: 1.2, Priority.HIGH: 1.1, Priority.MEDIUM: 1.0, Priority.LOW: 0.85}
# A second question of the same kind is worth this much of the first, so that the first few are not all alike.
_AGAIN = 0.72
# Gaps that ask the same as findings of these rules.
_SAME_AS = {
    "unmeasured_quality": "quality_without_measure",
    "vague_term": "quality_without_measure",
    "subjective_term": "quality_without_measure",
    "placeholder": "undecided",
}
_LISTED = 5
_LONGEST_QUOTE, _LONGEST_THING = 110, 60


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question with what it is worth; `family` is what makes questions alike."""

    text: str
    about: str
    index: int
    requirements: tuple[int, ...]
    family: str
    worth: float


def ask(text: str, analysis: Analysis, depth: QuestionDepth) -> tuple[Question, ...]:
    """The questions that what was found calls for, down to the depth, the weightiest first.

    `about` is "finding", "gap", "conflict", "duplicate" or "term"; `index` counts in that list of the analysis.
    """
    drafts = [*_conflicts(text, analysis), *_gaps(text, analysis), *_findings(text, analysis)]
    drafts += [*_duplicates(text, analysis), *_terms(analysis)]
    asked: list[Question] = []
    for place, draft in enumerate(_ordered(drafts)):
        level = next((each for each, most in _UP_TO.items() if place < most), QuestionDepth.COMPREHENSIVE)
        if _DEPTHS.index(level) > _DEPTHS.index(depth):
            break
        asked.append(Question(draft.text, draft.about, draft.index, level, draft.requirements))
    return tuple(asked)


def _ordered(drafts: Sequence[_Draft]) -> Iterator[_Draft]:
    """The drafts by worth, those of a family that has spoken held back; each wording once."""
    best: dict[str, _Draft] = {}
    for draft in drafts:
        if draft.text not in best or best[draft.text].worth < draft.worth:
            best[draft.text] = draft
    families: dict[str, list[_Draft]] = defaultdict(list)
    for draft in sorted(best.values(), key=lambda each: -each.worth):
        families[draft.family].append(draft)
    held_back = [
        (draft.worth * _AGAIN**place, draft) for members in families.values() for place, draft in enumerate(members)
    ]
    return (draft for _, draft in sorted(held_back, key=lambda each: (-each[0], each[1].about, each[1].index)))


def _findings(text: str, analysis: Analysis) -> Iterator[_Draft]:
    by_rule: dict[str, list[int]] = defaultdict(list)
    for index, finding in enumerate(analysis.findings):
        if finding.rule_id in RULES and not _is_covered(finding, analysis):
            by_rule[finding.rule_id].append(index)
    for rule, indices in by_rule.items():
        if len(indices) > 1 and rule in TOGETHER:
            yield _together(text, analysis, rule, indices)
        else:
            yield from (_single(text, analysis, index) for index in indices)


def _single(text: str, analysis: Analysis, index: int) -> _Draft:
    finding = analysis.findings[index]
    requirement = analysis.requirements[finding.requirement]
    bare = _words(text, Span(finding.start, finding.end))
    value, template = RULES[finding.rule_id]
    if finding.rule_id in {"unmeasured_quality", "vague_term", "subjective_term"}:
        template = _of_quality(bare, template)
    said = template.format(
        words=f'"{bare}"', bare=bare, thing=_thing(text, requirement), quote=_quote(text, requirement)
    )
    worth = value * _SEVERITY[finding.severity] * _PRIORITY[requirement.classification.priority] * finding.confidence
    return _Draft(said, "finding", index, (finding.requirement,), finding.rule_id, worth)


def _of_quality(words: str, otherwise: str) -> str:
    """The question that suits the quality which the words name, if it has one of its own."""
    return next((question for pattern, question in QUALITIES if pattern.search(words)), otherwise)


def _together(text: str, analysis: Analysis, rule: str, indices: Sequence[int]) -> _Draft:
    """One question about all findings of a rule, tied to the first of the severest."""
    findings = [analysis.findings[index] for index in indices]
    counted = Counter(_around(text, analysis.requirements[each.requirement], each) for each in findings)
    worth = max(
        RULES[rule][0]
        * _SEVERITY[each.severity]
        * _PRIORITY[analysis.requirements[each.requirement].classification.priority]
        * each.confidence
        for each in findings
    )
    severest = max(indices, key=lambda index: (_SEVERITY[analysis.findings[index].severity], -index))
    requirements = tuple(dict.fromkeys(each.requirement for each in findings))
    said = TOGETHER[rule].format(each=_several(list(counted)))
    return _Draft(said, "finding", severest, requirements, rule, worth * (1 + 0.03 * min(len(counted), 5)))


def _around(text: str, requirement: Requirement, finding: Finding) -> str:
    """What a finding is about with the thing it is said of: `"fast" (the screens)`."""
    bare = _words(text, Span(finding.start, finding.end))
    thing = _thing(text, requirement)
    return f'"{bare}" ({thing})' if len(bare.split()) < 4 and bare.lower() not in thing.lower() else f'"{bare}"'  # noqa: PLR2004


def _is_covered(finding: Finding, analysis: Analysis) -> bool:
    """Whether a gap asks for the same already."""
    reason = _SAME_AS.get(finding.rule_id)
    return any(
        each.reason == reason
        and any(span.start < finding.end and finding.start < span.end for span in each.evidence.spans)
        for each in analysis.gaps
    )


def _gaps(text: str, analysis: Analysis) -> Iterator[_Draft]:
    for index, gap in enumerate(analysis.gaps):
        value, template = GAPS[gap.reason]
        if gap.reason == "quality_without_measure" and len(gap.requirements) == 1:
            template = _of_quality(_words(text, gap.evidence.spans[0]), template)
        said = template.format(**_gap_words(text, analysis, gap))
        yield _Draft(said, "gap", index, gap.requirements, gap.reason, value * (0.5 + 0.5 * gap.confidence))


def _gap_words(text: str, analysis: Analysis, gap: Gap) -> dict[str, str]:
    places = list(dict.fromkeys(f'"{_words(text, span)}"' for span in gap.evidence.spans))
    holder = analysis.requirements[gap.requirements[0]] if gap.requirements else None
    area = next((question for name, question in AREAS.items() if name in gap.evidence.message), "")
    return {
        "evidence": shortened(places[0], _LONGEST_QUOTE) if places else "",
        "each": _several(places) if places else "",
        "context": _quote(text, holder) if holder else "the text",
        "words": places[0] if places else "",
        "bare": places[0].strip('"') if places else "",
        "thing": _thing(text, holder) if holder else "it",
        "wish": gap.evidence.message.partition('"')[2].partition('"')[0],
        "area": area,
        "references": _several([each.reference for each in gap.checks]) if gap.checks else "",
    }


def _conflicts(text: str, analysis: Analysis) -> Iterator[_Draft]:
    for index, each in enumerate(analysis.conflicts):
        one, other = (analysis.requirements[number] for number in (each.first, each.second))
        spans = each.evidence.spans
        said = CONFLICTS[each.reason].format(
            one=_quote(text, one),
            other=_quote(text, other),
            first=f'"{_words(text, spans[0])}"',
            second=f'"{_words(text, spans[-1])}"',
        )
        worth = 1.3 * (0.5 + 0.5 * each.confidence)
        yield _Draft(said, "conflict", index, (each.first, each.second), f"conflict {each.reason}", worth)


def _duplicates(text: str, analysis: Analysis) -> Iterator[_Draft]:
    for index, each in enumerate(analysis.duplicates):
        one, other = (_quote(text, analysis.requirements[number]) for number in (each.first, each.second))
        if one != other:
            said = DUPLICATE.format(one=one, other=other)
            yield _Draft(said, "duplicate", index, (each.first, each.second), "duplicate", 0.5 * each.confidence)


def _terms(analysis: Analysis) -> Iterator[_Draft]:
    for index, each in enumerate(analysis.terms):
        said = TERMS[each.reason].format(each=_several([f'"{term}"' for term in each.terms]))
        yield _Draft(said, "term", index, (), each.reason, 0.65 * each.confidence)


def _thing(text: str, requirement: Requirement) -> str:
    """What a requirement is about: who acts, unless that is just the system, else what it acts upon."""
    for span in (requirement.clause.actor, requirement.clause.object):
        if span is not None and span.start < span.end:
            words = _words(text, span)
            named = [word for word in words.lower().split() if word not in DETERMINERS]
            if named and not set(named) <= GENERIC_ACTORS and len(words) <= _LONGEST_THING:
                return f"{words[0].lower()}{words[1:]}" if words.split()[0].lower() in DETERMINERS else words
    return _quote(text, requirement)


def _quote(text: str, requirement: Requirement) -> str:
    words = requirement.claimed if requirement.claimed is not None else requirement.statement.words(text)
    return f'"{shortened(" ".join(words.split()).rstrip(".;,:"), _LONGEST_QUOTE)}"'


def _several(each: Sequence[str]) -> str:
    """A list in words; long ones are cut, and say so."""
    shown, more = list(each[:_LISTED]), len(each) - _LISTED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _words(text: str, span: Span) -> str:
    return " ".join(text[span.start : span.end].split())
