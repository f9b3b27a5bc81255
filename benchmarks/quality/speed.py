"""Measures how much computing the embedded analyst needs for 1 MB of text, and how much memory."""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.quality import own
from benchmarks.quality.figures import Figure
from benchmarks.texts import specification
from specloom.ai.analysis import AnalysisRequest
from specloom.ai.embedded_analyse import EmbeddedAnalyst
from tests.ai.recorder import RecordedRun

_SIZE = 1_000_000


def own_figures() -> Iterator[Figure]:
    """Times have no floor, for machines differ."""
    yield from ()


def public_figures() -> Iterator[Figure]:
    """Each text in a process of its own, for memory is counted from its start."""
    for name, data in (("specification", "all sentences differ"), ("repeated", "own documents, again and again")):
        for size in (_SIZE // 2, _SIZE):
            command = [sys.executable, "-m", __name__, name, str(size)]
            ran = subprocess.run(command, check=True, capture_output=True, text=True)
            measured = json.loads(ran.stdout)
            seconds, count = measured["seconds"], measured["requirements"]
            yield Figure("speed", f"CPU seconds, {size / 1e6} MB", data, seconds, count, at_most=True)
        yield Figure("speed", f"peak megabytes, {_SIZE / 1e6} MB", data, measured["megabytes"], count, at_most=True)


def repeated(size: int) -> str:
    """The own documents again and again, the worst case for comparisons; numbers make each copy another one."""
    written = 0
    copies: list[str] = []
    while written < size:
        copy = len(copies) + 1
        whole = "\n\n".join(each.text.replace("The ", f"The {copy}th ") for each in own.documents())
        copies.append(whole)
        written += len(whole)
    return "\n\n".join(copies)[:size]


def main(name: str, size: int) -> None:
    request = AnalysisRequest("Speed", {"specification": specification, "repeated": repeated}[name](size))
    start = time.process_time()
    found = asyncio.run(EmbeddedAnalyst().analyse(request, RecordedRun()))
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "requirements": len(found.requirements), "megabytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
