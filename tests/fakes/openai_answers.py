"""What the fake model answers: worked out from the numbered sentences of the prompt, the same for the same prompt."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

_LINE = re.compile(r"^\[(\d+(?:, \d+)*)\] (.+)$", re.MULTILINE)
_LIMIT = re.compile(r"no more than (\d+)")
# About what tokens are: short, and a citation mark is several.
_PIECE = re.compile(r"\s?\w{1,6}|\s|[^\w\s]")
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered sentence of the prompt, or a point with the numbers of its sources."""

    numbers: tuple[int, ...]
    text: str

    @property
    def is_heading(self) -> bool:
        return self.text.startswith("#")


def answer_to(body: dict[str, Any]) -> str:
    """The whole answer to a chat request."""
    contents = [message["content"] for message in body["messages"] if message["role"] != "assistant"]
    lines = [Line(tuple(map(int, numbers.split(", "))), text) for numbers, text in _LINE.findall(contents[-1])]
    asked = "\n".join(contents[:-1])
    response_format = body.get("response_format", {})
    if response_format.get("type") == "json_schema":
        limit = _LIMIT.search(asked)
        return json.dumps(_instance_of(response_format["json_schema"]["schema"], lines, int(limit[1]) if limit else 12))
    return _summary(lines, asked) if lines else _reply(contents[-1])


def pieces_of(text: str) -> Iterator[str]:
    """The text in the pieces in which it is streamed."""
    return (match.group() for match in _PIECE.finditer(text))


def _summary(lines: list[Line], asked: str) -> str:
    statements = _spread([line for line in lines if not line.is_heading], _MOST_LINES)
    written = [f"{line.text.rstrip('.')}. [{', '.join(map(str, line.numbers))}]" for line in statements]
    if "Format: one flat list" in asked:
        return "\n".join(f"- {sentence}" for sentence in written)
    if "Format: an outline" in asked:
        headings = [line.text.lstrip("# ") for line in lines if line.is_heading] or ["Overview"]
        half = (len(written) + 1) // 2
        parts = zip(islice(cycle(headings), 2), (written[:half], written[half:]), strict=True)
        return "\n\n".join("\n".join([f"## {heading}", *(f"- {item}" for item in part)]) for heading, part in parts)
    return "\n\n".join(" ".join(written[start : start + 3]) for start in range(0, len(written), 3))


def _reply(said: str) -> str:
    words = said.split()
    return f"You wrote {len(words)} words, beginning with “{' '.join(words[:12])}”. What should be measured first?"


def _spread(lines: list[Line], most: int) -> list[Line]:
    step = max(1, -(-len(lines) // most))
    return lines[::step]


def _instance_of(schema: dict[str, Any], lines: list[Line], limit: int) -> Any:
    """Data that fits the schema. Lists of objects have one for each of the sentences, with its text and its numbers."""
    chosen = _spread([line for line in lines if not line.is_heading], limit)

    def make(part: dict[str, Any], line: Line) -> Any:
        part = part["anyOf"][0] if "anyOf" in part else part
        part = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        kind = part.get("type")
        if kind == "object":
            return {name: make(item, line) for name, item in part["properties"].items()}
        if kind == "array" and part["items"].get("type") == "integer":
            return list(line.numbers)
        if kind == "array":
            return [make(part["items"], each) for each in chosen]
        if "enum" in part:
            return part["enum"][0]
        plain = {"integer": next(iter(line.numbers), 0), "number": 0.5, "boolean": False, "null": None}
        return part.get("const", plain.get(str(kind), line.text))

    return make(schema, chosen[0] if chosen else Line((), ""))
