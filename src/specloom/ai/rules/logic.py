"""Rules about all and none: quantifiers that claim more than anybody can test, and negatives."""

from collections.abc import Iterator

from specloom.ai.grammar import Tag, lexicon
from specloom.ai.rules.phrases import Phrases, listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity

_SWEEPING = Phrases(
    {
        "": """
            always|at all times|all the time|in all cases|in every case|in any case|in every situation|everything
            anything|any kind of|any kinds of|any type of|any types of|any sort of|all kinds of|all types of
            all sorts of|every kind of|every type of|all possible|every possible|any possible|all conceivable
            any conceivable|all imaginable|any and all|all and every|whatever|by all means|everywhere|anywhere
            everybody|everyone|on any device|on all devices|on every device|in any browser|on any browser
            for any purpose
        """
    }
)
_QUANTIFIERS = frozenset({"all", "any", "every"})
# What a product can never be shown to do with all things of a kind.
_WITH_ALL = listed(
    """
    support supports handle handles integrate run runs work works accept accepts process cope
    """
)
_LINKS = frozenset(["with", "on", "in", "for", "by", "under", "from"])
# Words after the noun that say of which group all are meant.
_BOUNDING = listed(
    """
    that which who whose of in from listed defined named within between below above at on with to for during
    under specified described using released required
    """
)
_SCOPE = 5
_PERIODS = listed(
    """
    second minute hour day night week month quarter year time shift
    """
)

_UNPROVABLE = listed(
    """
    fail crash hang freeze break degrade affect impact interfere disrupt corrupt confuse slow deteriorate
    malfunction stall suffer lose mislead annoy overwhelm disturb compromise hinder impede impair
    """
)
_UNPROVABLE_STATES = listed(
    """
    slow difficult confusing unavailable affected disrupted interrupted lost compromised degraded impaired
    overloaded complicated complex cumbersome hard unstable unreliable slower excessive unreasonable
    """
)
_NOT_NEGATED = listed(
    """
    under uni unit units until unless unique upon update upload use used user under unions union information
    internal interface input
    """
)
_TWICE = listed(
    """
    unavailable unable impossible invalid incomplete incorrect inactive inconsistent unauthorised unauthorized
    unencrypted unknown unused unprotected uncommon unlikely unclear insecure unsafe unlimited undefined
    unlocked inaccessible illegal
    """
)


def _sweeping(wording: Wording) -> Iterator[Hit]:
    taken = -1
    for match in _SWEEPING.find(wording):
        taken = match.last
        yield _all(wording, match.first, match.last)
    for at, word in enumerate(wording.lower):
        if word in _QUANTIFIERS and at > taken and at not in wording.muted and _unbounded(wording, at):
            yield _all(wording, at, at + 1)


def _unbounded(wording: Wording, at: int) -> bool:
    """Whether all things of a kind are meant, of whatever group: "support all browsers"."""
    before = wording.before(at)
    verb = wording.before(at - 1) if before in _LINKS else before
    rest = wording.lower[at + 1 : at + 1 + _SCOPE]
    if verb not in _WITH_ALL or not rest or not rest[0].isalpha() or rest[0] in lexicon.DETERMINERS | {"of", "other"}:
        return False
    if rest[0] in _PERIODS:
        return False
    return not _BOUNDING & set(rest) and not any(word.isdigit() for word in rest)


def _all(wording: Wording, first: int, last: int) -> Hit:
    said = wording.quote(first, last)
    return wording.hit(
        first,
        last,
        f'"{said}" covers cases that nobody has listed and no test can go through.',
        f'Replace "{said}" by the group that is meant: a list, a property, or a period.',
        0.75,
    )


def _negative(wording: Wording) -> Iterator[Hit]:
    for at, tag in enumerate(wording.tags):
        if tag is not Tag.MODAL or at < wording.own - 1:
            continue
        negated = wording.lower[at] in {"cannot", "can't", "mustn't", "shouldn't", "won't"}
        following = wording.next(at)
        if not negated and following not in {"not", "never"}:
            continue
        verb = at + 1 if negated else at + 2
        if verb >= len(wording.lower) or any(first > verb for first, _ in wording.measured):
            continue
        state = wording.next(verb) if wording.lower[verb] == "be" else ""
        if wording.lower[verb] in _UNPROVABLE or state in _UNPROVABLE_STATES:
            last = verb + bool(state)
            said = wording.quote(at, last)
            yield wording.hit(
                at,
                last,
                f'"{said}" would have to be tested forever: it says what must not happen, not what must.',
                f'Instead of "{said}", say what happens in that case, or which value is kept.',
                0.75,
            )


def _double(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if word not in {"not", "never", "cannot", "no", "nobody", "nothing"} or at in wording.muted:
            continue
        reach = range(at + 1, min(at + _SCOPE, len(wording.lower)))
        for other in reach:
            if wording.tags[other] in {Tag.COMMA, Tag.STOP, Tag.CONJUNCTION, Tag.SUBORDINATOR}:
                break
            second = wording.lower[other]
            fails = second == "fail" and wording.next(other) == "to"
            if second in {"not", "never", "nobody", "nothing"} or fails or (second in _TWICE and other - at <= _NEAR):
                said = wording.quote(at, other)
                yield wording.hit(
                    at,
                    other,
                    f'"{said}" negates twice; readers get lost in what it allows.',
                    f'Say it without negation instead of "{said}".',
                    0.75,
                )
                break


_NEAR = 2


RULES = (
    Rule(
        id="sweeping_quantifier",
        title="All, always, any",
        severity=Severity.MINOR,
        characteristic=Characteristic.FEASIBLE,
        explanation="All of an open group cannot be built, and cannot be tested.",
        example="The player shall support all video formats.",
        better="The player shall support MP4 and WebM.",
        suggestion="Name the group by a list, a property or a period.",
        check=_sweeping,
        forms=ALL_FORMS,
    ),
    Rule(
        id="negative_outcome",
        title="Negative that cannot be proved",
        severity=Severity.INFO,
        characteristic=Characteristic.VERIFIABLE,
        explanation="That something never happens takes for ever to test. Prohibitions of an action are fine.",
        example="The import shall not fail on night batches.",
        better="If a row of the night batch is damaged, the import shall skip the row.",
        suggestion="Say what happens in that case, or which value is kept.",
        check=_negative,
    ),
    Rule(
        id="double_negative",
        title="Double negative",
        severity=Severity.MINOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="Two negatives make a riddle.",
        example="The gate shall not be unlocked at night.",
        better="The porter shall lock the gate from 22:00 to 06:00.",
        suggestion="Say it without negation.",
        check=_double,
    ),
)
