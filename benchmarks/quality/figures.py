"""What a measurement says, beside the goal and the floor it must not fall below, and how it is printed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.quality.floors import FLOORS


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `value` is None when its data is missing. `at_most` says that less is better.

    `errors` are cases that went wrong, for whoever improves the engine; `note` is printed below the table.
    """

    task: str
    measure: str
    data: str
    value: float | None
    n: int = 0
    goal: float | None = None
    at_most: bool = False
    note: str = ""
    errors: Sequence[str] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        return f"{self.task} / {self.measure} / {self.data}"

    @property
    def floor(self) -> float | None:
        return FLOORS.get(self.name)

    @property
    def fell(self) -> bool:
        """Whether it is worse than its floor. What could not be measured has not fallen."""
        return self.value is not None and self.floor is not None and self._worse(self.floor)

    @property
    def met(self) -> bool | None:
        """Whether it reaches the goal, as printed; None without a goal or a value."""
        return None if self.value is None or self.goal is None else not self._worse(self.goal)

    def _worse(self, than: float) -> bool:
        value = round(self.value or 0.0, 3)
        return value > than if self.at_most else value < than


def missing(task: str, measure: str, data: str, goal: float | None = None) -> Figure:
    """The row of a measurement whose data is not there."""
    return Figure(task, measure, f"{data}: not there", None, goal=goal)


def table(figures: Iterable[Figure]) -> str:
    """One line for each figure, a star where it misses its goal, an exclamation mark where it fell below its floor."""
    lines = [f"{'task':31} {'measure':27} {'ours':>8} {'goal':>8} {'floor':>8} {'n':>6}  data"]
    for figure in figures:
        sign = "≤" if figure.at_most else ""
        mark = "!" if figure.fell else "*" if figure.met is False else " "
        ours = "–" if figure.value is None else f"{_shown(figure.value)}{mark}"
        goal, floor = (f"{sign}{_shown(each)}" if each is not None else "–" for each in (figure.goal, figure.floor))
        count = str(figure.n) if figure.n else "–"
        lines.append(f"{figure.task:31} {figure.measure:27} {ours:>8} {goal:>8} {floor:>8} {count:>6}  {figure.data}")
    return "\n".join(lines)


def _shown(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}"
