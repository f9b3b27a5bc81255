"""Knows what to ask next: about what was just said, about what the session is for, about what the backlog lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specloom.ai.conversation import BacklogItem, Conversation
from specloom.ai.conversing.topics import BASIC, COMPREHENSIVE, DETAILED, TOPICS
from specloom.ai.conversing.understanding import Understanding
from specloom.vocabulary.conversations import SessionType
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import RequirementKind

_DEPTHS = (BASIC, DETAILED, COMPREHENSIVE)
# How many questions one answer asks: about the message itself, and further ones; and how many it suggests in all.
_ABOUT_MESSAGE = {BASIC: 0, DETAILED: 1, COMPREHENSIVE: 2}
_FURTHER = {BASIC: 1, DETAILED: 1, COMPREHENSIVE: 1}
_SUGGESTED = {BASIC: 3, DETAILED: 5, COMPREHENSIVE: 8}

# What of the backlog to ask for, by kind and field, and from which depth on.
_LACKS: dict[tuple[RequirementKind, str], tuple[QuestionDepth, str]] = {
    (RequirementKind.PRODUCT, "vision"): (BASIC, "In one or two sentences: what is {it} for, and what will it change?"),
    (RequirementKind.EPIC, "acceptance_criteria"): (BASIC, "How will you tell that {it} is done?"),
    (RequirementKind.EPIC, "bounded_contexts"): (DETAILED, "Which part of the business does {it} belong to?"),
    (RequirementKind.FEATURE, "functional_requirements"): (BASIC, "What exactly must {it} do?"),
    (RequirementKind.FEATURE, "non_functional_requirements"): (
        DETAILED,
        "How fast, available and secure must {it} be?",
    ),
    (RequirementKind.FEATURE, "domain_objects"): (DETAILED, "Which things does {it} deal with?"),
    (RequirementKind.FEATURE, "compliance_requirements"): (COMPREHENSIVE, "Which laws or standards does {it} touch?"),
    (RequirementKind.USER_STORY, "acceptance_criteria"): (BASIC, "How will you check that {it} is done?"),
    (RequirementKind.USER_STORY, "estimated_effort"): (DETAILED, "How much work is {it}, in story points?"),
}
_CHILDLESS = {
    RequirementKind.EPIC: "Which features make up {it}?",
    RequirementKind.FEATURE: "Who needs {it}, to do what?",
}
# Which kinds a session asks about; and of which it also asks what is to stand under them.
_KINDS: dict[SessionType, tuple[RequirementKind, ...]] = {
    SessionType.VISION_DEFINITION: (RequirementKind.PRODUCT,),
    SessionType.EPIC_DISCOVERY: (RequirementKind.EPIC,),
    SessionType.FEATURE_DETAILING: (RequirementKind.FEATURE,),
    SessionType.USER_STORY_CREATION: (RequirementKind.USER_STORY,),
    SessionType.REQUIREMENT_REFINEMENT: (
        RequirementKind.EPIC,
        RequirementKind.FEATURE,
        RequirementKind.USER_STORY,
    ),
    SessionType.DOMAIN_MODELING: (),
}
_PARENTS = {
    SessionType.FEATURE_DETAILING: RequirementKind.EPIC,
    SessionType.USER_STORY_CREATION: RequirementKind.FEATURE,
}
_DOMAIN_FIELDS = {"domain_objects", "bounded_contexts"}


@dataclass(frozen=True, slots=True)
class Agenda:
    """`asked` are the questions for this answer, `suggested` those and what could come after them."""

    asked: tuple[str, ...]
    suggested: tuple[str, ...]


def next_questions(conversation: Conversation, understood: Understanding) -> Agenda:
    """What to ask now: as deep as the tenant wishes, and nothing that was asked before."""
    depth = conversation.depth
    known = {_plain(question) for question in conversation.asked}
    about = _new([each.text for each in understood.analysis.questions], known)
    further = _new(_further(conversation), known)
    asked = about[: _ABOUT_MESSAGE[depth]]
    asked += further[: _FURTHER[depth]] or about[len(asked) : len(asked) + _FURTHER[depth]]
    suggested = _new([*asked, *further, *about], set())
    return Agenda(tuple(asked), tuple(suggested[: _SUGGESTED[depth]]))


def _further(conversation: Conversation) -> Iterator[str]:
    """What the session is for, first its most important topics; between them, what the backlog lacks."""
    topics = TOPICS[conversation.session_type]
    name = next((each.name for each in conversation.backlog if each.kind is RequirementKind.PRODUCT), None)
    it, heard = name or "the product", conversation.heard
    reached = [level for level in _DEPTHS if _DEPTHS.index(level) <= _DEPTHS.index(conversation.depth)]
    for level in reached:
        yield from (
            topic.question.format(it=it) for topic in topics if topic.level is level and not topic.cues.search(heard)
        )
        yield from _lacks(conversation, level)


def _lacks(conversation: Conversation, level: QuestionDepth) -> Iterator[str]:
    """What the items of the backlog lack that this session is for."""
    session_type, items = conversation.session_type, conversation.backlog
    for place, item in enumerate(items):
        if level is BASIC and item.kind is _PARENTS.get(session_type) and _is_childless(items, place):
            yield _CHILDLESS[item.kind].format(it=_named(item))
        for (kind, field), (least, question) in _LACKS.items():
            wanted = kind in _KINDS[session_type] or (
                session_type is SessionType.DOMAIN_MODELING and field in _DOMAIN_FIELDS
            )
            if wanted and kind is item.kind and least is level and not item.fields.get(field):
                yield question.format(it=_named(item))


def _is_childless(items: Sequence[BacklogItem], place: int) -> bool:
    """In reading order, what stands under an item comes right behind it, and is of a later kind."""
    kinds = list(RequirementKind)
    following = items[place + 1 : place + 2]
    return not following or kinds.index(following[0].kind) <= kinds.index(items[place].kind)


def _named(item: BacklogItem) -> str:
    return f'{item.key} "{item.name}"' if item.kind is not RequirementKind.PRODUCT else f'"{item.name}"'


def _new(questions: Sequence[str] | Iterator[str], known: set[str]) -> list[str]:
    """The questions that are not known, each once."""
    found: dict[str, str] = {}
    for question in questions:
        plain = _plain(question)
        if plain not in known:
            found.setdefault(plain, question)
    return list(found.values())


def _plain(question: str) -> str:
    return " ".join(question.casefold().split())
