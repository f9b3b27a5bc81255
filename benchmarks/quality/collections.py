"""Reads collections for retrieval: texts, questions, and how well which text answers which question."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality import public
from specloom.ai.embedding import Excerpt

OWN = Path(__file__).parents[2] / "tests" / "quality" / "retrieval"


@dataclass(frozen=True, slots=True)
class Question:
    """`grades` are by the identifier of the text, 1 and more; texts that are left out do not answer it."""

    id: str
    text: str
    grades: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts by their identifiers, and the questions that have an answer among them."""

    texts: Mapping[str, Excerpt]
    questions: tuple[Question, ...]


def published(name: str) -> Collection | None:
    """A public collection in the layout of BEIR (corpus.jsonl, queries.jsonl, qrels_test.tsv); None if not there."""
    files = {file.name: file for file in public.files(f"retrieval/{name}", "*")}
    if not {"corpus.jsonl", "queries.jsonl", "qrels_test.tsv"} <= files.keys():
        return None
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for line in files["qrels_test.tsv"].read_text(encoding="utf-8").splitlines()[1:]:
        question, text, grade = line.split("\t")
        grades[question][text] = float(grade)
    texts = {row["_id"]: _excerpt(row["title"], row["text"]) for row in _rows(files["corpus.jsonl"])}
    return Collection(texts, _questions(_rows(files["queries.jsonl"]), grades))


def own(texts: str, questions: str) -> Collection:
    """One of the project's own, as tests/quality/retrieval/README.md lists them."""
    asked = _rows(OWN / f"{texts}_{questions}.jsonl")
    return Collection(
        {row["_id"]: _excerpt(row["title"], row["text"]) for row in _rows(OWN / f"{texts}.jsonl")},
        _questions(asked, {row["_id"]: row["grades"] for row in asked}),
    )


def _questions(rows: list[dict[str, Any]], grades: Mapping[str, Mapping[str, float]]) -> tuple[Question, ...]:
    found = (Question(row["_id"], row["text"], grades.get(row["_id"], {})) for row in rows)
    return tuple(question for question in found if any(grade > 0 for grade in question.grades.values()))


def _excerpt(title: str, text: str) -> Excerpt:
    """The title stands apart, also where the text repeats it."""
    return Excerpt(text.removeprefix(title).strip(), title)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
