"""`specloom analyse`: a file in, progress while it is worked on, the summary and the requirements with their places."""

import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBar

from specloom.cli.client import ApiClient, ApiRefused, is_serving, read_file
from specloom.cli.deployment import Deployment, read_deployment, started
from specloom.cli.report import show


@dataclass(frozen=True, slots=True)
class Credentials:
    tenant: str | None
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for besides the file; None and empty leave it to the server. `rows` bounds each printed table."""

    title: str | None = None
    template: str | None = None
    format: str | None = None
    analysis_type: str | None = None
    focus: tuple[str, ...] = ()
    rows: int | None = None


async def analyse_file(
    path: str,
    *,
    data_dir: Path,
    url: str | None = None,
    credentials: Credentials | None = None,
    wishes: Wishes,
    quiet: bool = False,
) -> dict[str, Any]:
    """Uploads, summarises, analyses and follows; prints unless `quiet`. Returns {"document", "summary", "analysis"}.

    Uses the server of `url`, or the one that runs over `data_dir`, or starts one there for the time it takes.
    """
    console = Console(stderr=quiet, quiet=quiet)
    try:
        name, content = read_file(path)
    except OSError as error:
        raise ApiRefused(f"{path} cannot be read: {error.strerror}.") from error
    async with AsyncExitStack() as stack:
        deployment = await _deployment(stack, data_dir, url, console)
        login = credentials or _demo_credentials(deployment)
        client = await stack.enter_async_context(ApiClient(deployment.url))
        await client.sign_in(tenant=login.tenant, email=login.email, password=login.password)
        template_id = await client.template_named(wishes.template) if wishes.template else None
        with _progress_bar(console) as bar:
            uploading = bar.add_task(f"Uploading {name}", total=None)
            document = await client.upload(name, content, wishes.title)
            bar.remove_task(uploading)
            asked = {"analysis_type": wishes.analysis_type, "focus_areas": list(wishes.focus)}
            summary = await client.summarise(document["id"], template_id=template_id, format_=wishes.format)
            analysis = await client.analyse(document["id"], **{key: value for key, value in asked.items() if value})
            await _follow(client, summary["job"]["id"], bar, "Summary")
            await _follow(client, analysis["job"]["id"], bar, "Analysis")
        found = {
            "document": await client.document(document["id"]),
            "summary": await client.summary(summary["summary"]["id"]),
            "analysis": await client.analysis(analysis["event_id"]),
        }
    if not quiet:
        show(Console(), found, wishes.rows)
    return found


async def _follow(client: ApiClient, job_id: str, bar: ProgressBar, what: str) -> None:
    task = bar.add_task(f"{what}: Waiting", total=100)
    async for update in client.follow(job_id):
        bar.update(task, completed=update.percent, description=f"{what}: {update.message}")
        if update.kind in ("failed", "cancelled"):
            raise ApiRefused(f"The {what.lower()} did not come about: {update.message}")


async def _deployment(stack: AsyncExitStack, data_dir: Path, url: str | None, console: Console) -> Deployment:
    found = read_deployment(data_dir)
    if url is not None:
        if not await is_serving(url):
            raise ApiRefused(f"No Specloom answers at {url}. Start one with `specloom up`, or leave --url out.")
        return Deployment(url.rstrip("/"), found.demo if found and found.url == url.rstrip("/") else None)
    if found is not None and await is_serving(found.url):
        return found
    with console.status("No server runs: starting one for this task"):
        return await stack.enter_async_context(started(data_dir))


def _demo_credentials(deployment: Deployment) -> Credentials:
    if deployment.demo is None:
        raise ApiRefused("Name a login: --email and --password, or SPECLOOM_EMAIL and SPECLOOM_PASSWORD.")
    return Credentials(deployment.demo.tenant, deployment.demo.email, deployment.demo.password)


def _progress_bar(console: Console) -> ProgressBar:
    return ProgressBar(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=sys.stdout.isatty(),
    )
