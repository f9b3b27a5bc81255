"""Finds clashes over who does something: what one leaves to somebody alone, and the other to somebody else."""

from collections.abc import Iterator

from specloom.ai.grammar.lexicon import GENERIC_ACTORS, is_role, singular
from specloom.ai.relations.frames import Frame, Part, Token
from specloom.ai.relations.polarity import DENIED
from specloom.ai.relations.stems import concept, wordset
from specloom.ai.relations.suspects import LEAST_TOPIC, POSSIBLE, Suspect, said
from specloom.ai.relations.topics import ANY_SYSTEM
from specloom.vocabulary.requirements import Form

_ONLY = wordset("only exclusively solely alone")
_LIMITING = _ONLY | {"restricted", "limited"}
_DECIDES = frozenset(
    map(concept, wordset("approve set decide publish sign own authorise release determine assign define choose"))
)
_ANY = wordset("any all every each")
_NOBODY = wordset("person people individual human man woman party team group company contact someone user")


def restricted(text: str, first: Frame, second: Frame) -> Iterator[Suspect]:
    """What only some may do, and others may or must do, too."""
    for one, other, swapped in ((first, second, False), (second, first, True)):
        only = _only(one)
        if only is None:
            continue
        named = {token.concept for token in only}
        theirs = _only(other) or _people(other)
        if not theirs or named & {token.concept for token in theirs} or any(t.sign == DENIED for t in theirs):
            continue
        if (swapped and _only(other)) or not (one.action & other.concepts or other.action & one.concepts):
            continue
        spans = tuple(token.span for token in only), tuple(token.span for token in theirs)
        who = " ".join(said(text, token.span) for token in only)
        whom = " ".join(said(text, token.span) for token in theirs)
        message = f'One leaves it to "{who}" only, the other to "{whom}".'
        first_spans, second_spans = reversed(spans) if swapped else spans
        yield Suspect("actor", first_spans, second_spans, message, 0.85, LEAST_TOPIC)


def decided(text: str, first: Frame, second: Frame) -> Iterator[Suspect]:
    """What one decides and the other gives to somebody else to decide."""
    offered = any(POSSIBLE & {token.lower for token in each.words} for each in (first, second))
    one, other = first.clause.actor, second.clause.actor
    mine, theirs = (frame.actor - ANY_SYSTEM for frame in (first, second))
    if (
        offered
        or not (one and other and mine and theirs)
        or mine & theirs
        or not first.action & second.action & _DECIDES
    ):
        return
    if first.requirement.statement.form is Form.USER_STORY or not first.object & second.object:
        return
    message = f'One gives it to "{said(text, one)}", the other to "{said(text, other)}".'
    yield Suspect("actor", (one,), (other,), message, 0.65, 0.6)


def _only(frame: Frame) -> tuple[Token, ...] | None:
    """The people whom a requirement names with "only"."""
    if not frame.phrases.keys() & _LIMITING:
        return None
    for place, word in enumerate(frame.words):
        if word.lower in _ONLY or _limits(frame, place):
            after = [t for t in frame.words[place + 1 : place + 5] if _is_person(t)]
            before = [t for t in frame.words[max(0, place - 2) : place] if _is_person(t)]
            if (after or before) and word.part is Part.MAIN:
                return tuple(after[:1] or before[-1:])
    return None


def _limits(frame: Frame, place: int) -> bool:
    """Whether "limited to" stands there, and no "including but not limited to"."""
    before = {each.lower for each in frame.words[max(0, place - 2) : place]}
    named = frame.words[place].lower in {"restricted", "limited"} and _word_at(frame, place + 1) == "to"
    return named and "not" not in before


def _people(frame: Frame) -> tuple[Token, ...]:
    """Who acts, where it is people of some kind, or anybody at all."""
    found = [
        token
        for place, token in enumerate(frame.words)
        if token.part is Part.MAIN and (_is_person(token) or _is_anybody(frame, place))
    ]
    acting = [token for token in found if token.concept in frame.actor] or found
    return tuple(acting[:1])


def _is_person(token: Token) -> bool:
    single = singular(token.lower)
    return is_role(token.lower) and single not in GENERIC_ACTORS and single not in _NOBODY


def _is_anybody(frame: Frame, place: int) -> bool:
    """Whether a word means everybody: "anyone", "all users", "guests"."""
    lower = frame.words[place].lower
    if lower in {"everyone", "anyone", "everybody", "anybody", "anonymous"}:
        return True
    return singular(lower) == "user" and _word_at(frame, place - 1) in _ANY


def _word_at(frame: Frame, place: int) -> str:
    return frame.words[place].lower if 0 <= place < len(frame.words) else ""
