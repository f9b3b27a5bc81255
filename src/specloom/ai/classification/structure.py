"""What the grammar of a requirement says of its type, whatever its words: whom it speaks of, what it limits.

A rule of the business speaks of people and things of the business and holds without any product: it limits how many or
how much, says what may not be, or states what is. What a product does is said of the product or of its users.
"""

from collections.abc import Container, Iterator, Sequence

from specloom.ai.analysis import Clause, Measure, Statement
from specloom.ai.classification.functions import BUSINESS_RULE, FUNCTIONAL
from specloom.ai.classification.running_qualities import TIME_BEHAVIOUR
from specloom.ai.classification.topics import CLEAR, HINT, STRONG, Topic, among
from specloom.ai.grammar import base_form, is_role
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, Modality

# What a person or an office must do, if no more is known: between a rule for people and a step they take in a product.
_DUTY = 2.4
# What a limit takes from the odds of a function.
_DOUBT = -0.8
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
# What a business does or lets happen by its own rules, with or without a product; said as a fact, it is a rule.
_DEALINGS = among(
    """
    pay earn owe cost qualify grant share hold keep deliver cancel draw forfeit waive deduct refund reimburse consider
    accept refuse exclude admit block suspend charge bill round count settle credit debit tax insure exchange divide
    split vote travel park borrow lend rent hire claim sign agree approve decide last lose renew rise fall bring sell
    discharge write treat allocate compensate
    """
)
# Whom a rule is about: the persons or things of a kind, whichever they are.
_WHOEVER = among(
    "whoever nobody anyone anybody everybody everyone who whose that with without older younger under over"
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


def signs(statement: Statement, clause: Clause, found: Sequence[tuple[str, int]]) -> list[tuple[Topic, float]]:
    """What the clause of a requirement speaks for, each with a weight like that of a cue.

    `found` are the words of the statement and of what it hangs on, in lower case, with their offsets.
    """
    given = [(BUSINESS_RULE, weight) for weight in _of_business(statement, clause, found)]
    verb = _verb(clause, found)
    subject = _subject(clause, found)
    if verb and verb not in _STATES | _QUALIFIED and not (given and verb in _DEALINGS):
        known = not subject or _is_person(subject) or any(word.startswith(_PRODUCT) for word in subject)
        given.append((FUNCTIONAL, CLEAR if known else HINT))
    # Hours that a person has are a deadline; those of a machine are its speed.
    is_person = bool(subject) and _is_person(subject)
    units = _MOMENTS if is_person else _MOMENTS | {"h"}
    if _limits(clause, found, but={"h"} if is_person else set()):
        given.append((FUNCTIONAL, _DOUBT))
    bound = next((each for each in clause.measures if each.unit in units and _bounds_time(each, clause)), None)
    if bound is not None:
        given.append((TIME_BEHAVIOUR, STRONG if bound.unit in _MOMENTS else CLEAR))
    return given


def _limits(clause: Clause, found: Sequence[tuple[str, int]], but: Container[str]) -> bool:
    """Whether it says what may not be, how much at most (`but` for these units), or "even when": oftener of a quality
    or rule than a deed."""
    bounded = any(measure.comparator in _LIMITS and measure.unit not in but for measure in clause.measures)
    return clause.negated or bounded or any(word == "even" for word, _ in found)


def _of_business(statement: Statement, clause: Clause, found: Sequence[tuple[str, int]]) -> Iterator[float]:
    subject = _subject(clause, found)
    if not subject or statement.form is Form.SCENARIO or any(word.startswith(_PRODUCT) for word in subject):
        return
    if any(_limits_business(measure) for measure in clause.measures):
        yield CLEAR
    if any(measure.unit in _PERIODS for measure in clause.measures):
        yield HINT
    own = _words(found, statement.span)
    person, verb = _is_person(subject), _verb(clause, found)
    alike = not _WHOEVER.isdisjoint(subject)
    match clause.modality:
        case Modality.NONE:
            stated = verb in _DEALINGS or (verb in _STATES and not clause.passive)
            # What "the clerk" does is a step in a product, what clerks do a rule for them.
            step = person and own[:1] == ["the"]
            if stated and not step and not any(word.startswith(_PRODUCT) for word in own):
                yield CLEAR
            elif stated or (clause.passive and (clause.condition is not None or clause.measures)):
                yield HINT
            if alike or clause.negated or (verb in _DEALINGS and not step):
                yield HINT
        case Modality.OBLIGATION if person and not clause.passive and clause.action is not None and "able" not in own:
            yield _DUTY
        case Modality.PERMISSION | Modality.PROHIBITION:
            barred = clause.negated or "only" in own or own[:1] == ["no"]
            if not _BARRING.isdisjoint(own) and (barred or alike):
                yield CLEAR


def _words(found: Sequence[tuple[str, int]], span: Span | None) -> list[str]:
    return [word for word, place in found if span.start <= place < span.end] if span is not None else []


def _verb(clause: Clause, found: Sequence[tuple[str, int]]) -> str:
    words = _words(found, clause.action)
    return base_form(words[0]) if words else ""


def _subject(clause: Clause, found: Sequence[tuple[str, int]]) -> list[str]:
    return [word for word in _words(found, clause.object if clause.passive else clause.actor) if word not in _SMALL]


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
