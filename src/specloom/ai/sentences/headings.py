"""Tells whether a line is a heading, how deep it is and where its wording begins."""

import re

from specloom.ai.sentences.lines import Line
from specloom.core.text import Section

_MARKDOWN = re.compile(r"(#{1,6})\s+(?=\S)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)[^*_]{1,100}\1:?$")
_LEGAL = re.compile(
    r"(?P<unit>SECTION|SEC\.|Sec\.|Section|ARTICLE|Article|CHAPTER|Chapter|PART|Part|TITLE|Title|DIVISION|SUBTITLE|Subtitle|"
    r"APPENDIX|Appendix|ANNEX|Annex|Kapitel|Abschnitt|Teil|Artikel|Anhang|Chapitre|Titre|Partie|Capítulo|Artículo|Título|§)"
    r"\s*(?:[\dIVXLC]+|[A-Z](?!\w))(?:[.-]?[\dA-Za-z])*\s*(?P<rest>.*)$",
    re.DOTALL,
)
_CHINESE = re.compile(r"第[一二三四五六七八九十百千\d]+[章节節条條部編编篇]")
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,5})[.)]?[ \t]+(?=[^\W\d_a-z])")
_SENTENCE_END = re.compile(r"[.!?;,…。！？；।॥۔؟][\"'”’)*_]*$")
_MODAL = re.compile(
    r"\b(?:shall|must|should|will|may|can|need|needs|muss|müssen|soll|sollen|kann|doit|debe)\b", re.IGNORECASE
)
_TOP = {"TITLE", "Title", "DIVISION", "PART", "Part", "Teil", "Titre", "Título", "Partie"}
_UNDER = {"SUBTITLE", "Subtitle", "CHAPTER", "Chapter", "Kapitel", "Chapitre", "Capítulo"}

_INNER_STOP = re.compile(r"[.!?;,。，！？；、।]")
# In code points: a heading by its shape, one by standing alone, and either in scripts that write without spaces.
_LONGEST = 120
_LONGEST_ALONE = 60
_LONGEST_DENSE = 25
# In words.
_MOST_WORDS = 10
_MOST_WORDS_ALONE = 8
_MOST_WORDS_LABEL = 3
_FEWEST_CAPITALS = 4


def titled(text: str, line: Line, section: Section) -> bool:
    """Whether the line is the heading that the section is named after, and not already its first sentence."""
    words = "".join(filter(str.isalnum, text[line.start : line.end])).casefold()
    label = "".join(filter(str.isalnum, section.label)).casefold()
    return bool(words) and len(words) <= len(label) + 12 and (words in label or label in words)


def marked(text: str, line: Line) -> tuple[int, int] | None:
    """Level and start of the wording when the line says by itself that it is a heading."""
    found = _MARKDOWN.match(text, line.start, line.end)
    if found:
        return len(found.group(1)), found.end()
    if line.end - line.start > _LONGEST * 2:
        return None
    wording = text[line.start : line.end]
    if _BOLD.match(wording):
        return 5, line.start
    legal = _LEGAL.match(wording)
    if legal and _is_title(legal["rest"].lstrip(" .:-–—")):
        unit = legal["unit"]
        return (1 if unit in _TOP else 2 if unit in _UNDER else 3), line.start
    if _CHINESE.match(wording) and len(wording) <= _LONGEST_ALONE and not _SENTENCE_END.search(wording):
        return 2, line.start
    return None


def shaped(text: str, line: Line) -> tuple[int, int] | None:
    """Level and start of the wording when a line that opens a paragraph has capitals or a number as headings have."""
    wording = text[line.start : line.end]
    if len(wording) > _LONGEST:
        return None
    if capitals(wording):
        return 4, line.start
    found = _NUMBERED.match(wording)
    if (
        found
        and not _SENTENCE_END.search(wording)
        and len(wording.split()) <= _MOST_WORDS
        and not _MODAL.search(wording)
    ):
        return found["number"].count(".") + 2, line.start
    return None


def alone(text: str, line: Line, below: str) -> bool:
    """Whether a line that is a paragraph of its own reads as the title of the longer one that begins with `below`."""
    wording = text[line.start : line.end]
    return (
        len(wording) <= _longest_alone(wording)
        and len(below) > len(wording) + _LONGEST_DENSE
        and len(wording.split()) <= _MOST_WORDS_ALONE
        and not wording[0].islower()
        and wording[0].isalnum()
        and ":" not in wording[:-1]
        and not _SENTENCE_END.search(wording)
        and not _MODAL.search(wording)
    )


def labelling(text: str, line: Line) -> bool:
    """Whether the line names what follows it ("Open questions:") rather than saying something."""
    wording = text[line.start : line.end]
    return (
        wording[-1] in ":："
        and len(wording) <= _longest_alone(wording)
        and len(wording.split()) <= _MOST_WORDS_LABEL
        and not _INNER_STOP.search(wording)
        and wording[0].isalnum()
        and not wording[0].islower()
        and not _MODAL.search(wording)
    )


def capitals(wording: str) -> bool:
    """Whether the wording is set in capitals throughout and long enough to be meant so."""
    upper = sum(map(str.isupper, wording))
    return upper >= _FEWEST_CAPITALS and upper * 2 >= len(wording) and not any(map(str.islower, wording))


def _longest_alone(wording: str) -> int:
    return _LONGEST_ALONE if wording.isascii() or " " in wording else _LONGEST_DENSE


def _is_title(rest: str) -> bool:
    if not rest or capitals(rest):
        return True
    return (
        len(rest.split()) <= _MOST_WORDS
        and rest[0].isupper()
        and not _SENTENCE_END.search(rest)
        and not _MODAL.search(rest)
    )
