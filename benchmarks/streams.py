"""Event streams that one API process holds: its memory for each, and how long an event takes to reach all of them.

`python -m benchmarks.streams [count]`: the bare reference is the same number of idle connections to the same process.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path

import httpx2

from benchmarks.deployment import Deployment, deployed

EVENTS = 5


def memory(pid: int) -> float:
    """MiB that a process has in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def idle(deployment: Deployment, count: int) -> float:
    """MiB that so many open connections take, on which nobody asks for anything."""
    before = memory(deployment.processes[0].pid)
    connections = [await asyncio.open_connection("127.0.0.1", deployment.ports[0]) for _ in range(count)]
    await asyncio.sleep(1)
    grown = memory(deployment.processes[0].pid) - before
    for _, writer in connections:
        writer.close()
    return grown


async def streams(deployment: Deployment, count: int) -> tuple[float, list[float], int]:
    """(MiB for all streams, seconds until the last of them has an event, streams that opened)."""
    headers = "\r\n".join(f"{name}: {value}" for name, value in deployment.headers.items())
    request = f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n".encode()
    before = memory(deployment.processes[0].pid)
    opened = []
    for _ in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", deployment.ports[0], limit=2**16)
        writer.write(request)
        opened.append((reader, writer))
    statuses = [await reader.readline() for reader, _ in opened]
    await asyncio.sleep(1)
    grown = memory(deployment.processes[0].pid) - before

    async def hears(reader: asyncio.StreamReader, word: bytes) -> None:
        while word not in await reader.readline():
            pass

    times = []
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{deployment.ports[0]}/api/v1", headers=deployment.headers, timeout=60
    ) as client:
        for number in range(EVENTS):
            title = f"Heard by all {number}"
            listening = [asyncio.create_task(hears(reader, title.encode())) for reader, _ in opened]
            await asyncio.sleep(0)
            (await client.post("/documents", json={"title": title, "content": "News."})).raise_for_status()
            started = time.perf_counter()
            await asyncio.gather(*listening)
            times.append(time.perf_counter() - started)
    for _, writer in opened:
        writer.close()
    return grown, times, sum(b" 200 " in status for status in statuses)


def main(count: int = 500) -> None:
    with deployed() as deployment:
        bare = asyncio.run(idle(deployment, count))
        grown, times, open_ = asyncio.run(streams(deployment, count))
    print(f"{open_} of {count} streams open in one process")
    print(f"memory: {1024 * grown / count:.0f} KiB a stream; {1024 * bare / count:.0f} KiB an idle connection")
    print(f"an event is with all of them {1000 * statistics.median(times):.0f} ms after its request was answered")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
