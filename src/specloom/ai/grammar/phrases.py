"""Finds the phrases of a sentence that has been read: its subject, its verb with its object, its agent."""

from dataclasses import dataclass
from itertools import pairwise

from specloom.ai.grammar.lexicon import is_adverbial_particle, is_particle
from specloom.ai.grammar.modality import Operator
from specloom.ai.grammar.reading import Reading
from specloom.ai.grammar.tagging import Tag
from specloom.ai.grammar.triggers import Region
from specloom.ai.grammar.verbs import listed
from specloom.core.text import Span

_NOMINAL = frozenset({Tag.NOUN, Tag.ADJECTIVE, Tag.DETERMINER, Tag.NUMBER, Tag.PRONOUN, Tag.ASIDE, Tag.GERUND})
_HEADS = frozenset({Tag.NOUN, Tag.PRONOUN, Tag.NUMBER, Tag.GERUND, Tag.ADJECTIVE})
ENABLING = listed("""
    allow allows allowed enable enables enabled let lets permit permits require requires ask asks prompt prompts force
    forces instruct instructs help helps cause causes want like
    """)
_GIVING = listed(
    "send sends give gives show shows offer offers grant grants assign assigns tell tells hand hands pay pays"
)
_SHORTEST_ADVERBIAL = 2
_STATES = frozenset({"on", "off", "up", "down", "in", "out"})
_ABLE = listed(
    """
    able allowed permitted required capable responsible expected supposed entitled free
    """
)
_NO_AGENTS = listed("""
    default means e-mail email mail phone sms using way hand name number type date order id post far now then chat fax
    noon midnight today tomorrow monday tuesday wednesday thursday friday saturday sunday deadline morning evening night
    definition law courier weight
    """)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A verb with what belongs to it. `first` is the word it begins at, `last` the one after its object."""

    first: int
    last: int
    verb: Span
    object: Span | None = None
    passive: bool = False
    negated: bool = False


def subject(reading: Reading, before: int) -> Span | None:
    """The noun phrase right before the verb, at word `before`."""
    first = before
    tags, regions = reading.tags, reading.regions
    if before and regions[before - 1] is Region.FREE:
        return next(reading.span(each.first, each.last) for each in reading.stretches if each.last == before)
    if (
        first > 0
        and tags[first - 1] is Tag.CONJUNCTION
        and any(
            tags[at] in {Tag.VERB, Tag.MODAL, Tag.AUXILIARY} and regions[at] is regions[before] for at in range(first)
        )
    ):
        return _shared_subject(reading, before)
    while first > 0 and tags[first - 1] not in {Tag.STOP, Tag.THAT} and regions[first - 1] is not Region.ADVERBIAL:
        if regions[first - 1] is regions[before] and tags[first - 1] in {Tag.VERB, Tag.MODAL, Tag.AUXILIARY, Tag.TO}:
            break
        first -= 1
    kept = [at for at in range(first, before) if regions[at] is regions[before]]
    kept = _after_adverbial(reading, kept)
    while kept and (tags[kept[0]] not in _NOMINAL | {Tag.PARTICIPLE} or _alone(reading, kept)):
        kept.pop(0)
    while kept and tags[kept[-1]] not in _HEADS | {Tag.PARTICIPLE, Tag.ASIDE}:
        kept.pop()
    # What is left of a relative clause or an inserted condition: the phrase ends before it.
    for left, right in pairwise(kept):
        if right != left + 1:
            kept = kept[: kept.index(right)]
            break
    while kept and tags[kept[-1]] not in _HEADS | {Tag.PARTICIPLE, Tag.ASIDE}:
        kept.pop()
    if not any(tags[at] in _HEADS for at in kept) or reading.words[kept[0]].lower == "there":
        return None
    return reading.span(kept[0], kept[-1] + 1)


def _after_adverbial(reading: Reading, kept: list[int]) -> list[int]:
    """The words without a phrase before the subject: "Starting at dawn, the crew", "From our tests we"."""
    tags = reading.tags
    if kept and tags[kept[0]] in {Tag.GERUND, Tag.PARTICIPLE}:
        commas = [index for index, at in enumerate(kept) if tags[at] is Tag.COMMA]
        return kept[commas[-1] + 1 :] if commas and commas[-1] + 1 < len(kept) else kept
    if kept and tags[kept[0]] is Tag.PREPOSITION:
        for index in range(len(kept) - 1, 1, -1):
            if tags[kept[index]] in {Tag.DETERMINER, Tag.PRONOUN} and tags[kept[index - 1]] in _HEADS:
                return kept[index:]
        if len(kept) > _SHORTEST_ADVERBIAL and tags[kept[-1]] is tags[kept[-2]] is Tag.NOUN:
            # "For safety reasons doors must": where the subject begins is unknown, but it ends here.
            return kept[-1:]
    return kept


def _shared_subject(reading: Reading, before: int) -> Span | None:
    """The subject of the first verb of the clause, for a verb that a conjunction joins to it."""
    for at in range(before):
        if reading.regions[at] is reading.regions[before] and reading.tags[at] in {Tag.VERB, Tag.MODAL, Tag.AUXILIARY}:
            return subject(reading, at)
    return None


def _alone(reading: Reading, kept: list[int]) -> bool:
    return reading.tags[kept[0]] is Tag.ASIDE


def predicate(reading: Reading, operator: Operator | None) -> Phrase | None:
    """The verb phrase that an operator rules; without one, the first verb of the main clause."""
    if operator is not None:
        if operator.verb < 0:
            at = operator.last - 1
            passive = reading.tags[at] is Tag.PARTICIPLE
            if passive:
                return Phrase(operator.first, at + 1, reading.span(at, at + 1), passive=True)
            return Phrase(operator.first, at + 1, reading.span(operator.first, at + 1))
        return _verb(reading, operator.first, operator.verb)
    infinitive = -1
    for at, tagged in enumerate(reading.tags):
        if reading.regions[at] is not Region.MAIN or tagged not in {Tag.VERB, Tag.AUXILIARY}:
            continue
        before = reading.tags[max(0, at - 2) : at]
        if Tag.TO not in before and not (infinitive >= 0 and before[-1] is Tag.CONJUNCTION):
            return _verb(reading, at, at)
        infinitive = at if infinitive < 0 else infinitive
    # "Ability to print": without any other verb, what one is able to.
    return None if infinitive < 0 else _verb(reading, infinitive, infinitive)


def _verb(reading: Reading, first: int, at: int) -> Phrase | None:
    words, tags = reading.words, reading.tags
    start, negated, chained = at, False, False
    while at < len(words) and tags[at] in {Tag.AUXILIARY, Tag.ADVERB, Tag.NOT, Tag.ASIDE}:
        negated |= tags[at] is Tag.NOT or words[at].lower.endswith("n't")
        chained |= words[at].lower in {"be", "been", "is", "are", "was", "were", "being"}
        at += 1
    if at >= len(words):
        return None if start == at else Phrase(first, at, reading.span(start, at), negated=negated)
    if words[at].lower in _ABLE and at + 1 < len(words) and (chained or at == start):
        inner = _enabled(reading, first, at + 1)
        if inner is not None:
            return inner
    if tags[at] is Tag.PARTICIPLE and chained:
        end = _with_particle(reading, at, adverbial=True)
        return Phrase(first, end, reading.span(at, end), passive=True, negated=negated)
    if tags[at] in {Tag.VERB, Tag.PARTICIPLE, Tag.GERUND}:
        end = _with_particle(reading, at)
        last = _object(reading, end, enabling=words[at].lower in ENABLING)
        return Phrase(first, max(end, last[1]), reading.span(at, end), _span(reading, last), negated=negated)
    if start == at:
        return None
    return _state(reading, first, (start, at), negated=negated)


def _state(reading: Reading, first: int, auxiliaries: tuple[int, int], *, negated: bool) -> Phrase:
    """ "be available", "be a number", "have an owner"."""
    start, at = auxiliaries
    words, tags = reading.words, reading.tags
    verb = next(here for here in range(start, at) if tags[here] is Tag.AUXILIARY) if at > start else start
    if tags[at] is Tag.ADJECTIVE and (at + 1 >= len(words) or tags[at + 1] not in {Tag.NOUN, Tag.ADJECTIVE}):
        return Phrase(first, at + 1, reading.span(verb, at + 1), negated=negated)
    if words[at].lower in _STATES and (at + 1 >= len(words) or tags[at + 1] not in _NOMINAL):
        return Phrase(first, at + 1, reading.span(verb, at + 1), negated=negated)
    if at > verb + 1 and tags[at] not in _NOMINAL and tags[at - 1] is Tag.ADVERB:
        return Phrase(first, at, reading.span(verb, at), negated=negated)
    last = _object(reading, at, enabling=False)
    return Phrase(first, max(at, last[1]), reading.span(verb, verb + 1), _span(reading, last), negated=negated)


def _enabled(reading: Reading, first: int, at: int) -> Phrase | None:
    """ "able to export", "capable of exporting", "responsible for checking"."""
    if reading.words[at].lower not in {"to", "of", "for"} or at + 1 >= len(reading.words):
        return None
    if reading.tags[at + 1] in {Tag.VERB, Tag.GERUND, Tag.AUXILIARY, Tag.ADVERB}:
        return _verb(reading, first, at + 1)
    return None


def _with_particle(reading: Reading, at: int, *, adverbial: bool = False) -> int:
    """The word after the verb with its particle: "log in", "comply with"; `adverbial`: not those before a noun."""
    after = at + 1
    belongs = is_adverbial_particle if adverbial else is_particle
    if after < len(reading.words) and belongs(reading.words[at].lower, reading.words[after].lower):
        return after + 1
    return after


def _span(reading: Reading, bounds: tuple[int, int]) -> Span | None:
    return reading.span(*bounds) if bounds[0] < bounds[1] else None


def _object(reading: Reading, at: int, *, enabling: bool) -> tuple[int, int]:
    """The words of the object that begins at `at`: one noun phrase, or several that are joined; empty when none."""
    words, tags = reading.words, reading.tags
    while at < len(words) and tags[at] in {Tag.ADVERB, Tag.ASIDE}:
        at += 1
    if at < len(words) and tags[at] is Tag.THAT:
        end = at
        while end < len(words) and tags[end] is not Tag.STOP and reading.regions[end] is Region.MAIN:
            end += 1
        return at, end
    if at + 1 < len(words) and tags[at] is Tag.CONJUNCTION and tags[at + 1] is Tag.VERB:
        # "create and delete orders": both act on the orders.
        return _object(reading, _with_particle(reading, at + 1), enabling=False)
    end = _noun_phrase(reading, at)
    if end == at:
        return at, at
    if enabling and end < len(words) and tags[end] is Tag.TO:
        return at, _enabled_end(reading, end)
    if end < len(words) and tags[end] in {Tag.DETERMINER, Tag.NUMBER} and words[at - 1].lower in _GIVING:
        # "send the owner a reminder": what is sent comes second.
        return end, _noun_phrase(reading, end)
    return at, end


def _enabled_end(reading: Reading, at: int) -> int:
    """Where it ends what someone is enabled "to" do, that word at `at`; there when no verb follows."""
    verb = at + 1
    while verb < len(reading.words) and reading.tags[verb] in {Tag.ADVERB, Tag.AUXILIARY}:
        verb += 1
    if verb >= len(reading.words) or reading.tags[verb] not in {Tag.VERB, Tag.PARTICIPLE}:
        return at
    after = _with_particle(reading, verb)
    return max(after, _object(reading, after, enabling=False)[1])


def _noun_phrase(reading: Reading, at: int) -> int:
    """Where the noun phrase ends that begins at `at`, with "of …" and joined ones; `at` when there is none."""
    words, tags, regions = reading.words, reading.tags, reading.regions
    end, here = at, at
    while here < len(words) and regions[here] is Region.MAIN:
        tagged = tags[here]
        if tagged in _NOMINAL:
            if end == here > at and tagged in {Tag.DETERMINER, Tag.PRONOUN, Tag.GERUND}:
                break
            here += 1
            if tagged in _HEADS or tagged is Tag.ASIDE:
                end = here
        elif end > at and _joins(reading, here):
            here += 1
        else:
            break
    return end


def _joins(reading: Reading, at: int) -> bool:
    """Whether a noun phrase goes on after this word: "of", or "and", "or" and commas before another noun phrase."""
    tags = reading.tags
    if at + 1 >= len(tags) or reading.regions[at + 1] is not Region.MAIN:
        return False
    if reading.words[at].lower == "of":
        return tags[at + 1] in _NOMINAL
    if tags[at] not in {Tag.COMMA, Tag.CONJUNCTION}:
        return False
    here = at + 1
    if tags[at] is Tag.COMMA and tags[here] is Tag.CONJUNCTION:
        here += 1
    heads = 0
    if here < len(tags) and tags[here] is Tag.GERUND and tags[at] is Tag.COMMA:
        return False
    while here < len(tags) and (tags[here] in _NOMINAL or reading.words[here].lower == "of"):
        heads += tags[here] in _HEADS
        here += 1
    if not heads:
        return False
    return here >= len(tags) or tags[here] not in {Tag.VERB, Tag.MODAL, Tag.AUXILIARY}


def agent(reading: Reading, phrase: Phrase) -> Span | None:
    """Who does it, after a passive verb: "by the clerk"; not "by e-mail", "by pressing", "by 5 May"."""
    words, tags = reading.words, reading.tags
    for at in range(phrase.last, len(words)):
        if tags[at] is Tag.STOP:
            break
        if words[at].lower != "by" or reading.regions[at] is not Region.MAIN or at + 1 >= len(words):
            continue
        end = _noun_phrase(reading, at + 1)
        if end == at + 1 or tags[at + 1] in {Tag.GERUND, Tag.NUMBER}:
            continue
        if words[end - 1].lower not in _NO_AGENTS and not words[end - 1].text[0].isdecimal():
            return reading.span(at + 1, end)
    return None
