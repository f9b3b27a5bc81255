"""`specloom demo`: the demo tenant in a deployment that runs already."""

from typing import Annotated

import typer

from specloom.cli import terminal
from specloom.cli.deployment import DemoLogin
from specloom.cli.stack import DEMO_EMAIL, DEMO_TENANT, seed_demo


def demo(
    password: Annotated[
        str, typer.Option(envvar="SPECLOOM_DEMO_PASSWORD", prompt=True, hide_input=True, help="For the demo login.")
    ],
    url: terminal.Url = None,
) -> None:
    """Make the demo tenant in a Specloom that runs already."""
    made = terminal.run(seed_demo(url or terminal.DEFAULT_URL, DemoLogin(DEMO_TENANT, DEMO_EMAIL, password)))
    typer.echo(f"{'Made' if made else 'There is already'} the tenant {DEMO_TENANT}, login {DEMO_EMAIL}.")


app = terminal.command(demo)
