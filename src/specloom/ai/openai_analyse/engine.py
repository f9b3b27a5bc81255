"""Analyses by a chat model: it reads the text in parts and names requirements; the text itself decides what holds.

The order of the work: the grammar reads the text, the model reads it in parts, both are joined, the model remarks on
the requirements as a list, and `examine` does with all of them what it does with those of the embedded analyst.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from operator import attrgetter

from openai import AsyncOpenAI

from specloom.ai.analysis import Analysis, AnalysisRequest, Statement
from specloom.ai.analysis_prompts import Claims, Remarks, extract_part, review
from specloom.ai.examine import EXAMINE_FROM, Found, examine
from specloom.ai.extraction import find
from specloom.ai.language import UNDETERMINED, languages
from specloom.ai.openai_analyse.joining import Joiner, Reading
from specloom.ai.openai_analyse.notes import notes
from specloom.ai.openai_analyse.remarking import Remarker
from specloom.ai.openai_calls import all_of
from specloom.ai.openai_client import Chat, OpenAISettings, step_name
from specloom.ai.openai_errors import ContentFiltered, ContextTooLong, OutputTooLong
from specloom.ai.pieces import Unit, batches, line_tokens, parts
from specloom.ai.prices import PRICES, Price
from specloom.ai.prompts import Prompt, sentence_line
from specloom.ai.protocols import PermanentEngineError, Run, Usage
from specloom.ai.sentences import Kind, split
from specloom.ai.tokens import count_messages
from specloom.vocabulary.analyses import AnalysisType

# Parts are no longer than this even when the model could read more: what it reads closer, it quotes more exactly.
PART_TOKENS = 6_000
_REVIEW_TOKENS = 16_000

_SMALLEST_PART = 200
_CONTEXT_TOKENS = 600  # for the headings and the lead-in above a part
# What a claim takes in an answer beyond its quote, and how much of an answer may be filled with what is expected.
_CLAIM_TOKENS = 60
_FILL = 0.7
_SHORTEST_CLAIM = 70

# How far the work has come, as shares of the whole.
_EXTRACT, _REVIEW = 0.05, 0.5

# What a call on one part of a text may meet that says nothing about the other parts.
_OF_THE_PART = (ContentFiltered, ContextTooLong, OutputTooLong)


class OpenAIAnalyst:
    """An `Analyst` through the chat API of OpenAI, Azure, or any compatible server."""

    def __init__(self, client: AsyncOpenAI, settings: OpenAISettings, prices: Mapping[str, Price] = PRICES) -> None:
        self.model = settings.model
        self._settings = settings
        self._chat = Chat(client, settings, prices)

    async def analyse(self, request: AnalysisRequest, run: Run) -> Analysis:
        """Analyses. A resumed job pays for no call it has kept. Raises the kinds of `EngineError` in `openai_errors`.

        A part that the provider's filter stops is left to the grammar, with a note; when that happens to all parts,
        the filter's error is raised.
        """
        return await _Work(self._chat, self._settings, request, run).analyse()


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of one part, halves included, and what was paid for it."""

    readings: tuple[Reading, ...]
    usage: Usage
    error: PermanentEngineError | None = None


