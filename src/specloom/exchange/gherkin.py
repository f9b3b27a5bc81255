"""A backlog as Gherkin: a file for each feature, a rule for each story, a scenario for each acceptance criterion."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator

from specloom.exchange.backlog import Backlog, Entry
from specloom.exchange.columns import EPIC, FEATURE, STORY
from specloom.exchange.stories import written_story

_STEP = re.compile(r"(given|when|then|and|but)\b[:,]?\s*(.*)", re.IGNORECASE)
_SENTENCE = re.compile(r"given\b.+?[,;.\s]\s*when\b.+?[,;.\s]\s*then\b.+", re.IGNORECASE | re.DOTALL)
_NEXT_STEP = re.compile(r"[,;.]?\s+(?=(?:when|then)\b)", re.IGNORECASE)
_TITLE = re.compile(r"scenario(?: outline)?:\s*(.*)", re.IGNORECASE)
# What would begin something of its own in a description.
_KEYWORD = re.compile(r"\s*(?:[@#]|(?:Background|Rule|Example|Scenario(?: Outline| Template)?):)", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_EPOCH = (1980, 1, 1, 0, 0, 0)
UNSTRUCTURED = "@not-given-when-then"
"""Tags scenarios whose only step is the criterion as it stands."""


def write_gherkin(backlog: Backlog) -> bytes:
    """A ZIP archive with a `.feature` file for each feature, and for each epic that has acceptance criteria."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in backlog.entries:
            if entry.kind is FEATURE or (entry.kind is EPIC and entry.fields.get("acceptance_criteria")):
                # A fixed date: the same backlog makes the same archive.
                member = zipfile.ZipInfo(_file_name(entry), _EPOCH)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, feature_text(backlog, entry))
    return content.getvalue()


def feature_text(backlog: Backlog, entry: Entry) -> str:
    """The file of a feature, or of an epic's own criteria, from which Gherkin's parsers make the same again."""
    lines = [*_tags(entry), f"Feature: {_line(entry.name)}"]
    lines += _described(str(entry.fields.get("description", "")), "  ")
    for name, label in (("functional_requirements", "It shall"), ("non_functional_requirements", "With the quality")):
        for item in entry.fields.get(name, ()):
            lines += _described(f"{label} - {_line(item)}", "  ")
    for criterion in entry.fields.get("acceptance_criteria", ()):
        lines += ["", *_scenario(criterion, "  ")]
    for story in backlog.children(entry):
        if story.kind is STORY:
            lines += ["", *_rule(story)]
    return "\n".join(lines) + "\n"


def _rule(story: Entry) -> Iterator[str]:
    yield from _tags(story, "  ")
    yield f"  Rule: {_line(story.name)}"
    yield from _described(written_story(story.fields), "    ")
    for criterion in story.fields.get("acceptance_criteria", ()):
        yield ""
        yield from _scenario(criterion, "    ")


def _tags(entry: Entry, indent: str = "") -> list[str]:
    tags = [entry.key, entry.status.value, *([entry.priority.value] if entry.priority else [])]
    return [indent + " ".join(f"@{tag}" for tag in tags)]


def _scenario(criterion: str, indent: str) -> Iterator[str]:
    title, steps = _steps(criterion)
    if steps:
        yield f"{indent}Scenario: {title or _line(steps[-1][1])}"
        for keyword, text in steps:
            yield f"{indent}  {keyword.capitalize()} {text}"
    else:
        yield indent + UNSTRUCTURED
        yield f"{indent}Scenario: {_line(criterion)}"
        yield f"{indent}  # The criterion as it stands: it is not written as Given, When, Then."
        yield f"{indent}  * {_line(criterion)}"


def _steps(criterion: str) -> tuple[str, list[tuple[str, str]]]:
    """The title and steps of a criterion that is a scenario already; no steps for any other."""
    lines = [line.strip() for line in criterion.splitlines() if line.strip()]
    title = ""
    if lines and (titled := _TITLE.match(lines[0])):
        title, lines = _line(titled[1]), lines[1:]
    if len(lines) == 1 and _SENTENCE.match(lines[0]):
        lines = _NEXT_STEP.split(lines[0])
    found = [_STEP.match(line) for line in lines]
    steps = [(step[1], _line(step[2])) for step in found if step and step[2].strip()]
    if len(steps) != len(lines) or not {"when", "then"} & {keyword.lower() for keyword, _ in steps}:
        return title, []
    return title, steps


def _described(text: str, indent: str) -> list[str]:
    """`text` as a description: a line that would begin something of its own is led by a sign that begins nothing."""
    lines = [line.strip() for line in text.splitlines()]
    return [f"{indent}{'– ' if _KEYWORD.match(line) else ''}{line}" if line else "" for line in lines]


def _line(text: str) -> str:
    return " ".join(text.split())


def _file_name(entry: Entry) -> str:
    plain = unicodedata.normalize("NFKD", entry.name).encode("ascii", "ignore").decode().lower()
    slug = _NOT_IN_NAMES.sub("-", plain).strip("-")[:60].strip("-")
    return f"{entry.key}{'-' if slug else ''}{slug}.feature"
