"""A load generator that costs little itself: raw HTTP/1.1 over connections that stay open."""

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: answers a second, and latencies in milliseconds at the given share of answers."""

    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int


class _Connection(asyncio.Protocol):
    def __init__(self, request: bytes, until: float, latencies: list[float], done: asyncio.Future[None]) -> None:
        self._request, self._until, self._latencies, self._done = request, until, latencies, done
        self._buffer = b""
        self.errors = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        now = time.perf_counter()
        self._latencies.append(now - self._sent)
        if not head.startswith(b"HTTP/1.1 200"):
            self.errors += 1
        self._buffer = b""
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self._done.done():
            self._done.set_result(None)


async def _generate(port: int, path: str, headers: dict[str, str], connections: int, seconds: float) -> Load:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    started = time.perf_counter()
    protocols = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        _, protocol = await loop.create_connection(
            lambda done=done: _Connection(request, started + seconds, latencies, done),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        protocols.append((protocol, done))
    await asyncio.gather(*(done for _, done in protocols))
    elapsed = time.perf_counter() - started
    latencies.sort()

    def at(share: float) -> float:
        return 1000 * latencies[min(int(share * len(latencies)), len(latencies) - 1)]

    errors = sum(protocol.errors for protocol, _ in protocols)
    return Load(len(latencies) / elapsed, at(0.5), at(0.95), at(0.99), errors)


def generate(port: int, path: str, headers: dict[str, str] | None = None, *, connections: int, seconds: float) -> Load:
    """Keeps so many connections busy for so long."""
    return asyncio.run(_generate(port, path, headers or {}, connections, seconds))
