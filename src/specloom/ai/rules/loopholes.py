"""Rules about words that let the builder off: escape clauses, lists without an end, wishes."""

import re
from collections.abc import Iterator

from specloom.ai.rules.phrases import Phrases, listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form

_ESCAPE = Phrases(
    {
        "": """
            if possible|if at all possible|where possible|wherever possible|when possible|whenever possible
            as far as possible|as much as possible|as little as possible|as soon as possible|as good as possible
            as well as possible|as close as possible|as many as possible|as few as possible|to the extent possible
            to the greatest extent possible|to the extent practicable|to the extent practical|to the extent feasible
            to the maximum extent possible|to the extent necessary|insofar as possible|in so far as possible
            so far as possible|so far as is possible|as far as practicable|as far as is practicable
            as far as reasonably practicable|as low as reasonably practicable|if practicable|if practical
            where practicable|where practical|when practical|when practicable|if feasible|where feasible
            when feasible|wherever feasible|if necessary|if needed|as necessary|as needed|when necessary|when needed
            where necessary|where needed|whenever necessary|whenever needed|if required|as required|when required
            where required|as appropriate|if appropriate|where appropriate|when appropriate|as applicable
            if applicable|where applicable|when applicable|as the case may be|if available|when available
            where available|subject to availability|if desired|as desired|where suitable|where reasonable
            if reasonable|as far as reasonable|within reason|where sensible|if it makes sense|where it makes sense
            when it makes sense|if it should prove necessary|should it prove necessary|best effort|best efforts
            best-effort|on a best-effort basis|on a best effort basis|reasonable effort|reasonable efforts
            commercially reasonable|reasonable endeavours|best endeavours|so far as reasonably practicable
            if deemed necessary|as deemed necessary|if deemed appropriate|as deemed appropriate|as deemed fit
            at the discretion of|unless impractical|unless impracticable|unless infeasible|if time permits
            time permitting|if time allows|budget permitting|if budget allows|resources permitting
            circumstances permitting|under normal conditions|in most cases|in general|in principle|as a rule
            as a general rule|wherever it is possible|where it is possible|if it is possible|when it is possible
            if it is feasible|where it is practical|in exceptional cases|with exceptions|more or less
            unless otherwise agreed|or otherwise|optionally|possibly|perhaps|if circumstances allow|to some extent
            to a certain extent|to a large extent|not necessarily|provided it is feasible
        """,
    }
)
# What is required, available or needed *for* or *by* something is a condition, not a way out.
_BOUND = listed("by for to in under from that of at")
_BINDABLE = re.compile(r"(?:required|needed|necessary|available|applicable|appropriate)$")

_OPEN = Phrases(
    {
        "": """
            etc|etc.|et cetera|and so on|and so forth|including but not limited to|including , but not limited to
            including without limitation|but not limited to|but is not limited to|but are not limited to|and the like
            and others|and more|and other things|and similar|or similar|or the like|or something similar|and such|or so
            among others|amongst others|among other things|inter alia|and many more|and many others|and anything else
            and what not|or whatever|and/or others|or others|and related|...|…|and further ones|or equivalent
            as a minimum|at a minimum
        """,
    }
)
# "and more" and its like close a list only at the end of it.
_CLOSING = frozenset(
    {"and more", "and others", "and similar", "or similar", "and such", "or so", "or others", "and related"}
)

_EXAMPLE = Phrases(
    {
        "": """
            such as|e.g.|e.g|eg|for example|for instance|for e.g.|like for example|say ,|examples include
            by way of example
        """
    }
)

_WISH = Phrases(
    {
        "": """
            nice to have|nice-to-have|would be nice|would like|would be good|would be great|would be useful|ideally
            preferably|hopefully|it is hoped|it is desirable|desirable to|desired to|if we can|if you can|maybe
            as a bonus|bonus feature|gold-plated|bells and whistles|stretch goal|would be helpful|would love
            would prefer|it would be|just in case|may be useful later|for future use|for possible future use
            in case we need it|might be useful
        """,
    }
)


def _escape(wording: Wording) -> Iterator[Hit]:
    lower = wording.lower
    for match in _ESCAPE.find(wording):
        following = lower[match.last + 1] if match.last + 1 < len(lower) else ""
        if following in _BOUND and _BINDABLE.search(match.phrase):
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" lets the builder decide whether this is done at all.',
            f'Delete "{said}", or name the exact condition under which it does not apply.',
        )


def _open(wording: Wording) -> Iterator[Hit]:
    lower = wording.lower
    for match in _OPEN.find(wording):
        following = lower[match.last + 1] if match.last + 1 < len(lower) else ""
        if match.phrase in _CLOSING and following.isalnum():
            continue
        if match.phrase in {"...", "…"} and match.last == match.first and _elides(wording, match.first):
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" leaves the list open: nobody can build or test what is not on it.',
            f'Delete "{said}" and list everything that is meant, or refer to a list that is kept elsewhere.',
        )


def _elides(wording: Wording, at: int) -> bool:
    """Whether the dots stand for words left out, not for further members of a list."""
    return "," not in wording.lower[max(0, at - 4) : at]


def _examples(wording: Wording) -> Iterator[Hit]:
    for match in _EXAMPLE.find(wording):
        said = wording.quote(match.first, match.last).rstrip(" ,")
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" gives examples: it stays open what else belongs to them.',
            "List all of them, define the group by a property, or move the examples into a note.",
            0.7,
        )


def _wish(wording: Wording) -> Iterator[Hit]:
    for match in _WISH.find(wording):
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" is a wish: it stays open whether anybody needs this.',
            f'Decide: state it with "shall" and without "{said}", or move it to the ideas for later.',
        )


RULES = (
    Rule(
        id="escape_clause",
        title="Escape clause",
        severity=Severity.MAJOR,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="A condition that nobody can check makes the requirement optional.",
        example="The courier app shall show the delivery address if possible.",
        better="While the phone has a network connection, the courier app shall show the delivery address.",
        suggestion="Delete the clause or name the exact condition.",
        check=_escape,
        forms=ALL_FORMS,
    ),
    Rule(
        id="open_list",
        title="List without an end",
        severity=Severity.MAJOR,
        characteristic=Characteristic.COMPLETE,
        explanation="What is not listed cannot be estimated, built or tested.",
        example="The scanner shall read invoices, receipts, delivery notes, etc.",
        better="The scanner shall read invoices, receipts and delivery notes.",
        suggestion="List everything that is meant, or refer to a list that is kept elsewhere.",
        check=_open,
        forms=ALL_FORMS,
    ),
    Rule(
        id="examples_only",
        title="Examples instead of a list",
        severity=Severity.INFO,
        characteristic=Characteristic.COMPLETE,
        explanation="Examples explain; they do not say what is required and what is not.",
        example="The shop shall accept cards such as Visa and Mastercard.",
        better="The shop shall accept Visa and Mastercard.",
        suggestion="List all members, or define the group by a property.",
        check=_examples,
        forms=ALL_FORMS,
    ),
    Rule(
        id="wish",
        title="Wish",
        severity=Severity.MINOR,
        characteristic=Characteristic.NECESSARY,
        explanation="A requirement is something that somebody needs; what would be nice belongs on another list.",
        example="Ideally, the map shall show the nearest charging station.",
        better="The map shall show the charging station with the shortest route.",
        suggestion="Decide whether it is required, and say so, or take it out.",
        check=_wish,
        forms=ALL_FORMS - {Form.USER_STORY},
    ),
)
