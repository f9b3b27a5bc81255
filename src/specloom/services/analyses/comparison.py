"""Two runs compared: what the later one found that the earlier did not, what is gone, what reads otherwise."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from uuid import UUID

from specloom.core.uow import UnitOfWork
from specloom.schemas.analyses import ComparisonRead, FindingRead, RequirementRead, RewordedItemRead
from specloom.services.analyses import items
from specloom.services.requirements import differences
from specloom.vocabulary.analyses import ItemKind

_CLASS = ("type", "quality", "framework", "priority")
_LIKE = 0.6
"""From this ratio of common words on, one statement is another one, reworded."""
_MOST_CANDIDATES = 8


async def compare(uow: UnitOfWork, before: UUID, after: UUID) -> ComparisonRead:
    """What changed from one completed analysis to another; either may be of any source."""
    earlier, later = await items.found(uow, before), await items.found(uow, after)
    # A thread: comparing thousands of statements takes a while, in which others shall not have to wait.
    return await asyncio.to_thread(_compare, before, after, earlier, later)


def _compare(
    before: UUID,
    after: UUID,
    earlier: Mapping[ItemKind, Sequence[RequirementRead | FindingRead]],
    later: Mapping[ItemKind, Sequence[RequirementRead | FindingRead]],
) -> ComparisonRead:
    old = [each for each in earlier[ItemKind.REQUIREMENT] if isinstance(each, RequirementRead)]
    new = [each for each in later[ItemKind.REQUIREMENT] if isinstance(each, RequirementRead)]
    same, removed, added = _matched(old, new)
    reworded, removed, added = _reworded(removed, added)
    pairs = [_reworded_item(one, other) for one, other in (*same, *reworded)]
    changed = [pair for pair in pairs if pair.changed]
    findings = [[each for each in side[ItemKind.FINDING] if isinstance(each, FindingRead)] for side in (earlier, later)]
    return ComparisonRead(
        before=before,
        after=after,
        unchanged=len(pairs) - len(changed),
        added=added,
        removed=removed,
        changed=changed,
        findings_added=_without(findings[1], findings[0]),
        findings_resolved=_without(findings[0], findings[1]),
    )


def _matched(
    old: Sequence[RequirementRead], new: Sequence[RequirementRead]
) -> tuple[list[tuple[RequirementRead, RequirementRead]], list[RequirementRead], list[RequirementRead]]:
    """(pairs of equal wording, what is left of the old, what is left of the new); each item is in one place."""
    waiting = defaultdict[str, list[RequirementRead]](list)
    for each in new:
        waiting[_key(each.statement)].append(each)
    pairs, removed, taken = list[tuple[RequirementRead, RequirementRead]](), list[RequirementRead](), set[UUID]()
    for each in old:
        alike = waiting[_key(each.statement)]
        if alike:
            pairs.append((each, alike.pop(0)))
            taken.add(pairs[-1][1].id)
        else:
            removed.append(each)
    return pairs, removed, [each for each in new if each.id not in taken]


def _reworded(
    old: Sequence[RequirementRead], new: Sequence[RequirementRead]
) -> tuple[list[tuple[RequirementRead, RequirementRead]], list[RequirementRead], list[RequirementRead]]:
    """As `_matched`, of statements that are alike: the most alike first."""
    holders = defaultdict[str, list[int]](list)
    for index, each in enumerate(new):
        for word in set(_words(each.statement)):
            holders[word].append(index)
    ratios = list[tuple[float, int, int]]()
    for position, each in enumerate(old):
        words, shared = _words(each.statement), defaultdict[int, float](float)
        for word in set(words):
            for index in holders[word]:
                shared[index] += 1 / len(holders[word])
        for index in sorted(shared, key=lambda index: (-shared[index], index))[:_MOST_CANDIDATES]:
            ratio = SequenceMatcher(None, words, _words(new[index].statement), autojunk=False).ratio()
            if ratio >= _LIKE:
                ratios.append((-ratio, position, index))
    pairs, gone, come = list[tuple[int, int]](), set[int](), set[int]()
    for _, position, index in sorted(ratios):
        if position not in gone and index not in come:
            pairs.append((position, index))
            gone.add(position)
            come.add(index)
    return (
        [(old[position], new[index]) for position, index in sorted(pairs)],
        [each for position, each in enumerate(old) if position not in gone],
        [each for index, each in enumerate(new) if index not in come],
    )


def _reworded_item(before: RequirementRead, after: RequirementRead) -> RewordedItemRead:
    changed = [name for name in _CLASS if getattr(before, name) != getattr(after, name)]
    if _key(before.statement) != _key(after.statement):
        changed.insert(0, "statement")
    runs = differences.runs(before.statement, after.statement)
    return RewordedItemRead(before=before, after=after, runs=runs, changed=changed)


def _without(findings: Sequence[FindingRead], others: Sequence[FindingRead]) -> list[FindingRead]:
    """Those that the others do not hold: the same rule about the same words, as often."""
    left = defaultdict[tuple[str, str, str], int](int)
    for each in others:
        left[_finding_key(each)] += 1
    only = []
    for each in findings:
        if left[_finding_key(each)] > 0:
            left[_finding_key(each)] -= 1
        else:
            only.append(each)
    return only


def _finding_key(finding: FindingRead) -> tuple[str, str, str]:
    return finding.rule_id, _key(finding.citation.quote if finding.citation else ""), finding.message


def _key(text: str) -> str:
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return text.casefold().split()
