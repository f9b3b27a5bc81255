"""Joins what a model claims with what the grammar reads: each requirement once, at its place, with one probability.

A claim whose quote has no place in the text stays a claim: it is kept as not supported, with an empty range.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from specloom.ai.analysis import AnalysisRequest, Classification, Statement
from specloom.ai.analysis_prompts import Claim
from specloom.ai.classification import classify
from specloom.ai.examine import Found
from specloom.ai.extraction import THRESHOLD, probability
from specloom.ai.grammar import clause
from specloom.ai.openai_analyse.placing import Quotes, ranges
from specloom.ai.openai_analyse.pooling import agreed, pooled
from specloom.ai.sentences import Kind, Sentence
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, Priority, RequirementType

# How often at most a sentence is a requirement although model or grammar has read it and named none there: 7 of 100
# for the grammar on documents it was not made from; good classifiers are alike.
_PASSED_OVER = 0.1
# How often models are right about the type of a requirement, as published for few-shot classification.
_RIGHT_TYPES = 0.85

# Shares by which two ranges are the same, one lies within another, and two speak of the same words.
_SAME, _WITHIN, _TOUCHES = 0.6, 0.8, 0.5

# In code points.
_LONGEST_CLAIM, _LONGEST_READ = 300, 2_000
_LONGEST_FRAMEWORK = 80
_LINK = re.compile(
    r"!?\[[^\]]*\]\([^)]*\)|\b[a-z][a-z0-9+.-]*://\S*|\b(?:data|javascript):\S+|\bwww\.\S+", re.IGNORECASE
)
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_FORMS = {Kind.ITEM: Form.ITEM, Kind.ROW: Form.ROW, Kind.HEADING: Form.NAMED}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model claims of the sentences with the indices `shown`; None when it could not read them."""

    shown: frozenset[int]
    claims: tuple[Claim, ...] | None


@dataclass(frozen=True, slots=True)
class Joined:
    """What was found, in reading order; how many of these the model passed over, and how many have no place."""

    found: tuple[Found, ...]
    passed_over: int
    unsupported: int


