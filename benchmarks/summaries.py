"""Time to summarise 1 MB of Markdown, from the request to the finished summary, and what the worker needs for it.

`python -m benchmarks.summaries`: the bare reference is one pass over the same text that only splits it into words.
"""

import re
import statistics
import time

from benchmarks.deployment import deployed, peak_memory
from benchmarks.texts import markdown

ROUNDS = 3


def main() -> None:
    text = markdown(1_000_000)
    with deployed() as deployment:
        worker = deployment.start_worker("llm")
        with deployment.client() as client:
            document = client.post("/documents/upload", files={"file": ("reports.md", text.encode())}).json()
            times, bare = [], []
            for _ in range(ROUNDS + 1):
                started = time.perf_counter()
                words = len(re.findall(r"\w+", text))
                bare.append(time.perf_counter() - started)
                started = time.perf_counter()
                job = client.post(f"/documents/{document['id']}/summaries", json={}).json()["job"]
                while job["status"] not in ("completed", "failed"):
                    time.sleep(0.02)
                    job = client.get(f"/jobs/{job['id']}").json()
                assert job["status"] == "completed", job
                times.append(time.perf_counter() - started)
        memory = peak_memory(worker.pid)
    seconds, reference = statistics.median(times[1:]), statistics.median(bare[1:])
    print(f"{len(text) / 1e6:.2f} MB, {words} words: {seconds:.2f} s from request to summary (median of {ROUNDS})")
    print(f"ratio: {seconds / reference:.0f} times one pass of a regular expression over its words ({reference:.3f} s)")
    print(f"worker: {memory:.0f} MiB at most")


if __name__ == "__main__":
    main()
