"""`specloom analyse`: a file in, progress while it is worked on, the summary with the places it stands on."""

import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from specloom.cli.client import ApiClient, ApiRefused, is_serving, read_file
from specloom.cli.deployment import Deployment, read_deployment, started

QUOTE_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Credentials:
    tenant: str | None
    email: str
    password: str


async def analyse_file(
    path: str,
    *,
    data_dir: Path,
    url: str | None = None,
    credentials: Credentials | None = None,
    template: str | None = None,
    format_: str | None = None,
    title: str | None = None,
    quiet: bool = False,
) -> dict[str, Any]:
    """Uploads, summarises and follows; prints unless `quiet`. Returns {"document", "summary", "analysis"}.

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
        template_id = await client.template_named(template) if template else None
        with _progress_bar(console) as bar:
            task = bar.add_task(f"Uploading {name}", total=100)
            document = await client.upload(name, content, title)
            accepted = await client.summarise(document["id"], template_id=template_id, format_=format_)
            async for update in client.follow(accepted["job"]["id"]):
                bar.update(task, completed=update.percent, description=update.message)
                if update.kind in ("failed", "cancelled"):
                    raise ApiRefused(f"The summary did not come about: {update.message}")
        summary = await client.summary(accepted["summary"]["id"])
        document = await client.document(document["id"])
        if not quiet:
            _show(Console(), document, summary)
        return {"document": document, "summary": summary, "analysis": None}


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


def _show(console: Console, document: dict[str, Any], summary: dict[str, Any]) -> None:
    console.print(f"\n[bold]{_plain(document['title'])}[/]   [dim]{summary['model_used']}[/]\n", highlight=False)
    console.print(Markdown(summary["summary_text"]))
    table = Table(title="Where it stands", title_justify="left", show_lines=False, expand=False)
    table.add_column("#", justify="right")
    table.add_column("place")
    table.add_column("in the document")
    for number, sentence in enumerate(summary["sentences"], 1):
        for source in sentence["sources"] or [None]:
            place = "unsupported" if source is None else source["label"]
            quote = sentence["text"] if source is None else source["quote"]
            table.add_row(str(number), _plain(place), _plain(_shortened(quote)))
    console.print(table)
    if summary["omitted"]:
        console.print("Left out: " + ", ".join(part["label"] for part in summary["omitted"]), markup=False)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTE_WIDTH else line[: QUOTE_WIDTH - 1] + "…"


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
