"""The words that open a condition, a purpose or a reason, and which EARS pattern a condition makes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from specloom.ai.grammar.tagging import Tag
from specloom.ai.grammar.tokens import Word
from specloom.ai.grammar.verbs import listed
from specloom.vocabulary.requirements import Ears


class Region(IntEnum):
    """What a stretch of a sentence is to its main clause."""

    MAIN = auto()
    CONDITION = auto()
    PURPOSE = auto()
    REASON = auto()
    """Why, or although what."""
    RELATIVE = auto()
    ADVERBIAL = auto()
    """What stands before the subject and is none of these: "In addition,"."""
    FREE = auto()
    """A relative clause that is the subject itself: "Whoever owns a key"."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """`length` words open a stretch of the kind `region`; `ears` is the pattern that a condition makes, if any."""

    length: int
    region: Region
    ears: Ears | None = None


_EVENT, _STATE, _OPTION, _FAULT = (
    Ears.EVENT_DRIVEN,
    Ears.STATE_DRIVEN,
    Ears.OPTIONAL_FEATURE,
    Ears.UNWANTED_BEHAVIOUR,
)

# Longest first where they begin alike.
_OPENERS: tuple[tuple[str, Region, Ears | None], ...] = (
    *(
        (words, Region.CONDITION, _EVENT)
        for words in ("when", "whenever", "once", "upon", "after", "before", "as soon as")
    ),
    *(
        (words, Region.CONDITION, _EVENT)
        for words in ("each time", "every time", "any time", "the moment", "in response to")
    ),
    *(
        (words, Region.CONDITION, _EVENT)
        for words in ("immediately after", "only after", "only when", "prior to", "by the time")
    ),
    *(
        (words, Region.CONDITION, _EVENT)
        for words in ("on receipt of", "on receiving", "if and when", "even when", "except when")
    ),
    *(
        (words, Region.CONDITION, _EVENT)
        for words in ("if", "only if", "even if", "if and only if", "in case", "in the case")
    ),
    *(
        (words, Region.CONDITION, _EVENT)
        for words in ("in the event", "provided", "providing", "assuming", "given that")
    ),
    *((words, Region.CONDITION, _EVENT) for words in ("on condition that", "on the condition that", "except if")),
    *(
        (words, Region.CONDITION, _STATE)
        for words in ("while", "whilst", "during", "as long as", "so long as", "until", "till")
    ),
    *(
        (words, Region.CONDITION, _STATE)
        for words in ("unless", "even while", "in the absence of", "only while", "only during")
    ),
    *((words, Region.CONDITION, _OPTION) for words in ("where", "wherever")),
    *((words, Region.PURPOSE, None) for words in ("in order to", "in order that", "so that", "so as to", "such that")),
    *(
        (words, Region.PURPOSE, None)
        for words in ("for the purpose of", "for purposes of", "with the aim of", "in order for")
    ),
    *((words, Region.REASON, None) for words in ("because", "since", "although", "though", "even though", "whereas")),
    *(
        (words, Region.REASON, None)
        for words in ("due to", "as a result of", "owing to", "because of", "on account of")
    ),
)
_BY_FIRST: dict[str, list[tuple[tuple[str, ...], Region, Ears | None]]] = {}
for _words, _region, _ears in _OPENERS:
    _sequence = tuple(_words.split())
    _BY_FIRST.setdefault(_sequence[0], []).append((_sequence, _region, _ears))
for _sequences in _BY_FIRST.values():
    _sequences.sort(key=lambda entry: -len(entry[0]))

_OPENING = frozenset(_BY_FIRST) | {"to"}
_AIMS = listed("""
    ensure prevent avoid allow enable support reduce minimise minimize maximise maximize improve protect guarantee
    facilitate help comply satisfy achieve increase verify confirm
    """)
# What these are followed by is no purpose: "is intended to allow".
_NEEDING = listed(
    """
    intended able required designed expected allowed permitted needed needs need has have ought order so as
    """
)
# What stands alone before a comma and names a moment: "On startup, …", "At checkout, …".
_MOMENTS = re.compile(
    r"(?:receipt|receiving|start-?up|start|shut-?down|failure|completion|expiry|expiration|arrival|departure|log-?in|log-?out|"
    r"sign-?in|request|detection|errors?|time-?out|loss|demand|power-?up|power-?on|boot|reset|activation|end|beginning|midnight|"
    r"check-?out|check-?in|submission|selection|approval|rejection|cancellation|delivery|payment|registration|close|opening|"
    r"\w+ing|\w+tion)\b"
)
_AS_FAR_AS = listed(
    """
    applicable possible appropriate necessary available feasible relevant practicable needed
    """
)
_TIMES = listed("after before until till")
_MODES = listed("mode state condition status operation")
_FAULTS = re.compile(
    r"\b(?:not|no|cannot|can't|n't|fail\w*|fault\w*|errors?|invalid|incorrect\w*|wrong\w*|exceed\w*|lost|loss|missing|"
    r"unavailable|crash\w*|time[sd]?[ -]?out|timeouts?|unable|unauthori[sz]ed|denied|broken|breach\w*|corrupt\w*|"
    r"interrupt\w*|unreachable|reject\w*|declin\w*|abort\w*|overload\w*|outages?|malfunction\w*|leak\w*|without|empty|"
    r"unsuccessful\w*|disconnect\w*|expire[sd]?|unknown|duplicate\w*|violat\w*|attack\w*|malicious|down|mismatch\w*|"
    r"out of|too|insufficient|unexpected\w*)\b"
)
_INSTALLED = re.compile(
    r"\b(?:option(?:al)?|feature|module|add-on|plug-?in|package|accessory)\b.{0,80}?\b"
    r"(?:is|are|has been|have been) (?:\w+ )?"
    r"(?:included|installed|supported|present|enabled|available|purchased|fitted|licen[cs]ed|activated)|"
    r"\b(?:is|are) (?:equipped|fitted|licen[cs]ed) (?:with|for)\b"
)


def opens(words: Sequence[Word], tags: Sequence[Tag], at: int, *, leading: bool) -> Trigger | None:
    """The stretch that the word at `at` opens, if it opens one. `leading`: nothing of the main clause came before."""
    lower = words[at].lower
    if lower not in _OPENING or tags[at] in {Tag.NOUN, Tag.ASIDE, Tag.THAT}:
        return _phrase(words, tags, at) if leading else None
    for sequence, region, ears in _BY_FIRST.get(lower, ()):
        if all(at + i < len(words) and words[at + i].lower == word for i, word in enumerate(sequence)):
            really = _plain if len(sequence) == 1 else _each_time if sequence[-1] == "time" else None
            if really is not None and not really(words, tags, at, leading=leading):
                return None
            # "for five years after the purchase" says how long, not when something is triggered.
            lasts = not leading and tags[at] is Tag.PREPOSITION and sequence[0] in _TIMES
            return Trigger(len(sequence), region, None if lasts else ears)
    if tags[at] is Tag.TO and _aims(words, at, leading=leading):
        return Trigger(1, Region.PURPOSE)
    return _phrase(words, tags, at) if leading else None


def _aims(words: Sequence[Word], at: int, *, leading: bool) -> bool:
    """Whether an infinitive tells what for: "to ensure …", "used to …"."""
    if at + 1 >= len(words):
        return False
    before = words[at - 1].lower if at else ""
    return (leading or words[at + 1].lower in _AIMS or before == "used") and before not in _NEEDING


def _plain(words: Sequence[Word], tags: Sequence[Tag], at: int, *, leading: bool) -> bool:
    """Whether a single word really opens a stretch here."""
    lower, tag = words[at].lower, tags[at]
    if lower in {"provided", "providing", "assuming"}:
        return at + 1 < len(words) and (words[at + 1].lower == "that" or (leading and lower == "assuming"))
    if lower in {"since", "once"}:
        return tag is Tag.SUBORDINATOR
    if lower in {"where", "wherever"} and not leading:
        # "…, where possible" is a condition, "…, where the orders lie" tells more of a place.
        return at + 1 < len(words) and (words[at + 1].lower in _AS_FAR_AS or tags[at + 1] is Tag.PARTICIPLE)
    return not (lower == "while" and tag is not Tag.SUBORDINATOR)


def _each_time(words: Sequence[Word], tags: Sequence[Tag], at: int, *, leading: bool) -> bool:
    """Whether a clause follows "any time", and does not stand "at any time of day"."""
    if words[at].lower == "by":
        return True
    if at + 2 >= len(words) or (not leading and words[at - 1].lower == "at"):
        return False
    return tags[at + 2] in {Tag.DETERMINER, Tag.PRONOUN, Tag.NOUN, Tag.ADJECTIVE, Tag.NUMBER}


def _phrase(words: Sequence[Word], tags: Sequence[Tag], at: int) -> Trigger | None:
    """A phrase before the main clause that holds no verb: "On startup, …", "In test mode, …", "For every order, …"."""
    lower = words[at].lower
    if at + 1 >= len(words) or tags[at] is not Tag.PREPOSITION:
        return None
    if lower == "for" and words[at + 1].lower in {"each", "every", "all", "any"}:
        return Trigger(1, Region.ADVERBIAL)
    if lower in {"on", "at", "following"}:
        for word in words[at + 1 : at + 4]:
            if word.text == ",":
                break
            if _MOMENTS.match(word.lower):
                return Trigger(1, Region.CONDITION, _EVENT)
    if lower == "in":
        for word in words[at + 1 : at + 7]:
            if word.text == ",":
                break
            if word.lower in _MODES:
                return Trigger(1, Region.CONDITION, _STATE)
    if any(word.text == "," for word in words[at + 1 : at + 12]):
        return Trigger(1, Region.ADVERBIAL)
    return None


def pattern(condition: str, opened: Ears | None, *, leading: bool) -> Ears | None:
    """The EARS pattern of one condition, by its words in small letters. `leading`: it stands before the main clause.

    EARS keeps a leading "if" for what is not wished; elsewhere it is taken for an event unless something goes wrong.
    """
    if opened is _EVENT and condition.startswith(("if", "in case", "in the case", "in the event")):
        if _INSTALLED.search(condition):
            return _OPTION
        return _FAULT if (leading and condition.startswith("if ")) or _FAULTS.search(condition) else _EVENT
    if opened is _OPTION:
        return _OPTION
    return opened
