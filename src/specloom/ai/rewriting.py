"""Rewrites a requirement so that fewer rules speak of it, without a word of its own: it only takes away, moves, and
says "shall".

Each repair is kept only if the same rules that found fault find less of it afterwards, and nothing new.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from specloom.ai.analysis import Finding, RuleSetting
from specloom.ai.rules import alone, check
from specloom.vocabulary.requirements import Form

_MOST_REPAIRS = 12
_SPACE = re.compile(r"[ \t]+")
_BEFORE_MARK = re.compile(r"\s+([,.;:!?])")
_MARKS = re.compile(r"([,;])\s*(?=[,;.!?])")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A requirement said better. `resolved` are ids of the rules that do not speak any more; `remaining` what they
    still say, about `text`: what only people know, such as the number that is missing."""

    text: str
    resolved: tuple[str, ...]
    remaining: tuple[Finding, ...]


def rewrite(
    sentence: str, form: Form = Form.SENTENCE, settings: Mapping[str, RuleSetting] = MappingProxyType({})
) -> Rewrite:
    """The best that can be made of a requirement with its own words; the sentence itself when that is all."""
    text = sentence
    findings = _check(text, form, settings)
    found = Counter(each.rule_id for each in findings)
    for _ in range(_MOST_REPAIRS):
        better = _mended(text, findings, lambda candidate: _check(candidate, form, settings))
        if better is None:
            break
        text, findings = better
    left = Counter(each.rule_id for each in findings)
    return Rewrite(text, tuple(sorted(rule for rule in found if not left[rule])), tuple(findings))


def _mended(
    text: str, findings: list[Finding], recheck: Callable[[str], list[Finding]]
) -> tuple[str, list[Finding]] | None:
    """The first repair that helps, and what the rules say of it."""
    for candidate in _candidates(text, findings):
        left = recheck(candidate)
        if _is_better(left, findings):
            return candidate, left
    return None


def _check(text: str, form: Form, settings: Mapping[str, RuleSetting]) -> list[Finding]:
    return check(text, [alone(text, form)], settings)


def _is_better(after: list[Finding], before: list[Finding]) -> bool:
    """Fewer findings, and none of a rule that had not spoken as often before."""
    return len(after) < len(before) and not Counter(each.rule_id for each in after) - Counter(
        each.rule_id for each in before
    )


def _candidates(text: str, findings: list[Finding]) -> list[str]:
    """What a single repair makes of a text, for each finding that can be repaired."""
    made = []
    for rule_id, repair in _REPAIRS.items():
        made += [_tidy(repair(text, each.start, each.end), text) for each in findings if each.rule_id == rule_id]
    return [candidate for candidate in made if candidate and candidate != text]


def _tidy(text: str, before: str) -> str:
    """As the text was written: single spaces, a capital at the beginning, the same mark at the end."""
    text = _MARKS.sub("", _BEFORE_MARK.sub(r"\1", _SPACE.sub(" ", text))).strip(" \t,;")
    if before[:1].isupper():
        text = text[:1].upper() + text[1:]
    last = before.rstrip()[-1:]
    return text if last.isalnum() or text.endswith(last) else text.rstrip(".,;") + last


def _delete(text: str, start: int, end: int) -> str:
    """Without the phrase, and without the commas that enclosed it."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before.endswith(",") and after.startswith(","):
        before, after = before[:-1], after[1:]
    return f"{before} {after}"


def _delete_doubled(text: str, start: int, end: int) -> str:
    return text[:start] + text[start:end].rsplit(maxsplit=1)[-1] + text[end:]


def _oblige(text: str, start: int, end: int) -> str:
    return f"{text[:start]}shall{text[end:]}"


def _begin_with(text: str, start: int, end: int) -> str:
    """The condition first: "When it rains, the roof shall close."."""
    condition = text[start:end].strip(" ,.;")
    rest = f"{text[:start].rstrip(' ,')} {text[end:]}".strip()
    first = rest.split(maxsplit=1)[0] if rest else ""
    # What is a name keeps its capital; articles and the like do not.
    if first.lower() in {"the", "a", "an", "each", "every", "all", "any", "this", "these", "no"}:
        rest = rest[:1].lower() + rest[1:]
    return f"{condition[:1].upper()}{condition[1:]}, {rest}"


_REPAIRS: Mapping[str, Callable[[str, int, int], str]] = MappingProxyType(
    {
        # What is taken away first leaves less to be moved.
        "doubled_word": _delete_doubled,
        "escape_clause": _delete,
        "open_list": _delete,
        "superfluous_ability": _delete,
        "weak_modal": _oblige,
        "condition_last": _begin_with,
    }
)
