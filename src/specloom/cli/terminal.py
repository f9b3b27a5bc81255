"""How commands meet the terminal: settings or a clear word about them, results, and errors without a traceback."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from specloom.cli.errors import Explained
from specloom.core.config import Settings, SettingsError, load_settings

T = TypeVar("T")

DEFAULT_URL = "http://127.0.0.1:8000"

DataDir = Annotated[Path, typer.Option(help="Where the embedded servers, the files and the demo login live.")]
Url = Annotated[str | None, typer.Option(help="A Specloom that runs elsewhere.", envvar="SPECLOOM_URL")]


def command(function: Callable[..., None]) -> typer.Typer:
    """The application of a module that is one command."""
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command()(function)
    return app


def fail(message: object) -> NoReturn:
    """Ends the command with exit code 1."""
    Console(stderr=True).print(str(message), style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        fail(error)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to its end; what is explained by its own text is told as such."""
    try:
        return asyncio.run(work)
    except (Explained, SettingsError) as error:
        fail(error)
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise typer.Exit(130) from None
