"""Says in words what a reader of a model's analysis must know before trusting it."""

from collections.abc import Sequence

from specloom.ai.analysis import AnalysisRequest
from specloom.ai.openai_analyse.joining import Joined, Reading
from specloom.ai.sentences import Kind, Sentence

_QUOTED = 60


def notes(
    request: AnalysisRequest, sentences: Sequence[Sentence], readings: Sequence[Reading], joined: Joined
) -> tuple[str, ...]:
    """What was not read, what the model invented, what it passed over, and that nothing was found."""
    if all(each.kind is Kind.HEADING for each in sentences):
        return ("The text holds no sentence to read.",)
    said = [_unread(request.text, sentences, each) for each in readings if each.claims is None]
    if joined.unsupported:
        said.append(
            f"The model named {_counted(joined.unsupported, 'requirement')} whose words do not stand in the text; "
            "they are marked as not supported."
        )
    if joined.passed_over:
        said.append(
            f"The model passed over {_counted(joined.passed_over, 'sentence')} with the clear grammar of a "
            "requirement; what it passed over is listed with less confidence."
        )
    if not joined.found:
        said.append(
            "No requirement was found: no sentence says what somebody or something must do, or be. Reports, "
            "descriptions and questions hold none."
        )
    return tuple(said)


def _unread(text: str, sentences: Sequence[Sentence], reading: Reading) -> str:
    first, last = sentences[min(reading.shown)], sentences[max(reading.shown)]
    opening = " ".join(text[first.start : first.end].split())
    opening = opening if len(opening) <= _QUOTED else opening[: _QUOTED - 1] + "…"
    return (
        f"The provider's filter or limits kept the model from reading characters {first.start} to {last.end}, from "
        f"“{opening}” on; there the grammar alone was used."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
