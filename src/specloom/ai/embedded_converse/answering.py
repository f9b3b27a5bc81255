"""Answers questions with sentences of the sources, word for word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specloom.ai.analysis import Passage, Requirement
from specloom.ai.conversation import Conversation, Source
from specloom.ai.embedded_summarise.terms import is_dense
from specloom.ai.relations.corpus import content
from specloom.ai.relations.stems import concept, stem, wordset
from specloom.ai.relations.weights import Weights
from specloom.ai.research import rank
from specloom.ai.sentences import Kind, split
from specloom.core.text import Span
from specloom.vocabulary.identity import QuestionDepth

# Words of asking: they say that something is asked, not what.
_ASKING = {
    concept(stem(word))
    for word in wordset(
        """
        what which who whom whose when where why how
        document documents file files brief say says said tell tells know known knows mention mentions mentioned find
        show list quote cite explain describe summarise summarize question answer about anything something written
        according project product please want need information detail details look exist exists requirement
        requirements state states stated our your thing many much long often soon happen happens happened occur occurs
        """
    )
}
_MOST = {QuestionDepth.BASIC: 2, QuestionDepth.DETAILED: 3, QuestionDepth.COMPREHENSIVE: 5}
# A sentence answers when it holds this share of what is asked for, by weight, and this share of what the best one
# holds. What only the headings above it say, its document's title included, counts for less.
_LEAST_SHARE, _LEAST_OF_BEST, _BY_HEADING = 0.5, 0.75, 0.5
_LONGEST = 600
# Endings and particles of Japanese, which say as little as "of" and "the".
_HIRAGANA = frozenset(map(chr, range(0x3041, 0x30A0)))


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a source that answers; `span` counts in the source's text."""

    source: int
    span: Span
    share: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A sentence with its words of content, and those of what stands above it."""

    span: Span
    words: frozenset[str]
    above: frozenset[str]


def answers(question: str, conversation: Conversation) -> list[Found]:
    """The sentences of the sources that answer a question, best first; none when nothing does."""
    sources = conversation.sources
    asked = {word for word in _concepts(question) if word not in _ASKING}
    read = [(number, each) for number, source in enumerate(sources) for each in _read(source)]
    if not asked or not read:
        return []
    weights = Weights([each.words for _, each in read])
    total = sum(weights[word] for word in asked)
    found = []
    for number, each in read:
        held = sum(weights[word] for word in asked & each.words)
        held += _BY_HEADING * sum(weights[word] for word in asked & each.above - each.words)
        if held / total >= _LEAST_SHARE and asked & each.words:
            found.append(Found(number, each.span, round(held / total, 3)))
    found.sort(key=lambda each: (-each.share, each.source, each.span))
    return _distinct(found, sources)[: _MOST[conversation.depth]]


def related(conversation: Conversation, requirements: Sequence[Requirement]) -> list[Found]:
    """What the sources say about requirements, best first: at most one stretch for each."""
    by_place = {
        (source.version_id or source.message_id, source.start): n for n, source in enumerate(conversation.sources)
    }
    passages = [
        Passage(source.document_id, source.version_id, source.title, source.start, source.text)
        for source in conversation.sources
        if source.document_id is not None and source.version_id is not None
    ]
    found = []
    for each in rank(conversation.message, requirements, passages, limit=1):
        number = next(
            n
            for (id_, start), n in by_place.items()
            if id_ == each.version_id and start <= each.start and each.end <= start + len(conversation.sources[n].text)
        )
        start = conversation.sources[number].start
        found.append(Found(number, Span(each.start - start, each.end - start), each.score))
    found.sort(key=lambda each: -each.share)
    return _distinct(found, conversation.sources)[: _MOST[conversation.depth]]


def _read(source: Source) -> Iterator[_Stretch]:
    """The stretches of a source that can be quoted: its sentences, long ones cut at a word."""
    text, sentences = source.text, split(source.text)
    title = frozenset(_concepts(source.title))
    for each in sentences:
        if each.kind in {Kind.HEADING, Kind.CODE}:
            continue
        end = each.end
        if end - each.start > _LONGEST:
            end = text.rfind(" ", each.start, each.start + _LONGEST)
        if end > each.start:
            heading = sentences[each.heading] if each.heading >= 0 else None
            above = frozenset(_concepts(text[heading.start : heading.end])) if heading else frozenset()
            yield _Stretch(Span(each.start, end), frozenset(_concepts(text[each.start : end])), title | above)


def _concepts(wording: str) -> Iterator[str]:
    """Words of content; of scripts without spaces, pairs of characters."""
    yield from (concept(word) for word in content(wording))
    for one, other in pairwise(wording):
        if is_dense(one) and is_dense(other) and not {one, other} & _HIRAGANA:
            yield one + other


def _distinct(found: Sequence[Found], sources: Sequence[Source]) -> list[Found]:
    """Those not far behind the best, each wording once."""
    kept: dict[str, Found] = {}
    for each in found:
        wording = " ".join(sources[each.source].text[each.span.start : each.span.end].casefold().split())
        if each.share >= found[0].share * _LEAST_OF_BEST:
            kept.setdefault(wording, each)
    return list(kept.values())
