"""`specloom rotate-keys`: a new key for signing access tokens, without a failed request."""

from pathlib import Path

import typer

from specloom.cli import operation, terminal
from specloom.core.config import Settings
from specloom.core.runtime import open_runtime
from specloom.services.identity.keys import SigningKeys


def rotate_keys(data_dir: terminal.DataDir = Path(".specloom")) -> None:
    """Publish a new signing key. It signs once every node knows it; the old one stays good for what it has signed."""
    settings = operation.settings(data_dir)
    kid = operation.run(_rotate(settings))
    typer.echo(f"Published the key {kid}. It signs from {settings.tokens.key_activation_seconds} seconds from now.")


async def _rotate(settings: Settings) -> str:
    async with open_runtime(settings) as runtime:
        keys = SigningKeys(runtime)
        await keys.load()
        return await keys.rotate()


app = terminal.command(rotate_keys)
