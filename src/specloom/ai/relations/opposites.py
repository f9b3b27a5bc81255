"""Finds words that are opposites of each other in two requirements, and where each of them stands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from specloom.ai.grammar.lexicon import is_participle
from specloom.ai.grammar.verbs import BASES
from specloom.ai.relations.frames import Frame, Part, Token
from specloom.ai.relations.polarity import DENIED, NEUTRAL
from specloom.ai.relations.stems import concept, stem
from specloom.core.text import Span


class Kind(StrEnum):
    """What opposites say of two requirements."""

    WAY = "way"
    """How something is done: it can be done one way only, wherever the word stands."""
    STATE = "state"
    """How something is: opposites where they are said of it, different things where they only name it."""
    DEED = "deed"
    """What is done: opposites when both must be, two features when both may be."""
    LEAVE = "leave"
    """Whether something may be done."""


@dataclass(frozen=True, slots=True)
class Opposition:
    """Two words, one of each requirement, that are opposites as they stand there, denials counted in.

    `named` says that a word only names which thing is meant ("private messages"), in a subject or a condition.
    """

    kind: Kind
    reason: str
    first: Token
    second: Token
    named: bool


# One dimension a line: kind, reason, and its ends, mostly two. `=` takes the very word, others their forms, too.
_DIMENSIONS = """
leave negation  allow accept grant | prevent refuse reject deny block
deed  negation  enable activate switch-on turn-on | disable deactivate switch-off turn-off
deed  negation  show | hide mask
deed  negation  delete overwrite anonymize | store archive
deed  negation  open unlock | close lock
deed  negation  start | stop
deed  negation  include | exclude omit
deed  negation  increase | reduce decrease
deed  negation  maximize | minimize
deed  negation  connect | disconnect
deed  negation  accelerate | slow
way   negation  encrypt cipher hash | unencrypted plaintext cleartext plain_text clear_text plain-text
way   negation  =manual =manually by_hand | automatic
way   time      synchronous synchronously | asynchronous asynchronously
way   time      immediate =immediately instant instantly real_time =realtime straightaway at_once without_delay
                | =nightly overnight batch | =daily every_day once_a_day each_day
                | =weekly every_week once_a_week each_week
                | =monthly every_month once_a_month each_month | =quarterly every_quarter
                | =yearly =annually every_year once_a_year
                | =hourly every_hour each_hour | later defer delay =long end_of
way   time      =night overnight =nightly | noon midday | =morning | =evening
way   time      weekend | weekday workday working_day
way   number    =first =1st | second =2nd | third =3rd | fourth =4th | fifth =5th | sixth =6th
way   time      indefinite =indefinitely permanent forever unlimited never_expire | expire temporary =long until
way   modality  mandatory =required obligatory | optional discretionary voluntary
way   number    single sole one_at only_one exactly_one | multiple several many more_than
way   negation  ascending oldest_first | descending newest_first
way   negation  metric | imperial
way   negation  landscape | portrait
way   negation  stateless | stateful
way   negation  =local =locally on_premise on_premises on_device | cloud remote remotely
way   negation  wired cable | wireless
way   negation  centralized central | decentralized distributed
way   negation  read_only readonly immutable unchangeable | editable writable mutable
way   negation  static =fixed hardcoded hard-coded | dynamic configurable =variable adjustable
way   negation  =free free_of | paid charge fee
way   actor     anonymous_user anonymous_users anonymous_visitors anonymously guest
                without_logging without_registration without_authentication
                | log-in authenticate sign-up registered
