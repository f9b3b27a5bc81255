"""Markdown: the text stays as it is; headings, tables and front matter are found in it."""

import re
from itertools import accumulate, pairwise

from markdown_it import MarkdownIt

from specloom.core.text import Span
from specloom.parsing.document import Draft, Source
from specloom.parsing.plain import read_text
from specloom.parsing.writer import TextWriter, normalise

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_FRONT_MATTER_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]+([^\s\[{|>&*].*)$", re.MULTILINE)
# Headings are short; inline markup is not looked for beyond this in one.
_MAX_HEADING_MARKUP = 1000


def parse(source: Source) -> Draft:
    text, encoding = read_text(source)
    text = normalise(text)
    metadata = front_matter(text)
    title = metadata.pop("title", None)
    writer = TextWriter(source.limits.max_text_chars)
    write_markdown(writer, text)
    text, sections = writer.finish()
    return Draft(text, sections, title, encoding, metadata)


def front_matter(text: str) -> dict[str, str]:
    """The plain `key: value` lines of a YAML block at the very start of `text`, keys in lower case."""
    block = _FRONT_MATTER.match(text)
    fields = _FRONT_MATTER_FIELD.findall(block[1]) if block else []
    return {key.lower(): value.strip().strip("\"'") for key, value in fields}


def write_markdown(writer: TextWriter, text: str) -> None:
    """Append `text` as one block, unchanged, and mark its top-level headings and tables as sections."""
    text = normalise(text).strip("\n")
    span = writer.block(text)
    line_starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=span.start))
    inline = MarkdownIt("commonmark")
    blocks = MarkdownIt("commonmark").enable("table")
    blocks.core.ruler.enableOnly(["normalize", "block"])  # inline markup, most of the work, matters in headings only
    for token, following in pairwise(blocks.parse(_without_front_matter(text))):
        if token.level or not token.map:
            continue
        first, behind = token.map
        if token.type == "heading_open":
            title = _without_markup(inline, following.content)
            writer.mark_heading(int(token.tag[1:]), title, line_starts[first])
        elif token.type == "table_open":
            writer.mark_table(Span(line_starts[first], line_starts[behind] - 1))


def _without_front_matter(text: str) -> str:
    """`text` with its front matter blanked line by line: its closing rule would pass for the underline of a heading."""
    block = _FRONT_MATTER.match(text)
    return "\n" * block[0].count("\n") + text[block.end() :] if block else text


def _without_markup(inline: MarkdownIt, heading: str) -> str:
    (parsed,) = inline.parseInline(heading[:_MAX_HEADING_MARKUP])
    return "".join(" " if token.type.endswith("break") else token.content for token in parsed.children or [])
