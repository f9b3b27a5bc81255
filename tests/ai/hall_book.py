"""Documents for the tests of the summariser, short and long, and what a summary of them stands on."""

from specloom.ai.protocols import Instruction, SummaryFormat, SummaryRequest, SummaryResult
from specloom.core.text import Section, SectionKind

TASK = Instruction("Brief", "Summarise for the operations team.", SummaryFormat.PARAGRAPHS)
CHAPTERS = {
    "Intake": "Parcels arrive at dock 4 from 06:30. Each parcel is weighed. Those above 31.5 kg go to the heavy lane.",
    "Sorting": "The sorter reads 1,200 labels per hour. A label that cannot be read goes to a person.",
    "History": "The hall was built in 1998. It was painted in March 2021.",
}


def request(chapters: dict[str, str], instruction: Instruction = TASK, title: str = "Hall book") -> SummaryRequest:
    """A text with a heading and a section for each chapter."""
    text, sections = "", []
    for label, body in chapters.items():
        start = len(text)
        text += f"# {label}\n\n{body}\n\n"
        sections.append(Section(SectionKind.HEADING, label, 1, start, len(text)))
    return SummaryRequest(title, text, instruction, tuple(sections))


# Thirty chapters of twenty sentences.
LONG = request(
    {
        f"Lane {lane}": " ".join(f"Lane {lane} moves {lane * 100 + item} crates in hour {item}." for item in range(20))
        for lane in range(1, 31)
    }
)


def sources(result: SummaryResult, of: SummaryRequest) -> dict[str, list[str]]:
    """What each sentence of the summary stands on, both as texts."""
    return {
        result.text[sentence.start : sentence.end]: [of.text[span.start : span.end] for span in sentence.sources]
        for sentence in result.sentences
    }