class Joiner:
    """Joins claims to the sentences of one text and to the statements, in reading order, that the grammar finds.

    `fluent` tells that the grammar knows the text's language, so that its silence on a sentence means something.
    """

    def __init__(
        self, request: AnalysisRequest, sentences: Sequence[Sentence], statements: Sequence[Statement], *, fluent: bool
    ) -> None:
        self._request = request
        self._text = request.text
        self._sentences = sentences
        self._spans = [Span(each.start, each.end) for each in sentences]
        self._starts = [each.start for each in sentences]
        self._statements = statements
        self._ends = [each.end for each in statements]
        self._fluent = fluent
        self._quotes = Quotes(request.text)

    def join(self, readings: Sequence[Reading]) -> Joined:
        """The requirements that model and grammar find together."""
        placed: dict[Span, Found] = {}
        unplaced: dict[str, Found] = {}
        for reading in readings:
            for claim in reading.claims or ():
                cited = [number - 1 for number in claim.sentences if number - 1 in reading.shown]
                place = self._quotes.find(claim.quote, ranges(self._spans, cited))
                if place is not None:
                    for each in self._supported(claim, self._whole(place)):
                        known = placed.setdefault(each.statement.span, each)
                        if each.statement.confidence > known.statement.confidence:
                            placed[each.statement.span] = each
                elif words := _shown(claim.quote):
                    nearest = min(cited, default=min(reading.shown))
                    unplaced.setdefault(words, self._unsupported(claim, words, nearest))
        named = _apart(placed.values())
        unread = {index for reading in readings if reading.claims is None for index in reading.shown}
        unnamed = [each for each in self._statements if not _is_named(each, named)]
        alone = [Found(each) for each in unnamed if self._at(each.start) in unread]
        sure = [Found(each) for each in map(_doubted, unnamed) if self._at(each.start) not in unread]
        sure = [each for each in sure if each.statement.confidence >= THRESHOLD]
        found = sorted(
            [*named, *alone, *sure, *unplaced.values()], key=lambda each: (each.statement.start, each.statement.end)
        )
        return Joined(tuple(found), len(sure), len(unplaced))

    def _supported(self, claim: Claim, place: Span) -> list[Found]:
        """The claim where it stands: as the grammar reads it when both mean the same words, in several if it does."""
        touched = self._touched(place)
        within = [each for each in touched if _common(each.span, place) >= _WITHIN * _length(each.span)]
        same = [each for each in touched if _is_same(each, place)]
        if statements := within if len(within) > 1 else same[:1]:
            confident = [replace(each, confidence=pooled(claim.confidence, each.confidence)) for each in statements]
        else:
            statement = self._statement(place)
            read = self._probability(statement, touched)
            opinions = [claim.confidence, read] if self._fluent or touched else [claim.confidence]
            confident = [replace(statement, confidence=pooled(*opinions))]
        modality = None if self._fluent else claim.modality
        return [Found(each, self._classification(claim, each), modality=modality) for each in confident]

    def _probability(self, statement: Statement, touched: Sequence[Statement]) -> float:
        """What the grammar thinks of words that it does not read as one requirement."""
        read = [
            each.confidence
            for each in touched
            if _common(each.span, statement.span) >= _TOUCHES * _length(statement.span)
        ]
        return max(read) if read else min(probability(statement.words(self._text)), _PASSED_OVER)

    def _classification(self, claim: Claim, statement: Statement) -> Classification:
        """The model's word where it gave one that holds, the cues' where it did not."""
        cues = classify(self._text, statement, clause(self._text, statement), self._request.frameworks)
        chosen = claim.type or cues.type
        same = chosen is cues.type
        quality = cues.quality if same else None
        if chosen is RequirementType.NON_FUNCTIONAL:
            quality = claim.quality or cues.quality
        named = self._framework(claim) if chosen is RequirementType.COMPLIANCE else None
        return Classification(
            chosen,
            cues.confidence if claim.type is None else agreed(_RIGHT_TYPES, cues.confidence, same=same),
            quality,
            cues.aspect if quality is not None and quality is cues.quality else None,
            cues.framework or named,
            claim.priority or cues.priority,
        )

    def _framework(self, claim: Claim) -> str | None:
        """The framework that a claim names, as the text writes it; None when the text never does."""
        if not claim.framework or len(claim.framework) > _LONGEST_FRAMEWORK:
            return None
        return self._quotes.first(claim.framework)

    def _unsupported(self, claim: Claim, words: str, nearest: int) -> Found:
        place = self._sentences[nearest].start
        quality = claim.quality if claim.type is RequirementType.NON_FUNCTIONAL else None
        return Found(
            Statement(place, place, Form.SENTENCE, 0.0, heading=self._path(nearest)),
            Classification(
                claim.type or RequirementType.FUNCTIONAL, 0.0, quality, priority=claim.priority or Priority.MEDIUM
            ),
            supported=False,
            claimed=words,
        )

    def _statement(self, place: Span) -> Statement:
        index = self._at(place.start)
        sentence = self._sentences[index]
        context = (self._spans[sentence.lead],) if sentence.kind is Kind.ITEM and sentence.lead >= 0 else ()
        form = _FORMS.get(sentence.kind, Form.SENTENCE)
        return Statement(place.start, place.end, form, 0.0, context, self._path(index))

    def _path(self, index: int) -> tuple[Span, ...]:
        """The headings above a sentence, topmost first."""
        path: list[Span] = []
        while (index := self._sentences[index].heading) >= 0:
            path.insert(0, self._spans[index])
        return tuple(path)

    def _whole(self, place: Span) -> Span:
        """The place with the marks at the ends of its sentences, which models like to leave out."""
        first, last = self._spans[self._at(place.start)], self._spans[self._at(place.end - 1)]
        start = first.start if self._is_bare(first.start, place.start) else place.start
        end = last.end if self._is_bare(place.end, last.end) else place.end
        return Span(start, end)

    def _is_bare(self, start: int, end: int) -> bool:
        return start < end and not any(char.isalnum() for char in self._text[start:end])

    def _at(self, offset: int) -> int:
        """Index of the sentence that holds the offset, or of the last before it."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def _touched(self, place: Span) -> list[Statement]:
        touched = []
        for each in self._statements[bisect_right(self._ends, place.start) :]:
            if each.start >= place.end:
                break
            touched.append(each)
        return touched


def _doubted(statement: Statement) -> Statement:
    """A statement that the model has read and not named."""
    return replace(statement, confidence=pooled(statement.confidence, _PASSED_OVER))


def _apart(found: Iterable[Found]) -> list[Found]:
    """Found places that share no words: of those that overlap the most that do not, or the longest one."""
    apart: list[Found] = []
    heap: list[Found] = []
    reach = 0
    for each in sorted(found, key=lambda each: each.statement.span):
        if heap and each.statement.start >= reach:
            apart += _disjoint(heap)
            heap = []
        heap.append(each)
        reach = max(reach, each.statement.end)
    return apart + _disjoint(heap)


def _disjoint(heap: Sequence[Found]) -> list[Found]:
    chosen: list[Found] = []
    for each in sorted(heap, key=lambda each: (each.statement.end, -each.statement.start)):
        if not chosen or each.statement.start >= chosen[-1].statement.end:
            chosen.append(each)
    return chosen if len(chosen) != 1 else [max(heap, key=lambda each: _length(each.statement.span))]


def _is_named(statement: Statement, named: Sequence[Found]) -> bool:
    """Whether found places, in order and apart, already speak of the statement."""
    at = bisect_left(named, statement.start, key=lambda each: each.statement.end)
    while at < len(named) and named[at].statement.start < statement.end:
        place = named[at].statement.span
        if _common(place, statement.span) >= _TOUCHES * min(_length(place), _length(statement.span)):
            return True
        at += 1
    return False


def _shown(words: str) -> str:
    """A model's own words, fit to be shown: one short line of visible characters without links."""
    visible = "".join(char for char in words[:_LONGEST_READ] if _is_visible(char))
    line = " ".join(_LINK.sub("(link)", visible).split())
    return line if len(line) <= _LONGEST_CLAIM else line[: _LONGEST_CLAIM - 1] + "…"


def _is_visible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _UNSEEN


def _length(span: Span) -> int:
    return span.end - span.start


def _common(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _is_same(statement: Statement, place: Span) -> bool:
    """Whether a quote at the place is the statement: its own words, or they with what they hang on."""
    common = _common(statement.span, place)
    whole = common + sum(_common(each, place) for each in statement.context)
    return whole >= _SAME * (_length(place) + _length(statement.span) - common)
