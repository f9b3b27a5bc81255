"""Finds the quantities that a requirement sets, with comparator and unit, and nothing that only looks like one."""

import re
from collections.abc import Iterator

from specloom.ai.analysis import Measure
from specloom.ai.grammar.numerals import spoken
from specloom.ai.grammar.units import BASE, PERIODS, SYMBOLS, UNIT, unit
from specloom.core.text import Span

_ONES = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|zero"
)
_SCALE = r"hundred|thousand|million|billion|dozen|lakhs?|crores?"
_NUMBER_WORDS = rf"""
    (?P<symbol>[$€£₹¥]\s?)?
    (?:
      (?P<minus>[-−](?=\d))?
      (?P<figures>
          \d{{1,3}}(?:[,\u00a0\u202f]\d{{2,3}})+(?:\.\d+)?(?!\d)|\d{{1,3}}(?:[ ]\d{{3}})+(?![\d.,:-])
          |\d+,\d{{1,2}}(?![\d,])|\d+(?:\.\d+)?
      )
      (?P<scale>\s?(?:(?:{_SCALE})\b|(?<=\d)[kKM](?=\b)))?
      | \b(?P<half>half)\s(?:of\s)?(?=an?\s)
      | \b(?P<words>(?:{_ONES}|half)(?:[\s-](?:{_ONES}|{_SCALE}))*|an?\s(?:{_SCALE}))\b
      | \b(?P<article>an?)\s(?=(?:single\s)?(?:second|minute|hour|day|week|month|year|(?:business|working)\sday)\b)
    )
    """
_UPPER = re.compile(_NUMBER_WORDS, re.VERBOSE | re.IGNORECASE)
_NUMBER = re.compile(rf"(?<![\w.,/:\#§-]){_NUMBER_WORDS}", re.VERBOSE | re.IGNORECASE)
_WINDOW = 60
_LESS = r"less|fewer|lower|shorter|smaller|earlier|younger|lesser|quicker|faster"
_MORE = r"more|greater|longer|larger|higher|later|bigger|older|slower"
_COMPARATORS: tuple[tuple[str, str], ...] = (
    (rf"(?:no|not)\s(?:\w+\s){{0,2}}?(?:{_MORE})\sthan(?:\sor\sequal\sto)?", "<="),
    (rf"(?:no|not)\s(?:\w+\s){{0,2}}?(?:{_LESS})\sthan", ">="),
    (rf"(?:{_LESS})\sthan\sor\sequal(?:\sto)?|equal\sto\sor\s(?:{_LESS})\sthan", "<="),
    (rf"(?:{_MORE})\sthan\sor\sequal(?:\sto)?|equal\sto\sor\s(?:{_MORE})\sthan", ">="),
    (r"(?:not|never|cannot|n't)\s(?:\w+\s){0,2}?(?:exceed(?:ing|s)?|surpass|go\s(?:over|above|beyond))", "<="),
    (r"(?:not|never|cannot|n't)\s(?:\w+\s){0,2}?(?:fall|drop|go|be|lie)\s(?:below|under)", ">="),
    (r"(?:not|never|cannot|n't)\s(?:\w+\s){0,2}?(?:be|go|rise)\s(?:above|over|beyond)", "<="),
    (
        r"(?:at\sthe\s)?(?:at\smost|up\sto|within|(?:a\s|the\s)?maxim(?:um|al)(?:\s(?:[a-z]+\s){0,3}(?:of|is|to))?)",
        "<=",
    ),
    (r"limit(?:ed)?\s(?:of|to)|restricted\sto|capped\sat|max\.?(?:\sof)?|upper\slimit\sof|not\sbeyond|≤|<=|=<|⩽", "<="),
    (
        r"at\s(?:the\svery\s)?least|(?:a\s|the\s)?minim(?:um|al)(?:\s(?:[a-z]+\s){0,3}(?:of|is|to))?|min\.?(?:\sof)?",
        ">=",
    ),
    (r"not\s(?:under|below)|≥|>=|=>|⩾|from\sat\sleast|starting\s(?:at|from)|lower\slimit\sof", ">="),
    (rf"(?:{_LESS})\sthan|under|below|<", "<"),
    (rf"(?:{_MORE})\sthan|over|above|exceed(?:s|ing|ed)?|in\sexcess\sof|beyond|>", ">"),
    (
        r"about|approximately|approx\.?|around|roughly|circa|ca\.|some|nearly|almost|~|≈|in\sthe\sorder\sof|an?\saverage\sof",
        "~",
    ),
    (r"exactly|precisely|equals?(?:\sto)?|=|of\sexactly", "="),
)
_BEFORE = re.compile(
    r"(?:^|(?<=[\s(:,]))(?:"
    + "|".join(f"(?P<c{at}>{words})" for at, (words, _) in enumerate(_COMPARATORS))
    + r")\s*(?:(?:a|the|an)\s)?(?:total\sof\s|period\sof\s|(?:about|approximately|approx\.|around)\s)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\s?(?:\s(?:\w+\s)?)?(?P<less>or\s(?:{_LESS}|below|under|sooner)\b|at\s(?:the\s)?most\b|max(?:imum|\.)?(?!\w))|"
    rf"\s?(?P<more>or\s(?:{_MORE}|above|over|better|up)\b|at\s(?:the\s)?least\b|and\s(?:above|over|up)\b|min(?:imum|\.)(?!\w))|"
    r"\s?(?P<plus>\+)(?!\w)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:between|from|in\sthe\srange(?:\sof|\sfrom)?|ranging\sfrom|range\sof)\s(?:an?\s|the\s)?$", re.IGNORECASE
)
_JOIN = re.compile(r"\s?(?:and|to|through|-|–|—|\.\.\.?|…)\s?(?=[\d$€£₹]|(?:" + _ONES + r")\b)", re.IGNORECASE)
_PER = re.compile(
    rf"\s?(?:per|/|an?|each|every|in\sa|in\sone)\s?(?P<period>{'|'.join(sorted(PERIODS, key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_PER_THING = re.compile(r"\s?per\s(?P<thing>[a-z]{3,20})\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"[\s-](?:of\s(?:the|all)\s)?(?P<words>(?:(?!(?:per|and|or|of|in|to|at|for|with|within|from|the|is|are|as|by|on|if|when|an?|that|each|every)\b)"
    r"[^\W\d][\w-]*\s){0,3}?(?P<noun>[^\W\d][\w-]*?[^\Wsui]s|people|data|men|women|children|staff|users?|times?))\b",
    re.IGNORECASE,
)
_NOT_COUNTED = (
    r"(?!(?:of|or|and|to|in|per|is|are|shall|must|should|who|that|for|from|with|at|on|by|can|will|may|before|after|when|"
    r"if|has)\b)"
)
_SINGLE = re.compile(rf"\s(?:{_NOT_COUNTED}[^\W\d][\w-]*\s)?(?P<noun>{_NOT_COUNTED}[^\W\d][\w-]*)\b")
_CONCURRENT = re.compile(r"\b(?:concurrent|simultaneous|parallel)(?:ly)?\b", re.IGNORECASE)
# What stands before a number that only names something.
_LABELS = re.compile(
    r"(?:\b(?:sections?|clauses?|articles?|chapters?|tables?|figures?|steps?|versions?|levels?|phases?|releases?|pages?|appendix|annex|items?|"
    r"parts?|requirements?|paragraphs?|rules?|ports?|types?|tiers?|class|category|options?|scenarios?|cases?|sprints?|iterations?|"
    r"rfc|iso|iec|ieee|en|din|nist|fips|tls|ssl|http|https|soc|wcag|level|no|nos|number|id|code|error|status|line|row|"
    r"column|building|room|platform|stage|goal|priority|group|zone|lane|bay|gate|floor|ref|q|v|ver|rev|revision|amendment|"
    r"schedule|regulation|act|directive|principle|question|issue|ticket|bug|story|use\scase|test|"
    r"round|wave|edition|volume|draft|episode|season|exercise|module|lesson|generation|attempt|candidate|variant)\.?\s?|[#§]\s?)$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:(?<=[a-z,)] )|(?<=\())[A-Z][\w.+-]*(?:/[A-Z][\w-]*)?\s$")