class _Work:
    """The work on one request."""

    def __init__(self, chat: Chat, settings: OpenAISettings, request: AnalysisRequest, run: Run) -> None:
        self._chat = chat
        self._settings = settings
        self._model = settings.model
        self._request = request
        self._run = run
        self._usage = Usage()
        self._most = max(1, settings.max_output_tokens // _SHORTEST_CLAIM)
        room = _room(settings, extract_part(request.title, "", self._most, request.frameworks, request.guidance))
        self._context = min(_CONTEXT_TOKENS, room // 4)
        self._part = min(PART_TOKENS, room - self._context)

    async def analyse(self) -> Analysis:
        request = self._request
        await self._run.progress("read", 0.0, "Reading the text")
        # Reading a long text takes seconds, in which the loop must stay free for the job's heartbeat.
        self._sentences = await asyncio.to_thread(split, request.text, request.sections)
        statements = await asyncio.to_thread(self._find)
        spoken = (await asyncio.to_thread(languages, request.text))[0]
        self._lines = [
            sentence_line(number, request.text[each.start : each.end], each.level)
            for number, each in enumerate(self._sentences, 1)
        ]
        self._sizes = await asyncio.to_thread(line_tokens, self._lines, self._model)

        readings = await self._read(statements)
        joiner = Joiner(request, self._sentences, statements, fluent=spoken.code == "en" or spoken is UNDETERMINED)
        joined = await asyncio.to_thread(joiner.join, readings)
        remarks = await self._review(joined.found)
        analysis = await examine(request, joined.found, self._run)
        if remarks:
            analysis = await asyncio.to_thread(Remarker(request, analysis).add, remarks)
        return replace(
            analysis,
            notes=(*notes(request, self._sentences, readings, joined), *analysis.notes),
            language=spoken.code,
            sentences=len(self._sentences),
            model=self._model,
            usage=self._usage,
        )

    def _find(self) -> list[Statement]:
        return list(find(self._request.text, self._request.sections, self._sentences))

    async def _read(self, statements: Sequence[Statement]) -> list[Reading]:
        """What the model claims of the text, part by part in reading order."""
        legible = any(each.kind is not Kind.HEADING for each in self._sentences)
        runs = parts(self._units(statements), self._part) if legible else []
        await self._run.progress("extract", _EXTRACT, "Looking for requirements", {"done": 0, "parts": len(runs)})
        done = named = 0

        async def report(read: _Read) -> None:
            nonlocal done, named
            done += 1
            named += sum(len(reading.claims or ()) for reading in read.readings)
            self._usage += read.usage
            fraction = _EXTRACT + (_REVIEW - _EXTRACT) * done / len(runs)
            message = f"Read {done} of {len(runs)} parts, {named} requirements named"
            await self._run.progress("extract", fraction, message, {"done": done, "parts": len(runs), "named": named})

        reads = await all_of([partial(self._read_part, part) for part in runs], report)
        readings = [reading for read in reads for reading in read.readings]
        if readings and all(reading.claims is None for reading in readings):
            raise next(read.error for read in reads if read.error is not None)
        return readings

    async def _read_part(self, part: range) -> _Read:
        """The claims on the sentences with these indices; in halves when the answer would be too long."""
        above = self._above(part.start)
        material = "\n".join(self._lines[index] for index in (*above, *part))
        request = self._request
        prompt = extract_part(request.title, material, self._most, request.frameworks, request.guidance)
        step = self._step("extract", prompt)
        shown = frozenset((*above, *part))
        usage = Usage()
        if await self._run.recall(_halved(step)) is None:
            try:
                answer = await self._chat.structured(self._run, step, prompt.turns(), Claims)
            except _OF_THE_PART as error:
                if len(part) == 1 or isinstance(error, ContentFiltered):
                    return _Read((Reading(frozenset(part), None),), usage, error)
                await self._run.keep(_halved(step), True)
            else:
                claims = tuple(answer.value.requirements[: self._most])
                usage += answer.usage
                if len(claims) < self._most or len(part) == 1:
                    return _Read((Reading(shown, claims),), usage)
        middle = len(part) // 2
        first, second = await self._read_part(part[:middle]), await self._read_part(part[middle:])
        return _Read(
            (*first.readings, *second.readings), usage + first.usage + second.usage, first.error or second.error
        )

    def _units(self, statements: Sequence[Statement]) -> list[Unit]:
        """The sentences, each as heavy as it is to read, or as what it will take in the answer if that is more."""
        expected = [0] * len(self._sentences)
        index = 0
        for each in statements:
            while index + 1 < len(self._sentences) and self._sentences[index + 1].start <= each.start:
                index += 1
            expected[index] += self._sizes[index] + _CLAIM_TOKENS
        share = self._part / (self._settings.max_output_tokens * _FILL)
        return [
            Unit(each.start, each.end, each.section, line, max(size, int(claims * share)))
            for each, line, size, claims in zip(self._sentences, self._lines, self._sizes, expected, strict=True)
        ]

    def _above(self, first: int) -> list[int]:
        """The headings and lead-ins that a part's first sentence stands under, as far as there is room for them."""
        above: list[int] = []
        room = self._context
        for link in (attrgetter("lead"), attrgetter("heading")):
            index = first
            while (index := link(self._sentences[index])) >= 0 and self._sizes[index] <= room:
                room -= self._sizes[index]
                above.append(index)
        return sorted(set(above))

    async def _review(self, found: Sequence[Found]) -> list[tuple[frozenset[int], Remarks]]:
        """The model's remarks on the requirements that stand in the text, with the numbers it was shown for each."""
        wanted = self._request.type in (AnalysisType.CONSISTENCY, AnalysisType.COMPREHENSIVE)
        numbers = [number for number, each in enumerate(found, 1) if wanted and each.supported]
        if not numbers:
            return []
        await self._run.progress("extract", _REVIEW, "Reading the requirements side by side")
        lines = [sentence_line(number, found[number - 1].statement.words(self._request.text)) for number in numbers]
        sizes = await asyncio.to_thread(line_tokens, lines, self._model)
        room = min(_REVIEW_TOKENS, _room(self._settings, self._asked("")))
        runs = batches(sizes, room)
        done = 0

        async def report(remarked: tuple[Remarks | None, Usage]) -> None:
            nonlocal done
            done += 1
            self._usage += remarked[1]
            fraction = _REVIEW + (EXAMINE_FROM - _REVIEW) * done / len(runs)
            await self._run.progress("extract", fraction, f"Reviewed {done} of {len(runs)} lists of requirements")

        calls = [partial(self._remark, "\n".join(lines[index] for index in batch)) for batch in runs]
        remarks = await all_of(calls, report)
        return [
            (frozenset(numbers[index] for index in batch), said)
            for batch, (said, _) in zip(runs, remarks, strict=True)
            if said is not None
        ]

    async def _remark(self, material: str) -> tuple[Remarks | None, Usage]:
        """Remarks on one list; None when the provider does not let the model make them: the rules have theirs."""
        prompt = self._asked(material)
        try:
            answer = await self._chat.structured(self._run, self._step("review", prompt), prompt.turns(), Remarks)
        except _OF_THE_PART:
            return None, Usage()
        return answer.value, answer.usage

    def _asked(self, material: str) -> Prompt:
        request = self._request
        return review(request.title, material, request.depth, request.focus, request.guidance)

    def _step(self, name: str, prompt: Prompt) -> str:
        return step_name(name, self._model, *astuple(prompt))


def _halved(step: str) -> str:
    """Where a run keeps that a part was too long, so that another attempt does not pay to learn it again."""
    return f"{step}-halved"


def _room(settings: OpenAISettings, empty: Prompt) -> int:
    """Tokens that material may take in a prompt."""
    room = settings.prompt_tokens - count_messages([turn.content for turn in empty.turns()], settings.model)
    if room < _SMALLEST_PART:
        raise ContextTooLong("The rules for an analysis leave no room for the document in what the model can read")
    return room
