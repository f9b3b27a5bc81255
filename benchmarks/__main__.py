"""Runs all benchmarks, one after another: `python -m benchmarks`."""

import subprocess
import sys

ALL = ("document_reads", "summaries", "analyses", "search", "jobs", "streams", "startup")

for name in ALL:
    print(f"\n== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