_DATE = re.compile(
    r"\d{1,4}([-./])\d{1,2}\1\d{1,4}\b|\d{1,2}:\d\d|\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.|o'clock)(?!\w)|"
    r"\d{1,2}(?:st|nd|rd|th)?\.?\s(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+){2,}",
    re.IGNORECASE,
)
_MONTH_BEFORE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s(?:\d{1,2},?\s)?$", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_RANGE = re.compile(
    rf"[-–]\d+(?:\.\d+)?\s?(?:(?:{'|'.join(sorted(PERIODS, key=len, reverse=True))}|[kKMG]?B|°C|[ck]?m|kg|users)\b|%)"
)
_IDENTIFIER_TAIL = re.compile(r"[\w]|[-_/](?=\w)|\.\d")


def measures(text: str, start: int, end: int) -> tuple[Measure, ...]:
    """The quantities of `text[start:end]` in reading order. A range gives two, its least and its greatest."""
    return tuple(_found(text, start, end))


def in_base_unit(measure: Measure) -> tuple[float, str]:
    """The value in the base unit of its kind, to compare: 500 ms gives (0.5, "s"). Other units stay."""
    head, per, period = measure.unit.partition(" per ")
    if per and period in BASE and BASE[period][1] == "s":
        return measure.value / BASE[period][0], f"{head} per s"
    factor, base = BASE.get(measure.unit, (1.0, measure.unit))
    return measure.value * factor, base


def _found(text: str, start: int, end: int) -> Iterator[Measure]:
    at = start
    while (match := _NUMBER.search(text, at, end)) is not None:
        at = match.end()
        if _names(text, start, end, match):
            at = _past_name(text, match, end)
            continue
        value = _value(match)
        if value is None:
            continue
        found = list(_read(text, start, end, match, value))
        for measure in found:
            at = max(at, measure.span.end)
        yield from found


