"""Time to analyse 1 MB of a specification, from the request to the finished analysis, and what the worker needs for it.

`python -m benchmarks.analyses`: the bare reference is one pass over the same text that only splits it into words. Half
the text is analysed as well, to see that time and memory grow with the text and no faster.
"""

import re
import statistics
import time

from benchmarks.deployment import deployed, peak_memory
from benchmarks.texts import specification

ROUNDS = 3
SIZES = (500_000, 1_000_000)


def main() -> None:
    with deployed() as deployment, deployment.client() as client:
        worker = deployment.start_worker("llm")
        tenant_id = client.get("/auth/me").json()["tenant"]["id"]
        for size in SIZES:
            text = specification(size)
            document = client.post("/documents/upload", files={"file": ("spec.md", text.encode())}).json()
            times, bare = [], []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                words = len(re.findall(r"\w+", text))
                bare.append(time.perf_counter() - started)
                started = time.perf_counter()
                asked = client.post(f"/tenants/{tenant_id}/analyze", json={"document_id": document["id"]}).json()
                job = asked["job"]
                while job["status"] not in ("completed", "failed"):
                    time.sleep(0.05)
                    job = client.get(f"/jobs/{job['id']}").json()
                assert job["status"] == "completed", job
                times.append(time.perf_counter() - started)
            counts = client.get(f"/analyses/{asked['event_id']}").json()["counts"]
            seconds, reference = statistics.median(times), statistics.median(bare)
            print(f"{len(text) / 1e6:.2f} MB, {words} words: {seconds:.2f} s from request to analysis", counts)
            print(f"ratio: {seconds / reference:.0f} times one pass of a regular expression ({reference:.3f} s)")
            print(f"worker: {peak_memory(worker.pid):.0f} MiB at most so far")


if __name__ == "__main__":
    main()
