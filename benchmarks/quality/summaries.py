"""Measures the embedded summariser: ROUGE against reference summaries of bills, news and meetings.

Texts are JSON lines with `text`, `summary` and perhaps `title`, in files named after what they hold: `bill*.jsonl`,
`news*.jsonl`, `meeting*.jsonl`. Scores are of stemmed words, 0 to 100; those of the first sentences of each text stand
in the note, and those of even and odd rows, for only the even rows of the bills were looked at while it was built.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.quality import own, public
from benchmarks.quality.figures import Figure
from benchmarks.rouge import Rouge, rouge
from specloom.ai.embedded_summarise import EmbeddedSummariser
from specloom.ai.protocols import Instruction, SummaryFormat, SummaryRequest
from specloom.ai.sentences import Kind, split
from tests.ai.recorder import RecordedRun

OWN_SET = own.PLACE.parent / "summaries"


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of the texts in files of that name, how many words or sentences that is, and the goals."""

    name: str
    prompt: str
    words: float
    sentences: float
    goal: Rouge


TASKS = {
    "bill": Task("bills, ~170 words", "Summarise the text in about 170 words.", 170, 1e9, Rouge(42.5, 20.5)),
    "news": Task("news, 3 sentences", "Summarise the text in 3 sentences.", 1e9, 3, Rouge(31.5, 12.4)),
    "meeting": Task("meetings, ~110 words", "Summarise the text in about 110 words.", 110, 1e9, Rouge(24.0, 3.9)),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A text with its reference, and the summaries to compare."""

    reference: str
    summary: str
    lead: str


def own_figures() -> Iterator[Figure]:
    """Texts written for the project."""
    yield from _folder("own texts", sorted(OWN_SET.glob("*.jsonl")))


def public_figures() -> Iterator[Figure]:
    """Bills of BillSum, and news and meetings where they are."""
    yield from _folder("public texts", list(public.files("summaries", "*.jsonl")))


def _folder(data: str, files: Sequence[Path]) -> Iterator[Figure]:
    for file in files:
        task = next((task for name, task in TASKS.items() if file.name.startswith(name)), None)
        if task:
            pairs = asyncio.run(_summarise(own.lines(file), task))
            score = _mean([rouge(pair.summary, pair.reference, stemmed=True) for pair in pairs])
            parts = {
                "unstemmed": [rouge(pair.summary, pair.reference, stemmed=False) for pair in pairs],
                "even rows": [rouge(pair.summary, pair.reference, stemmed=True) for pair in pairs[0::2]],
                "odd rows": [rouge(pair.summary, pair.reference, stemmed=True) for pair in pairs[1::2]],
                "first sentences": [rouge(pair.lead, pair.reference, stemmed=True) for pair in pairs],
            }
            note = ", ".join(f"{name} {_shown(_mean(scores))}" for name, scores in parts.items() if scores)
            # The goals are those of the public texts: news of two paragraphs compare with nothing.
            one, two = (task.goal.one, task.goal.two) if data == "public texts" else (None, None)
            name = f"summaries: {task.name}"
            yield Figure(name, "ROUGE-1", data, score.one, len(pairs), one, note=note)
            yield Figure(name, "ROUGE-2", data, score.two, len(pairs), two)


async def _summarise(rows: Sequence[dict[str, str]], task: Task) -> list[Pair]:
    pairs = []
    for row in rows:
        instruction = Instruction("Summary", task.prompt, SummaryFormat.PARAGRAPHS)
        request = SummaryRequest(row.get("title", ""), row["text"], instruction)
        result = await EmbeddedSummariser().summarise(request, RecordedRun())
        pairs.append(Pair(row["summary"], result.text, _lead(row["text"], task)))
    return pairs


def _lead(text: str, task: Task) -> str:
    """The first sentences, as long as the summary."""
    taken: list[str] = []
    for sentence in split(text):
        if len(taken) >= task.sentences or sum(len(one.split()) for one in taken) >= task.words:
            break
        if sentence.kind in {Kind.PROSE, Kind.ITEM}:
            taken.append(text[sentence.start : sentence.end])
    return " ".join(taken)


def _mean(values: Sequence[Rouge]) -> Rouge:
    return Rouge(fmean(score.one for score in values), fmean(score.two for score in values))


def _shown(score: Rouge) -> str:
    return f"{score.one:.1f}/{score.two:.1f}"
