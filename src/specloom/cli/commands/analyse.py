"""`specloom analyse`: the main job in one command."""

import json
from pathlib import Path
from typing import Annotated

import typer

from specloom.cli import terminal
from specloom.cli.analysis import Credentials, Wishes, analyse_file
from specloom.vocabulary.analyses import AnalysisType
from specloom.vocabulary.documents import SummaryFormat

ROWS = 50


def analyse(
    file: Annotated[str, typer.Argument(help=".pdf .docx .pptx .html .md .txt .csv .json, or - for standard input.")],
    template: Annotated[str | None, typer.Option(help="Name or id of a template.")] = None,
    format_: Annotated[SummaryFormat | None, typer.Option("--format", help="Form of the summary.")] = None,
    analysis_type: Annotated[AnalysisType | None, typer.Option("--type", help="How far the analysis goes.")] = None,
    focus: Annotated[
        list[str] | None, typer.Option(help="What you care about most, such as security. Repeat it.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the document.")] = None,
    everything: Annotated[bool, typer.Option("--all", help=f"Print more than {ROWS} rows of a table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    url: terminal.Url = None,
    tenant: Annotated[str | None, typer.Option(envvar="SPECLOOM_TENANT", help="Subdomain of your tenant.")] = None,
    email: Annotated[str | None, typer.Option(envvar="SPECLOOM_EMAIL", help="Left out: the demo login.")] = None,
    password: Annotated[str | None, typer.Option(envvar="SPECLOOM_PASSWORD")] = None,
    data_dir: terminal.DataDir = Path(".specloom"),
) -> None:
    """Summarise a file and find its requirements, each with its place. Starts everything itself when no server runs."""
    if bool(email) != bool(password):
        terminal.fail("A login is an address and a password: name both, or neither for the demo login.")
    result = terminal.run(
        analyse_file(
            file,
            data_dir=data_dir,
            url=url,
            credentials=Credentials(tenant, email, password) if email and password else None,
            wishes=Wishes(
                title=title,
                template=template,
                format=format_.value if format_ else None,
                analysis_type=analysis_type.value if analysis_type else None,
                focus=tuple(focus or ()),
                rows=None if everything else ROWS,
            ),
            quiet=as_json,
        )
    )
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))


app = terminal.command(analyse)
