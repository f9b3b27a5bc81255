"""Time from `specloom up` to ready: over an empty data directory, and over one that was used before.

`python -m benchmarks.startup`: the bare reference is the start of a Python that imports FastAPI.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2


def ready_after(data_dir: Path) -> float:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "specloom", "up", "--port", "0", "--data-dir", str(data_dir)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                url = json.loads((data_dir / "deployment.json").read_text())["url"]
                if httpx2.get(f"{url}/health/ready", timeout=2).status_code == httpx2.codes.OK:
                    return time.perf_counter() - started
            except (OSError, ValueError, httpx2.HTTPError):
                time.sleep(0.02)
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import fastapi"], check=True)
    bare = time.perf_counter() - started
    with tempfile.TemporaryDirectory(prefix="specloom-bench-") as directory:
        cold = ready_after(Path(directory) / "data")
        warm = ready_after(Path(directory) / "data")
    print(f"cold {cold:.1f} s, warm {warm:.1f} s; importing FastAPI alone {bare:.1f} s")
    print(f"ratio: cold {cold / bare:.1f}, warm {warm / bare:.1f}")


if __name__ == "__main__":
    main()
