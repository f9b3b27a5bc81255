"""Finds what a text itself leaves open: marks of things to be decided, and references that lead nowhere."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from specloom.ai.analysis import Evidence, Gap
from specloom.ai.relations.book import Book
from specloom.core.text import Span

_UNDECIDED = re.compile(
    # In brackets, so that nobody who looks for unfinished work stops here.
    r"\b(?:TB[DC]|(?-i:TB[ARS]|T[O]DO|FIX[M]E))\b"
    r"|\bto be (?:defined|decided|determined|confirmed|agreed|specified|clarified|announced)\b(?! by\b| in the\b)"
    r"|\bnot yet (?:defined|decided|determined|known|agreed|specified)\b"
    r"|\?{3,}|<(?:TBD|value|number|name|insert[^<>\n]{0,30})>|\[(?:TBD|insert[^\[\]\n]{0,30})\]",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:see|follows?|meets?|satisf(?:y|ies)|refer to|according to|"
    r"described in|defined in|listed in|as per|in|of|with|from|to|per|under)\s+"
    r"(?:the\s+)?(?P<kind>section|chapter|clause|appendix|annex|table|figure|requirement)\s+"
    r"(?P<label>\d{1,3}(?:\.\d{1,3}){0,5}|[A-Z](?:\.?\d{1,2})?)(?![\w-])",
    re.IGNORECASE,
)
# A law's sections stand in that law: "Article 5 of the GDPR", "section 12 of the Act".
_ELSEWHERE = re.compile(r"\s*(?:\([^()\n]{1,20}\)\s*)?(?:of|in) (?:the )?[A-Z]")
_IDENTIFIER = re.compile(r"\b[A-Z]{1,6}(?:-[A-Z]{1,6})?-\d{1,5}(?:\.\d{1,3})*\b")
_FEWEST_IDENTIFIERS = 3


def undecided(book: Book) -> Iterator[Gap]:
    """Each mark of something to be decided, with the requirement it stands in."""
    starts = [each.statement.start for each in book.requirements]
    for found in _UNDECIDED.finditer(book.text):
        holder = bisect_right(starts, found.start()) - 1
        inside = holder >= 0 and found.end() <= book.requirements[holder].statement.end
        message = f'"{found.group()}" leaves something to be decided.'
        evidence = Evidence((Span(*found.span()),), message)
        yield Gap("undecided", (holder,) if inside else (), 0.95 if inside else 0.8, evidence)


def references(book: Book) -> Iterator[Gap]:
    """References of requirements to places that the text does not hold."""
    for number, each in enumerate(book.requirements):
        start, end = each.statement.span.start, each.statement.span.end
        for found in _REFERENCE.finditer(book.text, start, end):
            kind, label = found["kind"].lower(), found["label"]
            if _ELSEWHERE.match(book.text, found.end()) or (kind, label) in book.labels:
                continue
            if _is_there(book.text, kind, label, found.span("label")):
                book.labels.add((kind, label))
                continue
            place = Span(found.start("kind"), found.end())
            message = f'"{book.text[place.start : place.end]}" is not in the text.'
            yield Gap("undefined_reference", (number,), 0.75, Evidence((place,), message))
    yield from _identifiers(book)


def _is_there(text: str, kind: str, label: str, place: tuple[int, int]) -> bool:
    """Whether a line of the text begins with the label, alone or after the name of its kind."""
    # Tables and figures are often captions; a section's number may stand alone before its title.
    bare = rf"|[#*\s]*{re.escape(label)}[.)]?\s" if kind in {"section", "chapter", "clause", "requirement"} else ""
    opens = re.compile(rf"^(?:[#*|>\s-]*{kind}\s+{re.escape(label)}(?![\w.]*\d){bare})", re.IGNORECASE | re.MULTILINE)
    return any(not found.start() <= place[0] < found.end() for found in opens.finditer(text))


def _identifiers(book: Book) -> Iterator[Gap]:
    """Identifiers of requirements, of a pattern that the text uses for its own, that no requirement has."""
    known = {each.statement.identifier for each in book.requirements if each.statement.identifier}
    prefixes = {name.rpartition("-")[0] for name in known if _IDENTIFIER.fullmatch(name)}
    if len(known) < _FEWEST_IDENTIFIERS:
        return
    for number, each in enumerate(book.requirements):
        for found in _IDENTIFIER.finditer(book.text, each.statement.start, each.statement.end):
            name = found.group()
            if name.rpartition("-")[0] in prefixes and name not in known and book.text.count(name) == 1:
                evidence = Evidence((Span(*found.span()),), f'"{name}" is not in the text.')
                yield Gap("undefined_reference", (number,), 0.85, evidence)
