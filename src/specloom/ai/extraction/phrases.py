"""Turns of phrase, each with a name, by which a sentence gives away what it is for."""

import re
from typing import NamedTuple

from specloom.ai.extraction import vocabulary


class Phrase(NamedTuple):
    """`triggers` are words of which one must occur for the pattern to fit; none when it must always be tried."""

    name: str
    pattern: re.Pattern[str]
    triggers: frozenset[str]


def _phrase(name: str, *alternatives: str, triggers: str = "") -> Phrase:
    return Phrase(name, re.compile("|".join(alternatives), re.IGNORECASE), frozenset(triggers.split()))


_UNITS = (
    r"%|percent|per ?cent|ms|seconds?|secs?|s\b|minutes?|mins?|hours?|days?|weeks?|months?|years?|[kmgt]?b(?:ytes?)?\b|"
    r"characters?|digits?|users?|requests?|times?|pixels?|dpi|°|volts?|v\b|hz|fps"
)
_MODAL = r"(?:shall|must|should|may|will)"
_DAYS = (
    r"monday|tuesday|wednesday|thursday|friday|next (?:week|month|meeting)|tomorrow|end of|the (?:end of|next meeting)|"
    r"(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december)"
)
_DATES = (
    r"(?:next |this |coming )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|next (?:week|month|meeting)|"
    r"(?:the )?(?:\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?)?(?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december)|(?:the )?end of (?:this |next |the )?(?:week|month|january|february|march|april|may|"
    r"june|july|august|september|october|november|december)|\d{1,2}[./]\d{1,2}[./]\d{2,4}|20\d\d-\d\d-\d\d|"
    r"the \d{1,2}(?:st|nd|rd|th)"
)

