"""What each type of session has to find out, from what matters most to what only a thorough talk comes to.

The topics follow the fields that visions, epics, features and user stories have. `cues` tell that somebody has spoken
of a topic already.
"""

import re
from dataclasses import dataclass

from specloom.vocabulary.conversations import SessionType
from specloom.vocabulary.identity import QuestionDepth

BASIC, DETAILED, COMPREHENSIVE = QuestionDepth.BASIC, QuestionDepth.DETAILED, QuestionDepth.COMPREHENSIVE


@dataclass(frozen=True, slots=True)
class Topic:
    """`level` is the least depth at which its question is asked; `{it}` in the question is the product."""

    level: QuestionDepth
    question: str
    cues: re.Pattern[str]


def _topics(*rows: tuple[QuestionDepth, str, str]) -> tuple[Topic, ...]:
    return tuple(Topic(level, question, re.compile(rf"\b(?:{cues})", re.IGNORECASE)) for level, question, cues in rows)


_PEOPLE = (
    r"users?\b|customers?\b|clients?\b|clerks?\b|staff\b|employees?\b|agents?\b|managers?\b|admin\w*|patients?\b|"
    r"citizens?\b|passengers?\b|guests?\b|members?\b|teams?\b|as an? \w+,? i\b"
)
_MONTHS = r"january|february|march|april|may|june|july|august|september|october|november|december"
_FIGURES = r"\d+(?:[.,]\d+)?\s*(?:%|percent|times|hours?|minutes?|days?|weeks?|euros?|dollars?|per \w+)|kpi|metric"
_TIMES = (
    r"\d+(?:[.,]\d+)?\s*(?:ms|milliseconds?|s\b|sec\w*|minutes?|%|percent|users|requests|concurrent)|uptime|latency"
)
_LAWS = r"gdpr|hipaa|pci|sox|psd2|law\b|legal|regulat\w+|complian\w+|audit\w*|standard\b|iso \d+|certif\w+|privacy"
_DATA = r"data\b|record\w*|field\w*|attribute\w*|personal|confidential|information\b"
_ROLES = r"permission\w*|role\b|roles\b|only (?:an? )?\w+ (?:may|can|must)|may not|authori[sz]\w+|access\b|rights?\b"
_ERRORS = r"error\w*|fail\w*|invalid|wrong|reject\w*|refus\w*|timeout|time out|unavailable|exception\w*|otherwise|retry"
_URGENT = r"priorit\w+|critical|urgent|must[- ]have|nice[- ]to[- ]have|first release|mvp|deadline|important"
_DONE = r"accept\w+ criteria|given\b.{1,200}\bwhen\b|done when|definition of done|verified|is done|test(?:ed|s)?\b"
_SYSTEMS = r"integrat\w+|interface\w*|api\b|third[- ]party|import\w*|export\w*|connect\w*|sync\w*|erp\b|crm\b"
_OUT = r"out of scope|not in scope|will not|won't|won’t|later\b|excluded?|no(?:t)? part of|phase (?:2|two)"

