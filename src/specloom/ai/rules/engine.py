"""Runs the rules over requirements, as the tenant wants them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from specloom.ai.analysis import Classification, Finding, Requirement, RuleSetting, Statement
from specloom.ai.grammar import clause
from specloom.ai.rules import (
    actors,
    degrees,
    designs,
    logic,
    loopholes,
    measures,
    modality,
    pronouns,
    references,
    scenarios,
    singularity,
    stories,
    strict,
    structure,
    vagueness,
)
from specloom.ai.rules.rule import Rule
from specloom.ai.rules.wording import Document, Wording
from specloom.vocabulary.requirements import Form, RequirementType

_MODULES = (
    *(vagueness, degrees, loopholes, measures, actors, modality, singularity, structure, pronouns, references, logic),
    *(designs, stories, scenarios, strict),
)
# In code points. What is longer is no sentence of a requirement, whoever took it for one.
_READABLE = 5_000
RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for module in _MODULES for rule in module.RULES})


def check(
    text: str, requirements: Sequence[Requirement], settings: Mapping[str, RuleSetting] = MappingProxyType({})
) -> list[Finding]:
    """What the rules say of the requirements of `text`, in reading order.

    A rule without a setting speaks if it does by default. Words that several requirements share (the lead-in of a list)
    are reported once, with the first of them. What does not stand in the text is not read.
    """
    active = [rule for rule in RULES.values() if _enabled(rule, settings)]
    document = Document(text, requirements)
    findings: dict[tuple[str, int, int], Finding] = {}
    for index, requirement in enumerate(requirements):
        statement = requirement.statement
        if not requirement.supported or statement.end - statement.start > _READABLE:
            continue
        wording = Wording(document, index)
        for rule in active:
            if not rule.applies(wording):
                continue
            severity = (settings[rule.id].severity if rule.id in settings else None) or rule.severity
            for hit in rule.check(wording):
                findings.setdefault(
                    (rule.id, hit.start, hit.end),
                    Finding(
                        rule.id,
                        severity,
                        rule.characteristic,
                        index,
                        hit.start,
                        hit.end,
                        hit.message,
                        hit.suggestion,
                        hit.confidence,
                    ),
                )
    return sorted(findings.values(), key=lambda each: (each.requirement, each.start, each.end, each.rule_id))


def alone(sentence: str, form: Form = Form.SENTENCE) -> Requirement:
    """A requirement that is the whole of a text: for trying the rules on a single sentence."""
    statement = Statement(0, len(sentence), form, 1.0)
    return Requirement(statement, clause(sentence, statement), Classification(RequirementType.FUNCTIONAL, 0.5))


def _enabled(rule: Rule, settings: Mapping[str, RuleSetting]) -> bool:
    setting = settings.get(rule.id)
    return rule.default_enabled if setting is None else setting.enabled
