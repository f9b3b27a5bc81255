"""Rules about user stories: who wants what and why, one thing at a time."""

import re
from collections.abc import Iterator

from specloom.ai.grammar import Tag, lexicon
from specloom.ai.rules.phrases import listed
from specloom.ai.rules.rule import Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form

_STORIES = frozenset({Form.USER_STORY})
_ROLE = re.compile(r"\bas (?:an? |the |our )?(?P<role>[\w(\"“][^,]{1,120}?) ?(?:,| (?:i|we)(?:'d|'ll)?\b)")
_WANT = re.compile(
    r"\b(?:i|we)(?:'d like|'m able|'m allowed| (?:really |only |do not |don't |also )?"
    r"(?:want|need|wish|would (?:be able|like|love|want)|like|can|could|should|must|may|am|will|shall|have"
    r"|expect|require|hope|prefer))\b(?: to\b| (?:able|possible|the ability|the option) to\b)*"
)
_AIM = re.compile(
    r"\b(?:so that|so (?=i\b|we\b|it\b|they\b|the\b|my\b|our\b|people\b)|in order (?:to|that)|because|such that)\b"
)
_ANYBODY = listed(
    """
    user users person people someone somebody anyone anybody individual human end-user customer-or-user actor
    stakeholder
    """
)
_ANYBODY_PHRASES = frozenset(
    {"end user", "the user", "system user", "user of the system", "regular user", "normal user", "member of the public"}
)
_LONGEST = 60


def _no_role(wording: Wording) -> Iterator[Hit]:
    if _ROLE.search(wording.line) or not wording.words:
        return
    yield wording.hit(
        0,
        min(2, len(wording.words) - 1),
        "This story does not say who wants it.",
        'Begin with "As a …" and the role that benefits.',
    )


def _any_role(wording: Wording) -> Iterator[Hit]:
    match = _ROLE.search(wording.line)
    if match is None or (match["role"] not in _ANYBODY and match["role"] not in _ANYBODY_PHRASES):
        return
    first = wording.place(match.start("role"))
    last = wording.place(match.end("role") - 1)
    quoted = wording.quote(first, last)
    yield wording.hit(
        first,
        last,
        f'"{quoted}" is everybody: whose need is this?',
        f'Replace "{quoted}" by the role that benefits, such as the one who pays, approves or delivers.',
        0.7,
    )


def _no_purpose(wording: Wording) -> Iterator[Hit]:
    match = _WANT.search(wording.line)
    if match is None or _AIM.search(wording.line):
        return
    first, last = wording.place(match.start()), wording.place(match.end() - 1)
    yield wording.hit(
        first,
        last,
        "This story does not say what it is good for, so nobody can rank it or find a simpler way.",
        'Add "so that …" with the benefit for the role.',
        0.85,
    )


def _no_wish(wording: Wording) -> Iterator[Hit]:
    wish = _wish(wording)
    if wish or not wording.words:
        return
    last = len(wording.words) - 1
    yield wording.hit(0, last, "This story does not say what is wanted.", 'Say it after the role: "I want to …".')


def _wish(wording: Wording) -> range | None:
    """The positions of what is wanted, without role and benefit."""
    match, reason = _WANT.search(wording.line), _AIM.search(wording.line)
    if match is None or (reason is not None and 0 < reason.start() < match.start()):
        return None
    aim = _AIM.search(wording.line, match.end())
    return range(wording.place(match.end() - 1) + 1, wording.place(aim.start()) if aim else len(wording.words))


def _not_atomic(wording: Wording) -> Iterator[Hit]:
    wish = _wish(wording)
    if not wish:
        return
    for at in wish[1:]:
        joined = wording.lower[at] in {"and", "or", "&", "and/or", ";"} or wording.lower[at - 2 : at + 1] == [
            "as",
            "well",
            "as",
        ]
        if not joined or at in wording.muted:
            continue
        last = _second_action(wording, at, wish)
        if last is not None:
            said = wording.quote(at, last)
            yield wording.hit(
                at,
                last,
                f'"{said}" adds a second wish: the story cannot be done by halves.',
                "Make a story of each of the two, with its own benefit.",
                0.8,
            )
            return


def _second_action(wording: Wording, at: int, wish: range) -> int | None:
    """The position of the verb that a conjunction joins to what is wanted; None when it joins things."""
    here = at + 1
    while here in wish and (
        wording.tags[here] is Tag.ADVERB or wording.lower[here] in {"to", "also", "then", "be", "able"}
    ):
        here += 1
    if here not in wish:
        return None
    word = wording.lower[here]
    if not lexicon.is_base_verb(word):
        return None
    if word not in lexicon.NOUN_VERBS and not lexicon.is_adjective(word):
        return here
    following = wording.lower[here + 1] if here + 1 in wish else ""
    if wording.lower[at - 1] == "," and not _verbs_before(wording, at - 1, wish):
        return None
    thing = lexicon.singular(following) != following and not lexicon.is_base_verb(following)
    opens = following in lexicon.ADJECTIVES or (following and wording.tags[here + 1] in {Tag.DETERMINER, Tag.PRONOUN})
    return here if opens or thing else None


