"""Prints every figure beside its goal and its floor, and fails when one fell: `python -m benchmarks.quality [--json]`.

Public data is read from $SPECLOOM_DATA or ../shared/data; without it the figures are those of the project's own sets.
`--errors N` prints N cases that went wrong for each figure on development data; those of held-out data are for no eyes.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.quality import across, confidence, faithfulness, finding, kinds, retrieval, speed, summaries, wording
from benchmarks.quality.figures import Figure, table

TASKS = (finding, kinds, wording, across, confidence, faithfulness, summaries, retrieval, speed)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    options.add_argument("--errors", type=int, default=0, metavar="N", help="print N errors for each figure")
    chosen = options.parse_args()
    figures = [figure for task in TASKS for each in (task.own_figures, task.public_figures) for figure in each()]
    if chosen.json:
        print(json.dumps([asdict(each) | {"floor": each.floor, "fell": each.fell} for each in figures], indent=1))
    else:
        _print(figures, chosen.errors)
    fallen = [each.name for each in figures if each.fell]
    if fallen:
        print("Below the floor: " + "; ".join(fallen), file=sys.stderr)
    return 1 if fallen else 0


def _print(figures: Sequence[Figure], errors: int) -> None:
    print(table(figures))
    print("\n* misses its goal   ! fell below its floor   ≤ less is better\n")
    for figure in figures:
        if figure.note:
            print(f"{figure.name}\n    {figure.note}")
    for figure in figures:
        if errors and figure.errors and "held_out" not in figure.data:
            print(f"\n{figure.name}: {len(figure.errors)} errors")
            print("\n".join(f"  - {error}" for error in figure.errors[:errors]))


if __name__ == "__main__":
    sys.exit(main())
