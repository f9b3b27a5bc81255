"""Tells what each word does in its sentence, from word lists and its neighbours: verb, noun, subordinator and so on."""

import re
from collections.abc import Sequence

from specloom.ai.grammar import lexicon
from specloom.ai.grammar.entries import ADJECTIVE, ADVERB, BASE, GERUND, NOUN_VERB, PAST, THIRD, Tag, entry
from specloom.ai.grammar.numerals import is_number
from specloom.ai.grammar.tokens import Word
from specloom.ai.grammar.verbs import PARTICIPLES, listed

__all__ = ["Tag", "tag"]


_NOMINAL = frozenset({Tag.NOUN, Tag.ADJECTIVE, Tag.NUMBER, Tag.GERUND})
_BEFORE_NOUN = frozenset({Tag.DETERMINER, Tag.ADJECTIVE, Tag.NUMBER, Tag.PREPOSITION})
_OPENS_PHRASE = frozenset({Tag.DETERMINER, Tag.PRONOUN, Tag.NUMBER})
_ENDS = frozenset({Tag.COMMA, Tag.STOP, Tag.MODAL})
_CONTEXTUAL = frozenset({Tag.MODAL, Tag.TO, Tag.THAT, Tag.DETERMINER, Tag.RELATIVE, Tag.SUBORDINATOR, Tag.PREPOSITION})
_WITHIN_PHRASE = frozenset({Tag.DETERMINER, Tag.NUMBER, Tag.ADJECTIVE, Tag.NOUN})
_STARTS_SENTENCE = frozenset({Tag.DETERMINER, Tag.PRONOUN, Tag.SUBORDINATOR, Tag.PREPOSITION})
_IDENTIFIER = re.compile(r"(?:[A-Z]{1,10}[-_.]?){1,4}\d+(?:\.\d+)*[a-z]?|\d+(?:\.\d+)*")
_SHORTEST = 3
_LISTS = frozenset({Tag.COMMA, Tag.CONJUNCTION, Tag.STOP})
_STARTS_CLAUSE = frozenset({Tag.STOP, Tag.SUBORDINATOR})
_STANDS_ALONE = listed("this that these those each all both some any many most none either neither")
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}
_TO_DO = listed("need needs have has able unable want wants ought going")
_NOT_TO_DO = listed("access due prior according subject related relating contrary response add addition")
_BEFORE_MONTH = listed("in of by until since from before after on")
_AFTER_ONCE = frozenset({"", ",", ".", "a", "per", "every"})
_CLAUSES_TOO = listed("after before until till since")
_TIMES = listed("second seconds minute minutes hour hours day days week weeks month months year years ms s min h")
# "show when it opened" tells what is shown; "beep when it opens" tells when.
_TELLING = listed("show know tell see choose decide determine specify indicate remember")


def tag(words: Sequence[Word]) -> list[Tag]:
    """One tag for each word of a sentence."""
    return _Tagger(words).run()


