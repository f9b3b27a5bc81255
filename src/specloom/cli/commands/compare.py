"""`specloom compare`: what a language model finds in a file that the embedded engine does not, and the other way."""

import json
from typing import Annotated

import typer
from rich.console import Console

from specloom.cli import terminal
from specloom.cli.comparison import as_json, compare_file, show


def compare(
    file: Annotated[str, typer.Argument(help=".pdf .docx .pptx .html .md .txt .csv .json, or - for standard input.")],
    json_only: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Analyse a file with the embedded engine and with the language model, and show where they differ.

    Needs a language model in the settings, and no server. Nothing is stored.
    """
    comparison = terminal.run(compare_file(file, terminal.settings().llm, quiet=json_only))
    if json_only:
        typer.echo(json.dumps(as_json(comparison), ensure_ascii=False))
    else:
        show(Console(highlight=False), comparison)


app = terminal.command(compare)
