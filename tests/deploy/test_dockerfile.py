"""The image, as far as it shows without a Docker engine: what gets in, who runs in it, and that its commands work."""

import ast
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.reading import ROOT, Instruction, help_of, read_dockerfile

STAGES = read_dockerfile()
BUILD, RUNTIME = STAGES["build"], STAGES["runtime"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def of(keyword: str, *stages: list[Instruction]) -> list[Instruction]:
    return [each for stage in stages or STAGES.values() for each in stage if each.keyword == keyword]


def environment(stage: list[Instruction]) -> dict[str, str]:
    return dict(word.split("=", 1) for each in of("ENV", stage) for word in each.words)


def copied() -> list[str]:
    """What is copied from the context, by its path there."""
    return [source for each in of("COPY") if "--from=" not in each.rest for source in each.words[:-1]]


def test_the_last_stage_is_the_runtime_and_has_nothing_of_the_build_but_the_environment() -> None:
    assert list(STAGES)[-1] == "runtime"
    assert of("FROM", RUNTIME)[0].words[0] == "base"
    assert [each.rest for each in of("COPY", RUNTIME) if "--from=" in each.rest] == [
        "--from=build /opt/specloom /opt/specloom"
    ]


def test_every_image_has_a_version() -> None:
    images = [each.words[0] for each in of("FROM")] + re.findall(r"--from=(\S+)", " ".join(c.rest for c in of("COPY")))
    foreign = [image for image in images if image not in STAGES]
    assert len(foreign) == 2
    for image in foreign:
        assert re.search(r":\d+\.\d+", image), image


def test_uv_is_a_version_that_can_build_the_project() -> None:
    (image,) = re.findall(r"astral-sh/uv:([\d.]+)", (ROOT / "Dockerfile").read_text())
    (backend,) = PROJECT["build-system"]["requires"]
    assert image in Requirement(backend).specifier


def test_what_is_installed_is_what_is_locked_without_tools_and_embedded_servers() -> None:
    installs = [each.rest for each in of("RUN", BUILD) if "uv sync" in each.rest]
    assert len(installs) == 2
    for install in installs:
        assert {"--frozen", "--no-dev"} <= set(install.split())
        assert "--extra" not in install
        assert "--group" not in install
    assert environment(BUILD)["UV_COMPILE_BYTECODE"] == "1"
    assert environment(BUILD)["UV_PYTHON_DOWNLOADS"] == "never"


def test_the_dependencies_have_a_layer_of_their_own_before_the_code() -> None:
    orders = [(each.keyword, each.rest) for each in BUILD]
    dependencies = next(i for i, (_, rest) in enumerate(orders) if "--no-install-project" in rest)
    code = next(i for i, (keyword, rest) in enumerate(orders) if keyword == "COPY" and "src" in rest)
    assert dependencies < code
    assert [each.keyword for each in RUNTIME][-1] == "LABEL"


def test_the_image_runs_as_an_unprivileged_user_with_a_fixed_id() -> None:
    assert [each.rest for each in of("USER")] == ["10001:10001"]
    (account,) = [each.rest for each in of("RUN", RUNTIME) if "useradd" in each.rest]
    assert "--uid 10001" in account
    assert "--gid 10001" in account


def test_commands_are_in_the_exec_form_and_exist() -> None:
    (command,) = of("CMD")
    assert command.form[0] == "specloom"
    assert help_of(command.form[1])
    assert not of("ENTRYPOINT")
    assert PROJECT["project"]["scripts"]["specloom"] == "specloom.cli:app"


def test_what_is_copied_is_there_and_gets_into_the_context() -> None:
    assert {"src", "alembic", "alembic.ini", "deploy/worker_health.py"} <= set(copied())
    for source in copied():
        assert (ROOT / source).exists(), source
        assert is_in_context(source), source


@pytest.mark.parametrize(
    "path",
    [".git", ".git/config", ".venv/bin/python", ".specloom/demo.json", ".env", "tests/conftest.py", ".env.example"],
)
def test_what_has_no_business_in_the_image_stays_out_of_the_context(path: str) -> None:
    assert not is_in_context(path)
    assert not is_in_context("src/specloom/__pycache__/main.cpython-311.pyc")


def is_in_context(path: str) -> bool:
    """Whether .dockerignore lets a path in: the last pattern that matches it or a folder above decides."""
    included = True
    above = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if not line or line.startswith("#"):
            continue
        patterns = [pattern] if not pattern.startswith("**/") else [pattern, pattern.removeprefix("**/")]
        if any(fnmatch(each, one) for each in above for one in patterns):
            included = line.startswith("!")
    return included


def test_the_migrations_run_in_the_working_directory_of_the_image() -> None:
    copies = {each.words[-1]: each.words[:-1] for each in of("COPY", RUNTIME)}
    assert copies["./alembic"] == ["alembic"]
    assert copies["./"] == ["alembic.ini"]
    assert [each.rest for each in of("WORKDIR", RUNTIME)] == ["/app"]


@contextmanager
def api(status: int) -> Iterator[int]:
    """Something that answers `/health/live` with a status, at the port it yields."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/live" else 404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def check_health(port: int) -> int:
    (check,) = of("HEALTHCHECK")
    program, *arguments = Instruction("CMD", check.rest.partition("CMD ")[2]).form
    assert program == "python"
    # A proxy that does not exist: the check must not go through it.
    variables = {"API_PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, *arguments], env=variables, check=False, stderr=subprocess.DEVNULL
    ).returncode


@pytest.mark.parametrize(("status", "result"), [(200, 0), (503, 1)])
def test_the_health_check_says_what_the_api_says(status: int, result: int) -> None:
    with api(status) as port:
        assert check_health(port) == result


def test_the_health_check_fails_when_nobody_answers() -> None:
    with api(200) as port:
        pass
    assert check_health(port) != 0


def test_the_code_imports_only_what_the_image_has() -> None:
    """Neither the tools of development nor the embedded servers are installed there."""
    installed = runtime_packages()
    owners = packages_distributions()
    for file in [*(ROOT / "src").rglob("*.py"), *(ROOT / "alembic").rglob("*.py"), ROOT / "deploy/worker_health.py"]:
        for module in imported(file) - sys.stdlib_module_names - {"specloom"}:
            assert {canonicalize_name(owner) for owner in owners[module]} & installed, f"{file}: {module}"


def imported(file: Path) -> set[str]:
    """Top-level names of the modules that a file imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


def runtime_packages() -> set[str]:
    """What `uv sync --no-dev` installs, extras of dependencies included, for whatever platform."""
    locked: dict[str, Any] = {each["name"]: each for each in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    waiting: list[tuple[str, str | None]] = [("specloom", None)]
    found: set[tuple[str, str | None]] = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in found or name not in locked:
            continue
        found.add((name, extra))
        package = locked[name]
        needed = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
        for dependency in needed:
            waiting += [
                (dependency["name"], None),
                *((dependency["name"], each) for each in dependency.get("extra", [])),
            ]
    return {name for name, _ in found}
