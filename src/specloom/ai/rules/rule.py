"""What a quality rule is: what it asks for, why, how a sentence breaks it and how the same sentence keeps it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form

# Requirements that are sentences, or parts of one; the others are stories and scenarios with rules of their own.
SENTENCES = frozenset({Form.SENTENCE, Form.ITEM, Form.ROW, Form.NAMED})
ALL_FORMS = frozenset(Form)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look for in a requirement.

    `example` breaks the rule, `better` says the same and breaks none. `default_enabled` is false for rules that only
    some houses want. `check` yields the offences in one requirement, in any order.
    """

    id: str
    title: str
    severity: Severity
    characteristic: Characteristic
    explanation: str
    example: str
    better: str
    suggestion: str
    check: Callable[[Wording], Iterable[Hit]]
    forms: frozenset[Form] = SENTENCES
    default_enabled: bool = True

    def applies(self, wording: Wording) -> bool:
        """Whether the rule is made for requirements of this form."""
        return wording.form in self.forms
