"""Writes the catalogue of the rules that docs/rules.md holds."""

from collections.abc import Iterable, Iterator

from specloom.ai.rules.rule import Rule
from specloom.vocabulary.requirements import Form

_HEAD = """\
# The quality rules

What the analyst checks in the wording of each requirement, after ISO/IEC/IEEE 29148 and the INCOSE guide. A tenant
can switch each rule on or off and give it another severity. Every example breaks its rule; every better wording breaks
none.

This page is written from the rules themselves; a test compares the two.
"""
_KINDS = {Form.USER_STORY: "user stories", Form.SCENARIO: "scenarios"}


def catalogue(rules: Iterable[Rule]) -> str:
    """The rules as a page of Markdown: a table of all, then each with its reason, example and better wording."""
    listed = list(rules)
    table = ["| rule | severity | characteristic | by default |", "|---|---|---|---|"]
    table += [f"| {' | '.join(_row(rule))} |" for rule in listed]
    return "\n".join([_HEAD, *table, *(line for rule in listed for line in _entry(rule))]) + "\n"


def _row(rule: Rule) -> tuple[str, ...]:
    return f"[`{rule.id}`](#{rule.id})", rule.severity, rule.characteristic, "on" if rule.default_enabled else "off"


def _entry(rule: Rule) -> Iterator[str]:
    yield from ("", f"## {rule.id}", "", f"**{rule.title}.** {rule.explanation}", "")
    if Form.SENTENCE not in rule.forms:
        yield from (f"For {' and '.join(_KINDS[form] for form in sorted(rule.forms))}.", "")
    yield from (f"- Instead of: {_line(rule.example)}", f"- Better: {_line(rule.better)}", f"- {rule.suggestion}")


def _line(example: str) -> str:
    return f"*{' / '.join(example.splitlines())}*"
