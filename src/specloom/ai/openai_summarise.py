"""Summaries written by a chat model, each sentence traced to the source sentences it stands on.

A text that fits the model is read in one call. A longer one is read in parts, each giving points with their sources;
the summary is written from the points, condensed first if they, too, are too many.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import partial

from openai import AsyncOpenAI

from specloom.ai.anchoring import Anchors, omissions
from specloom.ai.citations import WIDEST_RANGE, CitedText, by_sentence
from specloom.ai.deltas import Deltas
from specloom.ai.numbers import Numbers
from specloom.ai.openai_calls import all_of
from specloom.ai.openai_client import Chat, OpenAISettings, step_name
from specloom.ai.openai_errors import ContextTooLong
from specloom.ai.pieces import Unit, batches, line_tokens, parts, units
from specloom.ai.prices import PRICES, Price
from specloom.ai.prompts import (
    Point,
    Points,
    Prompt,
    condense_points,
    point_line,
    read_part,
    write_from_points,
    write_from_sentences,
)
from specloom.ai.protocols import (
    Run,
    SummaryRequest,
    SummaryResult,
    SummarySentence,
    Usage,
)
from specloom.ai.sentences import Kind, split
from specloom.ai.tokens import count_messages
from specloom.core.text import Span

# A part is no longer than this even when the model could read more: it is read closer, and progress shows.
PART_TOKENS = 16_000
POINTS_PER_PART = 40

_SMALLEST_PART = 200
_NUMBER_TOKENS = 16  # what the number in front of a sentence may take
_TOKENS_PER_POINT = 100
_LONGEST_POINT = 500  # characters; a model that copies a page has made no point

# How far the work has come, as shares of the whole.
_READ_FROM, _READ_TO, _CONDENSE, _WRITE, _CHECK = 0.02, 0.6, 0.62, 0.65, 0.97


class OpenAISummariser:
    """Summarises through the chat API of OpenAI, Azure, or any compatible server."""

    def __init__(self, client: AsyncOpenAI, settings: OpenAISettings, prices: Mapping[str, Price] = PRICES) -> None:
        self.model = settings.model
        self._settings = settings
        self._chat = Chat(client, settings, prices)

    async def summarise(self, request: SummaryRequest, run: Run) -> SummaryResult:
        """Writes the summary, streaming it through `run.delta`.

        A resumed job pays for no call it has kept, and streams a kept summary again in one piece. Raises the kinds of
        `EngineError` in `openai_errors`; after a broken stream the text starts over in the job's next attempt.
        """
        return await _Summary(self._chat, self._settings, request, run).write()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A prompt that asks for points: no more than `limit`, on source sentences whose numbers it shows."""

    prompt: Prompt
    shown: frozenset[int]
    limit: int

    def points(self, noted: Points) -> list[Point]:
        """What was noted, within bounds, and without what names no source that was shown."""
        bounded = [
            Point(
                text=point.text[:_LONGEST_POINT], sources=sorted(self.shown.intersection(point.sources))[:WIDEST_RANGE]
            )
            for point in noted.points
        ]
        return [point for point in bounded if point.sources][: self.limit]


