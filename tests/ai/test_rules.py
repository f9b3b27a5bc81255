"""Every rule finds its own example, leaves every better wording alone, and obeys what a tenant set."""

from pathlib import Path

import pytest

from specloom.ai.analysis import Classification, Finding, Requirement, RuleSetting, Statement
from specloom.ai.grammar import clause
from specloom.ai.rules import RULES, Rule, alone, catalogue, check
from specloom.core.text import Span
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form, RequirementType

_PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
_EVERYTHING = {rule: RuleSetting() for rule in RULES}
_CHARACTERISTICS = set(Characteristic) - {Characteristic.CONSISTENT_SET, Characteristic.COMPLETE_SET}

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


def _form(rule: Rule) -> Form:
    return Form.SENTENCE if Form.SENTENCE in rule.forms else next(iter(rule.forms))


def _said(sentence: str, form: Form = Form.SENTENCE) -> list[Finding]:
    return check(sentence, [alone(sentence, form)])


def _requirement(text: str, words: str, *context: str, form: Form = Form.ITEM) -> Requirement:
    start = text.index(words)
    spans = tuple(Span(text.index(each), text.index(each) + len(each)) for each in context)
    statement = Statement(start, start + len(words), form, 0.9, spans)
    return Requirement(statement, clause(text, statement), Classification(RequirementType.FUNCTIONAL, 0.9))


@every_rule
def test_a_rule_finds_its_own_example(rule: Rule) -> None:
    requirement = alone(rule.example, _form(rule))

    findings = check(rule.example, [requirement], {rule.id: RuleSetting()})

    (found,) = [each for each in findings if each.rule_id == rule.id]
    assert (found.severity, found.characteristic, found.requirement) == (rule.severity, rule.characteristic, 0)
    assert rule.example[found.start : found.end].strip()
    assert 0.5 <= found.confidence <= 1
    assert found.message
    assert found.suggestion
    assert found.message != rule.explanation


@every_rule
def test_the_better_wording_breaks_no_rule(rule: Rule) -> None:
    requirement = alone(rule.better, _form(rule))

    assert check(rule.better, [requirement], {rule.id: RuleSetting()}) == []


@every_rule
def test_a_rule_says_all_that_a_reader_needs(rule: Rule) -> None:
    assert RULES[rule.id] is rule
    assert rule.id.isidentifier()
    assert rule.id.islower()
    for words in (rule.explanation, rule.suggestion, rule.example, rule.better):
        assert len(words) > 10
    assert rule.title[0].isupper()


def test_the_rules_cover_every_characteristic_of_a_single_requirement() -> None:
    assert {rule.characteristic for rule in RULES.values()} == _CHARACTERISTICS


def test_the_page_in_the_documentation_lists_the_rules_as_they_are() -> None:
    assert _PAGE.read_text() == catalogue(RULES.values()), "write specloom.ai.rules.catalogue(RULES.values()) to it"


def test_a_tenant_switches_a_rule_off_on_and_changes_its_severity() -> None:
    sentence = "The lamp shall not glow after at least 2 hours, if possible."
    requirement = alone(sentence)

    standard = check(sentence, [requirement])
    tuned = check(
        sentence,
        [requirement],
        {
            "escape_clause": RuleSetting(severity=Severity.INFO),
            "strict_superlative": RuleSetting(enabled=True),
            "strict_negative": RuleSetting(enabled=True, severity=Severity.CRITICAL),
        },
    )
    silent = check(sentence, [requirement], {"escape_clause": RuleSetting(enabled=False)})

    assert [(each.rule_id, each.severity) for each in standard] == [("escape_clause", Severity.MAJOR)]
    assert {each.rule_id: each.severity for each in tuned} == {
        "strict_negative": Severity.CRITICAL,
        "strict_superlative": Severity.INFO,
        "escape_clause": Severity.INFO,
    }
    assert silent == []


def test_an_unknown_rule_in_the_settings_changes_nothing() -> None:
    sentence = "The lamp shall glow soon."

    assert check(sentence, [alone(sentence)], {"gone": RuleSetting()}) == _said(sentence)


def test_findings_lie_on_the_offending_words_of_the_document() -> None:
    text = "Preface, with easy words.\n\n- The dock shall charge the scooter quickly.\n- The dock shall lock it.\n"
    requirement = _requirement(text, "The dock shall charge the scooter quickly.")

    (found,) = check(text, [requirement])

    assert text[found.start : found.end] == "quickly"
    assert '"quickly"' in found.message
    assert '"quickly"' in found.suggestion


def test_an_offence_in_a_shared_lead_in_is_reported_once_with_the_first_item() -> None:
    text = "If possible, the dock shall:\n\n- charge the scooter\n- lock the wheel\n"
    lead = "If possible, the dock shall:"
    requirements = [_requirement(text, "charge the scooter", lead), _requirement(text, "lock the wheel", lead)]

    findings = check(text, requirements)

    assert [(each.rule_id, each.requirement) for each in findings] == [("escape_clause", 0)]
    assert text[findings[0].start : findings[0].end] == "If possible"


def test_a_sentence_that_was_cut_in_two_is_reported_as_several_demands_once() -> None:
    text = "The dock shall charge the scooter and shall lock the wheel."
    requirements = [
        _requirement(text, "The dock shall charge the scooter"),
        _requirement(text, "shall lock the wheel.", "The dock"),
    ]

    (found,) = check(text, requirements)

    assert (found.rule_id, found.requirement) == ("several_demands", 1)
    assert text[found.start : found.end] == "shall lock the wheel."


def test_phrases_match_across_line_breaks_and_typographic_marks() -> None:
    text = "The desk shall be user‑friendly, and shall answer as soon\n  as possible."

    said = {text[each.start : each.end]: each.rule_id for each in _said(text)}

    assert said["user‑friendly"] == "subjective_term"
    assert said["as soon\n  as possible"] == "escape_clause"


def test_what_does_not_stand_in_the_text_is_not_read() -> None:
    text = "The dock shall charge quickly."
    invented = Requirement(
        alone(text).statement, alone(text).clause, Classification(RequirementType.FUNCTIONAL, 0.9), supported=False
    )

    assert check(text, [invented]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "（",
        "Система должна сохранять отчёт.",
        "\u202eabc",
        "如果 门 打开, shall 关闭",
        "a/b/c and/or",
        '"' * 40,
        "(" * 50,
        f"It answers within {'9' * 5000}.",
    ],
)
@pytest.mark.parametrize("form", Form)
def test_any_text_is_survived(text: str, form: Form) -> None:
    for each in check(text, [alone(text, form)], _EVERYTHING):
        assert 0 <= each.start < each.end <= len(text)


def test_the_same_text_gives_the_same_findings_in_reading_order() -> None:
    text = "The dock shall charge quickly, easily, etc.\n\nIt shall be possible to lock various wheels soon."
    requirements = [
        _requirement(text, "The dock shall charge quickly, easily, etc."),
        _requirement(text, "It shall be possible to lock various wheels soon."),
    ]

    findings = check(text, requirements, _EVERYTHING)

    assert findings == check(text, requirements, _EVERYTHING)
    assert [(each.requirement, each.start) for each in findings] == sorted(
        (each.requirement, each.start) for each in findings
    )
