"""Splits a sentence that holds several requirements into single ones; in doubt it stays whole."""

import re
from dataclasses import dataclass

from specloom.ai.grammar.modality import Operator, operators
from specloom.ai.grammar.phrases import ENABLING, Phrase, predicate
from specloom.ai.grammar.reading import Reading, read
from specloom.ai.grammar.tagging import Tag
from specloom.ai.grammar.triggers import Region
from specloom.ai.grammar.verbs import BASES, PARTICIPLES, THIRD
from specloom.core.text import Span
from specloom.vocabulary.requirements import Modality

# Neither stories nor scenarios are split: they are one requirement by their form.
_WHOLE = re.compile(r"\W*(?:as\s+an?\b.{1,150}?\bI\b|(?:given|scenario)\b.{1,400}?\bthen\b)", re.IGNORECASE | re.DOTALL)
_FINITE = frozenset({Tag.VERB, Tag.AUXILIARY})
_JOINING = frozenset({"and", "but", "&"})
_NOMINAL = frozenset({Tag.DETERMINER, Tag.NOUN, Tag.ADJECTIVE, Tag.NUMBER, Tag.PRONOUN, Tag.PREPOSITION, Tag.ASIDE})
_SUBJECT = _NOMINAL | {Tag.GERUND, Tag.PARTICIPLE, Tag.ADVERB, Tag.RELATIVE}
_LONGEST_SUBJECT = 16
# What follows these without "that" may be a clause of its own, and what is joined to it, too.
_STATING = frozenset(
    {"ensure", "ensures", "verify", "guarantee", "assure", "confirm", "check", "assume", "believe", "say"}
)


# Alone they stand for the clause before: "…, but that can wait".
_POINTING = frozenset({"that", "this"})
_ANNOUNCING = frozenset(
    {"following", "follows", "these", "below", "example", "note", "include", "includes", "including"}
)


@dataclass(frozen=True, slots=True)
class Part:
    """One requirement of a sentence: its own words, and the ranges that complete it, in reading order."""

    span: Span
    context: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cut:
    """The words before `before` end one part, those from `after` on begin the next, which hangs on `context`."""

    before: int
    after: int
    context: tuple[Span, ...]


def parts(text: str, start: int, end: int) -> list[Part]:
    """The single requirements of the sentence `text[start:end]`, in order; the sentence itself when it holds one.

    Their spans do not overlap; between them stand only conjunctions and marks.
    """
    if _WHOLE.match(text, start, end):
        return [Part(Span(start, end))]
    reading = read(text, [Span(start, end)])
    found: list[Part] = []
    first, context = start, tuple[Span, ...]()
    for cut in _Splitter(reading).cuts():
        found.append(Part(Span(first, reading.words[cut.before - 1].end), context))
        first, context = reading.words[cut.after].start, cut.context
    return [*found, Part(Span(first, end), context)]


