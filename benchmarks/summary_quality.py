"""Measures the embedded summariser's ROUGE beside its goals: `python -m benchmarks.summary_quality [FOLDER]`.

FOLDER holds JSON lines with `text`, `summary` and perhaps `title`, in files named after what they hold: `bill*.jsonl`,
`news*.jsonl`, `meeting*.jsonl`. Without one it is `summaries` in $SPECLOOM_DATA or ../shared/data, and without those
the project's own set. The goals hold for stemmed words. Even and odd rows are shown apart as well, for only the even
rows of the bills were looked at while the summariser was built. The first sentences of each text stand beside them.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.rouge import Rouge, rouge
from specloom.ai.embedded_summarise import EmbeddedSummariser
from specloom.ai.protocols import Instruction, SummaryFormat, SummaryRequest
from specloom.ai.sentences import Kind, split
from tests.ai.recorder import RecordedRun

ROOT = Path(__file__).parent.parent
OWN_SET = ROOT / "tests" / "quality" / "summaries"


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


def folder() -> Path:
    """Where the texts are."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    data = Path(os.environ.get("SPECLOOM_DATA", ROOT.parent / "shared" / "data"))
    return data / "summaries" if (data / "summaries").is_dir() else OWN_SET


async def summarise(lines: Sequence[str], task: Task) -> list[Pair]:
    """Summarises the text of each line."""
    pairs = []
    for row in map(json.loads, lines):
        instruction = Instruction("Summary", task.prompt, SummaryFormat.PARAGRAPHS)
        request = SummaryRequest(row.get("title", ""), row["text"], instruction)
        result = await EmbeddedSummariser().summarise(request, RecordedRun())
        pairs.append(Pair(row["summary"], result.text, lead(row["text"], task)))
    return pairs


def lead(text: str, task: Task) -> str:
    """The first sentences, as long as the summary."""
    taken: list[str] = []
    for sentence in split(text):
        if len(taken) >= task.sentences or sum(len(one.split()) for one in taken) >= task.words:
            break
        if sentence.kind in {Kind.PROSE, Kind.ITEM}:
            taken.append(text[sentence.start : sentence.end])
    return " ".join(taken)


def rows(pairs: Sequence[Pair]) -> Iterator[tuple[str, Rouge, Rouge, Rouge]]:
    """Per part of the file: its name, the summaries' scores unstemmed and stemmed, and the lead's stemmed."""
    for part, chosen in (("all", pairs), ("even rows", pairs[0::2]), ("odd rows", pairs[1::2])):
        if chosen:
            yield (
                f"{part} ({len(chosen)})",
                _mean([rouge(pair.summary, pair.reference, stemmed=False) for pair in chosen]),
                _mean([rouge(pair.summary, pair.reference, stemmed=True) for pair in chosen]),
                _mean([rouge(pair.lead, pair.reference, stemmed=True) for pair in chosen]),
            )


def _mean(scores: Sequence[Rouge]) -> Rouge:
    return Rouge(fmean(score.one for score in scores), fmean(score.two for score in scores))


def _shown(score: Rouge) -> str:
    return f"{score.one:5.1f} /{score.two:5.1f}"


def main() -> None:
    place = folder()
    print(f"ROUGE-1 / ROUGE-2, F1; texts of {'the own set' if place == OWN_SET else place.name}")
    print(f"{'':42}{'unstemmed':>14}{'stemmed':>14}{'goal':>14}{'first sentences':>18}")
    for file in sorted(place.glob("*.jsonl")):
        task = next((task for name, task in TASKS.items() if file.name.startswith(name)), None)
        if task:
            lines = file.read_text(encoding="utf-8").splitlines()
            for part, plain, stemmed, first in rows(asyncio.run(summarise(lines, task))):
                scores = f"{_shown(plain):>14}{_shown(stemmed):>14}{_shown(task.goal):>14}{_shown(first):>18}"
                print(f"{task.name + ', ' + part:42}{scores}")


if __name__ == "__main__":
    main()