PHRASES = (
    _phrase("question", r"[?？]\W*$"),
    _phrase(
        "definition",
        r"^[^,;:.]{1,50}(?::| [–—-])\s+(?:an?|the|any|one)\s",
        r"^\W*(?:[\w/]++[^\w\n]{1,3}+){1,5}(?:means|is defined as|refers to|denotes|stands for|is short for)\s",
    ),
    _phrase(
        "announced",
        r"^\W*(?:\w+, )?(?:(?:and|another|new|next|one more|key|hard|the|our|a|my|also an?) ){0,3}(?:requirement|rule|"
        r"constraint|wish|must-have|request)(?: \w+)? ?[:–—-] \S",
    ),
    _phrase("label", r"^[^\W\d_][^.,;:!?]{1,45}(?: [–—-]|:)\s+\S"),
    _phrase("aim", r"^\W*(?:in order to|so that|so as to)\b[^,]*$", triggers="order so"),
    _phrase(
        "former",
        r"\b(?:until (?:last|recently|now|(?:19|20)\d\d)|used to|so far|in the past|last (?:year|month|week))\b",
        r"\b(?:no longer the case|these days|at (?:the moment|present))\b",
        triggers="until used so in last no these at",
    ),
    _phrase(
        "common",
        r"^\W*(?:most|many|some|few|several|almost all|nearly all)\s(?!of the following)",
        triggers="most many some few several almost nearly",
    ),
    _phrase(
        "only",
        r"\b(?:may|can|is|are|be) only\b",
        r"\bonly\b[^,.]{1,60}\b(?:may|can)\b|\bno more than\b|\bat most\b",
        triggers="only more most",
    ),
    _phrase("year", r"\b(?:19|20)\d\d\b"),
    _phrase(
        "this paper",
        r"\b(?:this|the present|our) (?:document|section|chapter|specification|srs|report|paper|appendix)\b",
        r"\b(?:section|chapter|appendix|annex|schedule|figure|table|fig\.) (?:\d|[A-Z]\b)",
        r"\bin this (?:section|chapter|document)",
        triggers="this present our section chapter appendix annex schedule figure table fig",
    ),
    _phrase("address", r"https?://|www\.|©|\(c\) \d|copyright|page \d+ of"),
    _phrase("example", r"^\W*(?:for (?:example|instance)|e\.g\.|example|note|nb|in other words|that is|i\.e\.)\b"),
    _phrase(
        "ability",
        r"^\W*(?:the )?(?:ability|option|possibility|capability|capacity|facility|means|way) (?:to|of|for)\b",
        triggers="to of for",
    ),
    _phrase(
        "support",
        r"^\W*(?:[\w-]+ ){0,2}(?:support|access|integration|compatibility|compliance|interface|log-?in|sign-?on|export|"
        r"import) (?:for|of|to|with|via|by|as)\b",
        triggers="for of to with via by as",
    ),
    _phrase(
        "quoted modal",
        r"[\"'“”‘’]\W{0,5}(?:shall|must|should|may|will|required|can)\b[^\"'“”‘’]{0,12}[\"'“”‘’]",
        triggers="shall must should may will required can",
    ),
    _phrase(
        "modal means",
        rf"\b{_MODAL}\W{{0,3}} (?:means|indicates|denotes|is used|are used|refers to)\b",
        triggers="shall must should may will",
    ),
    _phrase(
        "be able",
        r"\b(?:be able to|be possible (?:to|for)|be allowed to|have the (?:ability|option|possibility) to|"
        r"be capable of)\b",
        triggers="be have",
    ),
    _phrase(
        "duty",
        r"\b(?:ha(?:s|ve) (?:got )?to|needs? to|(?:is|are) (?:required|obliged|expected) to|(?:is|are) to [a-z]+|"
        r"need not)\b",
        triggers="to not",
    ),
    _phrase(
        "asked",
        r"^\W*(?:\w+,? ){0,3}?(?:can|could|may) (?:we|you|i)\b.{0,30}"
        r"\b(?:have|get|add|make|see|show|change|include|remove|let|ensure|support|be able)\b(?! me\b)",
        r"\b(?:we|i) (?:would|'d) (?:also |really )?(?:like|love)\b(?! to (?:thank|meet|know|discuss|talk|invite|"
        r"hear))",
        r"^(?!.*\?\W*$).*\b(?:we|i) (?:also |really |still |just )?(?:need|want|require)\b(?! to\b)",
        r"\b(?:it would|it'd) be (?:great|nice|good|helpful|useful|lovely|perfect)\b",
        r"\bplease (?:add|make|ensure|include|allow|remove|change|let|show|keep)\b",
        r"\bi expect (?:to (?:be|see|get|find)\b|(?:the|it|that) (?:\w+ )?to\b)",
        r"\bmake sure (?:that|the|it|all|every)\b|\bwould be (?:great|nice|good|helpful) if\b",
        triggers="we i you i'd we'd would it'd please sure",
    ),
    _phrase(
        "reported",
        r"\b(?:demanded|insists?|insisted|requested|urged) that (?!we\b|i\b)",
        r"\b(?:asked (?:that|for)|called for) (?!advice|help|permission|(?:a|another) "
        r"(?:break|meeting|vote|copy|coffee))",
        r"\b(?:is|was|were|has been) (?:agreed|decided|requested|demanded|resolved) that (?!we\b|i\b|they\b)",
        r"\b(?!i\b|we\b)\w+ (?:also |still )?(?:wants?|wanted|wishe[sd]|would (?:like|love)) (?:the|all|every|each|any|"
        r"no) .{1,60}\bto (?:be|have|stay|[a-z]+)\b",
        r"\b(?!i\b|we\b)\w+ would (?:also )?(?:like|love) to (?!thank|meet|know|discuss|talk|invite|hear|come|go|stay|"
        r"wait|think|ask|say|see you)[a-z]",
        triggers="that for want wants wanted wishes wished would",
    ),
    _phrase(
        "story",
        r"^[^\"“”]{0,40}\bas an? [^,.]{2,60},? (?:i|we) (?:want|need|would|can|should|must|wish|like|'d|am able)",
        triggers="as",
    ),
    _phrase("measure", rf"(?<![\d.,])\d++(?:[.,]\d+)*+\s*(?:{_UNITS})"),
    _phrase(
        "epistemic",
        r"\b(?:must|should|may|might|could|can't|cannot) (?:not )?(?:also |well |just |"
        r"probably )?(?:be (?:a )?(?:mistake|"
        r"wrong|kidding|"
        r"noted|careful|a bug|due to|because|a typo|fun|easy|interesting|said|stated|clear|obvious|familiar|aware)|"
        r"have (?:been|had|forgotten|missed|got|lost|gone|caused)\b(?!.*\bbefore\b)|"
        r"take (?:long|about|around)|say\b|seem\b|sound\b|admit\b|look (?:odd|strange))",
        triggers=" ".join(vocabulary.MODALS),
    ),
    _phrase(
        "process",
        rf"\b(?:the minutes|meeting|workshop|deadline|bidders?|tenderers?|(?:by|until|before|on) (?:{_DAYS}))\b",
        r"\b(?:this|next) (?:week|month)\b",
        triggers="minutes meeting workshop deadline bidder bidders tenderer tenderers by until before on this next",
    ),
    _phrase(
        "tender",
        r"\b(?:bidders?|tenderers?|offerors?|proposers?|contracting authority|"
        r"(?:evaluation|selection|award|procurement|steering) (?:committee|panel|board|team|group)|jury)\b",
        r"\b(?:bids?|tenders?|offers?|quotations?|proposals?) (?:must|shall|should|will|may|can(?:not)?|that|which|"
        r"received|submitted)\b",
        r"\b(?:suppliers?|contractors?|vendors?|consultants?|candidates?|applicants?) (?:must|shall|should|will) "
        r"(?:also )?(?:submit|appoint|nominate|attend|sign|invoice|quote|propose|enclose|attach|demonstrate|describe|"
        r"state|indicate|hand over|bear|offer|present|prove|train|visit|name)\b",
        r"\b(?:prices?|references?|envelopes?|enquiries|questions|certificates?|documents?|costs?|rates?) (?:must|"
        r"shall|should|will) be (?:quoted|stated|submitted|sealed|enclosed|attached|addressed|opened|awarded|scored)\b",
        triggers="bidder bidders tenderer tenderers offeror offerors proposer proposers authority committee panel "
        "board team group jury bid bids tender tenders offer offers quotation quotations proposal proposals "
        "supplier suppliers contractor contractors vendor vendors consultant consultants candidate candidates "
        "applicant applicants be",
    ),
    _phrase(
        "project work",
        r"\b(?:kick-?off|working group|project (?:plan|board|meeting)|site visit)\b",
        r"\b(?:this|the present) (?:draft|memo|tender|bid|minutes|invitation|call|list)\b|\bthe minutes\b",
        triggers="kick-off kickoff group plan board meeting visit draft memo tender bid minutes invitation call list",
    ),
    _phrase(
        "deadline",
        rf"^(?!.*\b(?:each|every|any)\b).*\b(?:by|until|before|no later than|not later than|on) (?:{_DATES})\b",
        triggers="by until before than on",
    ),
    _phrase(
        "price",
        r"[$€£] ?\d[\d.,]*+ ?(?:/|per |an? )(?:mo|year|user|hour|seat)",
        r"\d (?:euros?|dollars?|pounds?|eur|usd|gbp|chf) (?:/|per|an?) ?(?:month|year|user|hour|day|seat|person)",
    ),
    _phrase(
        "later",
        r"\b(?:future|later|next|subsequent) (?:version|release|phase)s?\b|\bin the future\b",
        r"\bout of (?:scope|(?:the|this) (?:\w+ )?(?:release|version|scope))\b",
        triggers="future later next subsequent out",
    ),
)