class _Splitter:
    """Walks along the main clause and remembers what governs the place it has reached."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.tags, self.regions, self.words = reading.tags, reading.regions, reading.words
        self.operators = {each.first: each for each in operators(reading) if each.verb >= 0}
        self.conditions = {each.first: each for each in reading.stretches if each.region is Region.CONDITION}
        self.clause = 0
        self.governor = -1
        self.operator: Operator | None = None
        self.phrase: Phrase | None = None
        # Words since the last verb of the list; an inner clause or infinitive that a further verb could belong to.
        self.said = 0
        self.inner = self.relative = False
        self.waiting: list[_Cut] = []

    def cuts(self) -> list[_Cut]:
        found: list[_Cut] = []
        at = 0
        while at < len(self.words):
            if self.regions[at] is not Region.MAIN:
                self.relative |= self.regions[at] is Region.RELATIVE
                at += 1
                continue
            tagged = self.tags[at]
            if self.phrase is not None and self._separates(at):
                cut = self._cut(at)
                if cut is not None:
                    at = self._take(found, at, cut)
                    continue
            if self.phrase is None and (
                at in self.operators or (tagged in _FINITE and self.tags[at - 1] is not Tag.TO)
            ):
                at = self._govern(at)
                continue
            self._pass(at, tagged)
            at += 1
        return found

    def _separates(self, at: int) -> bool:
        if self.words[at].text == ":":
            return self.operator is not None and not self._announces(at)
        return self.tags[at] in {Tag.COMMA, Tag.CONJUNCTION} or self.words[at].text == ";"

    def _announces(self, at: int) -> bool:
        """Whether a list follows the colon, which the words before it announce: "the following rules:"."""
        return not _ANNOUNCING.isdisjoint(word.lower for word in self.words[max(self.governor, at - 6) : at])

    def _govern(self, at: int) -> int:
        """Enters the verb phrase that begins here; answers where it goes on after the verb."""
        self.governor, self.operator = at, self.operators.get(at)
        self.phrase = predicate_at(self.reading, at, self.operator)
        if self.phrase is None:
            return at + 1
        after = at + 1
        while after < len(self.words) and self.words[after].start < self.phrase.verb.end:
            after += 1
        self.said, self.relative = 0, False
        self.inner = self.words[after - 1].lower in ENABLING | _STATING
        return after

    def _pass(self, at: int, tagged: Tag) -> None:
        if tagged in {Tag.TO, Tag.THAT}:
            self.inner = True
        if tagged not in {Tag.ADVERB, Tag.COMMA, Tag.CONJUNCTION}:
            self.said += 1
        if self.words[at].text == ":":
            self.inner = True
        elif tagged is Tag.STOP:
            self.waiting, self.phrase, self.clause = [], None, at + 1

    def _take(self, found: list[_Cut], at: int, cut: tuple[str, bool, _Cut]) -> int:
        kind, joined, made = cut
        if kind == "verb":
            if joined:
                found += [*self.waiting, made]
                self.waiting = []
            else:
                self.waiting.append(made)
            self.said, self.inner = 0, self.words[made.after].lower in ENABLING
            return self._after_verb(made.after)
        found.append(made)
        self.waiting = []
        self.phrase = None
        if kind == "clause":
            self.clause = made.after
        return max(made.after, at + 1)

    def _after_verb(self, at: int) -> int:
        while at < len(self.words) and self.tags[at] in {Tag.ADVERB, Tag.NOT, Tag.AUXILIARY}:
            at += 1
        return at + 1

    def _cut(self, at: int) -> tuple[str, bool, _Cut] | None:
        """What begins after a comma, semicolon or conjunction, when it is a requirement of its own."""
        after, joining = at + 1, self.words[at].lower
        if self.tags[at] is not Tag.CONJUNCTION and after < len(self.words) and self.tags[after] is Tag.CONJUNCTION:
            joining, after = self.words[after].lower, after + 1
        if self.tags[at] is Tag.CONJUNCTION and joining not in _JOINING:
            return None
        if joining not in _JOINING | {",", ";", ":"}:
            return None
        if {"i.e.", "e.g.", "etc."} & {word.lower for word in self.words[max(0, at - 1) : after + 1]}:
            return None
        own = after
        while own < len(self.words) and self.tags[own] in {Tag.ADVERB, Tag.NOT, Tag.ASIDE}:
            own += 1
        if own >= len(self.words):
            return None
        joined = joining in _JOINING
        if joining == ":":
            return self._new_clause(at, after, joined=False)
        return (
            self._same_subject(at, after, own, joined=joined)
            or self._new_clause(at, after, joined=joined)
            or self._same_modal(at, after, own, joined=joined or joining == ";")
        )

    def _same_subject(self, at: int, after: int, own: int, *, joined: bool) -> tuple[str, bool, _Cut] | None:
        """ "…, and may withdraw"."""
        obliges = own in self.operators and self.regions[own] is Region.MAIN
        if not (joined and obliges and self.operator is not None and self.governor > self.clause):
            return None
        other = self.words[own].lower != self.words[self.governor].lower and self.tags[at] is Tag.CONJUNCTION
        if other and (self.inner or self.relative):
            # "that it is closed and cannot be changed": without a comma, another modal may be the inner clause's.
            return None
        return "subject", True, _Cut(at, after, (self.reading.span(self.clause, self.governor),))

    def _new_clause(self, at: int, after: int, *, joined: bool) -> tuple[str, bool, _Cut] | None:
        """ "…, and the code shall not work again"."""
        mark = self.words[at].text
        if not self._may_begin(mark, after, joined=joined):
            return None
        conditioned, nouns = False, 0
        for here in range(after, min(len(self.words), after + 3 * _LONGEST_SUBJECT)):
            region, tagged = self.regions[here], self.tags[here]
            if here in self.operators and nouns and region is Region.MAIN:
                if here == after + 1 and self.words[after].lower in _POINTING:
                    return None
                shared = () if conditioned or mark in {";", ":"} else self._condition()
                return "clause", True, _Cut(at, after, shared)
            if region in {Region.CONDITION, Region.ADVERBIAL, Region.PURPOSE}:
                if nouns:
                    return None
                conditioned |= region is Region.CONDITION
            elif region is Region.MAIN and tagged not in _SUBJECT:
                joins = tagged in {Tag.COMMA, Tag.CONJUNCTION} and self.words[here].lower in {"and", "or"}
                if not (nouns and joins):
                    return None
            nouns += region is Region.FREE or (region is Region.MAIN and tagged in {Tag.NOUN, Tag.PRONOUN})
        return None

    def _may_begin(self, mark: str, after: int, *, joined: bool) -> bool:
        """Whether a clause of its own may begin after this mark or conjunction at all."""
        if self.operator is None or self.tags[after] is Tag.GERUND:
            return False
        if mark == ",":
            return joined or (not self.inner and self.tags[after] in {Tag.DETERMINER, Tag.PRONOUN})
        return mark in {";", ":"} or not self.inner

    def _condition(self) -> tuple[Span, ...]:
        """The condition that the clause begins with, which holds for those joined to it, too."""
        stretch = self.conditions.get(self.clause)
        return () if stretch is None else (self.reading.span(stretch.first, stretch.last),)

    def _same_modal(self, at: int, after: int, own: int, *, joined: bool) -> tuple[str, bool, _Cut] | None:
        """ "…, log the error and notify the user"."""
        phrase = self.phrase
        if phrase is None or self.inner or self.regions[own] is not Region.MAIN:
            return None
        lower = self.words[own].lower
        if not self.said and not phrase.passive:
            # "view, edit and print orders": what follows the last verb may belong to all of them.
            self.inner = True
            return None
        if phrase.passive and self.operator is not None:
            return self._beside_passive(at, after, own) if joined else None
        if self.tags[own] is Tag.AUXILIARY:
            verb = self.operator is not None and lower in {"be", "have"} and joined
        else:
            verb = self.tags[own] is Tag.VERB and not phrase.passive and self._same_form(lower)
        if not verb or self._pair(at, own) or self._bare(own) or self._asyndetic():
            return None
        first_verb = next(
            here for here in range(self.governor, len(self.words)) if self.words[here].end > phrase.verb.start
        )
        while self.tags[first_verb - 1] is Tag.ADVERB and first_verb > self.clause:
            first_verb -= 1
        if first_verb <= self.clause:
            return "verb", joined, _Cut(at, after, ())
        return "verb", joined, _Cut(at, after, (self.reading.span(self.clause, first_verb),))

    def _beside_passive(self, at: int, after: int, own: int) -> tuple[str, bool, _Cut] | None:
        """ "shall be logged and stop the run": the second verb is ruled by the modal verb alone."""
        lower = self.words[own].lower
        if self.tags[own] is Tag.AUXILIARY:
            verb = lower in {"be", "have"}
        else:
            verb = self.tags[own] is Tag.VERB and lower in BASES and lower not in PARTICIPLES
        positive = self.operator is not None and not self.operator.negated
        if not (verb and positive and self.governor > self.clause) or self._bare(own) or self._asyndetic():
            return None
        return "verb", True, _Cut(at, after, (self.reading.span(self.clause, self.governor + 1),))

    def _asyndetic(self) -> bool:
        """Whether another clause came before the subject, parted by a comma alone: "the hatch opens, they put"."""
        return any(
            tagged is Tag.COMMA and region is Region.MAIN and after is Tag.PRONOUN
            for tagged, region, after in zip(
                self.tags[self.clause : self.governor],
                self.regions[self.clause : self.governor],
                self.tags[self.clause + 1 : self.governor + 1],
                strict=True,
            )
        )

    def _pair(self, at: int, own: int) -> bool:
        """Whether two verbs stand side by side and share what follows: "read and write access"."""
        if self.tags[at - 1] is Tag.VERB:
            return True
        after = self.tags[own + 1] if own + 1 < len(self.tags) else Tag.STOP
        return self.words[at - 1].lower in BASES and after not in {Tag.DETERMINER, Tag.PRONOUN, Tag.NUMBER}

    def _bare(self, own: int) -> bool:
        """Whether nothing follows the verb that could be its own."""
        return (
            own + 1 >= len(self.tags)
            or self.words[own + 1].lower == "so"
            or self.tags[own + 1] in {Tag.CONJUNCTION, Tag.COMMA, Tag.MODAL}
        )

    def _same_form(self, lower: str) -> bool:
        if self.operator is not None:
            return lower not in THIRD or lower in BASES
        first = self.words[self.governor].lower
        return (first in THIRD) == (lower in THIRD) and self.tags[self.governor] is Tag.VERB


def predicate_at(reading: Reading, at: int, operator: Operator | None) -> Phrase | None:
    """The verb phrase at a word: the one its operator rules, or that of a plain verb."""
    return predicate(reading, operator or Operator(at, at, at, Modality.NONE))
