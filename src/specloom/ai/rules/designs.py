"""Rules about how instead of what: solutions that the requirement could leave to the builders."""

import re
from collections.abc import Iterator

from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity

_WIDGET = (
    r"(?:drop-?down|drop down|dropdown list|dropdown menu|combo ?box|check ?box(?:es)?|radio buttons?|pop-?up|pop up"
    r"|modal|modal dialog|modal window|slider|toggle switch|accordion|carousel|hamburger menu|tabs?|side ?bar|toolbar"
    r"|tooltip|scroll ?bar|push button|text box|text field|list box|tree view|spinner|date picker|wizard|context menu"
    r"|pull-down menu)"
)
_INSIDE = (
    r"(?:stored procedures?|database triggers?|cron jobs?|linked lists?|hash (?:map|table)s?|binary trees?|for loops?"
    r"|singletons?|microservices?|message queues?|lambda functions?|shell scripts?|database tables?|foreign keys?"
    r"|config(?:uration)? files?|xml files?|json files?|flat files?|web ?sockets?|polling|ajax|iframes?|cookies|macros?"
    r"|primary keys?|sql quer(?:y|ies)|jquery|local ?storage)"
)
_TECHNOLOGY = (
    r"(?:java|python|c\+\+|c#|php|ruby|perl|javascript|typescript|kotlin|react|angular|vue|django|rails|spring boot"
    r"|\.net|node\.js|mysql|postgresql|mongodb|oracle|redis|kafka|kubernetes|docker|hadoop|elasticsearch"
    r"|visual basic|cobol)"
)
_BY_MEANS = re.compile(
    r"\b(?:using|via|through|with|in|from|by means of|by clicking|by pressing|as)\s(?:an?|the|its)?\s?"
    rf"(?:\w+\s){{0,2}}?{_WIDGET}\b"
    rf"|\b(?:using|via|through|with|by means of|as|in|by)\s(?:an?|the)?\s?(?:\w+\s)?{_INSIDE}\b"
    rf"|\b(?:written|implemented|coded|programmed|developed|built)\s(?:in|with|using|on)\s(?:the\s)?{_TECHNOLOGY}(?!\w)"
    rf"|\b(?:click|clicks|clicking)\s(?:on\s)?(?:an?|the)\s(?:\w+\s){{0,3}}?(?:button|icon|link|tab)\b"
)


def _solution(wording: Wording) -> Iterator[Hit]:
    for match in _BY_MEANS.finditer(wording.line):
        first, last = wording.place(match.start()), wording.place(match.end() - 1)
        if last in wording.muted:
            continue
        quoted = wording.quote(first, last)
        yield wording.hit(
            first,
            last,
            f'"{quoted}" prescribes a solution; is it required, or one of several ways?',
            f'Say what is to be achieved and leave out "{quoted}", unless the solution is itself a constraint.',
            0.6,
        )


RULES = (
    Rule(
        id="design_solution",
        title="Solution instead of need",
        severity=Severity.INFO,
        characteristic=Characteristic.APPROPRIATE,
        explanation="A prescribed widget or technique rules out better ones, and hides what is needed.",
        example="The guest shall choose the room type using a dropdown.",
        better="The guest shall choose the room type.",
        suggestion="Say what is to be achieved, unless the solution is itself a constraint.",
        check=_solution,
        forms=ALL_FORMS,
    ),
)