class _Summary:
    """The work on one request."""

    def __init__(self, chat: Chat, settings: OpenAISettings, request: SummaryRequest, run: Run) -> None:
        self._chat = chat
        self._model = settings.model
        self._request = request
        self._run = run
        self._usage = Usage()
        self._limit = max(1, min(POINTS_PER_PART, settings.max_output_tokens // _TOKENS_PER_POINT))
        asked = request.instruction, request.title, ""
        self._whole = min(_room(settings, empty(*asked)) for empty in (write_from_sentences, write_from_points))
        rooms = (_room(settings, empty(*asked, self._limit)) for empty in (read_part, condense_points))
        self._part = min(PART_TOKENS, *rooms)

    async def write(self) -> SummaryResult:
        request = self._request
        longest = self._part - _NUMBER_TOKENS
        # Splitting and tracing a long text take seconds, in which the loop must stay free for the job's heartbeat.
        found = await asyncio.to_thread(units, request.text, request.sections, longest, self._model)
        await self._run.progress("read", _READ_FROM, "Reading the text", {"sentences": len(found)})
        if sum(unit.tokens for unit in found) <= self._whole:
            material = "\n".join(unit.line for unit in found)
            prompt = write_from_sentences(request.instruction, request.title, material)
        else:
            points = await self._condense(await self._read(found))
            material = "\n".join(point_line(point) for point in points)
            prompt = write_from_points(request.instruction, request.title, material)

        await self._run.progress("write", _WRITE, "Writing the summary")
        cited = CitedText(request.instruction.format)
        deltas = Deltas(self._run)

        async def pass_on(text: str) -> None:
            await deltas.write(cited.feed(text))

        answer = await self._chat.text(self._run, self._step("write", prompt), prompt.turns(), pass_on)
        self._usage += answer.usage
        await deltas.write(cited.finish())
        await deltas.flush()

        await self._run.progress("check", _CHECK, "Checking the summary against its sources")
        sentences = await asyncio.to_thread(_trace, cited, found, request.text)
        sources = [span for sentence in sentences for span in sentence.sources]
        return SummaryResult(cited.text, sentences, omissions(request.sections, sources), self._model, self._usage)

    async def _read(self, found: Sequence[Unit]) -> list[Point]:
        """The points of a long text, in its order."""
        readings = []
        for part in parts(found, self._part):
            material = "\n".join(found[index].line for index in part)
            prompt = read_part(self._request.instruction, self._request.title, material, self._limit)
            readings.append(_Reading(prompt, frozenset(index + 1 for index in part), self._limit))

        async def report(done: int) -> None:
            fraction = _READ_FROM + (_READ_TO - _READ_FROM) * done / len(readings)
            message = f"Read {done} of {len(readings)} parts"
            await self._run.progress("read", fraction, message, {"done": done, "parts": len(readings)})

        return await self._note("read", readings, report)

    async def _condense(self, points: list[Point]) -> list[Point]:
        """The points, or fewer that say the same: as many as the model can read at once."""
        while sum(sizes := line_tokens([point_line(point) for point in points], self._model)) > self._whole:
            readings = []
            for batch in batches(sizes, self._part):
                chosen = [points[index] for index in batch]
                limit = max(1, len(chosen) // 2)
                material = "\n".join(point_line(point) for point in chosen)
                prompt = condense_points(self._request.instruction, self._request.title, material, limit)
                readings.append(_Reading(prompt, frozenset().union(*(point.sources for point in chosen)), limit))

            async def report(done: int, of: int = len(readings)) -> None:
                await self._run.progress("condense", _CONDENSE, "Condensing the notes", {"done": done, "parts": of})

            fewer = await self._note("condense", readings, report)
            if len(fewer) >= len(points):
                raise ContextTooLong("The notes on the text are longer than the model can read at once")
            points = fewer
        return points

    async def _note(
        self, step: str, readings: Sequence[_Reading], report: Callable[[int], Awaitable[None]]
    ) -> list[Point]:
        """The points all readings give, in order, a few calls at a time."""
        done = 0

        async def ask(reading: _Reading) -> list[Point]:
            name = self._step(step, reading.prompt)
            answer = await self._chat.structured(self._run, name, reading.prompt.turns(), Points)
            self._usage += answer.usage
            return reading.points(answer.value)

        async def count(_: list[Point]) -> None:
            nonlocal done
            done += 1
            await report(done)

        noted = await all_of([partial(ask, reading) for reading in readings], count)
        return [point for points in noted for point in points]

    def _step(self, name: str, prompt: Prompt) -> str:
        return step_name(name, self._model, *astuple(prompt))


def _room(settings: OpenAISettings, empty: Prompt) -> int:
    """Tokens that material may take in a prompt."""
    room = settings.prompt_tokens - count_messages([turn.content for turn in empty.turns()], settings.model)
    if room < _SMALLEST_PART:
        raise ContextTooLong("The template's prompt leaves no room for the document in what the model can read")
    return room


def _trace(cited: CitedText, found: Sequence[Unit], source: str) -> tuple[SummarySentence, ...]:
    """The sentences of a summary, each with what it stands on.

    That is what the model cites; else what clearly says the same; and nothing when the sentence brings a number the
    source does not have. Headings that cite nothing are no statements.
    """
    anchors = Anchors([source[unit.start : unit.end] for unit in found])
    numbers = Numbers(source)
    text = cited.text
    sentences = split(text)
    named = by_sentence(cited.citations, [Span(sentence.start, sentence.end) for sentence in sentences])
    traced = []
    for sentence, names in zip(sentences, named, strict=True):
        indices = sorted({name - 1 for name in names if 1 <= name <= len(found)})
        if sentence.kind is Kind.HEADING and not indices:
            continue
        words = text[sentence.start : sentence.end]
        indices = indices or anchors.find(words)
        sources = (Span(found[index].start, found[index].end) for index in indices if numbers.holds_all_of(words))
        traced.append(SummarySentence(sentence.start, sentence.end, tuple(sources)))
    return tuple(traced)