class _Tagger:
    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.entries = [entry(word.lower) for word in words]
        self.verbal = any(fixed in {Tag.MODAL, Tag.AUXILIARY} for fixed, _ in self.entries)
        self.tags: list[Tag] = []
        # What stands before, adverbs left out; the same before commas and conjunctions. Then whether a list of verbs
        # is open, and in which form.
        self.before = self.last = Tag.STOP
        self.base_open = self.third_open = self.part_open = False

    def run(self) -> list[Tag]:
        depth = 0
        for at, word in enumerate(self.words):
            step = _BRACKETS.get(word.text, 0)
            depth = max(0, depth + step)
            # A sentence that stands in brackets as a whole is none the less a sentence.
            if (depth or step) and self.tags:
                self.tags.append(Tag.ASIDE)
                continue
            found = self._one(at, word)
            self.tags.append(found)
            if found not in {Tag.ADVERB, Tag.NOT, Tag.ASIDE}:
                self._open(at, found)
                self.before = found
                if found not in {Tag.COMMA, Tag.CONJUNCTION}:
                    self.last = found
        return self.tags

    def _open(self, at: int, found: Tag) -> None:
        if found in {Tag.MODAL, Tag.TO}:
            self.base_open, self.third_open, self.part_open = True, False, False
        elif found is Tag.VERB:
            if self.entries[at][1] & THIRD:
                self.third_open = True
            else:
                self.base_open = True
        elif found is Tag.PARTICIPLE and self.before is Tag.AUXILIARY:
            self.part_open = True
        elif found is Tag.STOP and self.words[at].text not in {":", ";"}:
            self.base_open = self.third_open = self.part_open = False

    def _one(self, at: int, word: Word) -> Tag:
        fixed, may = self.entries[at]
        if at == 0 and self._identifies(word):
            return Tag.ASIDE
        if fixed is not None:
            return self._fixed(at, word, fixed) if fixed in _CONTEXTUAL else fixed
        return self._open_word(at, word, may)

    def _identifies(self, word: Word) -> bool:
        """Whether the first word only numbers the sentence: "GCC-2 When", "3.1 The"; not "MP3 files"."""
        if _IDENTIFIER.fullmatch(word.text) is None or len(self.words) < _SHORTEST:
            return False
        return self.words[1].text[0].isupper() and self.entries[1][0] in _STARTS_SENTENCE

    def _open_word(self, at: int, word: Word, may: int) -> Tag:  # noqa: PLR0911 - a table of cases
        """What a noun, verb, adjective or adverb is here."""
        if self.before in {Tag.MODAL, Tag.TO} or (self.before is Tag.AUXILIARY and self._last_in(lexicon.DO)):
            if not may & (ADVERB | BASE):
                return Tag.VERB if not may & ADJECTIVE else Tag.ADJECTIVE
            return Tag.VERB if may & BASE else Tag.ADVERB
        if may & ADVERB and not (self.before is Tag.DETERMINER and self._next_nominal(at)):
            return Tag.ADVERB
        if self._before_modal(at) or (self.before in {Tag.NOUN, Tag.ADJECTIVE} and self._titled(at)):
            return Tag.NOUN
        if word.lower in {"need", "needs"} and self._next_word(at) == "to" and self.before not in _BEFORE_NOUN:
            return Tag.VERB
        if not may:
            return self._unknown(at, word)
        for possible, decide in self._decisions:
            if may & possible:
                decided = decide(self, at, may)
                if decided is not None:
                    return decided
        if may & ADJECTIVE and self.before in _WITHIN_PHRASE and self._ends_phrase(at, word):
            return Tag.NOUN
        return Tag.ADJECTIVE if may & (ADJECTIVE | ADVERB) else Tag.NOUN

    def _ends_phrase(self, at: int, word: Word) -> bool:
        """Whether a word that only looks like an adjective is the noun of its phrase: "the event must"."""
        return word.lower not in lexicon.ADJECTIVES and not self._next_nominal(at)

    def _unknown(self, at: int, word: Word) -> Tag:
        """What a word is that no list knows: a noun, unless its place and ending say otherwise."""
        if self.base_open and self.before in _LISTS and self._phrase_follows(at):
            return Tag.VERB
        if self.before is Tag.AUXILIARY and word.lower.endswith("ed"):
            return Tag.PARTICIPLE
        return Tag.NOUN

    def _fixed(self, at: int, word: Word, fixed: Tag) -> Tag:  # noqa: PLR0911 - a table of cases
        lower = word.lower
        if fixed is Tag.MODAL:
            return self._modal(at, word)
        if fixed is Tag.TO:
            return Tag.TO if self._infinitive_follows(at) else Tag.PREPOSITION
        if fixed is Tag.THAT and lower == "that":
            return self._that(at)
        if lower == "neither" and self.before is Tag.MODAL:
            return Tag.NOT
        if fixed is Tag.DETERMINER and lower in _STANDS_ALONE and self._stands_alone(at):
            return Tag.PRONOUN
        if fixed is Tag.RELATIVE:
            asked = self.before is Tag.VERB or (self.before is Tag.PREPOSITION and lower not in {"whom", "which"})
            return Tag.THAT if asked else fixed
        if fixed is Tag.SUBORDINATOR:
            return Tag.NOUN if lower == "till" and self.before is Tag.DETERMINER else self._subordinator(at, lower)
        if lower == "like" and self.before is Tag.MODAL:
            return Tag.VERB
        return fixed

    def _subordinator(self, at: int, lower: str) -> Tag:
        if self._asks(at, lower):
            return Tag.THAT
        if lower in _CLAUSES_TOO and (self._next_word(at) == "when" or self._lasts(at + 1)):
            return Tag.PREPOSITION
        if lower == "once" and (self._next_word(at) in _AFTER_ONCE or self.before is Tag.NOT):
            return Tag.ADVERB
        if lower == "where" and self.before is Tag.NOUN:
            return Tag.RELATIVE
        if lower in _CLAUSES_TOO and not self._clause_follows(at, modal=lower == "since"):
            return Tag.PREPOSITION
        return Tag.SUBORDINATOR

    def _asks(self, at: int, lower: str) -> bool:
        """Whether an indirect question begins: "know where", "told since when"."""
        if lower == "when":
            before = self.words[at - 1].lower if at else ""
            return before == "since" or (self.before is Tag.VERB and lexicon.base_form(before) in _TELLING)
        return lower in {"where", "whether"} and self.before in {Tag.VERB, Tag.PREPOSITION, Tag.ADJECTIVE}

    def _lasts(self, at: int) -> bool:
        """Whether a length of time begins here that is no subject: "after 3 days", not "after 3 days have passed"."""
        if at + 1 >= len(self.words) or self.entries[at][0] is not Tag.NUMBER:
            return False
        after = self.entries[at + 2][0] if at + 2 < len(self.words) else Tag.STOP
        return self.words[at + 1].lower in _TIMES and after is not Tag.AUXILIARY

    def _modal(self, at: int, word: Word) -> Tag:
        before = self.words[at - 1].lower if at else ""
        if before in {"a", "an", "the"} or before in lexicon.POSSESSIVES:
            return Tag.NOUN
        after = self._next_word(at)
        if word.text == "May" and (before in _BEFORE_MONTH or is_number(before) or is_number(after)):
            return Tag.NOUN
        return Tag.MODAL

    def _that(self, at: int) -> Tag:
        if self.before in {Tag.CONJUNCTION, Tag.COMMA} and self._phrase_follows(at):
            return Tag.THAT
        if self.before in {Tag.NOUN, Tag.PRONOUN} and not (at and self.words[at - 1].lower in {"so", "such"}):
            return Tag.RELATIVE
        if self.before in {Tag.VERB, Tag.PARTICIPLE, Tag.ADJECTIVE, Tag.GERUND, Tag.AUXILIARY}:
            return Tag.THAT
        if at and self.words[at - 1].lower in {"so", "such"}:
            return Tag.THAT
        return Tag.DETERMINER if self._next_nominal(at) else Tag.PRONOUN

    def _base(self, at: int, may: int) -> Tag | None:  # noqa: PLR0911 - a table of cases
        before = self.before
        noun_too = bool(may & NOUN_VERB) and not self._particle_follows(at)
        if at and (self.tags[-1] is Tag.NOT or self.words[at - 1].lower in {"never", "please"}):
            return Tag.VERB if before is not Tag.AUXILIARY else None
        if before in _BEFORE_NOUN:
            return Tag.NOUN
        if before is Tag.AUXILIARY:
            return Tag.PARTICIPLE if may & PAST else None
        if before in {Tag.CONJUNCTION, Tag.COMMA}:
            if may & PAST and self.part_open and not self._phrase_follows(at):
                return Tag.PARTICIPLE
            paired = self.last is Tag.VERB or self._phrase_follows(at)
            if self.last is Tag.NOUN and not paired and self._beside_noun(at):
                return Tag.NOUN
            return Tag.NOUN if noun_too and not (self.base_open and paired) else Tag.VERB
        if before in _STARTS_CLAUSE:
            starts = not noun_too or self._phrase_follows(at) or self._commands(at)
            return Tag.VERB if starts and not may & ADJECTIVE else None
        if before in {Tag.RELATIVE, Tag.PRONOUN}:
            return Tag.VERB
        if before is Tag.NOUN and self._phrase_follows(at) and (self._plural(at) or not noun_too):
            return Tag.VERB
        if before is Tag.NOUN and not noun_too and self._plural(at):
            return Tag.VERB
        return Tag.NOUN if noun_too else None

    def _commands(self, at: int) -> bool:
        """Whether a sentence without a verb begins with one that could be a noun: "Show free slots"."""
        if at or len(self.words) < _SHORTEST or self.verbal:
            return False
        fixed, may = self.entries[1]
        return fixed is None and (self.words[1].lower in lexicon.ADJECTIVES or bool(may & PAST and not may & BASE))

    def _third(self, at: int, may: int) -> Tag | None:
        before = self.before
        noun_too = bool(may & NOUN_VERB) and not self._particle_follows(at)
        if before in _BEFORE_NOUN:
            return Tag.NOUN
        if before in {Tag.RELATIVE, Tag.PRONOUN}:
            return Tag.VERB
        follows = self._phrase_follows(at)
        if before is Tag.NOUN or (before in {Tag.CONJUNCTION, Tag.COMMA} and self.third_open):
            return Tag.VERB if follows or not noun_too else Tag.NOUN
        if before in {Tag.STOP, Tag.PARTICIPLE} and not noun_too:
            return Tag.VERB
        return Tag.NOUN

    def _past(self, at: int, _may: int) -> Tag | None:  # noqa: PLR0911 - a table of cases
        before = self.before
        if before is Tag.AUXILIARY or (before in {Tag.CONJUNCTION, Tag.COMMA} and self.part_open):
            return Tag.PARTICIPLE
        if before in _BEFORE_NOUN and self._next_nominal(at):
            return Tag.ADJECTIVE
        if before in {Tag.DETERMINER, Tag.NUMBER}:
            return Tag.NOUN
        if before in {Tag.PRONOUN, Tag.RELATIVE} or (before is Tag.NOUN and self._phrase_follows(at)):
            return Tag.VERB
        if self.words[at].lower not in PARTICIPLES and before is Tag.NOUN:
            return Tag.VERB
        if before not in {Tag.NOUN, Tag.SUBORDINATOR} and self._next_nominal(at):
            return Tag.ADJECTIVE
        return Tag.PARTICIPLE

    def _ing(self, at: int, _may: int) -> Tag | None:
        before = self.before
        if before in {Tag.DETERMINER, Tag.NUMBER} or (before is Tag.ADJECTIVE and not self._phrase_follows(at)):
            return Tag.NOUN
        if before is Tag.NOUN and not self._phrase_follows(at):
            return Tag.NOUN
        return Tag.GERUND

    def _last_in(self, members: frozenset[str]) -> bool:
        at = len(self.tags) - 1
        while at >= 0 and self.tags[at] in {Tag.ADVERB, Tag.NOT, Tag.ASIDE}:
            at -= 1
        return at >= 0 and self.words[at].lower in members

    def _next_word(self, at: int) -> str:
        return self.words[at + 1].lower if at + 1 < len(self.words) else ""

    def _next_nominal(self, at: int) -> bool:
        """Whether what follows can be the noun that this word belongs to."""
        if at + 1 >= len(self.words):
            return False
        fixed, may = self.entries[at + 1]
        word = self.words[at + 1]
        if may & ADVERB and not may & ADJECTIVE:
            return False
        if fixed is None:
            pure_verb = may & (THIRD | BASE) and not may & (NOUN_VERB | ADJECTIVE | GERUND | PAST)
            return not pure_verb
        return fixed is Tag.NUMBER or word.lower in {"other", "such", "various", "multiple", "several", "own"}

    def _before_modal(self, at: int) -> bool:
        """Whether a modal verb follows, so that this word is its subject and no verb: "Cooks must"."""
        return at + 1 < len(self.words) and self.entries[at + 1][0] is Tag.MODAL and self.before in _LISTS

    def _beside_noun(self, at: int) -> bool:
        """Whether the word joined to this one could be a verb and is a noun: "upgrade and downgrade operations"."""
        beside = self.entries[at - 2][1] if at > 1 else 0
        return bool(beside & BASE)

    def _titled(self, at: int) -> bool:
        """Whether the word goes on with a name that is written in capitals: "the Failed Orders List"."""
        if at < 2:  # noqa: PLR2004
            return False
        before, word = self.words[at - 1].text, self.words[at].text
        return word[0].isupper() and before[0].isupper() and before.lower() not in lexicon.DETERMINERS

    def _stands_alone(self, at: int) -> bool:
        """Whether "this", "each" or "all" has no noun of its own: "this allows", "all must"."""
        if at + 1 >= len(self.words):
            return True
        fixed, may = self.entries[at + 1]
        if fixed is None:
            return bool(may & THIRD and not may & NOUN_VERB)
        return not self._next_nominal(at) and fixed not in _OPENS_PHRASE

    def _phrase_follows(self, at: int) -> bool:
        """Whether what follows begins an object: "the", "it", "5", "all"."""
        after = at + 1
        if after >= len(self.words):
            return False
        fixed = self.entries[after][0]
        return fixed in _OPENS_PHRASE

    def _particle_follows(self, at: int) -> bool:
        """Whether the verb's own particle follows: "logs in"."""
        return at + 1 < len(self.words) and lexicon.is_adverbial_particle(
            self.words[at].lower, self.words[at + 1].lower
        )

    def _clause_follows(self, at: int, *, modal: bool) -> bool:
        """Whether a verb of its own comes before the next comma."""
        for later in range(at + 1, min(at + 15, len(self.words))):
            fixed, may = self.entries[later]
            if fixed in _ENDS:
                return modal and fixed is Tag.MODAL
            if fixed is Tag.AUXILIARY or (may & (THIRD | PAST) and not may & NOUN_VERB and later > at + 1):
                return True
        return False

    def _infinitive_follows(self, at: int) -> bool:
        after = at + 1
        while after < len(self.words) and (self.entries[after][1] & ADVERB or self.entries[after][0] is Tag.NOT):
            after += 1
        if after >= len(self.words):
            return False
        word = self.words[after].lower
        if word in {"be", "have", "do"}:
            return True
        fixed, may = self.entries[after]
        before = self.words[at - 1].lower if at else ""
        if before in _TO_DO and fixed is None and not may & (THIRD | GERUND):
            return True
        if not may & BASE:
            # A verb that no list knows: "to stiffen the collars".
            return fixed is None and not may and not word.endswith("s") and self._phrase_follows(after)
        return not (may & NOUN_VERB and before in _NOT_TO_DO)

    def _plural(self, at: int) -> bool:
        before = self.words[at - 1].lower
        return (before.endswith("s") and not before.endswith(("ss", "us", "is"))) or before in {
            "people",
            "staff",
            "data",
        }

    # Which readings of an ambiguous word are weighed, in this order.
    _decisions = ((BASE, _base), (THIRD, _third), (PAST, _past), (GERUND, _ing))
