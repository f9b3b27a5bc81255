"""What the grammar of a requirement says of its type, whatever its words: whom it speaks of, what it limits.

A rule of the business speaks of people and things of the business and holds without any product: it limits how many or
how much, says what may not be, or states what is. What a product does is said of the product or of its users.
"""

from collections.abc import Iterator, Sequence

from specloom.ai.analysis import Clause, Measure, Statement
from specloom.ai.classification.cues import tokens
from specloom.ai.classification.functions import BUSINESS_RULE, FUNCTIONAL
from specloom.ai.classification.running_qualities import TIME_BEHAVIOUR
from specloom.ai.classification.topics import CLEAR, HINT, STRONG, Topic, among
from specloom.ai.grammar import base_form, is_role
from specloom.vocabulary.requirements import Form, Modality

# What a person or an office must do, if no more is known: between a rule for people and a step they take in a product.
_DUTY = 2.4
# Beginnings of the words for products, their parts, what they show, and who works with them.
_PRODUCT = tuple(
    among(
        """
        system app software program service server site website web portal platform solution tool module component
        interface database api client device page screen window button field form menu dashboard search result notif
        message report list table file data record log user admin operator backend frontend endpoint request response
        query image code test schema session password it kiosk terminal sensor controller machine robot dialog link icon
        feature function backup update release version document url traffic network connection we i you they
        """
    )
)
_SMALL = among("the a an all any each every no only our")
_MOMENTS = among("ms us ns s min")
_LIMITS = among("< <= > >=")
_PERIODS = among("day week month year quarter")
# Units of what machines are measured by: a limit in them is a quality. So are all symbols of two letters.
_TECHNICAL = among("min byte bytes bit bits Mbps kbps kHz MHz GHz dpi fps users characters digits times")
_LONGEST_SYMBOL = 2
_MONEY = among("EUR USD GBP INR CHF JPY CAD AUD CNY $ € £ ₹")
_STATES = among(
    """
    be have need require include exclude belong consist comprise accrue cost count equal depend apply expire lapse
    qualify earn owe incur carry travel start begin end last amount
    """
)
# Verbs that say how something is done or fares, not what.
_QUALIFIED = among(
    """
    comply conform meet operate run work function support remain use satisfy adhere follow interface integrate perform
    exceed withstand handle continue keep take respond recover survive tolerate scale protect ensure guarantee achieve
    accommodate maintain allow provide appear look feel load go do become get see
    """
)
_BARRING = among("may can cannot can't")


def signs(text: str, statement: Statement, clause: Clause) -> list[tuple[Topic, float]]:
    """What the clause of a requirement speaks for, each with a weight like that of a cue."""
    found = [(BUSINESS_RULE, weight) for weight in _of_business(text, statement, clause)]
    verb = _verb(text, clause)
    if verb and verb not in _STATES | _QUALIFIED:
        found.append((FUNCTIONAL, CLEAR))
    subject = _subject(text, clause)
    # Hours that a person has are a deadline; those of a machine are its speed.
    units = _MOMENTS if subject and _is_person(subject) else _MOMENTS | {"h"}
    bound = next((each for each in clause.measures if each.unit in units and _bounds_time(each, clause)), None)
    if bound is not None:
        found.append((TIME_BEHAVIOUR, STRONG if bound.unit in _MOMENTS else CLEAR))
    return found


def _of_business(text: str, statement: Statement, clause: Clause) -> Iterator[float]:
    subject = _subject(text, clause)
    if not subject or statement.form is Form.SCENARIO or any(word.startswith(_PRODUCT) for word in subject):
        return
    if any(_limits_business(measure) for measure in clause.measures):
        yield CLEAR
    if any(measure.unit in _PERIODS for measure in clause.measures):
        yield HINT
    match clause.modality:
        case Modality.NONE if clause.passive and (clause.condition is not None or clause.measures):
            yield HINT
        case Modality.NONE if not clause.passive and _verb(text, clause) in _STATES:
            yield CLEAR
        case Modality.OBLIGATION if not clause.passive and clause.action is not None and _is_person(subject):
            yield _DUTY
        case Modality.PERMISSION | Modality.PROHIBITION:
            own = [word for word, _ in tokens(text, statement.start, statement.end)]
            barred = clause.negated or "only" in own or own[:1] == ["no"]
            if barred and not _BARRING.isdisjoint(own):
                yield CLEAR


def _verb(text: str, clause: Clause) -> str:
    if clause.action is None:
        return ""
    words = tokens(text, clause.action.start, clause.action.end)
    return base_form(words[0][0]) if words else ""


def _subject(text: str, clause: Clause) -> list[str]:
    subject = clause.object if clause.passive else clause.actor
    if subject is None:
        return []
    return [word for word, _ in tokens(text, subject.start, subject.end) if word not in _SMALL]


def _is_person(subject: Sequence[str]) -> bool:
    """Whether the head of a subject is a person or an office: its last word, or that before an "of"."""
    return is_role(subject[subject.index("of") - 1] if "of" in subject[1:] else subject[-1])


def _bounds_time(measure: Measure, clause: Clause) -> bool:
    """Whether a measure says how long something may take, rather than when or for how long."""
    aside = [each for each in (clause.condition, clause.purpose) if each is not None]
    return measure.comparator in {"<", "<="} and not any(each.start <= measure.span.start < each.end for each in aside)


def _limits_business(measure: Measure) -> bool:
    """Whether a measure is one that a business sets: of money and of numbers of things, not of time or storage."""
    head, _, _ = measure.unit.partition(" per ")
    if head in _MONEY:
        return True
    counted = not head or (head.isalpha() and len(head) > _LONGEST_SYMBOL and head not in _TECHNICAL | _PERIODS)
    return counted and measure.comparator in _LIMITS
