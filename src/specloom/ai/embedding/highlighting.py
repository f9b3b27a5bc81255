"""Marks the words of a text that a query asks for, in any of their forms, and their synonyms."""

from specloom.ai.embedding.terms import terms
from specloom.ai.embedding.weighing import query_terms
from specloom.core.text import Span


def highlights(query: str, text: str) -> list[Span]:
    """The words of the text that a query asks for or their synonyms, in order, counted in code points; none overlap."""
    wanted = query_terms(query).weights
    found: list[Span] = []
    for term in terms(text):
        if term.dimension not in wanted:
            continue
        if found and term.start < found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, term.end))
        else:
            found.append(Span(term.start, term.end))
    return found