TOPICS: dict[SessionType, tuple[Topic, ...]] = {
    SessionType.VISION_DEFINITION: _topics(
        (
            BASIC,
            "Which problem does {it} solve, and for whom is it worst today?",
            r"problem\w*|pain\w*|struggl\w+|difficult\w*|frustrat\w+|wast\w+|too (?:slow|long|expensive|much)|by hand",
        ),
        (BASIC, "Who will use {it}, and what does each of them want to get done with it?", _PEOPLE),
        (
            BASIC,
            "What will be better once {it} is in use, and by which figure will you see it?",
            rf"{_FIGURES}|reduc\w+|increas\w+|sav(?:e|es|ing)\b|improv\w+|revenue|cheaper",
        ),
        (
            DETAILED,
            "What do people use instead of {it} today, and why is that not enough?",
            r"instead|spreadsheet\w*|excel|on paper|competitor\w*|legacy|existing (?:system|tool)\w*|currently use",
        ),
        (DETAILED, "What will {it} deliberately not do in its first version?", _OUT),
        (DETAILED, "Which laws, standards or contracts must {it} obey?", _LAWS),
        (DETAILED, "Which information does {it} handle, and which of it is personal or confidential?", _DATA),
        (
            DETAILED,
            "By when must a first version of {it} be in use, and who decides whether it is good enough?",
            rf"by (?:the end of|next|q[1-4]|20\d\d|{_MONTHS})|deadline|launch\w*|go[- ]live|release date",
        ),
        (COMPREHENSIVE, "Which other systems must {it} work with, and who runs them?", _SYSTEMS),
        (
            COMPREHENSIVE,
            "How many people will use {it} in its first year, and how is that to grow?",
            r"\d[\d,. ]* (?:users|customers|people|orders|bookings|requests)|scal\w+|grow\w*",
        ),
        (COMPREHENSIVE, "What could make {it} fail, and how would you notice early?", r"risk\w*|fail if|threat\w*"),
        (COMPREHENSIVE, "Who pays for {it}, and who could stop it?", r"sponsor\w*|budget\w*|stakeholder\w*|funded?"),
    ),
    SessionType.EPIC_DISCOVERY: _topics(
        (
            BASIC,
            "What will somebody be able to do once this piece of work is done that they cannot do today?",
            r"(?:will|can|shall|must) be able to|enabl\w+|allow\w*|so that|\w+s? can now",
        ),
        (
            BASIC,
            "What is this epic worth to the business, and by which figure will you see it?",
            rf"{_FIGURES}|business value|worth|revenue|sav(?:e|es|ing)s?\b|reduc\w+|increas\w+",
        ),
        (BASIC, "How will you tell that the whole epic is done: what must be true at the end?", _DONE),
        (DETAILED, "Who gains from this epic, and who has to change the way they work?", _PEOPLE),
        (DETAILED, "How urgent is this epic: what happens if it comes half a year later?", _URGENT),
        (
            DETAILED,
            "Which part of the business does this epic belong to, and where does it touch other parts?",
            r"bounded context\w*|department\w*|domain\b|part of the business|belongs to|responsib\w+",
        ),
        (
            DETAILED,
            "Which qualities matter most here: speed, availability, security, ease of use? How much of each?",
            rf"{_TIMES}|availab\w+|secur\w+|usab\w+|performan\w+",
        ),
        (COMPREHENSIVE, "What is deliberately left out of this epic?", _OUT),
        (
            COMPREHENSIVE,
            "What must be finished before this epic can begin, and what waits for it?",
            r"depend\w*|before we can|blocked|prerequisite\w*|waits? for",
        ),
        (COMPREHENSIVE, "Which laws or standards does this epic touch, and what do they demand?", _LAWS),
        (
            COMPREHENSIVE,
            "What of today's data and habits must be carried over?",
            r"migrat\w+|carr(?:y|ied) over|transition",
        ),
    ),
    SessionType.FEATURE_DETAILING: _topics(
        (
            BASIC,
            "What exactly happens, step by step, from what sets this feature off to what is seen at the end?",
            r"first\b.{1,200}\bthen\b|step\b|steps\b|when (?:an?|the) .{1,80},",
        ),
        (BASIC, "What must happen when something goes wrong: wrong input, no answer, no right to do it?", _ERRORS),
        (BASIC, "How fast must it be, how available, and for how many at once?", _TIMES),
        (DETAILED, "Who may do this, who may only look, and who must not even see it?", _ROLES),
        (
            DETAILED,
            "Which things does this feature deal with, and what is known of each of them?",
            rf"{_DATA}|consists? of|contains?|has an? \w+",
        ),
        (DETAILED, "Which laws or standards does this feature touch: what must be logged, kept or deleted?", _LAWS),
        (DETAILED, "How urgent is this feature compared with the others?", _URGENT),
        (
            DETAILED,
            "Who has to be told when it has happened, how, and how soon?",
            r"notif\w+|e-?mail\w*|alert\w*|inform\w*|told",
        ),
        (
            COMPREHENSIVE,
            "Which are the smallest and the largest values it must cope with?",
            r"at (?:most|least)|max\w*|min\w*|limit\w*|between \d+ and \d+|up to \d+",
        ),
        (
            COMPREHENSIVE,
            "Which states can the thing it deals with be in, and what leads from one to the next?",
            r"status\w*|states?\b|draft|approved|cancelled|pending",
        ),
        (COMPREHENSIVE, "Which other systems take part, and what happens when one of them does not answer?", _SYSTEMS),
        (
            COMPREHENSIVE,
            "For how long is what it stores kept, and what happens to it afterwards?",
            r"retention|retain\w*|kept for|delet\w+ after|archiv\w+",
        ),
    ),
    SessionType.USER_STORY_CREATION: _topics(
        (BASIC, "Who needs this? Name the role as exactly as you can.", _PEOPLE),
        (
            BASIC,
            "What do they want to be able to do, in one sentence?",
            r"i want\b|wants? to\b|(?:can|must|shall|should) be able to|needs? to\b",
        ),
        (BASIC, "What do they gain from it: so that what?", r"so that\b|in order to\b|because\b"),
        (
            BASIC,
            "How will you check that the story is done? Give one example with what is given, what happens, and what "
            "must follow.",
            _DONE,
        ),
        (DETAILED, "What must happen when it does not go as wished?", _ERRORS),
        (DETAILED, "How urgent is this story compared with the others?", _URGENT),
        (DETAILED, "How much work is it, in story points from 1 to 100?", r"story points?|points\b|estimat\w+|effort"),
        (COMPREHENSIVE, "Could a smaller part of this story be useful alone?", r"split\w*|smaller|slice\w*"),
        (
            COMPREHENSIVE,
            "Which stories have to be there before this one?",
            r"depend\w*|before this|prerequisite\w*|after story",
        ),
        (COMPREHENSIVE, "How fast must it be, and for how many at once?", _TIMES),
        (COMPREHENSIVE, "Who must not be able to do it?", _ROLES),
    ),
    SessionType.REQUIREMENT_REFINEMENT: _topics(
        (
            BASIC,
            "Which requirement do you want to make sharper? Send it as it stands.",
            r"\w+ (?:must|shall|should|needs? to|has to)\b|as an? \w+,? i\b",
        ),
        (BASIC, "By which figure, measured how, will you tell that it is met?", rf"{_FIGURES}|{_TIMES}"),
        (
            BASIC,
            "Why is it needed: what would happen without it?",
            r"because\b|so that\b|in order to\b|otherwise|reason\w*",
        ),
        (DETAILED, "Who or what has to do it?", _PEOPLE),
        (
            DETAILED,
            "When does it apply, and when does it not?",
            r"\bif\b|\bwhen\b|unless|only (?:if|when)|while\b|except\w*",
        ),
        (DETAILED, "Which test would show that it is not met?", _DONE),
        (
            DETAILED,
            "Who asked for it, and who may change it?",
            r"stakeholder\w*|asked (?:for|by)|owner\w*|source\b|requested",
        ),
        (
            COMPREHENSIVE,
            "Which other requirements does it touch or contradict?",
            r"contradict\w*|conflict\w*|relates? to|depend\w*",
        ),
        (COMPREHENSIVE, "How urgent is it, and could it wait?", _URGENT),
        (COMPREHENSIVE, "Is it one requirement, or are there several in it?", r"split\w*|separate\w*|several"),
    ),
    SessionType.DOMAIN_MODELING: _topics(
        (
            BASIC,
            "Which things does your business talk of every day? Name them as people name them.",
            r"(?:we|they) (?:call|speak of|talk of)|entit(?:y|ies)|things? (?:are|we)|an? \w+ (?:is|means) an?\b",
        ),
        (
            BASIC,
            "How do they belong together: how many of the one go with one of the other?",
            r"(?:one|many|several|each|every) \w+ (?:has|have|belongs?|contains?)|belongs? to|consists? of|to[- ]many",
        ),
        (
            BASIC,
            "Which states does the most important of them go through, and what leads from one to the next?",
            r"status\w*|states?\b|draft|open\b.{1,60}\bclosed|life ?cycle",
        ),
        (
            DETAILED,
            "What tells two of the same kind apart: a number, a name, something else?",
            r"identif\w+|unique|number\b|key\b|code\b|id\b",
        ),
        (DETAILED, "What happens in the business that others must hear of?", r"event\w*|happens?\b|notif\w+|whenever"),
        (
            DETAILED,
            "Are there two words for one thing among you, or one word for two things?",
            r"synonym\w*|also called|same (?:thing|as)|glossary|means both",
        ),
        (
            DETAILED,
            "Who is responsible for each of these things, and who only uses them?",
            r"owner\w*|own(?:s|ed)\b|responsib\w+",
        ),
        (
            DETAILED,
            "Which parts of the business understand them differently?",
            r"bounded context\w*|department\w*|context\w*",
        ),
        (
            COMPREHENSIVE,
            "Which rules must hold for them at any time?",
            r"always|never|must not|invariant\w*|at any time|rules?\b",
        ),
        (COMPREHENSIVE, "For how long must their history be known?", r"history|retention|retain\w*|kept for|archiv\w+"),
        (COMPREHENSIVE, "Which of them come from other systems, and who is right when they differ?", _SYSTEMS),
    ),
}
