"""The phrases an embedded answer is put together from, in each tone."""

from collections.abc import Mapping
from dataclasses import dataclass

from specloom.vocabulary.identity import AiTone
from specloom.vocabulary.requirements import Priority, Quality, RequirementType


@dataclass(frozen=True, slots=True)
class Phrases:
    """`noted_one`, `noted` and `checked` introduce lists; `{n}` counts what is in them."""

    found: str
    related: str
    nothing: str
    no_sources: str
    noted_one: str
    noted: str
    nothing_noted: str
    checked: str
    ask: str
    ask_several: str
    asked_all: str
    foreign: str


PHRASES: Mapping[AiTone, Phrases] = {
    AiTone.CASUAL: Phrases(
        found="Here's what your documents say:",
        related="Your documents have something on this:",
        nothing="I looked through your documents and found nothing on that.",
        no_sources="I found nothing on that: none of your documents speaks of it.",
        noted_one="Got it. One thing I'd note as a requirement:",
        noted="Got it. {n} things I'd note as requirements:",
        nothing_noted="Thanks, got it. Nothing in there is a requirement yet.",
        checked="A few words to sharpen:",
        ask="Next up:",
        ask_several="Next up:",
        asked_all="I'm out of questions for this one. Run an analysis of the session, or complete it when you're done.",
        foreign="You wrote in {language}. I know English grammar best, so I may have missed something.",
    ),
    AiTone.PROFESSIONAL: Phrases(
        found="Your documents say:",
        related="Your documents say about this:",
        nothing="I found nothing about this in your documents.",
        no_sources="I found nothing about this: none of your documents speaks of it.",
        noted_one="I understood one candidate requirement:",
        noted="I understood {n} candidate requirements:",
        nothing_noted="Thank you. I found no requirement in this message yet.",
        checked="These words leave room for more than one reading:",
        ask="My next question:",
        ask_several="My next questions:",
        asked_all="I have no further question for this session. You may analyse it, or complete it.",
        foreign="Your message is in {language}. I know the grammar of English best and may have missed something.",
    ),
    AiTone.TECHNICAL: Phrases(
        found="Evidence in your documents:",
        related="Related evidence in your documents:",
        nothing="No passage of your documents matches the query.",
        no_sources="No passage matches the query: no document contains its terms.",
        noted_one="1 candidate requirement:",
        noted="{n} candidate requirements:",
        nothing_noted="No requirement identified in this message.",
        checked="Rule findings:",
        ask="Open point:",
        ask_several="Open points:",
        asked_all="Checklist complete: no open points left. Next: analyse the session, or complete it.",
        foreign="Message language: {language}. The grammar covers English; extraction may be incomplete.",
    ),
}

_TYPES = {
    RequirementType.FUNCTIONAL: "functional",
    RequirementType.NON_FUNCTIONAL: "quality",
    RequirementType.COMPLIANCE: "compliance",
    RequirementType.BUSINESS_RULE: "business rule",
}


def kind_of(type_: RequirementType, quality: Quality | None, priority: Priority) -> str:
    """What a candidate is, in brackets behind it."""
    named = _TYPES[type_] if quality is None else f"{_TYPES[type_]}: {quality.replace('_', ' ')}"
    return f"{named}, {priority.value} priority"