way   negation  open_source | proprietary closed_source
way   negation  always | never
way   negation  case_sensitive | case_insensitive
state negation  be_on remain_on stay_on | be_off remain_off stay_off
state negation  public | private secret internal
state negation  visible | invisible hidden
state negation  active | inactive
state negation  available | unavailable
state negation  valid | erroneous
state negation  internal | external
state negation  possible | impossible
state negation  light | dark
state negation  high | low
state negation  large | small
state negation  full | empty partial
state negation  same | different
state negation  fast | slow
state negation  simple | complex
"""


def _dimensions() -> Iterator[tuple[Kind, str, list[list[str]]]]:
    for line in _DIMENSIONS.strip().replace("\n     ", " ").splitlines():
        kind, reason, ends = line.split(None, 2)
        yield Kind(kind), reason, [end.split() for end in ends.split("|")]


def _entry(word: str) -> str:
    return word if word[0] == "=" or "_" in word else concept(word)


_ENDS: dict[str, list[tuple[int, int]]] = {}
_ABOUT: list[tuple[Kind, str]] = []
_TWO_ENDED: list[bool] = []
for _number, (_kind, _reason, _sides) in enumerate(_dimensions()):
    _ABOUT.append((_kind, _reason))
    _TWO_ENDED.append(len(_sides) == len(("one", "other")))
    for _side, _words in enumerate(_sides):
        for _word in _words:
            _ENDS.setdefault(_entry(_word), []).append((_number, _side))

# The very words and the phrases among the ends, as `Frame.phrases` spells them.
_PHRASES = {end.removeprefix("="): end for end in _ENDS if "=" in end or "_" in end}
# In seconds: a time that nobody calls immediate.
_LONG = 3600
_PREFIXES = ("un", "non", "in", "im", "dis")
_VERB_PARTICLES = frozenset({"be", "remain", "stay", "become", "is", "are", "as", "keep"})


def oppositions(first: Frame, second: Frame) -> list[Opposition]:
    """Every opposition between two requirements, in the reading order of the first."""
    theirs = _ends(second)
    found = []
    for dimension, mine in _ends(first).items():
        others = theirs.get(dimension, [])
        if not others or {side for side, *_ in mine} & {side for side, *_ in others}:
            continue
        kind, reason = _ABOUT[dimension]
        (_, one, at), (_, other, there) = mine[0], others[0]
        if one.concept == other.concept:
            continue
        named = _names(first, at, kind, reason) or _names(second, there, kind, reason)
        found.append(Opposition(kind, reason, one, other, named))
    return found + list(_prefixed(first, second))


def _ends(frame: Frame) -> dict[int, list[tuple[int, Token, int]]]:
    """The dimensions that a requirement speaks of: on which side of each, by what, and the place of that word."""
    found: dict[int, list[tuple[int, Token, int]]] = {}
    for spelling, place, size in _spellings(frame):
        token = frame.words[place]
        if token.part is Part.PURPOSE:
            continue
        said = replace(token, span=Span(token.span.start, frame.words[place + size - 1].span.end))
        for dimension, side in _ENDS[spelling]:
            if token.sign != DENIED:
                found.setdefault(dimension, []).append((side, said, place))
            elif _TWO_ENDED[dimension]:
                found.setdefault(dimension, []).append((1 - side, said, place))
    return found


def _spellings(frame: Frame) -> Iterator[tuple[str, int, int]]:
    """What stands in a dimension: a concept, the very word or a phrase; its place and its size in words."""
    for place, token in enumerate(frame.words):
        if token.concept in _ENDS:
            yield token.concept, place, 1
        elif token.concept[0] == "#" and _is_long(token):
            yield "=long", place, 1
    for phrase in sorted(frame.phrases.keys() & _PHRASES.keys()):
        place, size = frame.phrases[phrase]
        yield _PHRASES[phrase], place, size


def _is_long(token: Token) -> bool:
    """Whether a token stands for a measure of a time that nobody calls immediate."""
    number, _, unit = token.concept.removeprefix("#").partition(" ")
    return unit == "s" and float(number) >= _LONG


def _prefixed(first: Frame, second: Frame) -> Iterator[Opposition]:
    """Words that differ by a prefix that denies: "authorised" and "unauthorised"."""
    for one, other, swapped in ((first, second, False), (second, first, True)):
        plain = {token.stem: token for token in other.demand}
        for token in one.demand:
            for prefix in _PREFIXES:
                bare = stem(token.lower.removeprefix(prefix)) if token.lower.startswith(prefix) else ""
                if bare in plain and (token.sign == DENIED) == (plain[bare].sign == DENIED):
                    named = any(
                        _names(frame, frame.words.index(each), Kind.STATE, "negation")
                        for frame, each in ((one, token), (other, plain[bare]))
                    )
                    pair = (plain[bare], token) if swapped else (token, plain[bare])
                    kind = Kind.DEED if bare in BASES and not is_participle(plain[bare].lower) else Kind.STATE
                    yield Opposition(kind, "negation", *pair, named)


def _names(frame: Frame, place: int, kind: Kind, reason: str) -> bool:
    """Whether a word only says which thing is meant, rather than what is required of it."""
    token = frame.words[place]
    if token.part is not Part.MAIN:
        return reason not in {"time", "number"}
    if kind is Kind.WAY:
        return reason == "number" and token.sign == NEUTRAL
    if token.sign == NEUTRAL:
        return True
    if kind is not Kind.STATE:
        return False
    following = frame.words[place + 1] if place + 1 < len(frame.words) else None
    return following is not None and following in frame.tokens and following.part is token.part
