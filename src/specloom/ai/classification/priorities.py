"""How urgent a requirement is: what the text says of it first, then how strongly it obliges and what depends on it."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from specloom.ai.analysis import Clause, Statement
from specloom.ai.classification.cues import Lexicon
from specloom.ai.classification.topics import SETS, Topic, among, listed
from specloom.vocabulary.requirements import Form, Modality, Priority, Quality, RequirementType

_LEVEL = {
    "critical": Priority.CRITICAL,
    "blocker": Priority.CRITICAL,
    "highest": Priority.CRITICAL,
    "top": Priority.CRITICAL,
    "urgent": Priority.CRITICAL,
    "p0": Priority.CRITICAL,
    "p1": Priority.CRITICAL,
    "high": Priority.HIGH,
    "important": Priority.HIGH,
    "must": Priority.HIGH,
    "must have": Priority.HIGH,
    "essential": Priority.HIGH,
    "mandatory": Priority.HIGH,
    "p2": Priority.HIGH,
    "medium": Priority.MEDIUM,
    "normal": Priority.MEDIUM,
    "moderate": Priority.MEDIUM,
    "should": Priority.MEDIUM,
    "should have": Priority.MEDIUM,
    "p3": Priority.MEDIUM,
    "low": Priority.LOW,
    "later": Priority.LOW,
    "lowest": Priority.LOW,
    "minor": Priority.LOW,
    "could": Priority.LOW,
    "could have": Priority.LOW,
    "nice to have": Priority.LOW,
    "optional": Priority.LOW,
    "desirable": Priority.LOW,
    "won't": Priority.LOW,
    "won't have": Priority.LOW,
    "p4": Priority.LOW,
    "p5": Priority.LOW,
}
_WORDS = "|".join(sorted((word.replace(" ", "[ -]") for word in _LEVEL), key=len, reverse=True))
# "Priority: high", "[P1]", "(must have)", "High priority." But not "high-priority tickets", which are a thing.
_MARKED = re.compile(
    rf"\b(?:priority|prio|importance|moscow)\s*[:=–-]\s*\W?({_WORDS})\b(?!\s*(?:,|/|or\b|and\b))"
    rf"|[\[(]\s*({_WORDS})(?:[ -]priority)?\s*[\])]"
    rf"|\b({_WORDS})[ -]priority\b(?=\s*(?:$|[.:;,)\]]|requirements?\b|items?\b|features?\b|stor(?:y|ies)\b))"
    rf"|(?:^|[-*•:.]\s)\W{{0,4}}({_WORDS})\s*:\s"
    r"|(?<![\w-])(p[0-5])(?=\s*(?:$|[\])|:–-]))",
    re.IGNORECASE,
)
# One of these, or a bracket or a colon, stands in every mark.
_MARKS = among("priority prio importance moscow p0 p1 p2 p3 p4 p5")
_SEPARATOR = re.compile(r"[|\t]")
_MOSCOW = {"M": Priority.HIGH, "S": Priority.MEDIUM, "C": Priority.LOW, "W": Priority.LOW}
_HML = {"H": Priority.HIGH, "M": Priority.MEDIUM, "L": Priority.LOW}
_ROW_REACH = 2000
_BEFORE = 40
# RFC 2119's own spelling. In small letters "may" of a person is a permission, "may" of a product an option.
_MAY = re.compile(r"\bMAY\b(?! NOT\b| ONLY\b)")

_HEADED: tuple[tuple[Priority, str], ...] = (
    (Priority.CRITICAL, "critical; blocker*; show stopper*; p0; p1"),
    (Priority.HIGH, "must have*; must; musts; essential*; mandatory; high priority; mvp; minimum viable; p2"),
    (Priority.MEDIUM, "should have*; should; shoulds; medium priority; p3"),
    (
        Priority.LOW,
        """
            could have*; could; coulds; nice to have*; won't have*; wont have*; won't; optional; low priority;
            later; future*; wish list; wishlist; wishes; stretch goal*; out of scope; phase two|2|3|three;
            next phase; next release*; p4; p5; ideas; desirable*
            """,
    ),
)
_SAID: tuple[tuple[Priority, str], ...] = (
    (
        Priority.CRITICAL,
        """
            mission critical; business critical; safety critical; is critical; are critical; absolutely essential;
            top priority; show stopper*; showstopper*; is vital; of utmost importance; under no circumstance*;
            life threatening
            """,
    ),
    (
        Priority.HIGH,
        """
            is important to; most important; very important; is essential; are essential; is crucial; is mandatory;
            are mandatory
            """,
    ),
    (
        Priority.LOW,
        """
            nice to have; would be nice; optionally; is optional; be optional; if time permits; if possible;
            if there is time; some day; can wait; would be lovely; would be cool; would be great; where possible;
            wherever possible; ideally; preferably; is desirable; be desirable; stretch goal; at a later stage;
            later release*; future release*; future version*; in a later version; in the future; eventually;
            it would be good; not urgent; phase two|2|three|3; someday
            """,
    ),
)
# What a failure would cost, in the words of the requirement.
_GRAVE = listed(
    """
        data loss; loss of data; lose data; lost data; without loss; corrupt*; injur*; death; danger*; harm*;
        fraud*; theft; breach*; unauthor*; emergency; life; patient safety; overdose; fire; money laundering;
        lawsuit*; fine of; penalt*; disaster*; tampered; attack*; leak*; confidential*; encrypt*; personal data;
        medical record*; health data; card number*; payment data
        """
)
_OBLIGES = {
    Modality.OBLIGATION: 2.0,
    Modality.PROHIBITION: 2.5,
    Modality.INTENTION: 2.0,
    Modality.NONE: 2.0,
    Modality.RECOMMENDATION: 1.5,
    Modality.PERMISSION: 2.0,
}
_LAW = 1.0
_DEPENDS = {
    Quality.SAFETY: 2.0,
    Quality.SECURITY: 1.0,
    Quality.RELIABILITY: 0.5,
    Quality.PERFORMANCE_EFFICIENCY: 0.5,
    Quality.INTERACTION_CAPABILITY: -0.5,
}
_CONSEQUENCES = 0.5
_CRITICAL, _HIGH, _MEDIUM = 4.0, 3.0, 1.5

_HEADINGS = Lexicon([(cue, level) for level, words in _HEADED for cue in listed(words)], SETS)
_OPTIONAL, _GRAVELY = "optional", "gravely"
_SENTENCES: Lexicon[Priority | str] = Lexicon(
    [
        *((cue, level) for level, words in _SAID for cue in listed(words)),
        ("@product may|might|could", _OPTIONAL),
        *((cue, _GRAVELY) for cue in _GRAVE),
    ],
    SETS,
)
_RANKS = (Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM, Priority.LOW)


def priority(
    text: str,
    statement: Statement,
    clause: Clause,
    topic: Topic,
    *,
    words: Sequence[str],
    headings: Sequence[Sequence[str]],
) -> Priority:
    """The priority of a requirement; `words` are its tokens, `headings` those above it, topmost first.

    What the text says counts first: a mark ("Priority: high", "[P1]", a cell of its table row), then its own words
    ("is vital", "nice to have"), then the nearest heading that ranks ("Must have", "Later"). P0 and P1 are critical,
    P2 high, P3 medium; of MoSCoW, must is high, should medium, could and won't low.
    Where the text does not say, points are added up. What obliges: "shall", "must" or no modal 2, a prohibition 2.5,
    "should" 1.5, a product that "may" and the "MAY" of RFC 2119 0. What depends on it: safety 2; security, law 1;
    reliability, a measured performance 0.5; look and comfort -0.5; grave consequences in words 0.5. From 4 points on it
    is critical, from 3 high, from 1.5 medium. So a plain "shall" is medium, a duty of security or law high; critical is
    only safety, or what is forbidden by law or security with grave consequences; comfort that "should" be is low.
    """
    found = {mark for _, _, mark in _SENTENCES.find(words)}
    said = _marked(text, statement, words) or _lowest(mark for mark in found if isinstance(mark, Priority))
    if said:
        return said
    for heading in reversed(headings):
        ranked = _ranked(tuple(heading))
        if ranked:
            return ranked
    optional = _OPTIONAL in found or ("may" in words and _MAY.search(text, statement.start, statement.end))
    points = (0.0 if optional else _OBLIGES[clause.modality]) + _weight(topic, clause)
    if _GRAVELY in found:
        points += _CONSEQUENCES
    if points >= _CRITICAL:
        return Priority.CRITICAL
    if points >= _HIGH:
        return Priority.HIGH
    return Priority.MEDIUM if points >= _MEDIUM else Priority.LOW


@lru_cache(maxsize=1024)
def _ranked(heading: tuple[str, ...]) -> Priority | None:
    return _lowest(level for _, _, level in _HEADINGS.find(heading))


def _marked(text: str, statement: Statement, words: Sequence[str]) -> Priority | None:
    line = text.rfind("\n", max(0, statement.start - _BEFORE), statement.start) + 1
    own = text[line or statement.start : statement.end]
    marked = None
    if any(sign in own for sign in "([:") or 0 < line < statement.start or not _MARKS.isdisjoint(words):
        marked = _MARKED.search(own)
    if marked:
        return _level(marked)
    return _cell(text, statement) if statement.form is Form.ROW else None


def _cell(text: str, statement: Statement) -> Priority | None:
    """What a cell in the row of the statement says: a word, or a letter that its column explains."""
    start = text.rfind("\n", max(0, statement.start - _ROW_REACH), statement.start) + 1
    end = text.find("\n", statement.end, statement.end + _ROW_REACH)
    row = _cells(text[start : end if end >= 0 else statement.end])
    for place, cell in enumerate(row):
        if cell.lower().replace("-", " ") in _LEVEL:
            return _LEVEL[cell.lower().replace("-", " ")]
        if cell in _MOSCOW or cell in _HML:
            around = text[max(0, start - _ROW_REACH) : start + _ROW_REACH].split("\n")
            column = {cells[place] for cells in map(_cells, around) if place < len(cells)}
            return (_MOSCOW if _MOSCOW.keys() & column >= {cell} and not {"H", "L"} & column else _HML).get(cell)
    return None


def _cells(line: str) -> list[str]:
    return [cell.strip(" *") for cell in _SEPARATOR.split(line)]


def _level(match: re.Match[str]) -> Priority:
    return _LEVEL[next(each for each in match.groups() if each).lower().replace("-", " ")]


def _weight(topic: Topic, clause: Clause) -> float:
    if topic.type is RequirementType.COMPLIANCE:
        return _LAW
    if topic.quality is Quality.PERFORMANCE_EFFICIENCY and not clause.measures:
        return 0.0
    return _DEPENDS.get(topic.quality, 0.0) if topic.quality else 0.0


def _lowest(levels: Iterable[Priority]) -> Priority | None:
    """The least urgent of several: who says "critical, if possible" does not mean critical."""
    return max(levels, key=_RANKS.index, default=None)
