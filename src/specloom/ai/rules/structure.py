"""Rules about how a sentence is built: its order, its length, its asides and reasons."""

from collections.abc import Iterator

from specloom.ai.grammar import Region, Stretch, Tag, is_verb
from specloom.ai.rules.phrases import Phrases, listed
from specloom.ai.rules.rule import ALL_FORMS, SENTENCES, Rule
from specloom.ai.rules.wording import Hit, Wording, uncapitalised
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form

_LONGEST = 40
_ASIDE = 6
# Conditions that EARS puts first. "Until", "before" and "after" say how long or when, and stand well at the end.
_EARS = frozenset({"when", "whenever", "if", "while", "whilst", "where", "once"})
# What is said of an option of a product: "where a tow bar is fitted".
_OPTIONAL = listed(
    """
    fitted installed included provided available enabled supported licensed implemented present has have
    """
)
_MAIN = Region.MAIN
_PHRASES = ("as soon as", "as long as", "in case", "in the event", "each time", "every time")
# After these a clause with "if" or "when" is what is said, stored or found out, not a condition.
_ASKING = listed(
    """
    whether determine determines check checks verify verifies record records know knows see show shows indicate
    indicates decide decides tell tells display displays log logs detect detects specify specifies define
    defines exactly about of on and or only even except especially but not particularly including note notes
    schedule set choose configure select to
    """
)

_WHY = Phrases(
    {
        "": """
            because|in order to|in order that|so that|so as to|with the aim of|for the purpose of|for purposes of
            thereby|thus|this is necessary|this is needed|this is required because|the reason is
            due to the fact that|since this|as this|this ensures|this allows|this helps|to make sure that|hence
            therefore|which is why
        """
    }
)


def _order(wording: Wording) -> Iterator[Hit]:
    reading = wording.reading
    verb = wording.within(wording.clause.action)
    modal = next((at for at, tag in enumerate(wording.tags) if tag is Tag.MODAL and reading.regions[at] is _MAIN), None)
    modal = verb[1] if modal is None and verb else modal
    if modal is None:
        return
    for stretch in _conditions(wording):
        if stretch.first <= modal or stretch.first < wording.own or wording.tags[stretch.first - 1] is Tag.STOP:
            continue
        opening = reading.lower(stretch.first, min(stretch.first + 3, stretch.last))
        first = wording.lower[stretch.first]
        if first not in _EARS and not opening.startswith(_PHRASES):
            continue
        if _asked(wording, stretch.first) or not _finite(wording, stretch.first, stretch.last):
            continue
        said = wording.quote(stretch.first, stretch.last - 1)
        yield wording.hit(
            stretch.first,
            stretch.last - 1,
            f'The condition "{_shortened(said)}" comes after what it governs.',
            f'Begin with it: "{_shortened(said[0].upper() + said[1:])}, {_follow(wording)} …".',
            0.75,
        )
        return


def _conditions(wording: Wording) -> Iterator[Stretch]:
    """Conditions, and what "where" says of an option; after a noun "where" may name a place as well."""
    for stretch in wording.reading.stretches:
        if stretch.region is Region.CONDITION:
            yield stretch
    for at, word in enumerate(wording.lower):
        if word == "where":
            tags = wording.tags[at:]
            last = at + next((i for i, tag in enumerate(tags) if tag in {Tag.COMMA, Tag.STOP}), len(tags))
            if _OPTIONAL & set(wording.lower[at:last]):
                yield Stretch(at, last, Region.CONDITION)


def _asked(wording: Wording, at: int) -> bool:
    """Whether the word before makes the clause something that is said, stored or chosen."""
    return wording.before(at) in _ASKING and not (at and wording.tags[at - 1] is Tag.NOUN)


def _finite(wording: Wording, first: int, last: int) -> bool:
    """Whether the stretch is a clause of its own and not a phrase such as "if any"."""
    return any(
        wording.tags[at] in {Tag.VERB, Tag.AUXILIARY} or (at > first + 1 and is_verb(wording.lower[at]))
        for at in range(first + 1, last)
    )


def _follow(wording: Wording) -> str:
    subject = wording.clause.object if wording.clause.passive else wording.clause.actor
    said = wording.phrase(subject, "the system").strip('"')
    return uncapitalised(said)


def _shortened(said: str) -> str:
    words = said.split()
    return " ".join(words[:8]) + " …" if len(words) > 8 else said  # noqa: PLR2004


def _then(wording: Wording) -> Iterator[Hit]:
    if wording.lower[wording.own : wording.own + 1] != ["if"]:
        return
    if "then" in wording.lower or wording.clause.condition is None:
        return
    yield wording.hit(
        wording.own,
        wording.own,
        '"If" has no "then": where the condition ends and the reaction begins must be guessed.',
        'Write "then" before who or what reacts.',
        0.7,
    )


