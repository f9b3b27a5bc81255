"""A summary and an analysis, as the API gives them, printed for people."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

CELL_WIDTH = 240

_SEVERITIES = ("critical", "major", "minor", "info")


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
        self._table("Where it stands", ("#>", "place", "in the document"), places, _texts)
        if summary["omitted"]:
            self._say("Left out: " + ", ".join(part["label"] for part in summary["omitted"]))

    def _requirements(self, requirements: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            citation = each["citation"]
            kind = each["quality"] or each["framework"] or ""
            return _texts(
                (
                    str(self._numbers[each["id"]]),
                    each["statement"] if each["supported"] else f"unsupported: {each['claimed']}",
                    ": ".join(part for part in (each["type"], kind) if part).replace("_", " "),
                    each["priority"],
                    f"{each['confidence']:.2f}",
                    _place(citation) if citation else "",
                )
            )

        self._table(
            _counted(len(requirements), "requirement"),
            ("#>", "requirement", "type", "priority", "sure>", "place"),
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
        self._table("What to mend", ("#>", "severity", "words", "why, and what to do"), ranked, row)

    def _pairs(self, title: str, pairs: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            numbers = " and ".join(str(self._numbers[one]) for one in each["requirement_ids"])
            return _texts((numbers, each.get("reason", ""), each["message"], f"{each['confidence']:.2f}"))

        self._table(title, ("#", "about", "what", "sure>"), pairs, row)

    def _lines(self, title: str, items: Sequence[dict[str, Any]]) -> None:
        self._table(title, ("about", "what"), items, lambda each: _texts((each["reason"], each["message"])))

    def _questions(self, questions: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            numbers = ", ".join(str(self._numbers[one]) for one in each["requirement_ids"])
            return _texts((numbers, each["text"]))

        self._table("To ask next", ("#", "question"), questions, row)

    def _research(self, research: Sequence[dict[str, Any]]) -> None:
        def row(each: dict[str, Any]) -> tuple[RenderableType, ...]:
            citation = each["citation"]
            place = f"{each['title']}, {_place(citation)}"
            return _texts((str(self._numbers[each["requirement_id"]]), place, citation["quote"]))

        self._table("In your other documents", ("#>", "place", "what it says"), research, row)

    def _table(
        self,
        title: str,
        columns: Sequence[str],
        items: Sequence[Any],
        row: Callable[[Any], tuple[RenderableType, ...]],
    ) -> None:
        """Nothing for no items. A column whose name ends with > is set to the right."""
        if not items:
            return
        table = Table(title=title, title_justify="left", show_lines=False, expand=False)
        for column in columns:
            table.add_column(column.rstrip(">"), justify="right" if column.endswith(">") else "left")
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
