"""Tells what a heading, label or lead-in promises of the lines below it: requirements, background, tasks, questions."""

import re
from enum import StrEnum


class Role(StrEnum):
    """What stands under a heading. NONE says nothing about it."""

    REQUIREMENTS = "requirements"
    QUALITIES = "qualities"
    ACCEPTANCE = "acceptance"
    SCENARIO = "scenario"
    FLOW = "flow"
    """Steps of a use case: what the product does in them is asked for, what people do is not."""
    GOALS = "goals"
    DECISIONS = "decisions"
    DESIGN = "design"
    BACKGROUND = "background"
    PROJECT = "project"
    REASONS = "reasons"
    EXAMPLES = "examples"
    INSTRUCTIONS = "instructions"
    """Of a manual: they tell its reader what to do with a product that is there."""
    EXCLUDED = "excluded"
    DEFINITIONS = "definitions"
    QUESTIONS = "questions"
    ACTIONS = "actions"
    HISTORY = "history"
    NONE = "none"


def _pattern(words: str, alone: str = "") -> re.Pattern[str]:
    """`words` count anywhere in a heading; those of `alone` are too common for that and must be all of it."""
    whole = rf"|^\W*(?:{alone})\W*$" if alone else ""
    return re.compile(rf"\b(?:{words})\b{whole}", re.IGNORECASE)


