"""Rules about who acts: passives without an actor, sentences without a subject, abilities instead of actions."""

import re
from collections.abc import Iterator

from specloom.ai.grammar import Tag, is_participle, is_role, lexicon
from specloom.ai.rules.phrases import Phrases, listed
from specloom.ai.rules.rule import Rule
from specloom.ai.rules.wording import Hit, Wording, uncapitalised
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form, Modality

# Participles that say how a thing is, not what somebody does to it: who brings the state about does not matter.
_STATES = listed(
    """
    encrypted stored located connected based made designed written built implemented defined configured used
    supported required limited restricted aligned composed comprised contained included involved related linked
    attached placed protected secured isolated separated organised organized structured formatted sorted ordered
    grouped labelled labeled named called coded versioned typed documented hosted kept retained allowed
    permitted enabled disabled forbidden prohibited supposed intended expected considered deemed treated known
    understood hidden shown displayed visible available mounted sealed fitted equipped certified rated
    dimensioned positioned signed hashed compressed expressed measured driven powered exposed reserved installed
    licensed hardcoded deployed containerized containerised declared
    """
)
_AGENTLESS = listed(
    """
    clicking pressing using selecting sending entering scanning calling default hand means post
    """
)

_IMPERSONAL = re.compile(
    r"\b(?:it (?:shall|must|should|will|needs to|has to) (?:always |also )?"
    r"be (?:possible|ensured|guaranteed|avoided|noted|made sure|assured|easy|feasible|permissible)"
    r"|it is (?:required|necessary|essential|important|mandatory|needed|imperative|vital)(?: that| to)?"
    r"|there (?:shall|must|should|will|needs to|has to) (?:also |always )?(?:be|exist)"
    r"|(?:provisions?|care) (?:shall|must|should) be (?:made|taken)|one (?:shall|must|should|can|could))\b"
)

_ABLE = Phrases(
    {
        "": """
            be able to|be capable of|have the ability to|have the capability to|have the capability of
            have the capacity to|have the possibility to|provide the ability to|provide the capability to
            provide the capability of|provide the possibility to|provide the functionality to
            provide functionality to|provide the means to|provide a means to|provide a means of|provide means to
            provide a way to|provide a facility to|provide facilities to|provide a mechanism to
            offer the possibility to|offer the ability to|have functionality to|be designed to|be designed so as to
            be in a position to|has the ability to|possess the ability to
        """
    }
)


def _passive(wording: Wording) -> Iterator[Hit]:
    clause = wording.clause
    action = wording.within(clause.action)
    if not clause.passive or clause.actor is not None or action is None or clause.modality is Modality.NONE:
        return
    verb = wording.lower[action[1]]
    if verb in _STATES or not is_participle(verb) or action[1] in wording.muted:
        return
    if any(_by_somebody(wording, at) for at in range(action[1] + 1, len(wording.words))):
        return
    if any(wording.lower[at] == "be" and wording.tags[at + 1 : at + 2] == [Tag.NOT] for at in range(action[0])):
        return
    what = uncapitalised(wording.phrase(clause.object, "this"))
    base = lexicon.base_form(verb)
    yield wording.hit(
        action[0],
        action[1],
        f'"{wording.quote(*action)}" does not say who or what has to {base} {what}.',
        f'Name who acts and say it actively: "… shall {base} {what.strip(chr(34))}", or add "by" and the actor.',
        0.7,
    )


def _by_somebody(wording: Wording, at: int) -> bool:
    following = wording.next(at)
    return (
        wording.lower[at] == "by"
        and following not in _AGENTLESS
        and not following.endswith("ing")
        and not following[:1].isdigit()
    )


def _impersonal(wording: Wording) -> Iterator[Hit]:
    for match in _IMPERSONAL.finditer(wording.line):
        first, last = wording.place(match.start()), wording.place(match.end() - 1)
        if first in wording.muted:
            continue
        quoted = wording.quote(first, last)
        yield wording.hit(
            first,
            last,
            f'"{quoted}" names nobody who has to do this.',
            f'Replace "{quoted}" by who or what acts: "The … shall …".',
            0.85,
        )


def _ability(wording: Wording) -> Iterator[Hit]:
    actor = wording.within(wording.clause.actor)
    if not actor or not _thing(wording.lower[actor[1]], wording.words[actor[1]].text):
        return
    for match in _ABLE.find(wording):
        if match.first <= actor[1] or match.first > actor[1] + _NEAR:
            continue
        said = wording.quote(match.first, match.last)
        acting = wording.phrase(wording.clause.actor, "the system")
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" asks {acting} for an ability; whether and when it acts stays open.',
            f'Delete "{said}" and state the action itself, with the event that starts it.',
            0.75,
        )


def _thing(word: str, written: str) -> bool:
    """Whether the actor is a product or a part of one; people may well be able to do something."""
    return (
        word in lexicon.GENERIC_ACTORS | _PRODUCTS
        or (written.isupper() and len(written) > 1)
        or (not is_role(word) and word.endswith("ware"))
    )


_PRODUCTS = listed(
    """
    machine unit equipment network sensor terminal display screen page form kiosk scanner robot meter
    """
)
# Words between an actor and what it is able to: "shall", "also".
_NEAR = 4


RULES = (
    Rule(
        id="passive_without_actor",
        title="Passive without an actor",
        severity=Severity.MINOR,
        characteristic=Characteristic.COMPLETE,
        explanation="When nobody is named, everybody waits for somebody else: user, operator, this system or another?",
        example="The returned parcel shall be inspected.",
        better="The warehouse clerk shall inspect the returned parcel.",
        suggestion="Name who acts, and say it actively.",
        check=_passive,
    ),
    Rule(
        id="impersonal_subject",
        title="Nobody has to act",
        severity=Severity.MINOR,
        characteristic=Characteristic.COMPLETE,
        explanation='"It shall be possible" and "there shall be" give the duty to nobody.',
        example="It shall be possible to cancel a booking.",
        better="The guest shall be able to cancel a booking.",
        suggestion="Begin with who or what has to act.",
        check=_impersonal,
    ),
    Rule(
        id="superfluous_ability",
        title="Ability instead of action",
        severity=Severity.INFO,
        characteristic=Characteristic.CONFORMING,
        explanation="A system that is able to act need not act. People may be able to; systems shall do.",
        example="The backup program shall be capable of sealing the archive.",
        better="When the night shift ends, the backup program shall seal the archive.",
        suggestion="State the action, and what starts it.",
        check=_ability,
        forms=frozenset({Form.SENTENCE, Form.ITEM, Form.ROW}),
    ),
)
