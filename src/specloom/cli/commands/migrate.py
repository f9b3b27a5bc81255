"""`specloom migrate`: the database brought up to date."""

from typing import Annotated

import typer

from specloom.cli import migrations, terminal
from specloom.cli.errors import Explained
from specloom.core.logging import configure_logging


def migrate(revision: Annotated[str, typer.Argument(help="Up to this revision.")] = "head") -> None:
    """Bring the database up to date."""
    configure_logging(terminal.settings().app)
    try:
        migrations.migrate(revision=revision)
    except (Explained, OSError) as error:
        terminal.fail(f"The migrations could not run: {error}")
    typer.echo(f"The database is at {revision}.")


app = terminal.command(migrate)
