"""Rules about sentences that hold more than one requirement, or leave open which of two."""

import re
from collections.abc import Iterator

from specloom.ai.grammar import Region, Tag, is_base_verb, parts
from specloom.ai.rules.phrases import listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.core.text import Span
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form

_SLASHED = re.compile(r"[a-z][a-z-]{2,}(?:/[a-z][a-z-]{2,})+")
# After these an infinitive belongs to something else than the modal verb.
_ENDING = frozenset({Tag.TO, Tag.THAT, Tag.RELATIVE, Tag.STOP})
# Without one of these a sentence holds one requirement.
_LINKS = frozenset({"and", "or", "but", "&", ",", ";", ":", "and/or", "–", "—", "plus"})
_BINDING = frozenset({"shall", "must"})
_FIXED = listed(
    """
    async/await client/server on/off yes/no true/false input/output read/write master/slave start/stop
    open/close true/false and/or key/value request/response publish/subscribe pub/sub either/or his/her he/she
    him/her up/down text/plain text/html text/csv image/png image/jpeg application/json
    """
)


def _several(wording: Wording) -> Iterator[Hit]:
    statement = wording.requirement.statement
    linked = not _LINKS.isdisjoint(wording.vocabulary)
    found = parts(wording.document.text, statement.start, statement.end) if linked else []
    cut = [statement.span] if wording.index in wording.document.cut else []
    others = [part.span for part in found[1:]] or cut or list(_joined(wording))
    if not others:
        return
    text = wording.document.text
    listed = " and ".join(f'"{_short(text[span.start : span.end])}"' for span in others[:2])
    yield Hit(
        others[0].start,
        others[0].end,
        f"The sentence demands {listed} beside something else: one can be met and the other missed.",
        "Write one requirement for each, with its own subject, condition and number.",
        0.8,
    )


def _joined(wording: Wording) -> Iterator[Span]:
    """A further infinitive that the modal verb rules: "shall close the lid after 3 seconds and sound the horn"."""
    ruling = bound = False
    for at in range(wording.own, len(wording.words)):
        if bound and wording.tags[at] is Tag.CONJUNCTION and wording.next(at) in _BINDING:
            yield wording.span(at + 1, len(wording.words) - 1)
            return
        bound |= wording.lower[at] in _BINDING
        if wording.tags[at] is Tag.MODAL:
            ruling = wording.reading.regions[at] is Region.MAIN
        elif wording.tags[at] in _ENDING:
            ruling = False
        elif ruling and wording.tags[at] is Tag.CONJUNCTION and _infinitive(wording, at + 1):
            yield wording.span(at + 1, len(wording.words) - 1)
            return


def _infinitive(wording: Wording, at: int) -> bool:
    if at + 1 >= len(wording.words) or wording.tags[at] is not Tag.VERB:
        return False
    return is_base_verb(wording.lower[at]) and wording.tags[at + 1] in {Tag.DETERMINER, Tag.PRONOUN}


def _short(said: str) -> str:
    words = said.rstrip(" .;,").split()
    return " ".join(words) if len(words) <= _SHOWN else " ".join(words[:_SHOWN]) + " …"


_SHOWN = 5


def _and_or(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if word in {"and/or", "or/and"} and at not in wording.muted:
            yield wording.hit(
                at,
                at,
                f'"{word}" leaves open whether one is enough or both are needed.',
                f'Replace "{word}" by "and", by "or", or by "one or both of".',
            )


def _slash(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if not _SLASHED.fullmatch(word) or word in _FIXED or at in wording.muted:
            continue
        if not wording.words[at].text.islower():
            continue
        left, _, right = wording.words[at].text.partition("/")
        yield wording.hit(
            at,
            at,
            f'"{word}" can mean "{left} and {right}", "{left} or {right}", or two names of one thing.',
            f'Write "and" or "or" instead of the slash in "{word}", or keep one of the names.',
            0.8,
        )


RULES = (
    Rule(
        id="several_demands",
        title="Several requirements in one",
        severity=Severity.MINOR,
        characteristic=Characteristic.SINGULAR,
        explanation="Two demands in one sentence cannot be ranked, tested or traced apart.",
        example="The till shall print a receipt and shall open the drawer.",
        better="The till shall print a receipt.",
        suggestion="Write one requirement for each.",
        check=_several,
        forms=frozenset({Form.SENTENCE, Form.ITEM, Form.ROW}),
    ),
    Rule(
        id="and_or",
        title="And/or",
        severity=Severity.MINOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="It can be read as both, as one of them, or as whichever is easier.",
        example="The hotline shall notify the tenant by phone and/or letter.",
        better="The hotline shall notify the tenant by phone or letter.",
        suggestion='Write "and", "or", or "one or both of".',
        check=_and_or,
        forms=ALL_FORMS,
    ),
    Rule(
        id="slash",
        title="Slash between words",
        severity=Severity.INFO,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="A slash stands for and, for or, and for two names of one thing.",
        example="The librarian shall approve each reservation/renewal.",
        better="The librarian shall approve each reservation.",
        suggestion='Write "and" or "or", or keep one of the names.',
        check=_slash,
        forms=ALL_FORMS,
    ),
)
