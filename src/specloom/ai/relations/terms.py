"""Finds terms that waver: two words for one thing, one word spelled in two ways, one term with two definitions."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from specloom.ai.analysis import Evidence, Requirement, Term
from specloom.ai.grammar import words
from specloom.ai.grammar.lexicon import BE, CONJUNCTIONS, DETERMINERS, MODALS, PREPOSITIONS, is_verb, singular
from specloom.ai.grammar.tokens import Word
from specloom.ai.relations.corpus import content
from specloom.ai.relations.frames import EMPTY
from specloom.ai.relations.stems import wordset
from specloom.core.text import Span

# Words for one thing, of which a document should choose one. A line may forbid words after and before, as `!after` and
# `before!`, that make another thing of it: a "client library" is no customer.
_RIVALS = """
customer, client !side !library !app !application !server !secret !certificate !software http! web! api! thin!
employee, staff member, personnel
supplier, vendor
invoice, bill
basket, cart, trolley
doctor, physician
instructor, teacher
pupil, student, learner
vehicle, car
film, movie
parcel, package
apartment, flat
postcode, zip code, postal code
surname, last name, family name
first name, forename, given name
photo, photograph, picture
password, passphrase
folder, directory
booking, reservation
shipment, consignment
purchase order, PO number
administrator, sysadmin
mobile phone, cell phone, cellphone
telephone number, phone number
settings, preferences
remark, comment
vacancy, job opening
webpage, web page
lorry, truck
timetable, schedule
log-in, sign-in, log-on, sign-on single!
log-out, sign-out, log-off, sign-off
sign-up, registration
"""
_PARTICLES = wordset(
    """
    in on off out up down back over through away
    """
)
_SHORTEST_COMPOUND = 5
_FEWEST_USES = 3
_SHOWN = 6

_INITIALS = re.compile(r"\b((?:[A-Za-z][\w'’-]*[ -]){1,7}[A-Za-z][\w'’-]*) ?\(([A-Z]{2,6})s?\)")
_SPELLED_OUT = re.compile(r"\b([A-Z]{2,6}) \(((?:[A-Za-z][\w'’-]* ){1,7}[A-Za-z][\w'’-]*)\)")
_DEFINED = re.compile(
    r"(?P<open>[\"“'‘«*`]{0,3})(?<![\w-])(?P<term>[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,3})[\"”'’»*`]{0,3},?"
    r" (?:shall mean|means|is defined as|are defined as|refers to|denotes|stands for) (?P<meaning>[^.;\n]{8,300})"
)
_LEADING = re.compile(r"^(?:the|a|an|term|word|in|this|document|for|purposes|of|here|and|or|each) ", re.IGNORECASE)
_ALIKE = 0.34


def terms(text: str, requirements: Sequence[Requirement]) -> tuple[Term, ...]:
    """Terms to settle, surest first."""
    found = [*_meanings(text), *_rivals(text, requirements), *_spellings(text, requirements)]
    return tuple(sorted(found, key=lambda each: (-each.confidence, each.evidence.spans[0])))


def _rivals(text: str, requirements: Sequence[Requirement]) -> Iterator[Term]:
    uses: dict[int, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for span in _ranges(requirements):
        said = words(text, span.start, span.end)
        for place, word in enumerate(said):
            for size in (2, 1):
                phrase = " ".join(each.lower for each in said[place : place + size])
                for group, name in _NAMES.get(_normal(phrase), ()):
                    if size == 1 and "-" not in name and not _is_noun(said, place):
                        continue
                    around = (_lower(said, place - 1) + "!", "!" + _lower(said, place + size))
                    if not set(around) & _FORBIDDEN[group]:
                        uses[group][name].append(Span(word.start, said[min(place + size, len(said)) - 1].end))
    for _, names in sorted(uses.items()):
        total = sum(map(len, names.values()))
        if len(names) > 1 and total >= _FEWEST_USES:
            ordered = sorted(names, key=lambda name: (-len(names[name]), name))
            shown = [_first(text, names[name]) for name in ordered]
            message = f"{_listed(shown)} seem to name one thing; choose one of them."
            least = min(map(len, names.values()))
            spans = tuple(sorted(span for name in ordered for span in names[name][: _SHOWN // 2]))
            yield Term("synonyms", tuple(shown), 0.75 if least > 1 else 0.65, Evidence(spans, message))


def _spellings(text: str, requirements: Sequence[Requirement]) -> Iterator[Term]:
    """Compounds that are written in one word here and with a hyphen or a space there."""
    together: dict[str, list[Span]] = defaultdict(list)
    apart: dict[str, list[Span]] = defaultdict(list)
    for span in _ranges(requirements):
        said = words(text, span.start, span.end)
        for place, word in enumerate(said):
            if word.lower.isalpha() and len(word.lower) >= _SHORTEST_COMPOUND:
                together[singular(word.lower)].append(word.span)
            head, hyphen, tail = word.lower.partition("-")
            if hyphen and tail.isalpha() and tail not in _PARTICLES and head not in _PREFIXES:
                apart[singular(head + tail)].append(word.span)
            following = said[place + 1] if place + 1 < len(said) else None
            if following and _compounds(word.lower, following.lower):
                apart[singular(word.lower + following.lower)].append(Span(word.start, following.end))
    for compound in sorted(together.keys() & apart.keys()):
        one, other = together[compound], apart[compound]
        if compound in _TWO_THINGS:
            continue
        shown = (_first(text, one), _first(text, other))
        message = f'"{shown[0]}" and "{shown[1]}" are spellings of one term.'
        spans = tuple(sorted((*one[: _SHOWN // 2], *other[: _SHOWN // 2])))
        yield Term("synonyms", shown, 0.6, Evidence(spans, message))


def _compounds(head: str, tail: str) -> bool:
    """Whether two words may be written as one: neither is a small word or a piece of one."""
    return (
        head.isalpha() and tail.isalpha() and min(len(head), len(tail)) > 2 and not {head, tail} & (EMPTY | _PARTICLES)  # noqa: PLR2004
    )


def _meanings(text: str) -> Iterator[Term]:
    """Terms that are defined twice, each time in other words, and abbreviations that stand for two things."""
    for term, found in sorted(_definitions(text).items()):
        first = found[0]
        for other in found[1:]:
            mine, theirs = (set(content(text[each.start : each.end])) for each in (first, other))
            if mine and theirs and len(mine & theirs) <= _ALIKE * min(len(mine), len(theirs)):
                shown = [" ".join(text[each.start : each.end].split()) for each in (first, other)]
                message = f'"{term}" means "{shown[0]}" here and "{shown[1]}" there.'
                yield Term("meanings", (term,), 0.8, Evidence((first, other), message))
                break


def _definitions(text: str) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = defaultdict(list)
    for match in _INITIALS.finditer(text):
        long = _initials(text, match.start(1), match.end(1), match.group(2))
        if long:
            found[match.group(2)].append(long)
    for match in _SPELLED_OUT.finditer(text):
        if _initials(text, match.start(2), match.end(2), match.group(1)) == Span(*match.span(2)):
            found[match.group(1)].append(Span(*match.span(2)))
    for match in _DEFINED.finditer(text):
        term = match["term"]
        while (shorter := _LEADING.sub("", term)) != term:
            term = shorter
        if term.lower() not in _NO_TERMS and not (set(term.lower().split()) & (MODALS | BE)):
            found[term.lower() if not term.isupper() else term].append(Span(*match.span("meaning")))
    return {term: sorted(set(spans)) for term, spans in found.items() if len(set(spans)) > 1}


def _initials(text: str, start: int, end: int, letters: str) -> Span | None:
    """The words at the end of the stretch whose first letters are the abbreviation."""
    parts = list(re.finditer(r"[A-Za-z][\w'’]*", text[start:end]))
    for count in range(len(letters), len(letters) + 3):
        last = parts[-count:]
        bearing = [m for m in last if m.group().lower() not in {"of", "and", "for", "the", "in", "to"}]
        if "".join(m.group()[0].upper() for m in bearing) == letters and len(last) == count:
            return Span(start + last[0].start(), start + last[-1].end())
    return None


def _ranges(requirements: Sequence[Requirement]) -> Iterator[Span]:
    """The ranges of all requirements in reading order, each once, though requirements share their lead-ins."""
    seen: set[Span] = set()
    for each in requirements:
        for span in (*each.statement.context, each.statement.span):
            if span not in seen:
                seen.add(span)
                yield span


def _is_noun(said: Sequence[Word], place: int) -> bool:
    """Whether a single word stands as the head of a phrase, neither as a verb nor before another noun."""
    before, after = _lower(said, place - 1), _lower(said, place + 1)
    ends = after in {"", "'s"} or not after[0].isalnum() or after in PREPOSITIONS | CONJUNCTIONS | MODALS | BE
    opens = before in DETERMINERS | PREPOSITIONS | CONJUNCTIONS or said[place].lower != singular(said[place].lower)
    return opens and (ends or is_verb(after))


def _lower(said: Sequence[Word], place: int) -> str:
    return said[place].lower if 0 <= place < len(said) else ""


def _first(text: str, spans: Sequence[Span]) -> str:
    return " ".join(text[spans[0].start : spans[0].end].split()).lower()


def _listed(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _normal(phrase: str) -> str:
    """ "logged in", "log-in" and "login" are one spelling; plurals are none of their own."""
    joined = _JOINED.get(phrase, phrase)
    head, _, tail = joined.replace("-", " ").partition(" ")
    if tail in _PARTICLES:
        return f"{_VERBS.get(head, head)}-{tail}"
    return singular(joined) if not tail else f"{head} {singular(tail)}"


_VERBS = {"logs": "log", "logged": "log", "logging": "log", "signs": "sign", "signed": "sign", "signing": "sign"}
_JOINED = {"login": "log-in", "logins": "log-in", "logon": "log-on", "signup": "sign-up", "logout": "log-out"}
_PREFIXES = wordset(
    """
    re pre non co sub multi un self anti semi over under inter intra
    """
)
_NO_TERMS = frozenset({"it", "this", "that", "which", "what", "he", "she", "they", "these", "those"})
# One word is the noun, two words are a verb with its particle or a phrase of another meaning.
_TWO_THINGS = wordset(
    """
    maybe everyone anyone someone everyday anytime anyway cannot login setup backup into onto
    """
)

_NAMES: dict[str, list[tuple[int, str]]] = defaultdict(list)
_FORBIDDEN: list[frozenset[str]] = []
for _number, _line in enumerate(_RIVALS.strip().splitlines()):
    _FORBIDDEN.append(frozenset(each for each in _line.split() if "!" in each))
    for _name in " ".join(each for each in _line.split() if "!" not in each).split(", "):
        _NAMES[_normal(_name)].append((_number, _name))