def _overlong(wording: Wording) -> Iterator[Hit]:
    spoken = [at for at in range(wording.own, len(wording.words)) if wording.words[at].spoken]
    if len(spoken) <= _LONGEST:
        return
    yield wording.hit(
        spoken[0],
        spoken[-1],
        f"This sentence has {len(spoken)} words; few readers keep its beginning in mind until its end.",
        "Split it, or move conditions and lists into items of their own.",
        0.8,
    )


def _aside(wording: Wording) -> Iterator[Hit]:
    opened = -1
    for at in range(wording.own, len(wording.words)):
        if wording.words[at].text == "(":
            opened = at
        elif wording.words[at].text == ")" and opened >= 0:
            inside = wording.lower[opened + 1 : at]
            if len(inside) >= _ASIDE and {"if", "when", "unless", "only", "except", "must", "shall", "should"} & set(
                inside
            ):
                said = _shortened(wording.quote(opened, at))
                yield wording.hit(
                    opened,
                    at,
                    f'"{said}" hides a condition or a demand in parentheses: is it binding?',
                    "Make it a sentence of its own, or move it into a note.",
                    0.75,
                )
            opened = -1


def _reason(wording: Wording) -> Iterator[Hit]:
    for match in _WHY.find(wording):
        if match.first == wording.own:
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'What follows "{said}" is a reason, not something to test.',
            f'End the requirement before "{said}" and put the reason into a note beside it.',
            0.7,
        )


def _doubled(wording: Wording) -> Iterator[Hit]:
    for at in range(max(wording.own, 1), len(wording.words)):
        word = wording.lower[at]
        if word == wording.lower[at - 1] and word.isalpha() and word not in {"that", "had"} and at > wording.own:
            yield wording.hit(
                at - 1,
                at,
                f'"{wording.quote(at - 1, at)}" stands twice.',
                f'Delete one "{word}", or put in the word that is missing.',
                0.95,
            )


RULES = (
    Rule(
        id="condition_last",
        title="Condition after the response",
        severity=Severity.INFO,
        characteristic=Characteristic.CONFORMING,
        explanation="EARS puts the condition first, so that nobody reads a duty as unconditional.",
        example="The lift shall stop at the ground floor when the fire alarm sounds.",
        better="When the fire alarm sounds, the lift shall stop at the ground floor.",
        suggestion="Begin with the condition.",
        check=_order,
        forms=frozenset({Form.SENTENCE, Form.ITEM}),
    ),
    Rule(
        id="missing_then",
        title="If without then",
        severity=Severity.INFO,
        characteristic=Characteristic.CONFORMING,
        explanation='EARS writes unwanted behaviour as "If …, then the … shall …".',
        example="If the door is open, the oven shall stay off.",
        better="If the door is open, then the oven shall stay off.",
        suggestion='Write "then" before who or what reacts.',
        check=_then,
        forms=frozenset({Form.SENTENCE, Form.ITEM}),
        default_enabled=False,
    ),
    Rule(
        id="overlong",
        title="Overlong sentence",
        severity=Severity.INFO,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="The longer a sentence, the more ways there are to read it.",
        example=(
            "The front desk terminal shall show the name of the guest, the number of the room, the day of "
            "arrival, the day of departure, the number of nights, the price of each night, the sum of all nights,"
            " the deposit that was paid, the balance and the name of the clerk."
        ),
        better="The front desk terminal shall show the name of the guest and the balance of the stay.",
        suggestion="Split it, or move conditions and lists into items.",
        check=_overlong,
    ),
    Rule(
        id="hidden_condition",
        title="Condition in parentheses",
        severity=Severity.MINOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="What stands in parentheses is read as a remark; a condition there is overlooked.",
        example="The tram shall sound its bell (but only if it leaves a stop at night).",
        better="When the tram leaves a stop between 22:00 and 06:00, the tram shall sound its bell.",
        suggestion="Make it a sentence of its own, or a note.",
        check=_aside,
    ),
    Rule(
        id="mixed_reason",
        title="Reason inside the requirement",
        severity=Severity.INFO,
        characteristic=Characteristic.APPROPRIATE,
        explanation="A reason is worth keeping, beside the requirement; inside it nobody knows whether it binds.",
        example="The nurse call shall blink red because the ward is noisy.",
        better="The nurse call shall blink red.",
        suggestion="Move the reason into a note.",
        check=_reason,
        forms=SENTENCES,
    ),
    Rule(
        id="doubled_word",
        title="Word written twice",
        severity=Severity.MINOR,
        characteristic=Characteristic.CORRECT,
        explanation="A doubled word is a slip, or the trace of a word that got lost.",
        example="The crane shall lower the the load.",
        better="The crane shall lower the load.",
        suggestion="Delete one of them.",
        check=_doubled,
        forms=ALL_FORMS,
    ),
)
