"""The commands of `specloom`: each one reads its options, does one thing, and says in words what went wrong."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import uvicorn
from rich.console import Console

from specloom.cli import doctor as checks
from specloom.cli.analyse import Credentials, analyse_file
from specloom.cli.client import ApiRefused
from specloom.cli.migrations import MigrationsMissing, migrate
from specloom.cli.server import EmbeddedServersError
from specloom.cli.stack import DEMO_EMAIL, DEMO_TENANT, DemoLogin, Deployment, PortTaken, Stack, seed_demo
from specloom.cli.supervisor import Child, ChildFailed, Supervisor, follow_supervisor
from specloom.core.config import Settings, SettingsError, load_settings
from specloom.core.logging import configure_logging
from specloom.core.queue import QUEUES
from specloom.core.redis import create_sync_redis
from specloom.core.runtime import open_runtime
from specloom.services import identity
from specloom.services.identity.keys import SigningKeys
from specloom.vocabulary.documents import SummaryFormat
from specloom.workers.process import Worker

app = typer.Typer(
    help="Documents in, live summaries and reviewed requirements out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
keys = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)
app.add_typer(keys, name="keys")

DEFAULT_URL = "http://127.0.0.1:8000"
EXPLAINED = (
    ApiRefused,
    ChildFailed,
    EmbeddedServersError,
    MigrationsMissing,
    PortTaken,
    SettingsError,
)

DataDir = Annotated[Path, typer.Option(help="Where the embedded servers, the files and the demo login live.")]
Url = Annotated[str | None, typer.Option(help="A Specloom that runs elsewhere.", envvar="SPECLOOM_URL")]


def _fail(message: object) -> NoReturn:
    Console(stderr=True).print(str(message), style="red", markup=False, highlight=False)
    raise typer.Exit(1)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _fail(error)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except EXPLAINED as error:
        _fail(error)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8000,
    data_dir: DataDir = Path(".specloom"),
    workers: Annotated[int, typer.Option(min=1, max=32, help="Worker processes for each queue.")] = 1,
    demo: Annotated[bool, typer.Option(help="Make a demo tenant and print its login.")] = True,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show the logs here instead of keeping them in files.")
    ] = False,
) -> None:
    """Run everything: PostgreSQL and Redis unless DATABASE_URL and REDIS_URL name some, migrations, API and workers."""
    settings = _settings()
    configure_logging(settings.app)
    stack = Stack(data_dir, host=host, port=port, workers=workers, demo=demo, quiet=not verbose)
    if not verbose:
        Console(highlight=False).print(f"[dim]Starting; the logs go to {stack.log_dir}[/]", soft_wrap=True)
    _run(stack.run(_announce))


async def _announce(deployment: Deployment) -> None:
    lines = ["", f"[bold green]Specloom is ready:[/] {deployment.url}   [dim](API reference: {deployment.url}/docs)[/]"]
    if deployment.demo is not None:
        login = deployment.demo
        lines.append(f"  demo login: [bold]{login.email}[/] / [bold]{login.password}[/]   (tenant: {login.tenant})")
    lines += ["  try:        [bold]specloom analyse FILE[/] in a second terminal; Ctrl+C stops this one", ""]
    Console(highlight=False).print("\n".join(lines), soft_wrap=True)
    sys.stdout.flush()


@app.command()
def api() -> None:
    """Run the API alone (API_HOST, API_PORT, API_WORKERS)."""
    follow_supervisor()
    settings = _settings()
    uvicorn.run(
        "specloom.main:create_app",
        factory=True,
        host=settings.api.host,
        port=settings.api.port,
        workers=settings.api.workers if settings.api.workers > 1 else None,
        timeout_graceful_shutdown=settings.api.shutdown_grace_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
    )


@app.command()
def worker(
    queue: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(QUEUES)}. Left out: a process for each of them.")
    ] = None,
    burst: Annotated[bool, typer.Option("--burst", help="Stop when the queue is empty.")] = False,
) -> None:
    """Run background jobs."""
    settings = _settings()
    configure_logging(settings.app)
    if queue is None:
        argv = [sys.executable, "-m", "specloom", "worker", *(["--burst"] if burst else [])]
        _run(Supervisor([_worker_child(argv, name, restart=not burst) for name in QUEUES]).run_until_signal())
        return
    if queue not in QUEUES:
        _fail(f"There is no queue {queue!r}. There are: {', '.join(QUEUES)}.")
    follow_supervisor()
    Worker([queue], connection=create_sync_redis(settings.redis)).work(
        burst=burst, logging_level=settings.app.log_level
    )


def _worker_child(argv: list[str], queue: str, *, restart: bool) -> Child:
    return Child(f"worker-{queue}", [*argv, "--queue", queue], grace_seconds=15, restart=restart)


@app.command("migrate")
def migrate_database(
    revision: Annotated[str, typer.Argument(help="Up to this revision.")] = "head",
) -> None:
    """Bring the database up to date."""
    settings = _settings()
    configure_logging(settings.app)
    try:
        migrate(revision=revision)
    except (MigrationsMissing, OSError) as error:
        _fail(f"The migrations could not run: {error}")
    typer.echo(f"The database is at {revision}.")


@app.command()
def analyse(
    file: Annotated[str, typer.Argument(help=".pdf .docx .pptx .html .md .txt .csv .json, or - for standard input.")],
    template: Annotated[str | None, typer.Option(help="Name or id of a template.")] = None,
    format_: Annotated[SummaryFormat | None, typer.Option("--format", help="Form of the summary.")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the document.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    url: Url = None,
    tenant: Annotated[str | None, typer.Option(envvar="SPECLOOM_TENANT", help="Subdomain of your tenant.")] = None,
    email: Annotated[str | None, typer.Option(envvar="SPECLOOM_EMAIL", help="Left out: the demo login.")] = None,
    password: Annotated[str | None, typer.Option(envvar="SPECLOOM_PASSWORD")] = None,
    data_dir: DataDir = Path(".specloom"),
) -> None:
    """Summarise a file and show where each sentence stands. Starts everything itself when no server runs."""
    credentials = Credentials(tenant, email, password) if email and password else None
    result = _run(
        analyse_file(
            file,
            data_dir=data_dir,
            url=url,
            credentials=credentials,
            template=template,
            format_=format_.value if format_ else None,
            title=title,
            quiet=as_json,
        )
    )
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))


@app.command()
def demo(
    url: Url = None,
    password: Annotated[str | None, typer.Option(envvar="SPECLOOM_DEMO_PASSWORD", prompt=True, hide_input=True)] = None,
) -> None:
    """Make the demo tenant in a Specloom that runs already."""
    login = DemoLogin(DEMO_TENANT, DEMO_EMAIL, password or "")
    made = _run(seed_demo(url or DEFAULT_URL, login))
    typer.echo(f"{'Made' if made else 'There is already'} the tenant {login.tenant}, login {login.email}.")


@app.command("operator-token")
def operator_token(
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="How long it is valid.")] = 60,
    subject: Annotated[str, typer.Option(help="Who gets it, for the logs.")] = "operator",
) -> None:
    """Print a token that may create tenants (`POST /api/v1/tenants`)."""

    async def issue(settings: Settings) -> str:
        async with open_runtime(settings) as runtime:
            signing = SigningKeys(runtime)
            await signing.load()
            return identity.issue_operator_token(signing, subject, minutes * 60)

    typer.echo(_run(issue(_settings())))


@keys.command("rotate")
def rotate_keys() -> None:
    """Publish a new signing key. It signs once every node knows it; the old one stays good for tokens it has signed."""

    async def rotate(settings: Settings) -> None:
        async with open_runtime(settings) as runtime:
            signing = SigningKeys(runtime)
            await signing.load()
            await signing.rotate()

    settings = _settings()
    _run(rotate(settings))
    typer.echo(f"A new key is published. It signs from {settings.tokens.key_activation_seconds} seconds from now.")


@app.command()
def doctor(data_dir: DataDir = Path(".specloom")) -> None:
    """Say in words what is wrong with this installation, and what to do about it."""
    findings = _run(checks.examine(data_dir.expanduser().resolve()))
    console = Console(highlight=False)
    for finding in findings:
        mark = "[green]ok[/]  " if finding.good else "[red]bad[/] "
        console.print(f"{mark} {finding.subject}: ", end="")
        console.print(finding.text, markup=False)
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
