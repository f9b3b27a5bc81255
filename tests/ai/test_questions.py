"""Questions: one for each cause, in words of the text, as deep as was asked for."""

import re

import pytest

from specloom.ai.analysis import (
    Analysis,
    Classification,
    Conflict,
    Duplicate,
    Evidence,
    Finding,
    Gap,
    Requirement,
    Statement,
    Term,
)
from specloom.ai.compliance.checking import COMPLIANCE
from specloom.ai.grammar import clause
from specloom.ai.questions import ask
from specloom.ai.questions.templates import GAPS, RULES, TOGETHER
from specloom.ai.relations.gaps import REASONS
from specloom.ai.rules import RULES as CHECKED
from specloom.core.text import Span
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import Form, RequirementType

SENTENCES = (
    "The search must be fast.",
    "The archive must be fast, too.",
    "Letters are sent by post.",
    "The cards are kept for 3 days.",
    "The cards are kept for 10 days.",
    "The curator shall, if possible, answer the letter.",
)
TEXT = "\n".join(SENTENCES)


def requirements() -> tuple[Requirement, ...]:
    found, at = [], 0
    for sentence in SENTENCES:
        statement = Statement(at, at + len(sentence), Form.SENTENCE, 1.0)
        classification = Classification(RequirementType.FUNCTIONAL, 0.9)
        found.append(Requirement(statement, clause(TEXT, statement), classification))
        at += len(sentence) + 1
    return tuple(found)


def place(words: str, after: int = 0) -> Span:
    start = TEXT.index(words, after)
    return Span(start, start + len(words))


def finding(rule: str, words: str, requirement: int, severity: Severity = Severity.MAJOR) -> Finding:
    span = place(words, TEXT.index(SENTENCES[requirement]))
    return Finding(rule, severity, Characteristic.VERIFIABLE, requirement, span.start, span.end, "…", "…")


def analysis(**found: object) -> Analysis:
    return Analysis(requirements(), **found)  # type: ignore[arg-type]


def asked(depth: QuestionDepth = QuestionDepth.COMPREHENSIVE, **found: object) -> list[str]:
    return [each.text for each in ask(TEXT, analysis(**found), depth)]


def test_a_vague_speed_is_asked_for_in_seconds_share_and_load() -> None:
    (question,) = asked(findings=(finding("unmeasured_quality", "fast", 0),))
    assert question == 'How fast must the search answer ("fast"), for what share of the requests and under what load?'


def test_many_findings_of_a_rule_are_one_question() -> None:
    found = (finding("unmeasured_quality", "fast", 0), finding("unmeasured_quality", "fast", 1))
    (question,) = ask(TEXT, analysis(findings=found), QuestionDepth.COMPREHENSIVE)
    assert '"fast" (the search)' in question.text
    assert '"fast" (the archive)' in question.text
    assert (question.about, question.index, question.requirements) == ("finding", 0, (0, 1))


def test_a_conflict_names_both_sides() -> None:
    spans = (place("3 days"), place("10 days"))
    conflict = Conflict(3, 4, "number", 0.9, Evidence(spans, "They clash."))
    (question,) = ask(TEXT, analysis(conflicts=(conflict,)), QuestionDepth.BASIC)
    assert question.text.startswith('Which holds: "3 days" or "10 days"?')
    assert (question.about, question.index, question.requirements) == ("conflict", 0, (3, 4))


def test_a_gap_and_its_finding_are_asked_about_once() -> None:
    gap = Gap("quality_without_measure", (0,), 0.8, Evidence((place("fast"),), "…"))
    found = ask(TEXT, analysis(findings=(finding("vague_term", "fast", 0),), gaps=(gap,)), QuestionDepth.DETAILED)
    assert [each.about for each in found] == ["gap"]
    assert found[0].text.startswith("How fast must the search answer")


def test_duplicates_and_terms_are_asked_about() -> None:
    duplicate = Duplicate(0, 1, 0.8, 0.8, Evidence((place("fast"),), "…"))
    term = Term("synonyms", ("letter", "card"), 0.7, Evidence((place("card"),), "…"))
    first, second = asked(duplicates=(duplicate,), terms=(term,))
    assert first == 'Do "letter" and "card" mean the same thing, and which word is to be used?'
    assert second.startswith('Do "The search must be fast" and "The archive must be fast, too" mean the same')


def many() -> dict[str, object]:
    rules = [rule for rule in RULES if rule not in TOGETHER]
    findings = [finding(rule, "letter", 5) for rule in rules]
    gaps = [Gap(reason, (2,), 0.7, Evidence((place("Letters"),), '"letters" security')) for reason in GAPS]
    return {"findings": tuple(findings), "gaps": tuple(gaps)}


@pytest.mark.parametrize(("depth", "most"), [(QuestionDepth.BASIC, 5), (QuestionDepth.DETAILED, 12)])
def test_the_depth_limits_the_questions_to_the_weightiest(depth: QuestionDepth, most: int) -> None:
    all_of_them = asked(QuestionDepth.COMPREHENSIVE, **many())
    shown = asked(depth, **many())
    assert len(all_of_them) > 12
    assert shown == all_of_them[:most]
    assert len(set(all_of_them)) == len(all_of_them)


def test_questions_use_no_words_of_requirements_that_are_not_there() -> None:
    for question in asked(QuestionDepth.COMPREHENSIVE, **many()):
        assert question.endswith((".", "?")), question
        assert "{" not in question
        for quoted in re.findall(r'"([^"]*)"', question):
            assert quoted.removesuffix("…").lower() in TEXT.lower(), question


def test_every_gap_has_its_question_and_every_question_its_rule() -> None:
    assert GAPS.keys() == {*REASONS, COMPLIANCE}
    assert RULES.keys() <= CHECKED.keys()
    assert TOGETHER.keys() <= RULES.keys()


def test_nothing_found_asks_nothing() -> None:
    assert asked() == []
