"""`specloom operator-token`: what `POST /api/v1/tenants` asks for."""

from pathlib import Path
from typing import Annotated

import typer

from specloom.cli import operation, terminal
from specloom.core.config import Settings
from specloom.core.runtime import open_runtime
from specloom.services import identity
from specloom.services.identity.keys import SigningKeys


def operator_token(
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="How long it is valid.")] = 60,
    subject: Annotated[str, typer.Option(help="Who gets it, for the logs.")] = "operator",
    data_dir: terminal.DataDir = Path(".specloom"),
) -> None:
    """Print a token that may create tenants and decide on them (`POST /api/v1/tenants`, `…/{id}/status`)."""
    typer.echo(operation.run(_issue(operation.settings(data_dir), subject, 60 * minutes)))


async def _issue(settings: Settings, subject: str, seconds: int) -> str:
    async with open_runtime(settings) as runtime:
        keys = SigningKeys(runtime)
        await keys.load()
        return identity.issue_operator_token(keys, subject, seconds)


app = terminal.command(operator_token)
