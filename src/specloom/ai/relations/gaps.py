"""Finds what a set of requirements leaves out, and says of each gap which requirements show it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from specloom.ai.analysis import Evidence, Gap, Requirement
from specloom.ai.relations.book import Book
from specloom.ai.relations.frames import Frame
from specloom.ai.relations.lacks import (
    alternatives,
    areas,
    errors,
    interfaces,
    lifecycles,
    measures,
    retention,
    roles,
)
from specloom.ai.relations.open_ends import references, undecided
from specloom.core.text import Span

REASONS: Mapping[str, str] = {
    "undecided": "Something is marked as still to be decided, in a requirement or elsewhere in the text.",
    "undefined_reference": "A section, table, appendix or requirement is referred to that the text does not hold.",
    "focus_without_requirement": "Whoever asked for the analysis wanted to see something that no requirement is about.",
    "role_without_story": "People are named in several requirements, but none says what they can or must do.",
    "error_without_handling": "Something is checked or can fail, and no requirement says what happens then.",
    "quality_without_measure": "A quality is demanded without a number to test it by.",
    "condition_without_alternative": "A decision has one outcome described, and nothing says what follows the other.",
    "create_without_delete": "Something can be added, and nothing says whether it can be changed or removed.",
    "data_without_retention": "Data of people or records are stored, and nothing says for how long.",
    "interface_without_failure": "An external system is relied upon, and nothing says what happens when it fails.",
    "missing_quality": "The whole set says nothing of an area that products of its size have to settle.",
}
"""What each reason means. The words are stable: stored results and their readers go by them."""

# A reader takes a few of a kind seriously; the surest of each kind are shown.
_MOST = 3
_MOST_OPEN_ENDS = 10


def gaps(
    text: str,
    requirements: Sequence[Requirement],
    focus: Sequence[str] = (),
    frames: Sequence[Frame] | None = None,
) -> tuple[Gap, ...]:
    """What is missing, in the order of `REASONS`, the surest of each first.

    `focus` are the wishes of who asks; `frames` those of the requirements, when they were read before.
    """
    if not requirements:
        return ()
    book = Book(text, requirements, frames)
    found = [*_cut(undecided(book), _MOST_OPEN_ENDS), *_cut(references(book), _MOST_OPEN_ENDS)]
    found += _unmet(requirements, focus)
    lacks: tuple[Callable[[Book], Iterator[Gap]], ...] = (
        roles, errors, measures, alternatives, lifecycles, retention, interfaces, areas,
    )  # fmt: skip
    for lack in lacks:
        found += _cut(lack(book), _MOST)
    return tuple(found)


def _cut(found: Iterator[Gap], most: int) -> list[Gap]:
    return sorted(found, key=lambda each: -each.confidence)[:most]


def _unmet(requirements: Sequence[Requirement], focus: Sequence[str]) -> Iterator[Gap]:
    met = {wish for each in requirements for wish in each.focus}
    everything = Span(requirements[0].statement.start, requirements[-1].statement.end)
    for wish in dict.fromkeys(focus):
        if wish not in met:
            evidence = Evidence((everything,), f'No requirement is about "{wish}".')
            yield Gap("focus_without_requirement", (), 0.8, evidence)
