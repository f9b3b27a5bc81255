"""Measures what is said of pairs: duplicates, conflicts, and passages of other documents that bear on a requirement."""

from collections.abc import Iterator
from functools import cache
from uuid import UUID

from benchmarks.quality import own
from benchmarks.quality.figures import Figure
from benchmarks.quality.measures import ndcg, scores
from benchmarks.quality.wording import requirement
from specloom.ai.analysis import Passage, Requirement
from specloom.ai.relations import conflicts, duplicates, rank
from specloom.ai.research import rank as research

GOAL_NDCG, GOAL_PAIRS, GOAL_CONFLICT, GOAL_ALARMS = 0.66, 0.33, 0.75, 0.20


def own_figures() -> Iterator[Figure]:
    """All sets are the project's own."""
    yield from _requests()
    for split in own.SPLITS:
        yield from _pairs(split)
    yield from _research()


def public_figures() -> Iterator[Figure]:
    """No pairs are public."""
    yield from ()


@cache
def judged(first: str, second: str) -> frozenset[str]:
    """What two sentences are to each other when they are all there is: duplicate, conflict, or neither."""
    text, requirements = _document((first, second))
    named = {"duplicate": duplicates(text, requirements), "conflict": conflicts(text, requirements)}
    return frozenset(name for name, found in named.items() if found)


def _document(sentences: tuple[str, ...]) -> tuple[str, list[Requirement]]:
    text = "\n\n".join(sentences)
    requirements, at = [], 0
    for sentence in sentences:
        requirements.append(requirement(text, at, at + len(sentence)))
        at += len(sentence) + 2
    return text, requirements


def _requests() -> Iterator[Figure]:
    """Of each request that has duplicates, how high the others of its group rank; and the pairs that are reported."""
    rows = own.sentences("requests")
    groups = [row["group"] for row in rows]
    wordings = [f"{row['title']}. {row['text']}" for row in rows]
    values = []
    for number, ranked in enumerate(rank(wordings)):
        if groups[number] is not None:
            gains = [float(groups[other] == groups[number]) for other, _ in ranked]
            values.append(ndcg(gains, [1.0] * (groups.count(groups[number]) - 1)))
    value = sum(values) / len(values)
    yield Figure("duplicate requests", "nDCG@10", "own requests", value, len(values), GOAL_NDCG)
    gold = {
        (one, other)
        for other in range(len(rows))
        for one in range(other)
        if groups[one] is not None and groups[one] == groups[other]
    }
    ours = {(each.first, each.second) for each in duplicates(*_document(tuple(wordings)))}
    found = scores(len(gold & ours), len(ours), len(gold))
    errors = [f"false: {wordings[a]} | {wordings[b]}" for a, b in sorted(ours - gold)]
    errors += [f"missed: {wordings[a]} | {wordings[b]}" for a, b in sorted(gold - ours)]
    note = f"precision {found.precision:.2f}, recall {found.recall:.2f}"
    yield Figure(
        "duplicate requests", "pair F1", "own requests", found.f1, len(gold), GOAL_PAIRS, note=note, errors=errors
    )


def _pairs(split: str) -> Iterator[Figure]:
    data = f"own pairs, {split}"
    rows = own.sentences("pairs", split)
    said = [judged(row["first"], row["second"]) for row in rows]
    for name, goal in (("duplicate", None), ("conflict", GOAL_CONFLICT)):
        gold = [row["relation"] == name for row in rows]
        ours = [name in each for each in said]
        found = scores(sum(a and b for a, b in zip(gold, ours, strict=True)), sum(ours), sum(gold))
        errors = [
            f"{'missed' if a else 'false'} ({row.get('reason', row['relation'])}): {row['first']} | {row['second']}"
            for row, a, b in zip(rows, gold, ours, strict=True)
            if a != b
        ]
        note = f"precision {found.precision:.2f}, recall {found.recall:.2f}"
        yield Figure(f"{name} pairs", "F1", data, found.f1, len(rows), goal, note=note, errors=errors)
    others = [b for row, b in zip(rows, said, strict=True) if row["relation"] != "conflict"]
    alarms = sum("conflict" in each for each in others) / len(others)
    yield Figure("conflict pairs", "false alarms", data, alarms, len(others), GOAL_ALARMS, at_most=True)


def _research() -> Iterator[Figure]:
    passages = [
        Passage(UUID(int=number), UUID(int=number), row["title"], 0, row["text"])
        for number, row in enumerate(own.sentences("research_passages"))
    ]
    names = [row["id"] for row in own.sentences("research_passages")]
    rows = own.sentences("research_requirements")
    text, requirements = _document(tuple(row["requirement"] for row in rows))
    gold = {(number, name) for number, row in enumerate(rows) for name in row["passages"]}
    cited = [(each.requirement, names[each.document_id.int], each) for each in research(text, requirements, passages)]
    ours = {(number, name) for number, name, _ in cited}
    found = scores(len(gold & ours), len(ours), len(gold))
    errors = [f"missed {name}: {rows[number]['requirement']}" for number, name in sorted(gold - ours)]
    errors += [
        f"false {name} {each.quote!r}: {rows[number]['requirement']}"
        for number, name, each in cited
        if (number, name) not in gold
    ]
    yield Figure("research", "precision", "own passages", found.precision, len(ours), errors=errors)
    yield Figure("research", "recall", "own passages", found.recall, len(gold))
