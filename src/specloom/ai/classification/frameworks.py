"""Finds the regulation or standard that a requirement names: a known one, one of the tenant's, or one by grammar."""

import re
from collections.abc import Sequence
from functools import lru_cache

from specloom.ai.classification.cues import Lexicon
from specloom.ai.classification.topics import among, listed

# How each is called here, and how texts call it, in the notation of cues. What has capitals must be spelled just so:
# in small letters it is a word of other settings.
_KNOWN: tuple[tuple[str, str], ...] = (
    ("GDPR", "gdpr; general data protection regulation; DSGVO; RGPD; 2016 / 679"),
    ("ePrivacy Directive", "eprivacy; cookie law|directive"),
    ("HIPAA", "hipaa; health insurance portability; hitech"),
    ("PCI DSS", "pcidss; pci dss; payment card industry; PCI"),
    ("SOX", "SOX; sarbanes oxley"),
    ("SOC 2", "soc 2; soc2"),
    ("SOC 1", "soc 1; soc1"),
    ("WCAG", "wcag; web content accessibility guidelines"),
    ("Section 508", "section 508; 508 complian*"),
    ("ADA", "ADA; americans with disabilities act"),
    ("EN 301 549", "EN 301 549; EN301 549"),
    ("European Accessibility Act", "european accessibility act"),
    ("PSD2", "psd 2; psd2; payment services directive"),
    ("MiFID II", "mifid; mifidii; mifid2"),
    ("MiCA", "MiCA"),
    ("EMIR", "EMIR"),
    ("Solvency II", "solvency ii|2"),
    ("Basel III", "basel i|ii|iii|iv|1|2|3|4"),
    ("IFRS", "IFRS"),
    ("GAAP", "GAAP"),
    ("PIPEDA", "pipeda"),
    ("CCPA", "CCPA; CPRA; california consumer privacy act"),
    ("LGPD", "LGPD"),
    ("PDPA", "PDPA"),
    ("POPIA", "POPIA"),
    ("DPDP Act", "DPDP; DPDPA"),
    ("COPPA", "COPPA"),
    ("FERPA", "ferpa"),
    ("GLBA", "GLBA; gramm leach bliley"),
    ("DORA", "DORA; digital operational resilience act"),
    ("NIS2", "NIS2; NIS 2"),
    ("EU AI Act", "ai act"),
    ("Cyber Resilience Act", "cyber resilience act"),
    ("eIDAS", "eidas"),
    ("21 CFR Part 11", "21 cfr part 11; 21 cfr 11"),
    ("MDR", "MDR; medical device regulation"),
    ("GxP", "GxP; GMP; GCP; GLP"),
    ("FDA", "FDA"),
    ("FedRAMP", "fedramp"),
    ("FISMA", "fisma"),
    ("FIPS 140", "FIPS"),
    ("NIST", "NIST"),
    ("CMMC", "CMMC"),
    ("TISAX", "TISAX"),
    ("BSI C5", "BSI C5"),
    ("HITRUST", "HITRUST"),
    ("AML", "AML; anti money laundering"),
    ("KYC", "KYC; know your customer"),
    ("FATCA", "FATCA"),
    ("GST", "GST"),
    ("TDS", "TDS"),
    ("GoBD", "GoBD"),
    ("Freedom of Information Act", "FOIA; freedom of information"),
)
_NAMES = [(rank, name, cue) for rank, (name, cues) in enumerate(_KNOWN) for cue in listed(cues)]
_LEXICON = Lexicon([(cue.lower(), (rank, name, cue)) for rank, name, cue in _NAMES], {})
_ISO = re.compile(r"\b(?:(?:BS|DIN|EN) )?(?:ISO(?:[/-](?:IEC|IEEE|SAE))*|IEC)[ -]?(\d{3,5}(?:-\d+)?)\b")
_STANDARD = re.compile(
    r"\b(?:EN(?: ISO)?|DIN(?: EN)?|UL|ASTM|ANSI|MIL-STD|DO(?=-)|NFPA|SAE|BS|ETSI(?: EN)?)"
    r"[ -]?[A-Z]{0,2}\d{2,6}[A-Z]?(?:[ -]\d+)*\b"
)
# What every number of a standard looks like, found faster than the standard.
_NUMBERED = re.compile(r"[A-Z][ -]?\d\d")
# Formats of dates, currencies, countries, languages, characters, files, queries, payment messages: data, not duties.
_FORMATS = frozenset(
    ("8601", "4217", "3166", "639", "8859", "10646", "32000", "9075", "20022", "9834", "11179", "14496")
)
_SHORT = 4
_NAME = r"[A-Z][\w&'’-]{0,40}"
_LAW_WORDS = among("act law directive ordinance statute code regulation regulations")
_LAW = re.compile(
    rf"\b(?:(?:{_NAME}|of|and|for|on|the|at|in|to)[ ]+){{0,6}}{_NAME}[ ]+(?:Act|Law|Directive|Ordinance|Statute|"
    r"Code of Practice|Regulations?|Regulation [A-Z\d]+)\b(?: (?:of )?\d{4})?|\bRegulation [A-Z]\b(?! \w)|"
    r"\b(?:Directive|Regulation) (?:\((?:EU|EC)\) )?(?:No\.? )?\d{2,4}/\d+(?:/(?:EC|EU))?"
)
# Words for agreements are words for other things too; who complies with them means a law.
_TREATY_WORDS = among("protocol convention accord treaty charter agreement code rules")
_TREATY = re.compile(
    r"(?i:\bcompl(?:y|ies|iance) with|\bin accordance with|\bconform(?:s|ing)? (?:to|with)|\bpursuant to|\bunder)"
    rf" (?:the )?((?:{_NAME} (?:(?:of|and|on|for) )?){{1,5}}"
    r"(?:Protocol|Convention|Accord|Treaty|Charter|Agreement|Code|Rules))\b"
)
_LEADING = re.compile(r"^(?:(?:The|A|An|In|By|Of|And|For|On|To|With|the|of|and|for|on|Under|All|Every|Each) +)+")


