"""On the project's own labelled sets no figure is below its floor; `make quality` prints them all, public ones too."""

from collections.abc import Callable, Iterator

import pytest

from benchmarks.quality import across, confidence, faithfulness, finding, kinds, retrieval, summaries, wording
from benchmarks.quality.figures import Figure, table
from benchmarks.quality.floors import FLOORS

TASKS = (finding, kinds, wording, across, confidence, faithfulness, summaries, retrieval)


@pytest.mark.parametrize("measure", [task.own_figures for task in TASKS], ids=lambda each: each.__module__)
def test_figures_stay_above_their_floors(measure: Callable[[], Iterator[Figure]]) -> None:
    figures = list(measure())
    fallen = [each for each in figures if each.fell]
    assert figures
    assert not fallen, f"\n{table(fallen)}"


def test_every_figure_of_an_own_set_has_a_floor() -> None:
    names = {figure.name for task in TASKS for figure in task.own_figures()}
    assert names <= FLOORS.keys()
