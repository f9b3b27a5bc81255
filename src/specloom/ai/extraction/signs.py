"""Names the signs by which one bare sentence speaks for or against being a requirement."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specloom.ai.extraction import vocabulary
from specloom.ai.extraction.phrases import EMPHASIS, FOREIGN_DUTY, FOREIGN_LEAVE, OUR_DUTY, PERSON, PHRASES, TASK
from specloom.ai.extraction.reading import Finite, Reading, kind, read
from specloom.ai.grammar.lexicon import singular
from specloom.ai.grammar.tokens import words as split_words
from specloom.ai.grammar.verbs import BASES, GERUNDS, PARTICIPLES

_STRONG = frozenset({"shall", "must", "should", "need"})
# In words: where a colon must stand to follow a mere introduction, and how much must follow it.
_FEW, _ENOUGH = 10, 5
# In words and in code points: what a sentence says beyond these is not read.
_LONGEST, _FARTHEST = 90, 600
_LENGTHS = (3, 6, 10, 16, 25, 40, 1000)
_LISTING = 3
_MARK = re.compile(
    r"\s*(?:[-–—−•*·○▪►✓]+\s+)?"
    r"(?P<id>\(?(?:(?:[A-Z]{1,8}[-_.]?){1,3})?\d{1,4}(?:[.-]\d{1,3}){0,5}[.:)\]]*[\s:]\s*(?=[^\W\d_]))?"
)
_NAMED = re.compile(r"\(?[A-Z]")
_QUOTATION = frozenset({'"', "“", "”", "„", "«", "»"})
_OPENING = {
    **dict.fromkeys(("it", "they", "he", "she"), "opens pronoun"),
    **dict.fromkeys(("this", "these", "those", "that"), "opens this"),
}
_CONDITIONS = frozenset({"if", "when", "whenever", "once", "while", "upon", "after", "before", "unless"})
_WISHES = frozenset({"want", "need", "wish", "expect", "require"})
# How common nouns end that a phrase may begin with as a name does.
_NO_NAMES = ("ity", "ion", "ment", "ness", "ance", "ence", "age", "ers", "ors", "ly", "ure")
_VERBS = {
    "function": vocabulary.FUNCTION_VERBS,
    "paper": vocabulary.PAPER_VERBS,
    "mind": vocabulary.MIND_VERBS,
    "project": vocabulary.PROJECT_VERBS,
}
_NOUNS = ("product", "user", "paper", "project")
_SETS = {
    "hedge": vocabulary.HEDGES,
    "now": vocabulary.NOW,
    "reason": vocabulary.REASONS,
    "praise": vocabulary.PRAISE,
    "bound": vocabulary.BOUNDS,
    "state": vocabulary.STATES,
    "first person": frozenset({"we", "our", "us", "i", "my", "me"}),
    "second person": frozenset({"you", "your"}),
    "names system": frozenset({"system", "application", "software", "program", "tool", "app"}),
    "automatic": frozenset({"default", "automatically", "automatic"}),
    "speaks of requirements": frozenset({"requirement", "requirements", "stakeholders", "specification", "srs"}),
    "bracket": frozenset({"("}),
    "negative": frozenset({"not", "never", "no", "cannot"}),
}


@dataclass(frozen=True, slots=True)
class Signs:
    """`names` of the signs a sentence shows, the reading they come from, and how openly it obliges."""

    names: frozenset[str]
    reading: Reading
    shape: str


def signs(sentence: str) -> Signs:
    """The signs of one sentence, however odd."""
    mark = _MARK.match(sentence)
    body = mark.end() if mark and mark.end() < len(sentence) else 0
    wording = sentence[body:]
    # The end says whether it is a question; the rest of a very long sentence says nothing new.
    wording = wording if len(wording) <= _FARTHEST else wording[:_FARTHEST] + wording[-1]
    words = [word.lower for word in split_words(wording)[:_LONGEST]]
    reading = _main(words)
    names = {*_grammar(reading), *_content(words), *_turns(wording, words, reading), *_form(wording, words)}
    if "asked" in names:
        # A wish in the form of a question.
        names.discard("question")
    if mark and mark["id"] and _NAMED.match(mark["id"].strip()):
        names.add("numbered")
    return Signs(frozenset(names), reading, shape(reading, names))


def _main(words: list[str]) -> Reading:
    """The reading of what a few words and a colon introduce, if that obliges; of the whole, if not."""
    if ":" in words[1:_FEW]:
        colon = words.index(":", 1)
        said = read(words[colon + 1 :])
        if said.modal in _STRONG and len(words) - colon > _ENOUGH and not _QUOTATION & set(words[:colon]):
            return said
    return read(words)


_SHAPES = {
    Finite.PAST: "past",
    Finite.PERFECT: "past",
    Finite.IMPERATIVE: "command",
    Finite.NONE: "fragment",
    Finite.MODAL: "weak",
}


def shape(reading: Reading, names: set[str]) -> str:
    """How openly a sentence obliges: strong, weak, present, command, fragment, past, question or request."""
    if names & {"asked", "reported"}:
        return "request"
    if "question" in names:
        return "question"
    if reading.modal in _STRONG or names & {"story", "duty", "we duty use", "we duty other", "foreign duty"}:
        return "strong"
    return "weak" if "foreign leave" in names else _SHAPES.get(reading.finite, "present")


def _grammar(reading: Reading) -> Iterator[str]:
    subject, modal = reading.subject, reading.modal
    force = ("strong" if modal in _STRONG else "will" if modal in {"will", "would"} else "can") if modal else ""
    yield f"subject {subject}"
    if modal:
        yield f"modal {modal}"
        yield f"{force} {subject}"
        yield from _modality(reading, force)
    else:
        force = reading.finite.value
        yield f"finite {force}"
        if reading.finite in {Finite.BE, Finite.PRESENT, Finite.HAVE}:
            yield f"{force} {subject}"
    if reading.passive:
        yield f"passive {force}"
    if reading.negated:
        yield "negated"
    if reading.finite is Finite.PRESENT and subject == "user" and reading.base in _WISHES:
        yield "user wants"
    for name, group in _VERBS.items():
        if reading.base in group:
            yield f"verb {name}"
            yield f"verb {name} {'modal' if modal else force}"
    yield from _around(reading)


def _modality(reading: Reading, force: str) -> Iterator[str]:
    """What the verb that a modal verb rules says of it: an order, a guess, an opinion."""
    words, verb, base = reading.words, reading.verb, reading.base
    if base in vocabulary.MIND_VERBS:
        yield f"{force} mind"
    if base == "be":
        yield f"{force} be"
    if force == "strong" and reading.subject in {"we", "you"}:
        yield f"{reading.subject} duty {'use' if base in vocabulary.USE_VERBS else 'other'}"
    if reading.modal == "must" and base in vocabulary.FEELING_VERBS:
        yield "epistemic"
    if list(words[verb + 1 : verb + 2]) == ["have"] and set(words[verb + 2 : verb + 3]) & PARTICIPLES.keys():
        yield "looks back" if "before" in words or "prior" in words else "guesses back"


def _around(reading: Reading) -> Iterator[str]:
    """What stands before and after the main verb."""
    words, verb = reading.words, reading.verb
    if verb > 0 and sum(word in _QUOTATION for word in words[:verb]) % 2:
        yield "in quotation"
    if reading.finite is Finite.BE and verb + 1 < len(words):
        if words[verb + 1] in {"a", "an", "the", "one"}:
            yield "is a"
        elif not vocabulary.STATES.isdisjoint(words[verb + 1 : verb + 3]):
            yield "is able"
    others = {vocabulary.MODALS[word] for i, word in enumerate(words) if i != verb and word in vocabulary.MODALS}
    if others & _STRONG:
        yield "other strong"
    if others - _STRONG:
        yield "other weak"
    first = words[0] if words else ""
    if first in _CONDITIONS and verb > 0:
        yield "conditional"
        if not reading.modal:
            yield "conditional plain"
    if first in GERUNDS and reading.finite is Finite.NONE:
        yield "gerund"
    if first in _OPENING:
        yield _OPENING[first]


def _content(words: list[str]) -> Iterator[str]:
    found = set(words)
    for name, group in _SETS.items():
        if not group.isdisjoint(found):
            yield name
    screens = len({singular(word) for word in found} & vocabulary.SCREEN)
    if screens:
        yield "screen"
    if screens > 1:
        yield "screens"
    kinds = {kind(word) for word in found if word[0].isalpha()}
    for each in _NOUNS:
        if each in kinds:
            yield f"names {each}"
    if words.count(",") >= _LISTING:
        yield "list"


def _turns(wording: str, words: list[str], reading: Reading) -> Iterator[str]:
    """The turns of phrase that occur."""
    found = set(words)
    for phrase in PHRASES:
        if (not phrase.triggers or not phrase.triggers.isdisjoint(found)) and phrase.pattern.search(wording):
            yield phrase.name
    duty = OUR_DUTY.search(wording)
    if duty:
        yield f"we duty {'use' if duty['verb'].lower() in vocabulary.USE_VERBS else 'other'}"
    personal = reading.verb > 0 and reading.base.rpartition("-")[2] in vocabulary.PERSONAL_VERBS
    named = reading.subject not in {"user", "product"}
    if named and personal and PERSON.match(wording):
        yield "person works"
    if named and _assigned(wording, found):
        yield "assigned"
    if reading.modal and EMPHASIS.search(wording):
        yield "capital modal"
    if FOREIGN_DUTY.search(wording):
        yield "foreign duty"
    elif FOREIGN_LEAVE.search(wording):
        yield "foreign leave"


def _assigned(wording: str, words: set[str]) -> bool:
    """Whether somebody is given something to do: "Tom to send the offer", which no product or role begins."""
    task = TASK.match(wording)
    if not task or task["verb"] not in BASES:
        return False
    name = task["name"].lower()
    if (
        kind(name) != "other"
        or name in BASES
        or name in GERUNDS
        or name in vocabulary.EAGER
        or name.endswith(_NO_NAMES)
    ):
        return False
    personal = task["verb"] in vocabulary.PERSONAL_VERBS
    return personal or (task["charge"] == "to" and not name.endswith("s") and not words & {"be", "have"})


def _form(wording: str, words: list[str]) -> Iterator[str]:
    """What the sentence looks like."""
    if not any((word[0].isalpha() and word not in vocabulary.MODALS) or word[0] == "`" for word in words):
        yield "no words"
    spoken = sum(word[0].isalnum() for word in words)
    yield f"length {next(limit for limit in _LENGTHS if spoken <= limit)}"
    stripped = wording.rstrip()
    if stripped.endswith(":"):
        yield "ends colon"
    if not stripped.endswith((".", "!", "?", ":", ";", ")", '"', "”")):
        yield "open end"
    if wording[:1].islower():
        yield "small start"
    letters = [c for c in wording[:200] if c.isalpha()]
    if letters and sum(map(str.isupper, letters)) * 2 > len(letters):
        yield "capitals"
    names = sum(word[0].isupper() for word in wording[1:300].split()[1:])
    if spoken and names * 2 > spoken:
        yield "names"
