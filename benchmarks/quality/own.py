"""Reads the project's own labelled sets, written from scratch for it, and refuses labels that do not fit their text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parents[2] / "tests" / "quality" / "analysis"
SPLITS = ("dev", "held_out")


class MisplacedLabel(ValueError):
    """A label quotes what does not stand in its document, or not in this order."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of `text[start:end]` of a document; `fields` as tests/quality/analysis/README.md lists them."""

    start: int
    end: int
    quote: str
    requirement: bool
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A text of some kind with labels in reading order. Engines are tuned on `dev` only."""

    name: str
    split: str
    text: str
    labels: tuple[Label, ...]


@cache
def documents(split: str | None = None) -> tuple[Document, ...]:
    """The documents of one split, or all of them."""
    places = [PLACE / "documents" / each for each in SPLITS if split in {None, each}]
    return tuple(read(file) for place in places for file in sorted(place.iterdir()) if file.suffix in {".md", ".txt"})


def read(file: Path) -> Document:
    """A document with the labels beside it; `MisplacedLabel` if a quote does not stand there in order."""
    text = file.read_text(encoding="utf-8")
    labels, at = [], 0
    for row in lines(file.with_suffix(".jsonl")):
        start = text.find(row["quote"], at)
        if start < 0:
            raise MisplacedLabel(f"{file.name} does not hold, after offset {at}: {row['quote']}")
        at = start + len(row["quote"])
        labels.append(Label(start, at, row["quote"], row["requirement"], row))
    return Document(file.stem, file.parent.name, text, tuple(labels))


def sentences(name: str, split: str = "dev") -> list[dict[str, Any]]:
    """The rows of one of the sets of single sentences."""
    return lines((PLACE if split == "dev" else PLACE / split) / f"{name}.jsonl")


def lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
