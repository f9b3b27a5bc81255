"""A summary and an analysis, as the API gives them, printed for people."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

CELL_WIDTH = 240

_SEVERITIES = ("critical", "major", "minor", "info")


@dataclass(frozen=True, slots=True)
class _Column:
    """One without `ratio` is as wide as it must be; the others share the rest."""

    name: str
    justify: Literal["left", "right"] = "left"
    ratio: int | None = None


_NUMBER = _Column("#", "right")
_SURE = _Column("sure", "right")


def show(console: Console, found: dict[str, Any], rows: int | None) -> None:
    """Prints {"document", "summary", "analysis"}; no table is longer than `rows`, and each says what it leaves out."""
    summary = found["summary"]
    console.print(
        f"\n[bold]{escape(found['document']['title'])}[/]   [dim]{escape(summary['model_used'])}[/]\n", highlight=False
    )
    _Report(console, rows).print(summary, found["analysis"])


class _Report:
    """What is printed below the title."""

    def __init__(self, console: Console, rows: int | None) -> None:
        self._console = console
        self._rows = rows

    def print(self, summary: dict[str, Any], analysis: dict[str, Any]) -> None:
        self._summary(summary)
        report = analysis["analysis"]
        requirements = analysis["identified_requirements"]
        self._numbers = {each["id"]: number for number, each in enumerate(requirements, 1)}
        self._requirements(requirements)
        for note in report["notes"]:
            self._console.print(note, style="yellow", markup=False, highlight=False)
        self._findings(report["findings"])
        self._pairs("Said twice", report["duplicates"])
        self._pairs("In conflict", report["conflicts"])
        self._lines("Terms", report["terms"])
        self._lines("Missing", report["gaps"])
        self._questions(report["questions"])
        self._research(analysis["research_findings"])

    def _summary(self, summary: dict[str, Any]) -> None:
        self._console.print(Markdown(summary["summary_text"]))
        places = [
            (str(number), _place(source), source["quote"])
            for number, sentence in enumerate(summary["sentences"], 1)
            for source in sentence["sources"] or [{"label": "unsupported", "quote": sentence["text"]}]
        ]
        columns = (_NUMBER, _Column("place"), _Column("in the document", ratio=2))
        self._table("Where it stands", columns, places, _texts)
        if summary["omitted"]:
            self._say("Left out: " + ", ".join(part["label"] for part in summary["omitted"]))

    def _requirements(self, requirements: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            citation = each["citation"]
            kind = each["quality"] or ": ".join(part for part in (each["type"], each["framework"]) if part)
            return _texts(
                (
                    str(self._numbers[each["id"]]),
                    each["statement"] if each["supported"] else f"unsupported: {each['claimed']}",
                    kind.replace("_", " "),
                    each["priority"],
                    f"{each['confidence']:.2f}",
                    _place(citation) if citation else "",
                )
            )

        self._table(
            _counted(len(requirements), "requirement"),
            (
                _NUMBER,
                _Column("requirement", ratio=3),
                _Column("type"),
                _Column("priority"),
                _SURE,
                _Column("place", ratio=1),
            ),
            requirements,
            row,
        )

    def _findings(self, findings: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            return _texts(
                (
                    str(self._numbers[each["requirement_id"]]),
                    each["severity"],
                    each["citation"]["quote"],
                    f"{each['message']} {each['suggestion']}",
                )
            )

        ranked = sorted(findings, key=lambda each: _SEVERITIES.index(each["severity"]))
        columns = (_NUMBER, _Column("severity"), _Column("words", ratio=1), _Column("why, and what to do", ratio=3))
        self._table("What to mend", columns, ranked, row)

    def _pairs(self, title: str, pairs: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            numbers = " and ".join(str(self._numbers[one]) for one in each["requirement_ids"])
            return _texts((numbers, each.get("reason", ""), each["message"], f"{each['confidence']:.2f}"))

        self._table(title, (_Column("#"), _Column("about"), _Column("what", ratio=1), _SURE), pairs, row)

    def _lines(self, title: str, items: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            return _texts((each["reason"].replace("_", " "), each["message"]))

        self._table(title, (_Column("about"), _Column("what", ratio=1)), items, row)

    def _questions(self, questions: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            numbers = ", ".join(str(self._numbers[one]) for one in each["requirement_ids"])
            return _texts((numbers, each["text"]))

        self._table("To ask next", (_Column("#"), _Column("question", ratio=1)), questions, row)

    def _research(self, research: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            citation = each["citation"]
            place = f"{each['title']}, {_place(citation)}"
            return _texts((str(self._numbers[each["requirement_id"]]), place, citation["quote"]))

        columns = (_NUMBER, _Column("place", ratio=1), _Column("what it says", ratio=2))
        self._table("In your other documents", columns, research, row)

    def _table(
        self,
        title: str,
        columns: Sequence[_Column],
        items: Sequence[Any],
        row: Callable[[Any], tuple[RenderableType, ...]],
    ) -> None:
        if not items:
            return
        table = Table(title=title, title_justify="left", expand=True)
        for column in columns:
            table.add_column(column.name, justify=column.justify, ratio=column.ratio)
        for item in items[: self._rows]:
            table.add_row(*row(item))
        self._console.print(table)
        if self._rows is not None and len(items) > self._rows:
            self._say(f"… and {len(items) - self._rows} more; --all shows all of them.")

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)


def _place(source: dict[str, Any]) -> str:
    """Where a quote stands: the section's name; where there are no sections, the line."""
    return source["label"] or f"line {source['line']}"


def _texts(cells: Iterable[str]) -> tuple[RenderableType, ...]:
    return tuple(escape(_shortened(cell)) for cell in cells)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CELL_WIDTH else line[: CELL_WIDTH - 1] + "…"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
