"""What the documents say is so: links lead somewhere; commands, routes, variables and metrics are those of the code."""

import re
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from specloom.core import metrics
from specloom.main import create_app
from tests.deploy.reading import ROOT, help_of, read_env_example

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
EXAMPLES = [ROOT / "examples/walkthrough.sh", ROOT / "examples/events.html"]
NAMES = [str(path.relative_to(ROOT)) for path in [*DOCUMENTS, *EXAMPLES]]


@pytest.fixture(scope="module")
def routes() -> set[str]:
    """Paths of the API below its version, with `{}` for what varies."""
    paths = create_app().openapi()["paths"]
    return {re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1")) for path in paths}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text()):
        assert "://" in target or (path.parent / target).exists(), target


@pytest.mark.parametrize("name", NAMES)
def test_files_exist(name: str) -> None:
    """By their path in the repository or in the package; `things` stands for any domain."""
    for file in re.findall(r"`((?:[\w.-]+/)+(?:[\w-]+\.[a-z]+)?)`", (ROOT / name).read_text()):
        if "things" not in file and "://" not in file:
            assert (ROOT / file).exists() or (ROOT / "src/specloom" / file).exists(), file


@pytest.mark.parametrize("name", NAMES)
def test_commands_exist(name: str) -> None:
    for command, options in re.findall(r"\bspecloom ([a-z][a-z-]+)((?: --[a-z-]+(?: [^\s`-]\S*)?)*)", code_of(name)):
        explanation = help_of(command)
        for option in re.findall(r"--[a-z-]+", options):
            assert option in explanation, f"{command} {option}"


@pytest.mark.parametrize("name", NAMES)
def test_routes_exist(name: str, routes: set[str]) -> None:
    for path in re.findall(r"(?:\b(?:GET|POST|PUT|PATCH|DELETE)[\s\",`]+|\$\{?api\}?)(/[\w./{}$-]+)", code_of(name)):
        general = re.sub(r"\$?\{[\w.]+\}|\$\w+", "{}", path.removeprefix("/api/v1"))
        assert general in routes, path


@pytest.mark.parametrize("name", NAMES)
def test_variables_are_explained(name: str) -> None:
    known = read_env_example()
    for variable in re.findall(r"`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)(?:=[^`]*)?`", (ROOT / name).read_text()):
        assert variable in known, variable


def test_the_list_of_metrics_is_complete() -> None:
    defined = {
        metric.describe()[0].name + ("_total" if metric.describe()[0].type == "counter" else "")
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase)
    }
    section = (ROOT / "docs/operations.md").read_text().partition("\n## Metrics\n")[2].partition("\n## ")[0]
    listed = set(re.findall(r"^\| `(specloom_\w+)`", section, re.MULTILINE))
    assert listed == defined


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_is_one_page() -> None:
    for path in (ROOT / "docs/decisions").glob("*.md"):
        text = path.read_text()
        assert text.startswith(f"# {path.name[:4]}: "), path.name
        assert len(text.split()) <= 700, path.name


def code_of(name: str) -> str:
    """What stands as code in a document; all of a file that is no document."""
    text = Path(ROOT / name).read_text()
    if not name.endswith(".md"):
        return text
    return "\n".join(
        re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE) + re.findall(r"`([^`\n]+)`", text)
    )
