"""Finds the requirements of a text: walks its units in reading order and gives each requirement exactly once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from specloom.ai.analysis import Statement
from specloom.ai.extraction import declarations, rows, scenarios, stories
from specloom.ai.extraction.designs import Design
from specloom.ai.extraction.habits import Habits, Manner, habits
from specloom.ai.extraction.judging import THRESHOLD, Place, judge
from specloom.ai.extraction.signs import Signs, signs
from specloom.ai.extraction.surroundings import Role, role
from specloom.ai.extraction.wording import Wording, path, quoted, trimmed, wording
from specloom.ai.grammar import parts
from specloom.ai.sentences import Kind, Sentence, split
from specloom.core.text import Section, Span
from specloom.vocabulary.requirements import Form

_PIECE = 50_000
# In units: fewer do not show how a document is written.
_FEWEST_TELLING = 25
_PROMISING = frozenset({Role.REQUIREMENTS, Role.ACCEPTANCE, Role.SCENARIO, Role.FLOW})
_TITLES = frozenset({Role.REQUIREMENTS, Role.FLOW, Role.INSTRUCTIONS})
_LABEL_LEVEL, _MOST_LEADS = 6, 3
_NAMING = re.compile(
    r"\W*(?:Requirement|Rule|Business rule|Constraint|Anforderung)\s*(?P<id>[\w.-]*\d[\w.-]*)?\s*:\s*(?=\S)",
    re.IGNORECASE,
)
_CERTAIN, _DOUBTFUL = 0.93, 0.55
_OPEN = frozenset({Role.NONE, Role.QUALITIES, Role.GOALS, Role.DESIGN, Role.DECISIONS})
_INCOMPLETE = frozenset({"fragment", "command", "question", "past"})
# Items of one list are judged together, at most so many; of so few nothing follows for the others. One that is no less
# likely than `_DRAWN` gets `_LIFTED` where most of the others are requirements.
_MOST_SIBLINGS, _FEWEST_SIBLINGS = 40, 3
_DRAWN, _LIFTED = 0.2, 0.52
_ALIKE = frozenset({Role.REQUIREMENTS, Role.QUALITIES, Role.ACCEPTANCE, Role.DESIGN})
_DRAWING = frozenset({"fragment", "command"})
_UNLIKE = frozenset(
    {"former", "year", "now", "hedge", "reason", "example", "process", "epistemic", "first person", "price"}
)
_OPENING = ("if ", "when ", "while ", "for ", "during ", "on ", "in case", "before ", "after ")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, item, heading or cell that may state a requirement, with what speaks for and against it."""

    own: Wording
    heading: int
    form: Form
    signs: Signs
    place: Place
    context: tuple[Span, ...]
    identifier: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Piece:
    """The statements of a stretch of the text that ends at `end`."""

    end: int
    statements: tuple[Statement, ...]


def find(
    text: str,
    sections: Sequence[Section] = (),
    sentences: Sequence[Sentence] | None = None,
    usual: Habits | None = None,
) -> Iterator[Statement]:
    """The requirements of a text in reading order; none overlaps another. `sentences` are what `split` gives of it.

    `usual` are the habits of the document that a text comes from which is too short to show its own.
    """
    for piece in pieces(text, sections, sentences, usual=usual):
        yield from piece.statements


def pieces(
    text: str,
    sections: Sequence[Section] = (),
    sentences: Sequence[Sentence] | None = None,
    size: int = _PIECE,
    usual: Habits | None = None,
) -> Iterator[Piece]:
    """What `find` gives, in pieces of about `size` code points, to tell progress or stop in between."""
    units = split(text, sections) if sentences is None else sentences
    finder = _Finder(text, units, usual)
    waiting: list[Statement] = []
    border = size
    i = 0
    while i < len(units):
        found, i = finder.at(i)
        waiting += found
        if i >= len(units):
            waiting += finder.rest()
        end = units[i - 1].end
        if end >= border or i >= len(units):
            yield Piece(end, tuple(waiting))
            waiting, border = [], end + size


