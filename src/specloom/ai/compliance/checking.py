"""Finds where a text speaks of what frameworks want, by exact place; what it leaves unsaid is a gap."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from specloom.ai.analysis import ComplianceCheck, Evidence, Gap, Requirement
from specloom.ai.compliance.catalogue import Framework, Topic, check_of, find
from specloom.ai.compliance.terms import Searched
from specloom.ai.sentences import split
from specloom.core.text import Span
from specloom.vocabulary.analyses import ComplianceStatus

FEWEST_REQUIREMENTS = 10
"""A text with fewer is a note or an excerpt, of which nobody expects that it says everything."""
COMPLIANCE = "compliance"
"""The reason of gaps found here."""

_CITED = 3
_MOST = 12
_OFTEN = 2
_CONFIDENCE = 0.5
_LONGEST_LINE = 2_000


def check(text: str, requirements: Sequence[Requirement], named: Sequence[str]) -> tuple[ComplianceCheck, ...]:
    """Each check of the frameworks that are known by these names, with the places that speak of it, three at most.

    Requirements come first; where none speaks of it, any other passage counts. A few seconds for a million characters.
    """
    searched = Searched(text)
    units = [
        (number, (*each.statement.context, each.statement.span, *each.statement.heading[-1:]))
        for number, each in enumerate(requirements)
        if each.supported
    ]
    answers: dict[str, tuple[ComplianceStatus, tuple[int, ...], tuple[Span, ...]]] = {}
    found = []
    for framework in _known(named):
        concerned = framework.when is None or len(searched.places(framework.when)) >= _OFTEN
        for each in framework.checks:
            topic = each.topic
            if topic.id not in answers:
                answers[topic.id] = _answer(text, requirements, units, topic, searched)
            status, numbers, spans = answers[topic.id]
            if status is ComplianceStatus.ABSENT and not concerned:
                status = ComplianceStatus.NOT_APPLICABLE
            identity = (each.id, each.framework, each.reference, topic.id, topic.title)
            found.append(ComplianceCheck(*identity, status, numbers, spans))
    return tuple(found)


def gaps(requirements: Sequence[Requirement], checks: Sequence[ComplianceCheck]) -> tuple[Gap, ...]:
    """One gap for each topic that is wanted and not spoken of, those that most frameworks want first.

    A dozen at most, since readers take no more seriously; none in texts too small to be a specification.
    """
    if sum(each.supported for each in requirements) < FEWEST_REQUIREMENTS:
        return ()
    absent: dict[str, list[ComplianceCheck]] = defaultdict(list)
    for each in checks:
        if each.status is ComplianceStatus.ABSENT:
            absent[each.topic].append(each)
    return tuple(
        Gap(COMPLIANCE, (), _CONFIDENCE, Evidence((), _message(wanted)), checks=tuple(wanted))
        for wanted in sorted(absent.values(), key=len, reverse=True)[:_MOST]
    )


def notes(requirements: Sequence[Requirement], named: Sequence[str]) -> tuple[str, ...]:
    """What a reader of the checks must know: which frameworks are not known here, and that the text is small."""
    unknown = [name for name in named if find(name) is None]
    said = []
    if unknown:
        said.append(f"No checks are known for {', '.join(unknown)}: nothing was held against it.")
    if len(unknown) < len(named) and sum(each.supported for each in requirements) < FEWEST_REQUIREMENTS:
        said.append(
            "The text is too small to be a specification: what your frameworks want and it leaves unsaid is not listed "
            "as gaps."
        )
    return tuple(said)


def _known(named: Sequence[str]) -> list[Framework]:
    """The frameworks that are known by these names, each once."""
    return list({each.id: each for name in named if (each := find(name)) is not None}.values())


def _message(wanted: Sequence[ComplianceCheck]) -> str:
    references = "; ".join(each.reference for each in wanted)
    known = check_of(wanted[0].check_id)
    return f'Nothing speaks of "{wanted[0].title}" ({references}). {known.topic.why if known else ""}'.rstrip()


def _answer(
    text: str,
    requirements: Sequence[Requirement],
    units: Sequence[tuple[int, Sequence[Span]]],
    topic: Topic,
    searched: Searched,
) -> tuple[ComplianceStatus, tuple[int, ...], tuple[Span, ...]]:
    places = [searched.places(group) for group in topic.groups]
    if all(places):
        speak = (number for number, spans in units if all(any(_holds(span, each) for span in spans) for each in places))
        speaking = tuple(islice(speak, _CITED))
        if speaking:
            spans = tuple(requirements[number].statement.span for number in speaking)
            return ComplianceStatus.COVERED, speaking, spans
        if passages := tuple(islice(_passages(text, places), _CITED)):
            return ComplianceStatus.COVERED, (), passages
    if topic.when is not None and len(searched.places(topic.when)) < _OFTEN:
        return ComplianceStatus.NOT_APPLICABLE, (), ()
    return ComplianceStatus.ABSENT, (), ()


def _passages(text: str, places: Sequence[Sequence[int]]) -> Iterator[Span]:
    """Sentences that are no requirements and have a match of each group."""
    for line in dict.fromkeys(_line(text, place) for place in min(places, key=len)):
        if line.end - line.start <= _LONGEST_LINE and all(_holds(line, each) for each in places):
            for sentence in _sentences(text, line):
                if all(_holds(sentence, each) for each in places):
                    yield sentence


def _line(text: str, place: int) -> Span:
    """The line around a place, without the white space around it."""
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    words = text[start : len(text) if end < 0 else end]
    start += len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))


def _sentences(text: str, line: Span) -> Iterator[Span]:
    for each in split(text[line.start : line.end]):
        yield Span(line.start + each.start, line.start + each.end)


def _holds(span: Span, places: Sequence[int]) -> bool:
    index = bisect_left(places, span.start)
    return index < len(places) and places[index] < span.end
