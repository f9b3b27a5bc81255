"""Passes streamed text on to a run's watchers in pieces paced by time, for a model sends one for every token."""

import asyncio

from specloom.ai.protocols import Run

INTERVAL = 0.08


class Deltas:
    """Gathers text and hands it to `run.delta` when `INTERVAL` seconds have passed since the last piece."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._waiting: list[str] = []
        self._due = 0.0

    async def write(self, text: str) -> None:
        """Takes the next text; it is passed on now, or with one of the texts that follow, or by `flush`."""
        if text:
            self._waiting.append(text)
        if asyncio.get_running_loop().time() >= self._due:
            await self.flush()

    async def flush(self) -> None:
        """Passes on what is waiting."""
        if not self._waiting:
            return
        text = "".join(self._waiting)
        self._waiting.clear()
        await self._run.delta(text)
        self._due = asyncio.get_running_loop().time() + INTERVAL
