"""Tells what a design document settles: choices and constraints in its lists, decisions, consequences and contexts."""

import re
from collections.abc import Sequence
from enum import StrEnum

from specloom.ai.extraction.habits import Manner
from specloom.ai.extraction.reading import Finite
from specloom.ai.extraction.signs import Signs
from specloom.ai.extraction.surroundings import Role
from specloom.ai.extraction.wording import Wording, trimmed
from specloom.ai.grammar.verbs import PARTICIPLES
from specloom.ai.sentences import Kind, Sentence
from specloom.core.text import Span

_TITLE = re.compile(
    r"\b(?:(?:technical|detailed|high-?level|low-?level|system|software|solution|api|database|ui|core) design|"
    r"design (?:doc(?:ument)?|spec(?:ification)?|notes?|proposal)|architectur(?:e|al)|"
    r"technical (?:spec(?:ification)?s?|requirements?|concept|proposal)|specifications?|adr|decision records?|rfc)\b|"
    r"^\W*design\W*$",
    re.IGNORECASE,
)
_TECHNICAL = re.compile(r"\b(?:design|architectur\w*|technical|adr|decision records?)\b", re.IGNORECASE)
_TEACHING = re.compile(r"\b(?:read ?me|tutorial|guide|how to|introduction to|course|lesson|patterns?)\b", re.IGNORECASE)
_DECISION = re.compile(r"^\W*(?:\d[\d.]*\s+)?(?:the |our |final )?decisions?(?: outcome)?\W*$", re.IGNORECASE)
_CONSEQUENCES = re.compile(r"^\W*(?:\d[\d.]*\s+)?(?:consequences?|implications?)\W*$", re.IGNORECASE)
_CONTEXT = re.compile(
    r"^\W*(?:\d[\d.]*\s+)?(?:(?:system |business )?context|problem(?: statement)?|background|forces|"
    r"(?:decision )?drivers|context and problem statement)\W*$",
    re.IGNORECASE,
)
_CONCERN = re.compile(
    r"\b(?:stack|technolog(?:y|ies)|security|authentication|authori[sz]ation|access control|permissions?|encryption|"
    r"secrets|privacy|isolation|multi-?tenancy|integrity|validation|retr(?:y|ies)|recovery|resilience|"
    r"(?:error|exception|failure) handling|fault tolerance|logging|logs|metrics|tracing|monitoring|observability|"
    r"alert(?:s|ing)|audit(?:ing)?|cach(?:e|ing)|pagination|rate limit(?:s|ing)?|scalability|scaling|performance|"
    r"optimi[sz]ations?|availability|reliability|deployments?|testing|support|constraints?|limits?|retention|backups?|"
    r"versioning|concurrency|async|compatibility|accessibility|considerations|layers|guarantees|conventions|standards|"
    r"policy|policies)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(r"^\W*(?:what|when|why|how|who|which|where)\b", re.IGNORECASE)
_TESTS = re.compile(r"^\W*(?:[\w-]+ ){0,3}tests?\W*$|\btest (?:categor|type|case|level)", re.IGNORECASE)
_ASIDE = re.compile(
    r"^\W*(?:status|date|authors?|deciders?|owners?|version|purpose|notes?|examples?|pros?|cons?|verdict|description|"
    r"recommendations?|goals?|rationale|reasons?|why|benefits?|file|location|signature|returns?|args?|phase.*|"
    r"out of scope|future.*|risks?|(?:\w+ )?costs?|assumptions?|(?:open )?questions?|to-?do|alternatives?|"
    r"options?)\W*$",
    re.IGNORECASE,
)
_CHOSEN = re.compile(r"\b(?:decided|chose|chosen|selected|adopted|agreed|opted)\b", re.IGNORECASE)
_NEED = re.compile(r"^\W*(?:we |there is a |the (?:system|platform|team) )?needs?\b", re.IGNORECASE)
_OBLIGES = re.compile(r"^\W*(?:must|shall|should|requires?|needs?)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\[[^\]]*\]|<[^>]*>|\{[^}]*\}|\W*(?:tbd|todo|n/?a|none)\W*|\[[^\]]*\]\([^)]*\)", re.IGNORECASE
)
_PUT_OFF = re.compile(r"\b(?:later|not yet|deferred|tbd|maybe)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\W*(?:an?|the|this|these)\b", re.IGNORECASE)
_OPEN = frozenset({Role.NONE, Role.QUALITIES, Role.DESIGN, Role.DECISIONS, Role.REQUIREMENTS})
_SPEAKING = frozenset({"fragment", "command", "present", "weak", "strong"})
_BARRED = frozenset({"no words", "question", "example", "address", "ends colon", "this paper", "assigned", "deadline"})
# Headings among which the title is looked for.
_TITLES = 3
# In words: an item that says nothing without its heading.
_FEW_WORDS = 4


class Spot(StrEnum):
    """What a heading of a design document holds."""

    DECISION = "decision"
    CONSEQUENCES = "consequences"
    CONTEXT = "context"
    CONCERN = "concern"
    LIST = "list"
    CLOSED = "closed"


_CONFIDENCE = {"strong": 0.72, "weak": 0.68, "command": 0.66, "present": 0.6, "fragment": 0.62, "past": 0.58}


class Design:
    """A text as a design document; `presented` says whether it presents itself as one, by its title or a heading.

    Its confidences are set by hand, between 0.5 and 0.75: that a design settles something is known, whether a reader
    counts this among the requirements is not.
    """

    def __init__(self, text: str, units: Sequence[Sentence], manner: Manner) -> None:
        self._text = text
        self._units = units
        self._spots: dict[int, Spot] = {}
        headings = [unit for unit in units if unit.kind is Kind.HEADING]
        titles = [self._words(unit) for unit in headings[:_TITLES] if unit is headings[0] or unit.level == 1]
        self.presented = any(_TITLE.search(title) for title in titles) and not any(map(_TEACHING.search, titles))
        self._lists = manner is not Manner.FORMAL and any(map(_TECHNICAL.search, titles))

    def confidence(self, heading: int, where: Role, own: Wording, found: Signs, *, listed: bool) -> float:
        """The probability that a sentence or item settles something, 0.0 where nothing speaks for it."""
        if not self.presented or heading < 0 or _BARRED & found.names:
            return 0.0
        spot = self._spot(heading)
        said = self._text[own.start : own.end]
        if spot is Spot.DECISION:
            return 0.6 if _CHOSEN.search(said) else (_CONFIDENCE[found.shape] if _speaks(found) else 0.0)
        if spot is Spot.CONSEQUENCES:
            return 0.6 if _OBLIGES.match(said) else 0.0
        if spot is Spot.CONTEXT:
            return 0.62 if _NEED.match(said) else 0.0
        if not listed or where not in _OPEN or spot is Spot.CLOSED or not _speaks(found):
            return 0.0
        return self._listed(spot, own, said, found)

    def _listed(self, spot: Spot, own: Wording, said: str, found: Signs) -> float:
        """Of an item under a heading that is open to requirements."""
        name = self._text[own.label.start : own.label.end] if own.label else ""
        if _PLACEHOLDER.fullmatch(said) or _PUT_OFF.search(said) or _ASIDE.match(name):
            return 0.0
        if name.startswith("`") or (not name and said.startswith("`") and ":" in said):
            # A name of the code with what it is.
            return 0.0
        if spot is Spot.CONCERN:
            return _CONFIDENCE[found.shape] if name else _CONFIDENCE[found.shape] - 0.04
        labelled = self._lists and name and not _ARTICLE.match(said)
        return _CONFIDENCE[found.shape] - 0.05 if labelled else 0.0

    def context(self, heading: int, own: Wording) -> tuple[Span, ...]:
        """What completes an item that settles something: its label, or of a few bare words the heading above."""
        if own.label:
            return (own.label,)
        few = len(self._text[own.start : own.end].split()) <= _FEW_WORDS and self._spot(heading) is Spot.CONCERN
        unit = self._units[heading]
        return (trimmed(self._text, unit.start, unit.end),) if few else ()

    def holds(self, heading: int) -> bool:
        """Whether what is declared in code under this heading is part of the design and no illustration of it."""
        return self.presented and (heading < 0 or self._spot(heading) is not Spot.CLOSED)

    def _words(self, unit: Sentence) -> str:
        return self._text[unit.start : unit.end]

    def _spot(self, heading: int) -> Spot:
        if heading not in self._spots:
            words = self._words(self._units[heading])
            above = self._units[heading].heading
            self._spots[heading] = (
                self._own(words)
                or (Spot.CONCERN if above > 0 and _CONCERN.search(self._words(self._units[above])) else None)
                or Spot.LIST
            )
        return self._spots[heading]

    def _own(self, words: str) -> Spot | None:
        patterns = (
            (Spot.DECISION, _DECISION),
            (Spot.CONSEQUENCES, _CONSEQUENCES),
            (Spot.CONTEXT, _CONTEXT),
            (Spot.CLOSED, _ASKING),
            (Spot.CLOSED, _TESTS),
            (Spot.CONCERN, _CONCERN),
        )
        return next((spot for spot, pattern in patterns if pattern.search(words)), None)


def _speaks(found: Signs) -> bool:
    """Whether a sentence of a design says what is to be: "actions logged to a table" is no tale of the past."""
    reading = found.reading
    participle = (
        reading.finite is Finite.PAST and reading.words[reading.verb] in PARTICIPLES and reading.subject != "we"
    )
    return found.shape in _SPEAKING or participle
