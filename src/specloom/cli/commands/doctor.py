"""`specloom doctor`: what is wrong here, in words."""

from pathlib import Path

import typer
from rich.console import Console

from specloom.cli import terminal
from specloom.cli.examination import examine


def doctor(data_dir: terminal.DataDir = Path(".specloom")) -> None:
    """Say in words what is wrong with this installation, and what to do about it."""
    findings = terminal.run(examine(data_dir.expanduser().resolve()))
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        console.print("[green]ok[/]  " if finding.good else "[red]bad[/] ", end="")
        console.print(f"{finding.subject}: {finding.text}", markup=False)
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)


app = terminal.command(doctor)
