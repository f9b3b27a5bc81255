"""Analyses without a model: finds the requirements by grammar and context, in pieces, and examines them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from specloom.ai.analysis import Analysis, AnalysisRequest, Statement
from specloom.ai.examine import EXAMINE_FROM, Found, examine
from specloom.ai.extraction import pieces
from specloom.ai.language import UNDETERMINED, Language, languages
from specloom.ai.protocols import Run
from specloom.ai.sentences import Kind, Sentence, stream

# Sentences per piece: a fraction of a second's work, after which the run hears of progress.
_SENTENCES = 2_000
_READ = 0.2


class EmbeddedAnalyst:
    """An `Analyst` that needs no key and no network. The same request always gives the same analysis."""

    model = "embedded"

    async def analyse(self, request: AnalysisRequest, run: Run) -> Analysis:
        """Analyses. Starting over is as fast as recalling would be: nothing is kept between attempts."""
        await run.progress("read", 0.0, "Reading the text")
        sentences = await self._read(request, run)
        statements = await self._extract(request, sentences, run)
        analysis = await examine(request, [Found(each) for each in statements], run)
        spoken = await asyncio.to_thread(languages, request.text)
        return replace(
            analysis,
            notes=(*notes(sentences, statements, spoken), *analysis.notes),
            language=spoken[0].code,
            sentences=len(sentences),
            model=self.model,
        )

    async def _read(self, request: AnalysisRequest, run: Run) -> list[Sentence]:
        sentences: list[Sentence] = []
        arriving = stream(request.text, request.sections)
        while piece := await asyncio.to_thread(lambda: list(islice(arriving, _SENTENCES))):
            sentences += piece
            fraction = _READ * sentences[-1].end / len(request.text)
            await run.progress("read", fraction, f"Read {len(sentences)} sentences")
        return sentences

    async def _extract(self, request: AnalysisRequest, sentences: Sequence[Sentence], run: Run) -> list[Statement]:
        statements: list[Statement] = []
        await run.progress("extract", _READ, "Looking for requirements")
        arriving = pieces(request.text, request.sections, sentences)
        while (piece := await asyncio.to_thread(next, arriving, None)) is not None:
            statements += piece.statements
            fraction = _READ + (EXAMINE_FROM - _READ) * piece.end / len(request.text)
            await run.progress("extract", fraction, f"Found {len(statements)} requirements")
        return statements


def notes(
    sentences: Sequence[Sentence], statements: Sequence[Statement], spoken: Sequence[Language]
) -> tuple[str, ...]:
    """What a reader must know before trusting the list: that it is empty and why, or that the language is foreign."""
    written = [each for each in sentences if each.kind is not Kind.HEADING]
    language = spoken[0]
    said = []
    if not written:
        said.append("The text holds no sentence to read.")
    elif language is not UNDETERMINED and language.code != "en":
        said.append(
            f"The text is in {language.name}. The embedded engine knows the grammar of English; in other languages it "
            "finds only sentences with plain words of obligation, and checks few of the rules. Configure a language "
            "model for a full analysis."
        )
    elif language is UNDETERMINED and not statements:
        said.append("The text does not read like sentences of any language: numbers, code or random characters.")
    if written and not statements:
        said.append(
            "No requirement was found: no sentence says what somebody or something must do, or be. Reports, "
            "descriptions and questions hold none."
        )
    return tuple(said)
