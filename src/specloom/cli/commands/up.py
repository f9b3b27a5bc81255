"""`specloom up`: the whole product in the foreground, on a machine that has nothing but Python."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from specloom.cli import terminal
from specloom.cli.deployment import Deployment
from specloom.cli.stack import Stack
from specloom.core.logging import configure_logging


def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8000,
    data_dir: terminal.DataDir = Path(".specloom"),
    workers: Annotated[int, typer.Option(min=1, max=32, help="Worker processes for each queue.")] = 1,
    demo: Annotated[bool, typer.Option(help="Make a demo tenant and print its login.")] = True,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the logs instead of keeping them in files.")] = False,
) -> None:
    """Run everything: PostgreSQL and Redis unless DATABASE_URL and REDIS_URL name some, migrations, API and workers."""
    settings = terminal.settings()
    configure_logging(settings.app)
    stack = Stack(data_dir, settings, host=host, port=port, workers=workers, demo=demo, quiet=not verbose)
    if not verbose:
        Console(highlight=False).print(f"[dim]Starting; the logs go to {stack.log_dir}[/]", soft_wrap=True)
    terminal.run(stack.run(_announce))


async def _announce(deployment: Deployment) -> None:
    lines = ["", f"[bold green]Specloom is ready:[/] {deployment.url}   [dim](API reference: {deployment.url}/docs)[/]"]
    if deployment.demo is not None:
        login = deployment.demo
        lines.append(f"  demo login: [bold]{login.email}[/] / [bold]{login.password}[/]   (tenant: {login.tenant})")
    lines += ["  try:        [bold]specloom analyse FILE[/] in a second terminal; Ctrl+C stops this one", ""]
    Console(highlight=False).print("\n".join(lines), soft_wrap=True)
    sys.stdout.flush()


app = terminal.command(up)