def _verbs_before(wording: Wording, comma: int, wish: range) -> bool:
    """Whether the list that goes on after the comma is one of verbs."""
    opened = next((at for at in range(comma - 1, wish[0], -1) if wording.lower[at] == ","), wish[0] - 1)
    return wording.tags[opened + 1] is Tag.VERB


def _extra(wording: Wording) -> Iterator[Hit]:
    last = len(wording.words) - 1
    stop = next((at for at, word in enumerate(wording.lower) if word in {"(", "["} and _apart(wording, at)), None)
    if stop is not None:
        last = next((at for at in range(stop, last) if wording.lower[at] in {")", "]"}), last)
    else:
        stop = _second_sentence(wording)
    if stop is None:
        return
    yield wording.hit(
        stop,
        last,
        "What stands here is more than role, wish and benefit.",
        "Move it into the acceptance criteria or a note of the story.",
        0.75,
    )


def _apart(wording: Wording, at: int) -> bool:
    """Whether a bracket stands by itself, and is not glued to a word: "file(s)"."""
    return at > 0 and wording.words[at - 1].end < wording.words[at].start


def _second_sentence(wording: Wording) -> int | None:
    for at, word in enumerate(wording.lower[:-1]):
        if word in {".", ";"} and wording.words[at + 1].text[0].isupper() and at > _OPENING:
            return at + 1
    return None


_OPENING = 8


def _too_long(wording: Wording) -> Iterator[Hit]:
    spoken = sum(word.spoken for word in wording.words)
    if spoken > _LONGEST:
        yield wording.hit(
            0,
            len(wording.words) - 1,
            f"This story has {spoken} words; it tells more than one wish or a solution.",
            "Keep role, wish and benefit, and move the rest into acceptance criteria.",
            0.8,
        )


RULES = (
    Rule(
        id="story_without_role",
        title="Story without a role",
        severity=Severity.MAJOR,
        characteristic=Characteristic.COMPLETE,
        explanation="Who wants it decides what is good enough, and whom to ask.",
        example="I want to filter the offers by price, so that I can stay within my budget.",
        better="As a tenant, I want to filter the offers by price, so that I can stay within my budget.",
        suggestion='Begin with "As a …" and the role.',
        check=_no_role,
        forms=_STORIES,
    ),
    Rule(
        id="story_without_means",
        title="Story without a wish",
        severity=Severity.MAJOR,
        characteristic=Characteristic.COMPLETE,
        explanation="A benefit alone does not say what to build.",
        example="As a beekeeper, so that I can judge the harvest.",
        better="As a beekeeper, I want to record the weight of a hive, so that I can judge the harvest.",
        suggestion='Say what is wanted: "I want to …".',
        check=_no_wish,
        forms=_STORIES,
    ),
    Rule(
        id="story_unspecific_role",
        title="Story of nobody in particular",
        severity=Severity.INFO,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="Behind user or person stand people with different needs.",
        example="As a user, I want to export the guest list, so that I can print it.",
        better="As a receptionist, I want to export the guest list, so that I can print it.",
        suggestion="Name the role that benefits.",
        check=_any_role,
        forms=_STORIES,
    ),
    Rule(
        id="story_without_purpose",
        title="Story without a benefit",
        severity=Severity.MINOR,
        characteristic=Characteristic.NECESSARY,
        explanation="Without the benefit nobody can rank the story, or see that something simpler would do.",
        example="As a grower, I want to see the soil temperature.",
        better="As a grower, I want to see the soil temperature, so that I can choose the day for sowing.",
        suggestion='Add "so that …" with the benefit.',
        check=_no_purpose,
        forms=_STORIES,
    ),
    Rule(
        id="story_not_atomic",
        title="Story with two wishes",
        severity=Severity.MINOR,
        characteristic=Characteristic.SINGULAR,
        explanation="A story is estimated, built and accepted as one; two wishes in it block each other.",
        example="As a vet, I want to record a vaccination and print a certificate, so that the owner can travel.",
        better="As a vet, I want to print a vaccination certificate, so that the owner can travel.",
        suggestion="Make a story of each.",
        check=_not_atomic,
        forms=_STORIES,
    ),
    Rule(
        id="story_extra_text",
        title="Story with asides",
        severity=Severity.INFO,
        characteristic=Characteristic.SINGULAR,
        explanation="Notes, conditions and examples inside a story are not tracked and get lost.",
        example="As a pilot, I want to see the wind, so that I can plan the landing (knots, not km/h).",
        better="As a pilot, I want to see the wind in knots, so that I can plan the landing.",
        suggestion="Move it into acceptance criteria or a note.",
        check=_extra,
        forms=_STORIES,
    ),
    Rule(
        id="story_too_long",
        title="Overlong story",
        severity=Severity.INFO,
        characteristic=Characteristic.SINGULAR,
        explanation="A long story holds several wishes, or the solution beside the wish.",
        example=(
            "As a choir leader, I want to choose the songs of the concert from the list of all songs that we have"
            " sung since the choir was founded, with the year, the composer, the number of voices, the key, the "
            "length in minutes, the name of the soloist and the place of the score in the cupboard behind the "
            "piano, so that the singers learn the programme before the summer begins."
        ),
        better="As a choir leader, I want to choose the songs of the concert, so that the singers learn the programme.",
        suggestion="Keep role, wish and benefit.",
        check=_too_long,
        forms=_STORIES,
    ),
)
