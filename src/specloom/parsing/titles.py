"""Chooses what a document is called: what it declares, else its first heading, else its file name made readable."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import unquote

from specloom.core.text import Section, SectionKind
from specloom.parsing.writer import label

# What programs fill in by themselves says nothing about the document.
_SENSELESS = re.compile(
    r"""
    (?: microsoft\ (?:word|powerpoint|excel)\ -\ .*
      | (?:document|presentation|slide|präsentation|dokument)\ ?\d*
      | powerpoint[\ -]presentation | slide\ title | click\ to\ .*
      | (?:untitled|unbenannt|sans\ titre|unspecified|anonymous|title|none|null|\(.*\)) (?:[\ -]?\d+)?
      | [^\s]+ \. (?:docx?|pptx?|pdf|html?|odt|rtf|indd|tex|dvi|ps|txt|md|csv|json|pages|key)
      | [\W_]*
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def choose_title(declared: str | None, sections: Sequence[Section], filename: str) -> str:
    """A title of 1 to 255 code points."""
    declared = label(declared or "")
    if not _SENSELESS.fullmatch(declared):
        return declared
    heading = next((section.label for section in sections if section.kind is SectionKind.HEADING), None)
    return heading or readable_stem(filename) or "Untitled"


def readable_stem(filename: str) -> str:
    """`filename` without folders and suffix, with spaces for what stands for them: "q3_report.pdf" is "q3 report"."""
    stem = PurePath(unquote(filename).replace("\\", "/")).stem
    return label(re.sub(r"(?<=\w)[-_+](?=\w)|_", " ", stem))
