"""Rules about how strongly a sentence obliges, and whether it does."""

from collections.abc import Iterator

from specloom.ai.grammar import Tag
from specloom.ai.rules.rule import Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form, Modality

_WEAK = frozenset({"should", "could", "might", "would", "ought"})
# From so many binding words on a text speaks in "shall" or "must", and "will" stands out.
_SHALL_TEXT = 3
_FEWEST = 3


def _weak(wording: Wording) -> Iterator[Hit]:
    for at in range(wording.own, len(wording.words)):
        word = wording.words[at]
        if wording.tags[at] is not Tag.MODAL or word.text.isupper() or not _obliges(wording, at):
            continue
        if word.lower in _WEAK:
            yield wording.hit(
                at,
                at,
                f'"{word.text}" leaves it open whether this is required or only recommended.',
                f'Write "shall" instead of "{word.text}" if it is required; otherwise mark it as optional.',
                0.8,
            )
        elif word.lower == "will" and wording.document.obligations >= _SHALL_TEXT:
            yield wording.hit(
                at,
                at,
                f'"{word.text}" reads like a forecast beside the "shall" or "must" of the other requirements.',
                f'Write "shall" instead of "{word.text}" if it is required; otherwise move it into the background.',
                0.6,
            )


def _obliges(wording: Wording, at: int) -> bool:
    """Whether the modal verb is that of the main clause: after the condition, not within it."""
    condition = wording.within(wording.clause.condition)
    action = wording.within(wording.clause.action)
    if condition and condition[0] <= at <= condition[1]:
        return False
    return action is None or at <= action[1]


def _missing(wording: Wording) -> Iterator[Hit]:
    if wording.clause.modality is not Modality.NONE:
        return
    if any(tag is Tag.MODAL for tag in wording.tags):
        return
    spoken = [at for at in range(wording.own, len(wording.words)) if wording.words[at].spoken]
    if len(spoken) < _FEWEST:
        return
    action = wording.within(wording.clause.action)
    # Lists are full of catchwords and orders; only an item that is a whole sentence can be taken for a description.
    whole = action is not None and action[0] >= wording.own and wording.clause.actor is not None
    if wording.form is Form.ITEM and not whole:
        return
    if action is None:
        yield wording.hit(
            spoken[0],
            spoken[-1],
            'Nothing here says "shall" or "must": a description or a requirement?',
            'Write a whole sentence: who or what, "shall", does what.',
            0.6,
        )
        return
    acting = wording.phrase(wording.clause.actor, "")
    said = wording.quote(*action)
    yield wording.hit(
        action[0],
        action[1],
        f'"{said}" stands without "shall" or "must": a description or a requirement?',
        f'Write "shall" before the verb: {acting + " shall" if acting else "who or what shall"} …',
        0.8,
    )


RULES = (
    Rule(
        id="weak_modal",
        title="Weak verb of obligation",
        severity=Severity.MINOR,
        characteristic=Characteristic.CONFORMING,
        explanation="Should, could and would are read as optional by those who build and as binding by those who pay.",
        example="The scale should print a label.",
        better="The scale shall print a label.",
        suggestion='Write "shall" or "must", or mark the requirement as optional.',
        check=_weak,
    ),
    Rule(
        id="missing_modal",
        title="No verb of obligation",
        severity=Severity.INFO,
        characteristic=Characteristic.CONFORMING,
        explanation="Without shall or must a sentence can be read as a description of what is already there.",
        example="The scale prints a label.",
        better="The scale shall print a label.",
        suggestion='Write "shall" or "must" before the verb.',
        check=_missing,
        forms=frozenset({Form.SENTENCE, Form.ITEM}),
    ),
)