class _Finder:
    """Judges unit after unit; what it remembers of earlier ones are headings, leads and tables."""

    def __init__(self, text: str, units: Sequence[Sentence], usual: Habits | None = None) -> None:
        self._text = text
        self._units = units
        self._roles: dict[int, Role] = {}
        self._closed: set[int] = set()
        self._listed: set[int] = set()
        # A heading that names a requirement, as long as nothing below it states one, and its level.
        self._named: tuple[Statement, int] | None = None
        # The unit before which no scenario can begin, as far as was looked.
        self._unscripted = 0
        self._tables: dict[int, rows.Table] = {}
        self._leading = {unit.lead for unit in units if unit.lead >= 0}
        told = [unit for unit in units if unit.kind is not Kind.CODE]
        self._known = len(told) >= _FEWEST_TELLING
        self._habits = habits(text[unit.start : unit.end] for unit in told) if self._known else usual
        self._manner = self._judge_manner()
        self._design = Design(text, units, self._manner)
        self._pooled: dict[int, list[Candidate]] = {}

    def at(self, i: int) -> tuple[list[Statement], int]:
        """The statements that begin with unit `i`, and the unit to go on with."""
        found: list[Statement] = []
        unit = self._units[i]
        if self._named and unit.kind is Kind.HEADING and unit.level <= self._named[1]:
            found += self.rest()
        stated, after = self._stated(i)
        if stated:
            self._named = None
        return found + stated, after

    def rest(self) -> list[Statement]:
        """The last heading that named a requirement, when nothing below it stated one."""
        named, self._named = self._named, None
        return [named[0]] if named else []

    def _stated(self, i: int) -> tuple[list[Statement], int]:
        story = stories.story(self._text, self._units, i)
        if story:
            return self._story(i, *story)
        if i >= self._unscripted:
            steps, after = scenarios.steps(self._text, self._units, i)
            if steps:
                return self._scenario(i, steps), after
            self._unscripted = after
        if self._units[i].kind is Kind.CODE:
            return self._code(i)
        return [each for candidate in self._siblings(i) for each in self._statements(candidate)], i + 1

    def _siblings(self, i: int) -> list[Candidate]:
        """The candidates of unit `i`; those of a list draw each other up, for lists are written of one kind."""
        first = self._units[i]
        if first.kind is not Kind.ITEM:
            return list(self.candidates(i))
        if i not in self._pooled:
            after = i
            while (
                after < min(len(self._units), i + _MOST_SIBLINGS)
                and self._units[after].kind is Kind.ITEM
                and self._units[after].heading == first.heading
            ):
                after += 1
            items = {each: list(self.candidates(each)) for each in range(i, after)}
            every = [candidate for found in items.values() for candidate in found]
            likely = sum(candidate.confidence >= THRESHOLD for candidate in every)
            most = len(every) >= _FEWEST_SIBLINGS and likely * 2 > len(every)
            self._pooled = {each: [_drawn(one) for one in found] if most else found for each, found in items.items()}
        return self._pooled.pop(i)

    def _code(self, i: int) -> tuple[list[Statement], int]:
        """What the code of a specification declares, and the unit after it."""
        after = declarations.block(self._units, i)
        heading = self._heading_of(i)
        if not self._design.holds(heading) or self._role(heading) not in _OPEN | {Role.REQUIREMENTS}:
            return [], after
        above = path(self._text, self._units, heading)
        return [
            Statement(each.own.start, each.own.end, Form.ROW, each.confidence, each.context, above)
            for each in declarations.declarations(self._text, self._units, i, after)
        ], after

    def candidates(self, i: int) -> Iterator[Candidate]:
        """What unit `i` alone may state, likely or not."""
        kind = self._units[i].kind
        if kind is Kind.ROW:
            yield from self._row(i)
        elif kind is Kind.HEADING:
            yield from self._heading(i)
        elif kind is not Kind.CODE:
            yield from self._sentence(i)

    def _story(self, i: int, start: int, end: int, after: int) -> tuple[list[Statement], int]:
        own = wording(self._text, Sentence(start, end, Kind.PROSE, 0), start)
        heading = self._heading_of(i)
        doubtful = self._role(heading) in {Role.EXAMPLES, Role.EXCLUDED, Role.DEFINITIONS, Role.HISTORY}
        identifier = wording(self._text, self._units[i], self._earlier(i)).identifier
        above = path(self._text, self._units, heading)
        confidence = _DOUBTFUL if doubtful else _CERTAIN
        return [Statement(own.start, own.end, Form.USER_STORY, confidence, (), above, identifier)], after

    def _scenario(self, i: int, steps: Sequence[scenarios.Step]) -> list[Statement]:
        heading = self._heading_of(i)
        path_ = path(self._text, self._units, heading)
        return [
            Statement(outcome.own.start, outcome.own.end, Form.SCENARIO, _CERTAIN, outcome.conditions, path_)
            for outcome in scenarios.outcomes(steps)
            if outcome.own.end > outcome.own.start
        ]

    def _sentence(self, i: int) -> Iterator[Candidate]:
        unit = self._units[i]
        if i in self._leading and self._text[unit.end - 1] in ":：":
            return
        own = wording(self._text, unit, self._earlier(i))
        bare = found = signs(self._text[own.start : own.end])
        heading = self._heading_of(i)
        listed = unit.kind is Kind.ITEM
        leads = self._leads(unit) if listed else ()
        context: tuple[Span, ...] = ()
        if leads and (found.shape in _INCOMPLETE or self._opens(leads[-1])):
            whole = signs(" ".join(self._text[span.start : span.end] for span in (*leads, Span(own.start, own.end))))
            if whole.shape in {"strong", "weak"}:
                found, context = whole, leads
            elif self._opens(leads[-1]):
                context = leads
        elif found.shape == "fragment" and own.label and listed:
            context = (own.label,)
            found = signs(self._text[own.label.start : own.label.end] + " " + self._text[own.start : own.end])
        label = role(self._text[own.label.start : own.label.end]) if own.label else Role.NONE
        where = label if label is not Role.NONE else self._lead_role(leads) or self._role(heading)
        form = Form.ITEM if listed else Form.SENTENCE
        place = self._place(i, where, listed)
        confidence = judge(found, place)
        above = self._lead_role(leads) or self._role(heading)
        settled = self._design.confidence(heading, above, own, bare, listed=listed)
        if settled > confidence:
            confidence = settled
            context = context or (self._design.context(heading, own) if listed else ())
        yield Candidate(own, heading, form, found, place, context, own.identifier, confidence)

    def _heading(self, i: int) -> Iterator[Candidate]:
        """A heading that is a sentence, and so states a requirement by itself."""
        unit = self._units[i]
        own = wording(self._text, unit, self._earlier(i))
        naming = _NAMING.match(self._text, unit.start, unit.end)
        found = signs(self._text[own.start : own.end])
        if found.shape == "strong" and found.reading.subject in {"product", "user", "other"}:
            place = self._place(i, self._role(unit.heading), False)
            yield Candidate(own, unit.heading, Form.NAMED, found, place, (), own.identifier, judge(found, place))
        elif naming:
            above = path(self._text, self._units, unit.heading)
            named = Statement(naming.end(), own.end, Form.NAMED, _DOUBTFUL, (), above, naming["id"])
            self._named = named, unit.level

    def _row(self, i: int) -> Iterator[Candidate]:
        unit = self._units[i]
        lead = unit.lead if unit.lead >= 0 and self._units[unit.lead].kind is Kind.ROW else -1
        table = self._table(lead) if lead >= 0 else None
        heading = self._heading_of(i)
        where = self._role(heading)
        for cell in rows.candidates(self._text, unit, table):
            for inner in self._within(cell.own):
                own = wording(self._text, inner, inner.start)
                found = signs(self._text[own.start : own.end])
                if found.shape == "fragment" and cell.context:
                    found = signs(
                        " ".join(
                            self._text[span.start : span.end] for span in (*cell.context, Span(own.start, own.end))
                        )
                    )
                if found.shape in _INCOMPLETE and not (cell.column or cell.target):
                    continue
                promised = cell.column and where in _OPEN
                listed = cell.column or cell.target
                place = self._place(i, Role.REQUIREMENTS if promised else where, listed)
                context = cell.context if found.shape in _INCOMPLETE else ()
                identifier = cell.identifier or own.identifier
                yield Candidate(own, heading, Form.ROW, found, place, context, identifier, judge(found, place))

    def _within(self, span: Span) -> Iterator[Sentence]:
        """The sentences of a cell."""
        wording_ = self._text[span.start : span.end]
        if not re.search(r"[.!?]\s", wording_):
            yield Sentence(span.start, span.end, Kind.ROW, 0)
            return
        for unit in split(wording_):
            yield Sentence(span.start + unit.start, span.start + unit.end, Kind.ROW, 0)

    def _statements(self, candidate: Candidate) -> Iterator[Statement]:
        """The requirements of a candidate that is likely enough to be one, each by itself."""
        if candidate.confidence < THRESHOLD:
            return
        above = path(self._text, self._units, candidate.heading)
        for part in parts(self._text, candidate.own.start, candidate.own.end):
            context = (*candidate.context, *part.context)
            yield Statement(
                part.span.start,
                part.span.end,
                candidate.form,
                round(candidate.confidence, 3),
                context,
                above,
                candidate.identifier,
            )

    def _place(self, i: int, where: Role, listed: bool) -> Place:
        return Place(where, listed, quoted(self._text, self._units[i]), self._manner, self._known, self._habits)

    def _judge_manner(self) -> Manner:
        """How the text speaks of requirements; a short text is not known well enough to tell."""
        if not self._known or self._habits is None:
            return Manner.MIXED
        promised = any(self._role(i) in _PROMISING for i, unit in enumerate(self._units) if unit.kind is Kind.HEADING)
        return self._habits.manner(promised=promised)

    def _earlier(self, i: int) -> int:
        return self._units[i - 1].end if i else 0

    def _heading_of(self, i: int) -> int:
        """The heading a unit stands under; a label over a list ends with the list."""
        unit = self._units[i]
        heading = unit.heading
        while (
            heading >= 0
            and self._units[heading].level == _LABEL_LEVEL
            and self._text[self._units[heading].end - 1] in ":："
        ):
            if unit.kind is Kind.ITEM:
                self._listed.add(heading)
            elif heading in self._listed:
                self._closed.add(heading)
            if heading not in self._closed:
                break
            heading = self._units[heading].heading
        return heading

    def _role(self, heading: int) -> Role:
        """The role that the nearest heading with one gives."""
        chain: list[int] = []
        found = Role.NONE
        while heading >= 0:
            if heading in self._roles:
                found = self._roles[heading]
                break
            chain.append(heading)
            heading = self._units[heading].heading
        for each in reversed(chain):
            unit = self._units[each]
            own = role(self._text[unit.start : unit.end])
            if not each and own not in _TITLES:
                # The title of a document names its subject; only what kind of document it is tells of its lines.
                own = Role.NONE
            if own is Role.QUALITIES and found not in {Role.NONE, Role.GOALS}:
                own = found
            found = own if own is not Role.NONE else found
            self._roles[each] = found
        return found

    def _leads(self, unit: Sentence) -> tuple[Span, ...]:
        """What introduces the list an item is in, outermost first, without the colons."""
        found: list[Span] = []
        lead = unit.lead
        while lead >= 0 and len(found) < _MOST_LEADS:
            above = self._units[lead]
            own = wording(self._text, above, self._earlier(lead))
            found.append(trimmed(self._text, own.start, own.end))
            lead = above.lead
        return tuple(reversed(found))

    def _lead_role(self, leads: Sequence[Span]) -> Role | None:
        for span in reversed(leads):
            found = role(self._text[span.start : span.end])
            if found is not Role.NONE:
                return found
        return None

    def _opens(self, lead: Span) -> bool:
        """Whether the lead-in is only the beginning of a sentence that each item ends."""
        return self._text[lead.start : lead.end].lower().startswith(_OPENING)

    def _table(self, lead: int) -> rows.Table:
        if lead not in self._tables:
            self._tables[lead] = rows.table(self._text, self._units[lead], design=self._design.presented)
        return self._tables[lead]


def _drawn(candidate: Candidate) -> Candidate:
    """A candidate most of whose siblings are requirements."""
    words = candidate.signs.reading.words
    spoken = bool(words) and words[0][0].isalnum() and not candidate.place.quoted
    alike = spoken and candidate.place.role in _ALIKE and candidate.signs.shape in _DRAWING
    if alike and not _UNLIKE & candidate.signs.names and _DRAWN <= candidate.confidence < THRESHOLD:
        return replace(candidate, confidence=_LIFTED)
    return candidate