OUR_DUTY = re.compile(
    r"\b(?:we|i|you|they) (?:\w+ )?(?:have|need|want|ought|got) to (?:also |still )?(?P<verb>[\w-]+)", re.IGNORECASE
)
PERSON = re.compile(r"[A-Z][a-zé]+(?: [A-Z][a-zé]+)? (?:should|must|shall|will|has to|needs to|to|[a-z]+s)\b")
"""A sentence that begins with what may be the name of a person."""
TASK = re.compile(
    r"(?P<name>[A-Z][a-zà-ÿ]+)(?: [A-Z][a-zà-ÿ]+)?(?:(?:, [A-Z][a-zà-ÿ]+)* (?:and|&) [A-Z][a-zà-ÿ]+)? "
    r"(?P<charge>to|will|should|must|shall|(?:ha|need)(?:s|ve)? to|is going to|agreed to|promised to) "
    r"(?P<verb>[a-z][\w-]+)"
)
"""A sentence that begins with what may be a name or two and what these are to do."""
EMPHASIS = re.compile(r"\b(?:SHALL|MUST|SHOULD|MAY|REQUIRED|RECOMMENDED)\b(?! mean| indicate| denote)")
"""The key words of RFC 2119."""
FOREIGN_DUTY = re.compile(
    r"\b(?:muss|müssen|soll|sollen|sollte|sollten|darf|dürfen|doit|doivent|devra|devront|debe|deben|deberá|deberán|"
    r"debería|deve|"
    r"devono|dovrà|devem|deverá|moet|moeten|skal|ska|måste|musí|musi|muszą)\b|должн|必须|必須|应当|應當|しなければならない|する必要|"
    r"해야|يجب|चाहिए|ต้อง|phải",
    re.IGNORECASE,
)
FOREIGN_LEAVE = re.compile(
    r"\b(?:kann|können|peut|peuvent|puede|pueden|podrá|podrán|può|possono|pode|podem|kunnen)\b|может|могут|可以|できる|できます",
    re.IGNORECASE,
)
