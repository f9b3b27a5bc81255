"""Rules for houses that ban whole word classes; they speak only where a tenant switches them on."""

from collections.abc import Callable, Container, Iterator

from specloom.ai.rules.degrees import COMPARATIVES, SUPERLATIVES
from specloom.ai.rules.phrases import listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity

_NEGATIVES = listed("not never no without neither nor none nobody nothing cannot")
_CONTRACTED = "n't"
_AMOUNTS = listed("less fewer more")
_AS_NUMBER = "Write the limit in place of {}, as a number with ≤ or ≥."
_INDEFINITE = listed(
    """
    all any each every one some another either neither several many few much enough everything anything
    something everyone anyone someone everybody anybody somebody most less least both others none
    """
)
_UNBOUNDED = listed(
    """
    support supports supported supporting handle handles process processes manage manages facilitate facilitates
    improve improves improving improved enhance enhances optimise optimises optimize optimizes minimise
    minimises minimize minimizes minimizing maximise maximises maximize maximizes minimum maximum sufficient
    """
)


Banned = Callable[[Wording, int], bool]


def _each(banned: Banned, message: str, suggestion: str) -> Callable[[Wording], Iterator[Hit]]:
    """A check that reports every word that is banned; `{}` in the texts stands for the word."""

    def check(wording: Wording) -> Iterator[Hit]:
        for at in range(len(wording.lower)):
            if banned(wording, at):
                said = wording.words[at].text
                yield wording.hit(at, at, message.format(f'"{said}"'), suggestion.format(f'"{said}"'))

    return check


def _one_of(words: Container[str]) -> Banned:
    return lambda wording, at: wording.lower[at] in words


def _negative(wording: Wording, at: int) -> bool:
    word = wording.lower[at]
    return (word in _NEGATIVES or word.endswith(_CONTRACTED)) and at not in wording.muted


def _comparative(wording: Wording, at: int) -> bool:
    word = wording.lower[at]
    return wording.before(at) != "least" if word in _AMOUNTS else word in COMPARATIVES


RULES = (
    Rule(
        id="strict_negative",
        title="Any negative (strict)",
        severity=Severity.INFO,
        characteristic=Characteristic.VERIFIABLE,
        explanation="Some houses want every requirement in the positive, prohibitions included.",
        example="The guard shall not admit visitors at night.",
        better="The guard shall admit visitors between 08:00 and 18:00.",
        suggestion="Say what happens or holds.",
        check=_each(_negative, "{} makes the requirement negative.", "Say without {} what happens or holds."),
        forms=ALL_FORMS,
        default_enabled=False,
    ),
    Rule(
        id="strict_comparative",
        title="Any comparative (strict)",
        severity=Severity.INFO,
        characteristic=Characteristic.VERIFIABLE,
        explanation="Some houses want limits as numbers with signs, not as comparisons in words.",
        example="The loan desk shall lend no more than 5 books.",
        better="The loan desk shall lend at most 5 books.",
        suggestion="Write the limit as a number.",
        check=_each(_comparative, "{} compares.", _AS_NUMBER),
        forms=ALL_FORMS,
        default_enabled=False,
    ),
    Rule(
        id="strict_superlative",
        title="Any superlative (strict)",
        severity=Severity.INFO,
        characteristic=Characteristic.VERIFIABLE,
        explanation='Some houses ban superlatives altogether, "at least" and "at most" included.',
        example="The pool shall admit at least 80 swimmers.",
        better="The pool shall admit 80 swimmers.",
        suggestion="Write the limit as a number with ≤ or ≥.",
        check=_each(_one_of(SUPERLATIVES), "{} is a superlative, even where it only sets a limit.", _AS_NUMBER),
        forms=ALL_FORMS,
        default_enabled=False,
    ),
    Rule(
        id="strict_indefinite",
        title="Any indefinite word (strict)",
        severity=Severity.INFO,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="Some houses want things named one by one or by a defined group, never as all, any or each.",
        example="The archive shall keep all invoices.",
        better="The archive shall keep the invoices of the last 10 years.",
        suggestion="Name the things that are meant.",
        check=_each(
            _one_of(_INDEFINITE), "{} does not say which ones.", "Name the things that are meant instead of {}."
        ),
        forms=ALL_FORMS,
        default_enabled=False,
    ),
    Rule(
        id="strict_unbounded",
        title="Any word without an end (strict)",
        severity=Severity.INFO,
        characteristic=Characteristic.VERIFIABLE,
        explanation="To support, to manage, a minimum: some houses want the exact behaviour and both limits instead.",
        example="The converter shall support CSV.",
        better="The converter shall read CSV files in UTF-8.",
        suggestion="Say what exactly happens, or give the limits.",
        check=_each(
            _one_of(_UNBOUNDED),
            "{} has no end that a test could reach.",
            "Say what exactly happens, or give the limits, instead of {}.",
        ),
        forms=ALL_FORMS,
        default_enabled=False,
    ),
)
