"""Writes an HTML tree as text: Markdown headings, lists, tables and code blocks, and no other markup."""

import re

from lxml import etree  # type: ignore[import-untyped]

from specloom.parsing.writer import TextWriter

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# fmt: off
_SKIPPED = frozenset({
    "audio", "canvas", "head", "iframe", "math", "noscript", "object", "script", "select", "style", "svg", "template",
    "textarea", "video",
})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "legend", "li", "main", "nav", "ol", "p",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
_EVENTS = ("start", "end", "comment", "pi")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LINE_BREAK = "\v"  # stands for <br> while spaces are collapsed; a tree of normalised text holds no other
_MAX_COLSPAN = 50
_MAX_INDENT = 24


def write_tree(root: etree._Element, writer: TextWriter, skipped: frozenset[etree._Element] = frozenset()) -> None:
    """Append the content of `root`, however deeply it is nested, to `writer`, without the elements `skipped`."""
    _TreeWriter(writer, skipped).write(root)


def inline_text(element: etree._Element) -> str:
    """All text of `element` on one line, with a blank wherever blocks meet."""
    parts: list[str] = []
    walk = etree.iterwalk(element, events=_EVENTS)
    for event, node in walk:
        if event == "start" and node.tag in _SKIPPED:
            walk.skip_subtree()
            continue
        if node.tag == "br" or node.tag in _BLOCKS:
            parts.append(" ")
        parts.append((node.text if event == "start" else node.tail if node is not element else "") or "")
    return _collapsed(parts)


class _TreeWriter:
    """Collects inline text until a block begins or ends, then writes it as a paragraph or as part of a list item."""

    def __init__(self, writer: TextWriter, skipped: frozenset[etree._Element]) -> None:
        self._writer = writer
        self._skipped = skipped
        self._inline: list[str] = []
        self._lists: list[int | None] = []  # the last number given in each open list, None if it is not numbered
        self._marker = ""
        self._list_begun = False

    def write(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=_EVENTS)
        for event, element in walk:
            if event == "start":
                if self._write_whole(element):
                    walk.skip_subtree()
                else:
                    self._begin(element)
                continue
            if event == "end":
                self._end(element.tag)
            if element is not root and element.tail:
                self._inline.append(element.tail)
        self._flush()

    def _write_whole(self, element: etree._Element) -> bool:
        """Write an element that is taken as a unit, or skip one that says nothing to a reader; False for any other."""
        if element.tag in _SKIPPED or element in self._skipped:
            return True
        if level := _HEADINGS.get(element.tag):
            self._flush()
            self._writer.heading(level, inline_text(element))
            return True
        if element.tag == "pre":
            self._flush()
            if code := _verbatim(element):
                self._writer.block(f"```\n{code}\n```")
            return True
        if element.tag == "table" and (rows := _grid(element)):
            self._flush()
            for caption in element.iterchildren("caption"):
                self._writer.block(inline_text(caption))
            self._writer.table(rows)
            return True
        return False

    def _begin(self, element: etree._Element) -> None:
        if element.tag == "br":
            self._inline.append(_LINE_BREAK)
        elif element.tag in _BLOCKS:
            self._flush()
        if element.tag in {"ul", "ol"}:
            self._lists.append(_first_number(element) - 1 if element.tag == "ol" else None)
        elif element.tag == "li":
            self._marker = self._next_marker()
        if element.text:
            self._inline.append(element.text)

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        if tag == "li":
            self._marker = ""
        elif tag in {"ul", "ol"}:
            self._lists.pop()
            self._list_begun = self._list_begun and bool(self._lists)

    def _next_marker(self) -> str:
        if self._lists and (number := self._lists[-1]) is not None:
            self._lists[-1] = number + 1
        return _marker(self._lists[-1] if self._lists else None)

    def _flush(self) -> None:
        text = _collapsed(self._inline)
        self._inline.clear()
        if not text:
            return
        enclosing = self._lists[:-1] if self._marker else self._lists
        indent = " " * min(sum(len(_marker(number)) for number in enclosing), _MAX_INDENT)
        text = indent + self._marker + text.replace("\n", f"\n{indent}{' ' * len(self._marker)}")
        self._writer.block(text, gap="\n" if self._list_begun else "\n\n")
        self._marker = ""
        self._list_begun = bool(self._lists)


def _marker(number: int | None) -> str:
    return "- " if number is None else f"{number}. "


def _collapsed(parts: list[str]) -> str:
    text = _SPACE.sub(" ", "".join(parts))
    return re.sub(rf" ?{_LINE_BREAK} ?", "\n", text).strip(" \n")


def _verbatim(element: etree._Element) -> str:
    """The text of `element` with its own line breaks and indentation, "" if it is blank."""
    for line_break in element.iter("br"):
        line_break.text = "\n"
    text = "".join(element.itertext())
    return text.strip("\n") if text.strip() else ""


def _first_number(ordered_list: etree._Element) -> int:
    start = ordered_list.get("start", "")
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _grid(table: etree._Element) -> list[list[str]]:
    """The cells of a table of data; none of one that lays out a page: with one column, or headings or tables in it."""
    if any(inner is not table for inner in table.iter("table", *_HEADINGS)):
        return []
    rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
    if max(map(len, rows), default=0) < 2:  # noqa: PLR2004
        return []
    return [[text for cell in row for text in (inline_text(cell), *_spanned(cell))] for row in rows]


def _spanned(cell: etree._Element) -> list[str]:
    """An empty cell for each further column that `cell` covers."""
    span = cell.get("colspan", "")
    return [""] * (min(int(span), _MAX_COLSPAN) - 1) if re.fullmatch(r"\d{1,4}", span) else []
