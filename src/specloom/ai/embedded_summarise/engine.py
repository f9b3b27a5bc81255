"""Summarises without a model: reads, ranks and selects a document's own sentences, in pieces, and writes them down."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from specloom.ai.embedded_summarise.omissions import headings, omissions
from specloom.ai.embedded_summarise.ranking import Ranking
from specloom.ai.embedded_summarise.reading import Reading
from specloom.ai.embedded_summarise.selection import Selection
from specloom.ai.embedded_summarise.wishes import Wish, read_wish
from specloom.ai.embedded_summarise.writing import Writer
from specloom.ai.protocols import PermanentEngineError, Run, SummaryRequest, SummaryResult, SummarySentence
from specloom.ai.sentences import Sentence, stream

# Sentences per piece: a piece takes a fraction of a second, and the run hears of progress after each.
_PIECE = 2_000
# Where each step ends, as a fraction of the whole work.
_READ, _WEIGHED, _RANKED, _SELECTED = 0.3, 0.55, 0.8, 0.95


class EmbeddedSummariser:
    """A `Summariser` that needs no key and no network. The same request always gives the same summary.

    Every sentence of the summary is one of the document, as `wording` shows it, with its range as the only source. The
    one exception is a remark of the engine itself, without sources, when a template asks for kinds of statements (say,
    action items) of which the document holds none.
    """

    model = "embedded"

    async def summarise(self, request: SummaryRequest, run: Run) -> SummaryResult:
        """Summarises; raises `PermanentEngineError` when the document holds nothing to read.

        The work is done in a thread, piece by piece. Nothing is kept between attempts, for starting over is as fast as
        recalling would be.
        """
        await run.progress("reading", 0.0, "Reading the document")
        sentences = await self._read(request, run)
        if not sentences:
            raise PermanentEngineError("The document holds no text that could be summarised.")
        wish = read_wish(request.instruction)
        places, speakers = await self._choose(request, wish, sentences, run)
        await run.progress("writing", _SELECTED, f"Writing {_counted(len(places), 'sentence')}")
        writer = Writer(request.text, sentences, request.sections, speakers)
        writer.write(places, request.instruction.format, wish.paragraphs)
        text, written = writer.text, tuple(writer.written)
        if not places:
            text = _remark(wish)
            written = (SummarySentence(0, len(text), ()),)
        sections = request.sections or await asyncio.to_thread(headings, request.text, sentences)
        omitted = await asyncio.to_thread(omissions, sections, sentences, written)
        await _stream(text, written, run)
        await run.progress("writing", 1.0, "The summary is written")
        return SummaryResult(text, written, omitted, self.model)

    async def _read(self, request: SummaryRequest, run: Run) -> list[Sentence]:
        """All sentences of the document."""
        sentences: list[Sentence] = []
        arriving = stream(request.text, request.sections)
        while piece := await asyncio.to_thread(lambda: list(islice(arriving, _PIECE))):
            sentences += piece
            done = sentences[-1].end / len(request.text)
            await run.progress("reading", done * _READ, f"Read {_counted(len(sentences), 'sentence')}")
        return sentences

    async def _choose(
        self, request: SummaryRequest, wish: Wish, sentences: Sequence[Sentence], run: Run
    ) -> tuple[list[int], dict[int, str]]:
        """Places of the sentences that make the summary, and in a conversation who speaks them."""
        pieces = [(first, min(first + _PIECE, len(sentences))) for first in range(0, len(sentences), _PIECE)]
        counted = _counted(len(sentences), "sentence")
        reading = Reading(request.text, request.title, sentences, wish)
        await _piecewise(
            reading.take,
            pieces,
            run,
            step="ranking",
            stretch=(_READ, _WEIGHED),
            message=f"Weighing the words of {counted}",
        )
        ranking = Ranking(reading)
        await _piecewise(
            ranking.take, pieces[::-1], run, step="ranking", stretch=(_WEIGHED, _RANKED), message=f"Ranking {counted}"
        )
        selection = Selection(sentences, reading, ranking, wish)
        await _piecewise(
            selection.take,
            pieces,
            run,
            step="selecting",
            stretch=(_RANKED, _SELECTED),
            message=f"Selecting from {counted}",
        )
        places = await asyncio.to_thread(selection.choose)
        return places, {place: reading.units[place].speaker for place in places if reading.is_dialogue}


async def _piecewise(
    take: Callable[[int, int], None],
    pieces: Sequence[tuple[int, int]],
    run: Run,
    *,
    step: str,
    stretch: tuple[float, float],
    message: str,
) -> None:
    """Works through the pieces in a thread, telling the run before each where it stands."""
    begin, end = stretch
    for number, (first, last) in enumerate(pieces):
        details: dict[str, Any] = {"piece": number + 1, "pieces": len(pieces)}
        await run.progress(step, begin + (end - begin) * number / len(pieces), message, details)
        await asyncio.to_thread(take, first, last)


async def _stream(text: str, written: Sequence[SummarySentence], run: Run) -> None:
    """Sends the text sentence by sentence; the pieces joined are the text."""
    sent = 0
    for sentence in written:
        await run.delta(text[sent : sentence.end])
        sent = sentence.end
    if sent < len(text):
        await run.delta(text[sent:])


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _remark(wish: Wish) -> str:
    """What the engine says when the document holds nothing of what the template asks for."""
    return f"No {' or '.join(cue.noun for cue in wish.cues)} were found in this document."