# In order: the first that fits wins.
_ROLES = (
    (Role.SCENARIO, re.compile(r"^\W*scenario(?: outline| template)?\s*(?:\d+\s*)?:", re.IGNORECASE)),
    (
        Role.EXCLUDED,
        _pattern(
            r"out[- ]of[- ]scope|not in scope|non-?goals?|exclu(?:sions?|ded)|won'?t have|(?:for|to be done) later|"
            r"future \w+|"
            r"next (?:version|release|phase)|phase (?:2|3|two|three)|not (?:included|required|needed|part)|"
            r"postponed|parking lot|"
            r"nice[- ]to[- ]know",
            r"rejected|ideas|limitations|deferred|won'?ts?|later|future",
        ),
    ),
    (
        Role.QUESTIONS,
        _pattern(
            r"(?:open|unresolved|outstanding|pending|known) (?:\w+ )?(?:questions?|issues?|points?|topics?|items?|"
            r"decisions?)|"
            r"q ?& ?a|faq|tbd|to be (?:decided|determined|clarified|discussed)|unknowns|offene (?:fragen|punkte)",
            r"(?:\w+ )?questions?|issues",
        ),
    ),
    (
        Role.ACTIONS,
        _pattern(
            r"action (?:items?|points?|list)|to-?dos?|next steps|follow[- ]ups?|aufgaben|who does what|"
            r"nächste schritte",
            r"(?:agreed |open )?actions?|(?:open )?tasks?(?: list)?|assignments|homework|responsibilities",
        ),
    ),
    (
        Role.HISTORY,
        _pattern(
            r"change ?log|change history|revision(?: history|s)?|version history|release notes|document (?:history|"
            r"control|information)|"
            r"what'?s new|distribution list|bibliography|table of contents|further reading|related documents?|"
            r"attendees|"
            r"acknowledge?ments?|copyright|imprint|legal notice|disclaimer",
            r"amendments?|approvals?|sign-?offs?|(?:normative |informative )?references?|contents|index|sources|"
            r"present|participants|"
            r"apologies|agenda|contacts?|credits|licen[cs]e|confidentiality|look further|layout|changes|distribution",
        ),
    ),
    (
        Role.DEFINITIONS,
        _pattern(
            r"definitions?|glossary|terminology|terms and (?:definitions|abbreviations|conditions)|acronyms?|"
            r"abbreviations?|"
            r"document conventions?|nomenclature|how to read(?: this \w+)?|reading guide|begriffe|glossar",
            r"terms|words|vocabulary|notation|conventions?|key ?words|legend",
        ),
    ),
    (
        Role.ACCEPTANCE,
        _pattern(
            r"acceptance(?: criteri(?:a|on)| tests?)?|conditions of satisfaction|definition of done|"
            r"akzeptanzkriterien|(?:expected|desired|wanted) (?:behaviou?r|results?|outcome)|what should happen",
            r"criteria|expected|should be",
        ),
    ),
    (
        Role.INSTRUCTIONS,
        _pattern(
            r"(?:user(?:'?s)?|owner(?:'?s)?|operat(?:ing|ion|or(?:'?s)?)|instruction|service|repair|installation) "
            r"(?:manual|guide|handbook)|(?:operating|assembly|safety) instructions|instructions for use|"
            r"steps to reproduce|trouble-?shooting|before you (?:start|begin)",
            r"instructions|manual",
        ),
    ),
    (
        Role.FLOW,
        _pattern(
            r"use cases?|(?:main|basic|normal|alternat\w+|exception\w*)(?: success)? (?:flow|course|scenario|path)s?|"
            r"flow of events",
            r"extensions?",
        ),
    ),
    (
        Role.EXAMPLES,
        _pattern(
            r"examples?|walk-?through|how to use|quick ?start|tutorial|beispiele?",
            r"samples?|illustrations?|demo|screenshots?|usage|notes?|sample \w+",
        ),
    ),
    (
        Role.REASONS,
        _pattern(
            r"rationale|reason(?:s|ing)|motivation|justification|options? (?:evaluated|considered)|"
            r"alternatives? considered|pros|cons|"
            r"trade-?offs?|lessons? learn(?:ed|t)|begründung",
            r"reason|why.{0,40}|explanation|comments?|remarks?|discussion|options?|alternatives?|advantages?|"
            r"disadvantages?|consequences|"
            r"benefits?|verdict|evaluation|option \w+.*",
        ),
    ),
    (
        Role.PROJECT,
        _pattern(
            r"instructions to \w+|submissions?|award(?: criteria)?|tender(?:ing)? (?:process|procedure)|payment terms|"
            r"(?:evaluation|selection|eligibility|qualification) (?:criteria|of \w+)|evaluation procedure|key dates|"
            r"deadlines?|(?:form|conditions) of (?:tender|offer|bid|participation)|contractual (?:terms|conditions)|"
            r"how to (?:bid|apply|respond)|procedure of the tender|"
            r"costs? estimates?|budget|risks?|mitigations?|time ?line|milestones?|road ?map|project plan|staffing|"
            r"stakeholders?|communication plan|"
            r"deliverables|assumptions?(?: and dependencies)?|test (?:plan|results|strategy)|risiken|kosten",
            r"costs?|pricing|effort|estimates?|schedule|plan(?:ning)?|resources?|organi[sz]ation|governance|team|"
            r"measured|results?|"
            r"dependencies|status|progress",
        ),
    ),
    (
        Role.REQUIREMENTS,
        _pattern(
            r"(?:\w+[- ])*requirements?|requirement|features?|functionalit(?:y|ies)|functions?|capabilit(?:y|ies)|"
            r"must[- ]haves?|should[- ]haves?|could[- ]haves?|"
            r"nice[- ]to[- ]haves?|needs?|user stor(?:y|ies)|stories|epics?|constraints?|"
            r"what .{1,40} (?:must|should|shall|has to|needs? to) (?:do|be|offer|have|provide|support)|"
            r"business rules?|"
            r"rules?|policies|"
            r"non-?functional|quality attributes?|service levels?|slas?|slos?|in scope|scope of (?:the )?(?:first|"
            r"initial|this) \w+|in the first release|"
            r"wish ?list|wishes|requests?|specification|anforderungen|muss|soll|"
            r"exigences|requisitos",
            r"mvp",
        ),
    ),
    (Role.DESIGN, _pattern(r"considerations|strategy|optimi[sz]ations?|approach|techniques?")),
    (
        Role.QUALITIES,
        _pattern(
            r"qualit(?:y|ies)|performance|security|availability|reliability|usability|accessibility|scalability|"
            r"privacy|compliance|"
            r"maintainability|portability|safety|compatibility|internationali[sz]ation|locali[sz]ation|"
            r"data (?:retention|protection)",
            r"how (?:well|fast|safe|secure|reliable|easy).{0,40}",
        ),
    ),
    (
        Role.GOALS,
        _pattern(
            r"goals?|objectives?|vision|success criteria|how it works|ziele?",
            r"aims?|mission|targets?|outcomes?|scope|solution|proposal|proposed \w+|.*solution",
        ),
    ),
    (Role.DECISIONS, _pattern(r"decisions?|agreed|decided|beschlüsse|entscheidungen", r"agreements?|resolutions?")),
    (
        Role.BACKGROUND,
        _pattern(
            r"background(?! (?:tasks?|jobs?|process\w*|work\w*|services?|queues?|threads?|colou?rs?|images?|sync\w*))|"
            r"introduction|executive summary|preface|foreword|current (?:situation|state|system|process|practice)|"
            r"as[- ]is|existing (?:system|process|situation)|problem(?: statement)?|pain points?|intended audience|"
            r"(?:actual|current|observed) (?:behaviou?r|results?)|what happens|(?:pre|post)-?conditions?|market|"
            r"competitors?|business case|hintergrund|einleitung|ausgangslage|introducción",
            r"history|(?:\w+ )?overview|purpose|(?:\w+ )?context|(?:\w+ )?summary|abstract|about.{0,40}|today|"
            r"situation|audience|competition|(?:\w+ )?actors?|actual|"
            r"findings|survey|research|contexte|when to .{1,60}|what .{1,50} handles?\b.*",
        ),
    ),
    (
        Role.DESIGN,
        _pattern(
            r"architecture|design|implementation|technology|tech(?:nical)? stack|stack|data model|models?|schema|"
            r"entit(?:y|ies)|"
            r"directory structure|environment variables|appendix|annex",
            r"(?:\w+ )*(?:api|endpoints?|components?|modules?|configuration|deployment|structure|installation|setup|"
            r"commands?|files|patterns?|"
            r"diagram)|checks|production",
        ),
    ),
)
_NUMBERING = re.compile(
    r"^\W*(?:(?:slide|page|part|chapter|section|phase)\s+\d+\s*[:.–-]|\d+(?:\.\d+)*[.)]?|[A-Z]\.|[IVX]+\.)\s+",
    re.IGNORECASE,
)
_LONGEST = 90


def role(label: str) -> Role:
    """The role that a heading, label or lead-in of these words gives to what follows it."""
    if len(label) > _LONGEST:
        return Role.NONE
    bare = _NUMBERING.sub("", label)
    return next((each for each, pattern in _ROLES if pattern.search(bare)), Role.NONE)
