"""Takes from a model's remarks on a list of requirements what can be checked, and leaves the rest.

A conflict or a gap is taken as a reason and its requirements, told in words of ours; a question is taken as it is
written when it brings no number, date, name or link that the text does not have.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from specloom.ai.analysis import Analysis, AnalysisRequest, Conflict, Evidence, Gap, Question
from specloom.ai.analysis_prompts import ConflictReason, QuestionClaim, Remarks
from specloom.ai.numbers import Numbers
from specloom.ai.openai_analyse.pooling import pooled
from specloom.ai.relations.gaps import REASONS
from specloom.core.text import Span
from specloom.vocabulary.identity import QuestionDepth

# What a pair or a gap of the model is worth that the rules, which have looked for the same, do not see.
_UNSEEN_BY_RULES = 0.2
_DEPTHS = tuple(QuestionDepth)
_LONGEST_QUESTION = 300
_MOST_QUESTIONS = 20

_CONFLICTS = {
    ConflictReason.NUMBER: "The two set different figures for the same thing.",
    ConflictReason.NEGATION: "One demands what the other rules out.",
    ConflictReason.MODALITY: "The two oblige to the same thing with different force.",
    ConflictReason.ACTOR: "The two give the same task to different actors.",
    ConflictReason.TIME: "The two put the same thing at times that exclude each other.",
}
# Marks of links, markup, code and addresses: no question needs them.
_FORMATTED = re.compile(r"[<>\[\]{}|\\`*_#@=~^]|://|www\.")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_OPENERS = frozenset(
    (
        *(
            "what",
            "which",
            "who",
            "whom",
            "whose",
            "when",
            "where",
            "why",
            "how",
            "is",
            "are",
            "was",
            "were",
            "do",
            "does",
        ),
        *(
            "did",
            "can",
            "could",
            "will",
            "would",
            "shall",
            "should",
            "must",
            "may",
            "might",
            "has",
            "have",
            "if",
            "for",
        ),
        *("in", "on", "at", "to", "from", "by", "with", "after", "before", "during", "until", "under", "and", "or"),
        *("but", "so", "then", "this", "that", "these", "those", "it", "the", "a", "an"),
        *("wer", "was", "wie", "wann", "wo", "warum", "welche", "welcher", "welches", "soll", "muss", "darf", "kann"),
        *("qui", "que", "quoi", "quel", "quelle", "comment", "quand", "pourquoi", "quién", "qué", "cómo", "cuándo"),
        *("cuál", "dónde", "chi", "che", "cosa", "come", "quando", "quale"),
    )
)


class Remarker:
    """Checks remarks on one analysis. Requirements have their index + 1 as number."""

    def __init__(self, request: AnalysisRequest, analysis: Analysis) -> None:
        self._request = request
        self._analysis = analysis
        self._numbers = Numbers(request.text)
        self._words = {word.casefold() for word in _WORD.findall(f"{request.text} {request.title}")}

    def add(self, remarks: Iterable[tuple[frozenset[int], Remarks]]) -> Analysis:
        """The analysis with what holds of the remarks, each given with the numbers that the model was shown."""
        conflicts: dict[tuple[int, int], Conflict] = {}
        gaps: dict[tuple[str, tuple[int, ...]], Gap] = {}
        questions: dict[str, Question] = {}
        for shown, said in remarks:
            for conflict in self._conflicts(shown, said):
                conflicts.setdefault((conflict.first, conflict.second), conflict)
            for gap in self._gaps(shown, said):
                gaps.setdefault((gap.reason, gap.requirements), gap)
            for question in self._questions(shown, said):
                questions.setdefault(question.text.casefold(), question)
        known = self._analysis
        return replace(
            known,
            conflicts=(*known.conflicts, *conflicts.values()),
            gaps=(*known.gaps, *gaps.values()),
            questions=(*known.questions, *list(questions.values())[:_MOST_QUESTIONS]),
        )

    def _conflicts(self, shown: frozenset[int], said: Remarks) -> Iterable[Conflict]:
        known = {(each.first, each.second) for each in self._analysis.conflicts}
        for claim in said.conflicts:
            first, second = sorted((claim.first - 1, claim.second - 1))
            if first != second and {claim.first, claim.second} <= shown and (first, second) not in known:
                evidence = Evidence(self._spans((first, second)), _CONFLICTS[claim.reason])
                yield Conflict(first, second, claim.reason.value, pooled(claim.confidence, _UNSEEN_BY_RULES), evidence)

    def _gaps(self, shown: frozenset[int], said: Remarks) -> Iterable[Gap]:
        known = {(each.reason, index) for each in self._analysis.gaps for index in each.requirements}
        for claim in said.gaps:
            indices = _indices(claim.requirements, shown)
            if indices and not any((claim.reason.value, index) in known for index in indices):
                evidence = Evidence(self._spans(indices), REASONS[claim.reason])
                yield Gap(claim.reason.value, indices, pooled(claim.confidence, _UNSEEN_BY_RULES), evidence)

    def _questions(self, shown: frozenset[int], said: Remarks) -> Iterable[Question]:
        known = {each.text.casefold() for each in self._analysis.questions}
        for claim in said.questions:
            indices = _indices(claim.requirements, shown)
            asked = _DEPTHS.index(claim.level) <= _DEPTHS.index(self._request.depth)
            text = " ".join(claim.text.split())
            if indices and asked and text.casefold() not in known and self._holds(claim, text):
                yield Question(text, "requirement", indices[0], claim.level, indices)

    def _holds(self, claim: QuestionClaim, text: str) -> bool:
        """Whether it is one plain question that speaks of nothing but what the text speaks of."""
        plain = text.isprintable() and text.endswith(("?", "？", "؟")) and not _FORMATTED.search(text)
        return (
            plain
            and _WORD.search(text) is not None
            and len(claim.text) <= _LONGEST_QUESTION
            and self._numbers.holds_all_of(text)
            and all(self._is_known(word, first=index == 0) for index, word in enumerate(_WORD.findall(text)))
        )

    def _is_known(self, word: str, *, first: bool) -> bool:
        """Whether a word is no name, or one that the text has."""
        letters = any(char.isalpha() for char in word)  # figures alone are left to `numbers`
        named = letters and any(char.isupper() or char.isdigit() or char == "." for char in word)
        return not named or word.casefold() in self._words or (first and word.casefold() in _OPENERS)

    def _spans(self, indices: Sequence[int]) -> tuple[Span, ...]:
        return tuple(self._analysis.requirements[index].statement.span for index in indices)


def _indices(numbers: Iterable[int], shown: frozenset[int]) -> tuple[int, ...]:
    """The requirements with these numbers, none when one of the numbers was not shown."""
    named = set(numbers)
    return tuple(sorted(number - 1 for number in named)) if named <= shown else ()
