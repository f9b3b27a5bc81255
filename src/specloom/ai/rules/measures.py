"""Rules about figures: qualities without one, numbers without a unit, values that no product reaches."""

import re
from collections.abc import Iterator

from specloom.ai.grammar import Region, lexicon
from specloom.ai.rules.phrases import Phrases, listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity

_QUALITIES = Phrases(
    {
        "a time and the share of cases in which it is kept": """
            response time|response times|latency|load time|load times|loading time|loading times|page load|reaction time
            processing time|turnaround time|start-up time|startup time|time to first byte|answer time|waiting time
        """,
        "a number per second, minute or day": """
            throughput|transaction rate|data rate|transfer rate|frame rate|bandwidth
        """,
        "a percentage and the period over which it is taken": """
            uptime|downtime|availability|service level|service levels
        """,
        "a number of users, items or bytes": """
            concurrent users|simultaneous users|concurrent sessions|simultaneous sessions|concurrent connections
            simultaneous connections|concurrent requests|storage capacity|peak load|high load|heavy load|user load
        """,
        "a figure and how it is measured": """
            performance|scalability|reliability|robustness|accuracy|error rate|failure rate|battery life|recovery time
            usability|precision|responsiveness|fault tolerance|maintainability
        """,
    }
)
# What watches, shows or sets a quality does not require a value of it.
_ABOUT_IT = listed(
    """
    measure monitor log record report display show calculate compute track export store configure set test alert
    view check collect analyse analyze plot evaluate assess select query search find list publish estimate
    compare adjust change document
    """
)
_PART_OF_A_NAME = listed(
    """
    test tests testing review reviews report reports indicator indicators metric metrics data monitoring
    appraisal evaluation statistics calendar dashboard dashboards zone zones check checks status period settings
    management agreement agreements requirements requirement goals target targets counters
    """
)
_BARE = re.compile(r"\d+(?:[.,]\d+)*")
_NUMERALS = listed(
    """
    two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty sixty ninety
    """
)
_TIMING = frozenset({"within", "every", "after", "for", "least", "most"})
_LIMITING = listed(
    """
    within every after for in under below over above than least most exceed exceeds exceeding to of is be about
    approximately until by maximum minimum reach reaches reaching
    """
)
_DIMENSIONS = re.compile(
    r"^(?:times?|timeouts?|delay|latency|duration|interval|period|size|length|width|height|weight|depth|distance"
    r"|temperature|speed|voltage|pressure|storage|memory|capacity|bandwidth|retention|respon\w+|load\w*|expire\w*"
    r"|takes?|lasts?|complet\w+|wait\w*|refresh\w*|kept|keep|retain\w*|lock\w*|throughput|downtime|frequency|power"
    r"|consum\w+|weigh\w*|current|radius|diameter|volume|age|lifetime|delivered?|updat\w+|starts?|opens?|finish\w*"
    r"|stor\w+|upload\w*|attachment\w*|files?|availab\w+|uptime|recover\w*|return\w*|display\w*|logs?|ends?)$"
)
# These count or rank: their numbers need no unit.
_UNITLESS = listed(
    """
    value score rating quantity count number amount balance level grade index ratio factor coverage version step
    section port table figure chapter release phase class type rfc iso page article paragraph category priority
    severity status code error http iec en din line rule option item clause tier grade ipv tls tcp appendix
    annex part room zone scale rank room points
    """
)
_YEARS = frozenset(map(str, range(1900, 2101)))
_BACK = 5

_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d{2})")
_MONTHS = 12

_ABSOLUTE = Phrases(
    {
        "": """
            zero downtime|zero down time|zero defects|zero errors|zero data loss|zero latency|zero delay|no downtime
            no errors|no bugs|no failures|no delays|no delay|without any delay|without any errors|without any error
            without errors|without error|without any interruption|without interruption|without interruptions
            error-free|error free|bug-free|bug free|defect-free|failure-free|never fail|never fails|never crash
            never crashes|never be down|never lose|always available|always be available|always-on|always online
            always up|bulletproof|bullet-proof|foolproof|fool-proof|fail-proof|unbreakable|unhackable|tamper-proof
            completely secure|totally secure|absolutely secure|fully secure|completely safe|absolutely|totally
            unlimited|infinite|infinitely|limitless|under all circumstances|under any circumstances
            under all conditions|in all circumstances|in any situation|in all situations|at all costs
            impossible to hack|perfect accuracy|complete security|total security|24/7|24x7|24 / 7|24 x 7
            around the clock|round the clock
        """
    }
)
_WHOLE = re.compile(r"100\s?%|100\s+(?:percent|per)")
_TOTAL_QUALITY = re.compile(r"(?:up-?time|availab|accura|secur|reliab|error-|correct|compatib|detect)")


def _unmeasured(wording: Wording) -> Iterator[Hit]:
    if wording.measured or any(character.isdigit() for word in wording.lower for character in word):
        return
    action = wording.within(wording.clause.action)
    verb = lexicon.base_form(wording.lower[action[0]]) if action else ""
    if verb in _ABOUT_IT or not action:
        return
    for match in _QUALITIES.find(wording):
        following = wording.lower[match.last + 1] if match.last + 1 < len(wording.lower) else ""
        before = wording.lower[match.first - 1] if match.first else ""
        if following in _PART_OF_A_NAME or before in {"for", "by"}:
            continue
        if wording.reading.regions[match.first] is not Region.MAIN:
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" is required without a figure: any value meets it.',
            f'Add to "{said}" {match.advice}.',
            0.8,
        )
        return


