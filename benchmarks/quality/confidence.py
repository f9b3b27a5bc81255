"""Measures whether confidence can be trusted: of the items at 0.8, about 80 % should be right."""

from collections.abc import Iterator, Sequence

from benchmarks.quality import own
from benchmarks.quality.figures import Figure
from benchmarks.quality.finding import decided_in_pure, found_in_pure, readings
from benchmarks.quality.kinds import PROMISE, is_functional, promise, typed
from benchmarks.quality.measures import calibration_error, reliability, surest

GOAL_ERROR, GOAL_SUREST = 0.05, 0.90


def own_figures() -> Iterator[Figure]:
    """Of what was found in the own documents: whether it is a requirement, and of that type."""
    for split in own.SPLITS:
        yield from _trust("confidence: found", f"own documents, {split}", _found(split))
        items = [(t.classification.confidence, t.classification.type in t.label.fields["type"]) for t in typed(split)]
        yield from _trust("confidence: type", f"own documents, {split}", items)


def public_figures() -> Iterator[Figure]:
    """Of what was found in PURE, and of the types of PROMISE."""
    if found := found_in_pure():
        yield from _trust("confidence: found", "PURE", found)
        yield from _trust("confidence: found or not", "PURE", decided_in_pure())
    if rows := promise():
        items = [(each.confidence, is_functional(each) == (row["class"] == "F")) for row, each in rows]
        yield from _trust("confidence: type", PROMISE, items)


def _found(split: str) -> list[tuple[float, bool]]:
    """How sure of each statement that was found, and whether it stands in a requirement."""
    items = []
    for reading in readings(split):
        for label, statements in zip(reading.document.labels, reading.of, strict=True):
            items += [(each.confidence, label.requirement) for each in statements]
        items += [(each.confidence, False) for each in reading.stray]
    return items


def _trust(task: str, data: str, items: Sequence[tuple[float, bool]]) -> Iterator[Figure]:
    bins = "; ".join(f"{b.confidence:.2f} → {b.right:.2f} of {b.count}" for b in reliability(items))
    error = calibration_error(items)
    note = f"said → right: {bins}"
    yield Figure(task, "expected calibration error", data, error, len(items), GOAL_ERROR, at_most=True, note=note)
    yield Figure(task, "accuracy at the surest 80 %", data, surest(items), len(items), GOAL_SUREST)