def framework(text: str, words: Sequence[str], own: Sequence[str] = ()) -> str | None:
    """The name of the regulation or standard that the text speaks of, None when it names none.

    `words` are those of the text in lower case. Those of `own`, the tenant's, come first and keep the tenant's
    spelling; a law that is not known is named as the text names it.
    """
    for name, pattern in _patterns(tuple(own)):
        if pattern.search(text):
            return name
    known = [(rank, name) for _, _, (rank, name, cue) in _LEXICON.find(words) if cue.islower() or _stands(cue, text)]
    if known:
        return min(known)[1]
    if "ISO" in text or "IEC" in text:
        for match in _ISO.finditer(text):
            if match[1].split("-")[0] not in _FORMATS:
                return " ".join(match[0].split())
    standard = _STANDARD.search(text) if _NUMBERED.search(text) else None
    if standard:
        return standard[0]
    law = None if _LAW_WORDS.isdisjoint(words) else _LAW.search(text)
    if law is None and not _TREATY_WORDS.isdisjoint(words):
        law = _TREATY.search(text)
    named = _LEADING.sub("", law[law.lastindex or 0]) if law else ""
    return named if " " in named else None


def _stands(name: str, text: str) -> bool:
    """Whether the text has a name in this very spelling; as a cue it may stand there in another."""
    return re.search(rf"\b{name}\b", text) is not None


@lru_cache(maxsize=256)
def _patterns(names: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The tenant's names as patterns; short ones in capitals are words elsewhere and have to stand in capitals."""
    found = []
    for name in names:
        words = name.split()
        if words:
            flags = re.NOFLAG if name.isupper() and len(name) <= _SHORT else re.IGNORECASE
            spaced = r"[\s-]?".join(re.escape(word) for word in words)
            found.append((name.strip(), re.compile(rf"(?<!\w){spaced}(?!\w)", flags)))
    return tuple(found)
