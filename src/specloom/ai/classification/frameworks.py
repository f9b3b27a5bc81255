"""Finds the regulation or standard that a requirement names: a known one, one of the tenant's, or one by grammar."""

import re
from collections.abc import Sequence
from functools import lru_cache

# How each is called here, and how texts call it. Names that are words in other settings must stand in capitals.
_KNOWN: tuple[tuple[str, str], ...] = (
    ("GDPR", r"(?i:\bGDPR\b|\bgeneral data protection regulation\b)|\bDSGVO\b|\bRGPD\b|\b(?:EU )?2016/679\b"),
    ("ePrivacy Directive", r"(?i:\bePrivacy\b|\bcookie (?:law|directive)\b)"),
    ("HIPAA", r"(?i:\bHIPAA\b|\bhealth insurance portability\b|\bHITECH\b)"),
    ("PCI DSS", r"(?i:\bPCI[ -]?DSS\b|\bpayment card industry\b)|\bPCI\b"),
    ("SOX", r"\bSOX\b|(?i:\bsarbanes[ -]oxley\b)"),
    ("SOC 2", r"(?i:\bSOC[ -]?2\b)"),
    ("SOC 1", r"(?i:\bSOC[ -]?1\b)"),
    ("WCAG", r"(?i:\bWCAG\b|\bweb content accessibility guidelines\b)"),
    ("Section 508", r"(?i:\bsection 508\b|\b508[ -]complian)"),
    ("ADA", r"\bADA\b|(?i:\bamericans with disabilities act\b)"),
    ("EN 301 549", r"\bEN ?301 ?549\b"),
    ("European Accessibility Act", r"(?i:\beuropean accessibility act\b)"),
    ("PSD2", r"(?i:\bPSD ?2\b|\bpayment services directive\b)"),
    ("MiFID II", r"(?i:\bMiFID(?: ?(?:II|2))?\b)"),
    ("MiCA", r"\bMiCA\b"),
    ("EMIR", r"\bEMIR\b"),
    ("Solvency II", r"(?i:\bsolvency (?:II|2)\b)"),
    ("Basel III", r"(?i:\bbasel (?:I{1,3}|IV|[1-4])\b)"),
    ("IFRS", r"\bIFRS(?: \d+)?\b"),
    ("GAAP", r"\bGAAP\b"),
    ("PIPEDA", r"(?i:\bPIPEDA\b)"),
    ("CCPA", r"\bCCPA\b|\bCPRA\b|(?i:\bcalifornia consumer privacy act\b)"),
    ("LGPD", r"\bLGPD\b"),
    ("PDPA", r"\bPDPA\b"),
    ("POPIA", r"\bPOPIA\b"),
    ("DPDP Act", r"\bDPDPA?\b(?: Act)?"),
    ("COPPA", r"\bCOPPA\b"),
    ("FERPA", r"(?i:\bFERPA\b)"),
    ("GLBA", r"\bGLBA\b|(?i:\bgramm[ -]leach[ -]bliley\b)"),
    ("DORA", r"\bDORA\b|(?i:\bdigital operational resilience act\b)"),
    ("NIS2", r"\bNIS ?2\b"),
    ("EU AI Act", r"(?i:\b(?:EU )?AI act\b)"),
    ("Cyber Resilience Act", r"(?i:\bcyber resilience act\b)"),
    ("eIDAS", r"(?i:\beIDAS\b)"),
    ("21 CFR Part 11", r"(?i:\b21 ?CFR(?: part)? ?11\b)"),
    ("MDR", r"\bMDR\b|(?i:\bmedical devices? regulation\b)"),
    ("GxP", r"\bG[xMCL]P\b"),
    ("FDA", r"\bFDA\b"),
    ("FedRAMP", r"(?i:\bFedRAMP\b)"),
    ("FISMA", r"\bFISMA\b"),
    ("FIPS 140", r"\bFIPS(?: ?(?:PUB )?140(?:-\d)?)?\b"),
    ("NIST", r"\bNIST(?: (?:SP )?800-\d+)?\b"),
    ("CMMC", r"\bCMMC\b"),
    ("TISAX", r"\bTISAX\b"),
    ("BSI C5", r"\bBSI C5\b"),
    ("HITRUST", r"\bHITRUST\b"),
    ("AML", r"\bAML\b|(?i:\banti[ -]money[ -]laundering\b)"),
    ("KYC", r"\bKYC\b|(?i:\bknow your customer\b)"),
    ("FATCA", r"\bFATCA\b"),
    ("GST", r"\bGST\b"),
    ("TDS", r"\bTDS\b"),
    ("GoBD", r"\bGoBD\b"),
    ("Freedom of Information Act", r"\bFOIA\b|(?i:\bfreedom of information\b)"),
)
_ISO = re.compile(r"\b(?:(?:BS|DIN|EN) )?(?:ISO(?:[/-](?:IEC|IEEE|SAE))*|IEC)[ -]?(\d{3,5}(?:-\d+)?)\b")
_STANDARD = re.compile(
    r"\b(?:EN(?: ISO)?|DIN(?: EN)?|UL|ASTM|ANSI|MIL-STD|DO(?=-)|NFPA|SAE|BS|ETSI(?: EN)?)"
    r"[ -]?[A-Z]{0,2}\d{2,6}[A-Z]?(?:[ -]\d+)*\b"
)
# Formats of dates, currencies, countries, languages, characters, files, queries, payment messages: data, not duties.
_FORMATS = frozenset(
    ("8601", "4217", "3166", "639", "8859", "10646", "32000", "9075", "20022", "9834", "11179", "14496")
)
_SHORT = 4
_NAME = r"[A-Z][\w&'’-]{0,40}"
_LAW = re.compile(
    rf"\b(?:(?:{_NAME}|of|and|for|on|the|at|in|to)[ ]+){{0,6}}{_NAME}[ ]+(?:Act|Law|Directive|Ordinance|Statute|"
    r"Code of Practice|Regulations?|Regulation [A-Z\d]+)\b(?: (?:of )?\d{4})?|\bRegulation [A-Z]\b(?! \w)|"
    r"\b(?:Directive|Regulation) (?:\((?:EU|EC)\) )?(?:No\.? )?\d{2,4}/\d+(?:/(?:EC|EU))?"
)
# Words for agreements are words for other things too; who complies with them means a law.
_TREATY = re.compile(
    r"(?i:\bcompl(?:y|ies|iance) with|\bin accordance with|\bconform(?:s|ing)? (?:to|with)|\bpursuant to|\bunder)"
    rf" (?:the )?((?:{_NAME} (?:(?:of|and|on|for) )?){{1,5}}"
    r"(?:Protocol|Convention|Accord|Treaty|Charter|Agreement|Code|Rules))\b"
)
_LEADING = re.compile(r"^(?:(?:The|A|An|In|By|Of|And|For|On|To|With|the|of|and|for|on|Under|All|Every|Each) +)+")


def framework(text: str, own: Sequence[str] = ()) -> str | None:
    """The name of the regulation or standard that the text speaks of, None when it names none.

    Those of `own`, the tenant's, come first and keep the tenant's spelling; a law that is not known is named as the
    text names it.
    """
    for name, pattern in (*_patterns(tuple(own)), *_COMPILED):
        if pattern.search(text):
            return name
    for match in _ISO.finditer(text):
        if match[1].split("-")[0] not in _FORMATS:
            return " ".join(match[0].split())
    standard = _STANDARD.search(text)
    if standard:
        return standard[0]
    law = _LAW.search(text) or _TREATY.search(text)
    named = _LEADING.sub("", law[law.lastindex or 0]) if law else ""
    return named if " " in named else None


_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _KNOWN)


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
