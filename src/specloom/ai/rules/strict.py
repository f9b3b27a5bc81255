"""Rules for houses that ban whole word classes; they speak only where a tenant switches them on."""

from collections.abc import Iterator

from specloom.ai.rules.degrees import COMPARATIVES, SUPERLATIVES
from specloom.ai.rules.phrases import listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity

_NEGATIVES = listed("not never no without neither nor none nobody nothing cannot")
_CONTRACTED = "n't"
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


def _negatives(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if (word in _NEGATIVES or word.endswith(_CONTRACTED)) and at not in wording.muted:
            said = wording.words[at].text
            yield wording.hit(
                at,
                at,
                f'"{said}" makes the requirement negative.',
                f'Say without "{said}" what happens or holds.',
            )


def _comparing(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if (word in COMPARATIVES and word not in {"less", "fewer", "more"}) or _more(wording, at):
            yield wording.hit(
                at,
                at,
                f'"{word}" compares.',
                f'Write the limit in place of "{word}", as a number with ≤ or ≥.',
            )


def _more(wording: Wording, at: int) -> bool:
    return wording.lower[at] in {"less", "fewer", "more"} and wording.before(at) != "least"


def _superlatives(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if word in SUPERLATIVES:
            yield wording.hit(
                at,
                at,
                f'"{word}" is a superlative, even where it only sets a limit.',
                f'Write the limit in place of "{word}", as a number with ≤ or ≥.',
            )


def _indefinite(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if word in _INDEFINITE:
            yield wording.hit(
                at,
                at,
                f'"{word}" does not say which ones.',
                f'Name the things that are meant instead of "{word}".',
            )


def _unbounded(wording: Wording) -> Iterator[Hit]:
    for at, word in enumerate(wording.lower):
        if word in _UNBOUNDED:
            yield wording.hit(
                at,
                at,
                f'"{word}" has no end that a test could reach.',
                f'Say what exactly happens, or give the limits, instead of "{word}".',
            )


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
        check=_negatives,
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
        check=_comparing,
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
        check=_superlatives,
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
        check=_indefinite,
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
        check=_unbounded,
        forms=ALL_FORMS,
        default_enabled=False,
    ),
)