def _read(text: str, start: int, end: int, match: re.Match[str], value: float) -> Iterator[Measure]:
    join = _JOIN.match(text, match.end(), end)
    first_unit, first_end = _unit(text, match, end)
    if join is None and first_unit:
        join = _JOIN.match(text, first_end, end)
    second = _UPPER.match(text, join.end(), end) if join else None
    before = _BETWEEN.search(text[max(start, match.start() - _WINDOW) : match.start()])
    if second is not None and join is not None and (before or "and" not in join.group().lower()):
        upper = _value(second)
        name, stop = _unit(text, second, end)
        if upper is not None and (name or before):
            first = max(start, match.start() - _WINDOW) + before.start() if before else match.start()
            span = Span(first, stop)
            yield Measure(">=", value, first_unit or name, span)
            yield Measure("<=", upper, name, span)
            return
    comparator, first = _comparator(text, start, match.start())
    name, stop = first_unit, first_end
    if after := _AFTER.match(text, stop, end):
        comparator = "<=" if after["less"] else ">="
        stop = after.end()
        if not name:
            name, stop = _counted(text, stop, end)
    plain = not name and not comparator
    one = (match["words"] or "").lower() == "one"
    if one and comparator and not name and (single := _SINGLE.match(text, stop, end)):
        name, stop = single["noun"].lower(), single.end()
    # "one of the users", "a day" are no quantities without a bound; "one minute" is.
    if plain or (match["article"] and not (comparator and name)) or (one and not comparator and name not in BASE):
        return
    yield Measure(comparator or "=", value, name, Span(first, stop))


def _value(match: re.Match[str]) -> float | None:
    if match["article"]:
        return 1.0
    if match["half"]:
        return 0.5
    written = match["words"] or f"{match['figures'].replace(' ', '')} {match['scale'] or ''}"
    written = written.replace("K", "k").replace("M", "million") if match["figures"] else written
    if match["words"] and match["words"][:2].lower() in {"a ", "an"}:
        written = match["words"].split(None, 1)[1]
    value = spoken(written.replace("lakhs", "lakh").replace("crores", "crore"))
    return -value if value is not None and match["minus"] else value


def _names(text: str, start: int, end: int, match: re.Match[str]) -> bool:
    """Whether the number is a date, a time of day, a version, or part of a name."""
    if not match["figures"] or match["symbol"]:
        return False
    first = match.start("figures")
    if _DATE.match(text, first, end):
        return True
    before = text[max(start, first - _WINDOW) : first]
    if _LABELS.search(before) or _MONTH_BEFORE.search(before):
        return True
    named, _ = _unit(text, match, end)
    if not named:
        if _IDENTIFIER_TAIL.match(text, match.end(), end) and not _RANGE.match(text, match.end(), end):
            return True
        return bool(_YEAR.match(match["figures"])) or _NAMED.search(before) is not None
    return _NAMED.search(before) is not None and named not in BASE


def _past_name(text: str, match: re.Match[str], end: int) -> int:
    date = _DATE.match(text, match.start("figures"), end)
    return max(match.end(), date.end() if date else 0)


def _comparator(text: str, start: int, at: int) -> tuple[str, int]:
    """The comparator that stands before the number, empty when none, and where it begins."""
    window = max(start, at - _WINDOW)
    found = _BEFORE.search(text[window:at])
    if found is None:
        return "", at
    name = found.lastgroup or ""
    return _COMPARATORS[int(name[1:])][1], window + found.start()


def _unit(text: str, match: re.Match[str], end: int) -> tuple[str, int]:
    """The unit after a number and where it ends; an empty one when there is none."""
    at = match.end()
    if match["symbol"]:
        currency = SYMBOLS[match["symbol"].strip()]
        per = _PER.match(text, at, end)
        return (f"{currency} per {PERIODS[per['period'].lower()]}", per.end()) if per else (currency, at)
    if match["half"]:
        at = text.index(" ", at)
    found = UNIT.match(text, at, end)
    name = unit(found["unit"]) if found else None
    if found is None or name is None or not _written_so(found):
        return _counted(text, at, end)
    at = found.end()
    if per := _PER.match(text, at, end):
        return f"{name} per {PERIODS[per['period'].lower()]}", per.end()
    return name, at


def _written_so(found: re.Match[str]) -> bool:
    """Whether a letter that is a unit is written as one: "5 s", "5s"; not "3 A students"."""
    written = found["unit"]
    return len(written) > 1 or written in {"s", "m", "h", "d", "g", "l", "V", "W", "C", "F", "K", "%", "°", '"'}


def _counted(text: str, at: int, end: int) -> tuple[str, int]:
    """What a number counts: "concurrent users", "requests per s"."""
    found = _COUNTED.match(text, at, end)
    if found is None:
        if per := _PER.match(text, at, end):
            return f"per {PERIODS[per['period'].lower()]}", per.end()
        return "", at
    noun = found["noun"].lower()
    noun = f"concurrent {noun}" if _CONCURRENT.search(found["words"]) else noun
    if per := _PER.match(text, found.end(), end):
        return f"{noun} per {PERIODS[per['period'].lower()]}", per.end()
    if per := _PER_THING.match(text, found.end(), end):
        return f"{noun} per {per['thing'].lower()}", per.end()
    return noun, found.end()
