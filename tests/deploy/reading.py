"""Reads the deployment files as Docker and people do: instructions, interpolated services, explained variables."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from specloom.cli import app

ROOT = Path(__file__).parents[2]


def help_of(command: str) -> str:
    """What `specloom COMMAND --help` says; raises ValueError when there is no such command."""
    result = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    if result.exit_code != 0:
        raise ValueError(f"specloom {command}: {result.output}")
    return result.output


_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?:(?P<rule>:[-?])(?P<word>[^}]*))?\})")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile: `RUN`, and what follows it on one line."""

    keyword: str
    rest: str

    @property
    def form(self) -> list[str]:
        """The exec form; raises ValueError for the shell form."""
        return [str(part) for part in json.loads(self.rest)]

    @property
    def words(self) -> list[str]:
        """What follows, split as a shell splits it, without the options in front."""
        return [word for word in shlex.split(self.rest) if not word.startswith("--")]


def read_dockerfile() -> dict[str, list[Instruction]]:
    """The instructions of each stage, by its name; `FROM` is the first of each."""
    stages: dict[str, list[Instruction]] = {}
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        keyword, _, rest = line.strip().partition(" ")
        instruction = Instruction(keyword, " ".join(rest.split()) if keyword != "HEALTHCHECK" else rest.strip())
        if keyword == "FROM":
            stages[instruction.words[-1]] = []
        stages[list(stages)[-1]].append(instruction)
    return stages


class MissingVariable(Exception):
    """What `${NAME:?why}` says when NAME is not set."""


def read_compose(environment: Mapping[str, str]) -> dict[str, Any]:
    """The services of docker-compose.yml, its variables filled in; those without a value are left out when not set."""
    services: dict[str, Any] = _filled(yaml.safe_load((ROOT / "docker-compose.yml").read_text()), environment)[
        "services"
    ]
    for service in services.values():
        declared = service.get("environment", {})
        service["environment"] = {
            name: environment[name] if value is None else str(value)
            for name, value in declared.items()
            if value is not None or name in environment
        }
    return services


def compose_variables() -> dict[str, set[str]]:
    """The variables of docker-compose.yml with the rules they are under: `:?`, `:-`, or none for those passed on."""
    text = (ROOT / "docker-compose.yml").read_text()
    found: dict[str, set[str]] = {}
    for match in _VARIABLE.finditer(text):
        if match["name"]:
            found.setdefault(match["name"], set()).add(match["rule"] or "")
    for name, value in yaml.safe_load(text)["x-settings"].items():
        if value is None:
            found.setdefault(name, set()).add("")
    return found


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, environment) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, environment) for each in value]
    return _VARIABLE.sub(lambda match: _value(match, environment), value) if isinstance(value, str) else value


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    if match["name"] is None:
        return "$"
    value = environment.get(match["name"], "")
    if not value and match["rule"] == ":?":
        raise MissingVariable(match["name"])
    return value or (match["word"] if match["rule"] == ":-" else "")


@dataclass(frozen=True, slots=True)
class Explained:
    """A variable of .env.example with its default and the line that says what it is."""

    default: str
    explanation: str


def read_env_example() -> dict[str, Explained]:
    """Every variable of .env.example; raises ValueError for one that is named twice or not explained."""
    found: dict[str, Explained] = {}
    explanation = ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        match = re.fullmatch(r"#?([A-Z][A-Z0-9_]*)=(.*)", line)
        if match:
            if match[1] in found or not explanation:
                raise ValueError(f"{match[1]} is named twice or not explained")
            found[match[1]] = Explained(match[2], explanation)
        explanation = line.removeprefix("# ") if not match and line.startswith("# ") else ""
    return found
