"""Reads a sentence into its main clause and what depends on it: conditions, purposes, reasons, relative clauses."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from specloom.ai.grammar.tagging import Tag, tag
from specloom.ai.grammar.tokens import LONGEST_KEPT, Word, words
from specloom.ai.grammar.triggers import Region, Trigger, opens
from specloom.ai.grammar.verbs import THIRD
from specloom.core.text import Span
from specloom.vocabulary.requirements import Ears

_FINITE = frozenset({Tag.MODAL, Tag.AUXILIARY, Tag.VERB})
_SUBJECT = frozenset(
    {
        *(Tag.DETERMINER, Tag.NOUN, Tag.ADJECTIVE, Tag.NUMBER, Tag.PRONOUN, Tag.PREPOSITION, Tag.GERUND, Tag.ADVERB),
        *(Tag.PARTICIPLE, Tag.ASIDE),
    }
)
_VERBAL = _FINITE | {Tag.PARTICIPLE, Tag.GERUND}
# After these a verb belongs to the one before it.
_GOES_ON = frozenset({Tag.CONJUNCTION, Tag.MODAL, Tag.AUXILIARY, Tag.TO, Tag.ADVERB, Tag.NOT, Tag.RELATIVE})
_LONGEST_SUBJECT = 14
_LONGEST_FREE = 30
_SHORTEST_CONDITION = 3
_PHRASES_TOO = frozenset({"after", "before", "until", "till", "since"})
_FREE = frozenset({"whoever", "whatever", "whichever", "what", "who"})
_HEADS = frozenset({Tag.NOUN, Tag.ADJECTIVE, Tag.NUMBER, Tag.PRONOUN, Tag.GERUND})
_ENDS_LEAD = frozenset({":", "：", "—", "–", "-", "...", "…", "*", "_"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words `first` to `last` (exclusive) that depend on the main clause."""

    first: int
    last: int
    region: Region
    ears: Ears | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a sentence, what each of them does and to which region it belongs; shared, so not to be changed."""

    words: list[Word]
    tags: list[Tag]
    regions: list[Region]
    stretches: list[Stretch]

    def span(self, first: int, last: int) -> Span:
        """The range of text of the words `first` to `last` (exclusive)."""
        return Span(self.words[first].start, self.words[last - 1].end)

    def lower(self, first: int, last: int) -> str:
        """Those words in small letters."""
        return " ".join(word.lower for word in self.words[first:last])


def read(text: str, spans: Sequence[Span]) -> Reading:
    """Reads ranges of the text as one sentence; the colon or dash that ends a lead-in does not end it."""
    kept = sum(span.end - span.start for span in spans) <= LONGEST_KEPT
    return (_kept if kept else _read)(text, tuple(spans))


def _read(text: str, spans: tuple[Span, ...]) -> Reading:
    found: list[Word] = []
    for span in spans:
        while found and found[-1].text in _ENDS_LEAD:
            found.pop()
        found += words(text, span.start, span.end)
    return read_words(found)


# Splitting, clauses, classification and rules read the same sentence one after another; the words are those of `words`.
_kept = lru_cache(maxsize=1 << 12)(_read)


def read_words(found: list[Word]) -> Reading:
    """Reads the words of a sentence."""
    return _Reader(found, tag(found)).run()


def opens_main(tag: Tag, region: Region) -> bool:
    """Whether the main clause has begun with this word."""
    started = region in {Region.MAIN, Region.FREE}
    return started and tag not in {Tag.ADVERB, Tag.COMMA, Tag.CONJUNCTION, Tag.ASIDE, Tag.STOP}


class _Reader:
    def __init__(self, found: list[Word], tags: list[Tag]) -> None:
        self.words = found
        self.tags = tags
        self.regions = [Region.MAIN] * len(found)
        self.stretches: list[Stretch] = []
        self.stops = [*(at for at, tagged in enumerate(tags) if tagged is Tag.STOP), len(tags)]
        self.last_modal = max((at for at, tagged in enumerate(tags) if tagged is Tag.MODAL), default=-1)
        self._start_clause()

    def _start_clause(self) -> None:
        self.leading = True
        self.verb_seen = self.modal_seen = False

    def run(self) -> Reading:
        at, count = 0, len(self.words)
        while at < count:
            tagged = self.tags[at]
            if self.words[at].lower in _FREE and (free := self._free_end(at)):
                self._mark(at, free, Trigger(1, Region.FREE))
                self.leading, at = False, free
                continue
            opened = self._opened(at)
            if opened is not None:
                last = max(at + opened.length, self._end(at, opened))
                self._mark(at, last, opened)
                at = last
                continue
            if tagged is Tag.STOP or (
                tagged is Tag.CONJUNCTION and self.verb_seen and self._clause_at(at + 1, modal=True)
            ):
                self._start_clause()
            elif tagged in _FINITE or (tagged is Tag.PARTICIPLE and self.verb_seen):
                self.leading = False
                self.modal_seen |= tagged is Tag.MODAL
                self.verb_seen |= tagged is not Tag.MODAL
            elif tagged not in {Tag.ADVERB, Tag.COMMA, Tag.CONJUNCTION, Tag.ASIDE}:
                self.leading = False
            at += 1
        return Reading(self.words, self.tags, self.regions, self.stretches)

    def _opened(self, at: int) -> Trigger | None:
        tagged = self.tags[at]
        if tagged is Tag.ASIDE:
            return None
        if tagged is Tag.RELATIVE and not self.leading:
            return Trigger(1, Region.RELATIVE)
        opened = opens(self.words, self.tags, at, leading=self.leading)
        if opened is not None and opened.region is Region.PURPOSE and not self.leading and not self.verb_seen:
            return None
        return opened

    def _mark(self, first: int, last: int, opened: Trigger) -> None:
        for at in range(first, last):
            self.regions[at] = opened.region
        end = last
        while end > first + 1 and self.tags[end - 1] in {Tag.COMMA, Tag.STOP}:
            end -= 1
        self.stretches.append(Stretch(first, end, opened.region, opened.ears))

    def _end(self, at: int, opened: Trigger) -> int:
        if opened.region is Region.RELATIVE:
            return self._relative_end(at)
        if self.leading:
            return self._leading_end(at + opened.length, phrase=self.tags[at] is Tag.PREPOSITION)
        after_comma = at > 0 and self.tags[at - 1] in {Tag.COMMA, Tag.MODAL}
        if not self.verb_seen:
            return self._medial_end(at + opened.length, after_comma=after_comma)
        return self._trailing_end(at + opened.length)

    def _limit(self, at: int) -> int:
        """Where the sentence or the stretch before a semicolon or colon ends."""
        return self.stops[bisect_left(self.stops, at)]

    def _free_end(self, at: int) -> int:
        """Where the verb stands whose subject is the relative clause that begins here; 0 when it is no subject."""
        starts = self.leading or (self.tags[at - 1] is Tag.CONJUNCTION and self.words[at].lower != "who")
        if not starts:
            return 0
        # "whatever the sensor reports": a verb that looks like a noun is missed.
        own_verb, phrase = False, self.tags[at + 1 : at + 2] == [Tag.DETERMINER]
        for here in range(at + 1, min(self._limit(at), at + _LONGEST_FREE)):
            tagged = self.tags[here]
            if tagged in {Tag.COMMA, Tag.SUBORDINATOR}:
                return 0
            if tagged not in _FINITE:
                continue
            if self.tags[here - 1] not in _GOES_ON and (own_verb or (phrase and tagged is Tag.MODAL)):
                return here
            own_verb = True
        return 0

    def _leading_end(self, at: int, *, phrase: bool) -> int:
        limit = self._limit(at)
        pending = -1
        for here in range(at, limit):
            if self.words[here].lower == "then" and here > at + 1:
                return here
            if self.tags[here] is not Tag.COMMA or here == at:
                continue
            after = self.tags[here + 1] if here + 1 < limit else Tag.STOP
            if after is Tag.MODAL and pending >= 0:
                return pending + 1
            if after is Tag.SUBORDINATOR or self.tags[here + 1 : here + 3] == [Tag.CONJUNCTION, Tag.SUBORDINATOR]:
                return here + 1
            if after is Tag.RELATIVE and self.words[here + 1].lower in _FREE and self._free_end(here + 1):
                return here + 1
            if after in {Tag.RELATIVE, Tag.CONJUNCTION}:
                continue
            if self._clause_at(here + 1, modal=False) or self._imperative(here + 1):
                return here + 1
            if after in {Tag.DETERMINER, Tag.NOUN, Tag.PRONOUN, Tag.ADJECTIVE}:
                pending = here if pending < 0 else pending
        return self._after_phrase(at, limit, phrase=phrase) or self._before_subject(at, limit)

    def _after_phrase(self, at: int, limit: int, *, phrase: bool) -> int:
        """Where a phrase without a verb ends, no comma after it: at the next noun phrase, "in winter | the crew".

        0 when it holds a verb. `phrase`: it is known to hold none.
        """
        for here in range(at + 1, limit):
            tagged, before = self.tags[here], self.tags[here - 1]
            if tagged in {Tag.DETERMINER, Tag.PRONOUN} and before in _HEADS:
                return here if phrase or self.words[at - 1].lower in _PHRASES_TOO else 0
            if tagged in _FINITE:
                # "In test mode doors must": at least the last noun is the subject's.
                return here - 1 if phrase and tagged is Tag.MODAL and here - 1 > at and before is Tag.NOUN else 0
        return 0

    def _before_subject(self, at: int, limit: int) -> int:
        """Where the main clause begins when no comma says so: at the noun phrase before its verb, the last modal one.

        Without a modal verb it is the second, before which a noun phrase begins: "when it rains | the roof leaks".
        """
        verb = next((here for here in range(at, limit) if self.tags[here] in _VERBAL), limit)
        for modal in range(limit - 1, at, -1):
            if self.tags[modal] is not Tag.MODAL:
                continue
            first = self._phrase_start(at, modal)
            # A verb that looks like a noun is missed: "after the user click send the system will".
            if verb < first or (first - at >= _SHORTEST_CONDITION and self.tags[first] is Tag.DETERMINER):
                return first
        for here in range(verb + 1, limit):
            if self.tags[here] in _FINITE and self.tags[here - 1] not in _GOES_ON:
                first = self._phrase_start(verb, here)
                opened = self.tags[first] in {Tag.DETERMINER, Tag.PRONOUN} and first > verb + 1
                if opened or (first == verb + 1 and self.tags[first] is Tag.DETERMINER):
                    return first if self.tags[first - 1] not in {*_GOES_ON, Tag.THAT, Tag.COMMA} else limit
                return limit
        return limit

    def _phrase_start(self, at: int, verb: int) -> int:
        """Where the noun phrase right before a verb begins, not before word `at`."""
        first = verb
        if first > at and self.tags[first - 1] is Tag.PRONOUN:
            return first - 1
        while first > at and self.tags[first - 1] in {Tag.NOUN, Tag.ADJECTIVE, Tag.NUMBER, Tag.PRONOUN, Tag.ADVERB}:
            first -= 1
        return first - 1 if first > at and self.tags[first - 1] is Tag.DETERMINER else first

    def _imperative(self, at: int) -> bool:
        return (
            at < len(self.words)
            and self.tags[at] is Tag.VERB
            and self.words[at].lower not in THIRD
            and self.last_modal < at
        )

    def _clause_at(self, at: int, *, modal: bool) -> bool:
        """Whether a subject with its verb begins here; with `modal`, a modal verb."""
        subject = False
        for here in range(at, min(at + _LONGEST_SUBJECT, len(self.words))):
            tagged = self.tags[here]
            if tagged is Tag.MODAL:
                return subject
            if tagged in {Tag.AUXILIARY, Tag.VERB}:
                return subject and not modal
            if tagged not in _SUBJECT:
                return False
            subject |= tagged in {Tag.NOUN, Tag.PRONOUN, Tag.NUMBER, Tag.GERUND, Tag.ADJECTIVE}
        return False

    def _medial_end(self, at: int, *, after_comma: bool) -> int:
        limit = self._limit(at)
        own_verb = False
        for here in range(at, limit):
            if after_comma and self.tags[here] is Tag.COMMA:
                return here + 1
            if not after_comma and self.tags[here] is Tag.MODAL and (own_verb or not self.modal_seen):
                return here
            own_verb |= self.tags[here] in _FINITE
        return limit

    def _trailing_end(self, at: int) -> int:
        limit = self._limit(at)
        for here in range(at, limit):
            if self._resumes(here) or opens(self.words, self.tags, here, leading=False) is not None:
                return here
        return limit

    def _resumes(self, at: int) -> bool:
        """Whether the main clause goes on here, or the next one begins."""
        tagged = self.tags[at]
        if tagged is Tag.COMMA:
            after = at + 1
            if after < len(self.tags) and self.tags[after] is Tag.CONJUNCTION:
                return self._resumes(after)
            return self._clause_at(after, modal=True)
        if tagged is not Tag.CONJUNCTION:
            return False
        after = at + 1
        while after < len(self.tags) and self.tags[after] is Tag.ADVERB:
            after += 1
        if after >= len(self.tags):
            return False
        base = self.tags[after] is Tag.VERB and self.words[after].lower not in THIRD
        listed = base and self.modal_seen and at > 0 and self.tags[at - 1] is Tag.COMMA
        return self.tags[after] is Tag.MODAL or listed or self._clause_at(after, modal=True)

    def _relative_end(self, at: int) -> int:
        after_comma = at > 0 and self.tags[at - 1] is Tag.COMMA
        limit = self._limit(at)
        own_verb = False
        for here in range(at + 1, limit):
            tagged = self.tags[here]
            if tagged is Tag.COMMA and (after_comma or not self.verb_seen or self._resumes(here)):
                return here if self._resumes(here) else here + 1
            before = self.tags[here - 1]
            if tagged in _FINITE and own_verb and before not in _GOES_ON and not self.verb_seen:
                return here
            if self.verb_seen and (self._resumes(here) or opens(self.words, self.tags, here, leading=False)):
                return here
            own_verb |= tagged in {Tag.AUXILIARY, Tag.VERB} or (tagged is Tag.MODAL)
        return limit