def _missing_unit(wording: Wording) -> Iterator[Hit]:
    lower = wording.lower
    for at in range(wording.own, len(lower)):
        if at in wording.muted or not _is_count(lower[at]) or not at or lower[at - 1] not in _LIMITING:
            continue
        if not _ends_there(lower, at) or not _dimensioned(lower, at):
            continue
        said = wording.quote(at - 1, at)
        yield wording.hit(
            at,
            at,
            f'"{said}" has no unit: {lower[at]} of what?',
            f'Write the unit after "{wording.words[at].text}" (seconds, minutes, MB, users, …).',
        )


def _is_count(word: str) -> bool:
    if word in _NUMERALS:
        return True
    return bool(_BARE.fullmatch(word)) and word not in {"0", "1"} and word not in _YEARS


def _ends_there(lower: list[str], at: int) -> bool:
    """Whether neither a noun nor a unit follows the number."""
    following = lower[at + 1] if at + 1 < len(lower) else "."
    beyond = lower[at + 2] if at + 2 < len(lower) else "."
    if following in {".", ",", ";", ")", ":"}:
        return not (following == "," and (_is_count(beyond) or beyond in {"and", "or"}))
    if following in {"and", "or", "to"}:
        return not (_is_count(beyond) or beyond.isdigit())
    if following == "of":
        chosen = lower[at + 3] if beyond == "the" and at + 3 < len(lower) else beyond
        return lower[at - 1] in _TIMING and not (chosen.isdigit() or chosen in _NUMERALS)
    return following in (lexicon.PREPOSITIONS | lexicon.MODALS | lexicon.SUBORDINATORS | lexicon.BE) - {"per"}


def _dimensioned(lower: list[str], at: int) -> bool:
    """Whether the number measures something: after "within", or in a sentence about time, size and their like."""
    nearby = lower[max(0, at - _BACK) : at]
    if _UNITLESS & set(nearby):
        return False
    return lower[at - 1] in _TIMING or any(_DIMENSIONS.match(word) for word in lower[:at])


def _date(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        date = _DATE.fullmatch(word)
        if (
            date
            and at not in wording.muted
            and int(date[1]) <= _MONTHS
            and int(date[3]) <= _MONTHS
            and date[1] != date[3]
        ):
            yield wording.hit(
                at,
                at,
                f'"{word}" is one day in America and another in Europe.',
                f'Write the month of "{word}" as a word, or the date as year-month-day.',
            )


def _absolute(wording: Wording) -> Iterator[Hit]:
    for match in _ABSOLUTE.find(wording):
        yield _unreachable(wording, match.first, match.last)
    for at, word in enumerate(wording.lower):
        written = word if "%" in word else " ".join(wording.lower[at : at + 2])
        if _WHOLE.match(written) and at not in wording.muted and any(map(_TOTAL_QUALITY.search, wording.lower)):
            yield _unreachable(wording, at, at + ("%" not in word))


def _unreachable(wording: Wording, first: int, last: int) -> Hit:
    said = wording.quote(first, last)
    return wording.hit(
        first,
        last,
        f'"{said}" cannot be reached, or not be proved by any test.',
        f'Replace "{said}" by the value that is needed and can be afforded ("99.5 percent of each month").',
    )


RULES = (
    Rule(
        id="unmeasured_quality",
        title="Quality without a figure",
        severity=Severity.MAJOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="Performance, capacity and availability are met or missed only against a number.",
        example="The ticket shop shall offer a high throughput.",
        better="The ticket shop shall sell 400 tickets per minute.",
        suggestion="Give the figure, its unit and the conditions under which it is measured.",
        check=_unmeasured,
    ),
    Rule(
        id="missing_unit",
        title="Number without a unit",
        severity=Severity.MAJOR,
        characteristic=Characteristic.COMPLETE,
        explanation="Seconds or minutes, bytes or megabytes: the number alone can be wrong by orders of magnitude.",
        example="The turnstile shall unlock within 2.",
        better="The turnstile shall unlock within 2 seconds.",
        suggestion="Write the unit after the number.",
        check=_missing_unit,
        forms=ALL_FORMS,
    ),
    Rule(
        id="ambiguous_date",
        title="Ambiguous date",
        severity=Severity.MINOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="A date in figures alone swaps day and month between countries.",
        example="The old tariff shall apply until 04/05/2027.",
        better="The old tariff shall apply until 4 May 2027.",
        suggestion="Write the month as a word, or year-month-day.",
        check=_date,
        forms=ALL_FORMS,
    ),
    Rule(
        id="absolute_value",
        title="Unreachable absolute",
        severity=Severity.MAJOR,
        characteristic=Characteristic.FEASIBLE,
        explanation="Nothing is available, secure or correct without exception; such a promise is broken on day one.",
        example="The archive shall run with zero downtime.",
        better="The archive shall be out of operation for at most 4 hours per month.",
        suggestion="Give the value that is needed and can be afforded.",
        check=_absolute,
        forms=ALL_FORMS,
    ),
)
