"""The words by which gaps are seen: of failure and its handling, decisions, data, external systems and qualities."""

import re

from specloom.ai.relations.stems import concept, wordset
from specloom.vocabulary.requirements import Quality


def _concepts(words: str) -> frozenset[str]:
    return frozenset(concept(word) for word in words.split())


def _phrases(lines: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern for whole words out of alternatives, one or several a line; spaces stand for any white space."""
    alternatives = "|".join(line.strip().rstrip("|") for line in lines.strip().splitlines())
    return re.compile(rf"\b(?:{alternatives})\b".replace(" ", r"\s+"), flags)


# Who stands after these has something done for them, which is a requirement of their own.
SERVING = re.compile(
    r"\b(?:allow|enable|let|permit|remind|notify|inform|alert|authori[sz]e|require|ask|prompt|help|show|tell|by|for|to)"
    r"(?:s|ed|ing)?\s+(?:the|an?|all|any|every|each|only|authori[sz]ed|registered)?\s*$",
    re.IGNORECASE,
)
FAILING = _concepts(
    """
    fail failure error invalid incorrect wrong reject unavailable timeout retry exception refuse deny decline
    unreachable corrupt missing expired expire malformed unsuccessful exceed interrupt disconnect lost fallback
    outage down offline
    otherwise else mismatch block warn unauthorised unauthorized rollback
    """
)
CHECKING = wordset("validate authenticate verify check")
DECIDING = _concepts("approve accept confirm match valid agree eligible sufficient correct succeed pass consent grant")
OTHERWISE = FAILING | _concepts("not otherwise else unless without insufficient ineligible cancel withdraw")
ADDING = wordset("create add register upload")
CHANGING = _concepts("modify edit update change delete remove archive deactivate cancel manage maintain")
STORING = _concepts("store save record collect keep log persist hold archive")
PERSONAL = _phrases(
    """
    personal (?:data|information|details) | customer (?:data|records|details) | patient (?:data|records?)
    health (?:data|records?) | medical records? | user (?:data|profiles?) | audit (?:logs?|trails?|records?)
    payment (?:data|details) | card (?:data|numbers?) | recordings? | contact details | date of birth
    e-?mail addresses | log (?:files|entries)
    """.replace(" | ", "|")
)
RETENTION = _phrases(
    r"""
    retention|retain(?:ed|s)?
    (?:kept|stored|keep|store|delet\w+|purg\w+|eras\w+|archiv\w+|anonymi[sz]\w+)\b[^.\n]{0,80}\b(?:days?|weeks?|months?|years?)
    (?:kept|stored|keep|store)\b[^.\n]{0,80}\b(?:indefinitely|permanently|forever)
    """
)
EXTERNAL = re.compile(
    r"\b(?:third[- ]party|external)\s+(?:\w+\s+)?(?:systems?|services?|apis?|providers?|interfaces?|platforms?)\b"
    r"|\b(?:payment|sms|e-?mail|identity|map|shipping|messaging)\s+(?:gateways?|providers?|processors?|services?)\b"
    r"|\b(?:integrat\w+|interfac\w+|connect\w*|synchroni[sz]\w*)\s+(?:with|to)\s+(?:the|an?)?\s*[A-Z][\w-]+(?:\s+[A-Z][\w-]+){0,2}"
)
AREAS: dict[str, tuple[Quality, re.Pattern[str]]] = {
    "security": (
        Quality.SECURITY,
        _phrases(
            r"""
            secur\w+|encrypt\w*|authenticat\w+|authori[sz]\w+|passwords?|permissions?|access control|log[- ]?in|privacy
            roles?|confidential\w*|tls|https|oauth|credentials?
            """
        ),
    ),
    "performance": (
        Quality.PERFORMANCE_EFFICIENCY,
        _phrases(
            r"""
            performance|latency|throughput|response times?|(?:milli)?seconds?|ms|per (?:second|minute|hour|day)
            concurrent\w*|simultaneous\w*|scal\w+|load|fast|quick\w*
            """
        ),
    ),
    "availability": (
        Quality.RELIABILITY,
        _phrases(
            r"""
            availab\w+|uptime|downtime|reliab\w+|recover\w*|backups?|fail-?over|redundan\w+|resilien\w+|health checks?
            fault[- ]toleran\w+|maintenance window
            """
        ),
    ),
}
"""What every product of some size has to settle: the quality it belongs to, and the words that speak of it."""
MEASURED = frozenset(
    {
        Quality.PERFORMANCE_EFFICIENCY,
        Quality.RELIABILITY,
        Quality.INTERACTION_CAPABILITY,
        Quality.FLEXIBILITY,
        Quality.MAINTAINABILITY,
    }
)
"""The qualities that are tested by a number."""
VAGUE = _phrases(
    r"""
    fast|quick\w*|rapid\w*|responsive\w*|easy|easily|simple|intuitive\w*|user[- ]friendly|efficient\w*|performan\w+
    scal\w+
    reliab\w+|robust\w*|high(?:ly)? availab\w+|highly|flexib\w+|maintainab\w+|timely|minimal|low latency|acceptable
    reasonable|usability|stable|smooth\w*|seamless\w*|adequate|sufficient\w*|large (?:number|amount)\w*
    as (?:soon|fast|quickly) as possible
    """
)
