"""The command line: `specloom --help`. A command is imported when it is called, so that each one starts quickly."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = {
    "up": "Run everything: servers, migrations, API and workers.",
    "analyse": "Summarise a file and show where each sentence stands.",
    "compare": "Analyse a file with both engines and show where they differ.",
    "api": "Run the API alone.",
    "worker": "Run background jobs.",
    "migrate": "Bring the database up to date.",
    "demo": "Make the demo tenant in a Specloom that runs already.",
    "operator-token": "Print a token that may create tenants and decide on them.",
    "rotate-keys": "Publish a new key for signing access tokens.",
    "doctor": "Say in words what is wrong with this installation.",
}


class _Commands(TyperGroup):
    """The commands by name; behind each stands the module of that name in `commands`, with its `app`."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, help_ in COMMANDS.items():
            self.add_command(TyperCommand(name, help=help_))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] in COMMANDS:
            module = import_module(f"specloom.cli.commands.{args[0].replace('-', '_')}")
            self.add_command(typer.main.get_command(module.app), args[0])
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_Commands,
    help="Documents in, live summaries and reviewed requirements out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def specloom() -> None:
    """Nothing is common to all commands."""
