"""Texts and lists as the XHTML of ReqIF, and the text of any XHTML that a tool may write."""

import re
from collections.abc import Iterable
from html import escape
from xml.etree.ElementTree import Element

from specloom.exchange.incoming import UnsafeFile
from specloom.exchange.lists import written_list

# Tells readers, ours among them, that spaces count.
_AS_IT_STANDS = 'style="white-space: pre-wrap"'
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CLOSE_BLOCKS = frozenset(("dd", "div", "dl", "dt", "section", "table", "tbody", "tfoot", "thead"))
_BLOCKS = frozenset(
    (*_CLOSE_BLOCKS, "address", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "ul")
)
_MAX_DEPTH = 100
_SPACES = re.compile(r"[ \t\r\n]+")


def xml_safe(text: str) -> str:
    """`text`, in which what XML cannot hold has become the replacement character."""
    return _NOT_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_as_xhtml(text: str) -> str:
    """A paragraph for each stretch between blank lines, and line breaks within."""
    paragraphs = (f"<xhtml:p>{_broken(part)}</xhtml:p>" for part in _escaped(text).split("\n\n"))
    return f"<xhtml:div {_AS_IT_STANDS}>{''.join(paragraphs)}</xhtml:div>"


def list_as_xhtml(items: Iterable[str]) -> str:
    points = "".join(f"<xhtml:li>{_broken(_escaped(item))}</xhtml:li>" for item in items)
    return f"<xhtml:div {_AS_IT_STANDS}><xhtml:ul>{points}</xhtml:ul></xhtml:div>"


def xhtml_as_text(element: Element) -> str:
    """The text within `element`, blocks and line breaks as lines, lists with bullets, rows of tables with bars.

    What `text_as_xhtml` and `list_as_xhtml` wrote comes back to the character; elsewhere spaces run together as they do
    on a screen. Raises UnsafeFile for markup nested deeper than people write.
    """
    children = list(element)
    if len(children) == 1 and not _said(element.text) and not _said(children[0].tail):
        exact = _exactly(children[0])
        if exact is not None:
            return exact
    return _flowing(element, 0)


def _exactly(div: Element) -> str | None:
    """The text of a division in the form written here, None for any other."""
    if "pre-wrap" not in div.get("style", "") or div.text or any(child.tail for child in div):
        return None
    tags = [local_name(child) for child in div]
    if tags == ["ul"] and not div[0].text:
        items = [_unbroken(item) for item in div[0]]
        return written_list([item for item in items if item is not None]) if None not in items else None
    if set(tags) == {"p"}:
        paragraphs = [_unbroken(child) for child in div]
        return "\n\n".join(part for part in paragraphs if part is not None) if None not in paragraphs else None
    return None


def _unbroken(element: Element) -> str | None:
    """The text of an element in which nothing stands but line breaks."""
    if element.tail or any(local_name(child) != "br" or child.text or len(child) for child in element):
        return None
    return "\n".join([element.text or "", *(child.tail or "" for child in element)])


def _flowing(element: Element, depth: int) -> str:
    if depth > _MAX_DEPTH:
        raise UnsafeFile(f"The file holds markup nested more than {_MAX_DEPTH} levels deep, as no tool writes it.")
    writer = _Flow()
    writer.say(element.text)
    for child in element:
        tag = local_name(child)
        if tag == "br":
            writer.break_line()
        elif tag == "li":
            writer.block("• " + _flowing(child, depth + 1).replace("\n", "\n  "), apart=1)
        elif tag == "tr":
            row = (" ".join(_flowing(cell, depth + 1).split()) for cell in child)
            writer.block(" | ".join(row), apart=1)
        elif tag == "pre":
            writer.block("".join(child.itertext()).strip("\n"), apart=2)
        elif tag in _BLOCKS:
            writer.block(_flowing(child, depth + 1), apart=1 if tag in _CLOSE_BLOCKS else 2)
        else:
            writer.inline(_flowing(child, depth + 1) if len(child) else child.text)
        writer.say(child.tail)
    return writer.finish()


class _Flow:
    """Text as it runs on a screen: spaces count once, blocks stand apart."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._due = 0

    def say(self, text: str | None) -> None:
        run = _SPACES.sub(" ", text or "")
        if self._due or not self._parts or self._parts[-1].endswith(("\n", " ")):
            run = run.lstrip(" ")
        self._add(run)

    def inline(self, text: str | None) -> None:
        if text and "\n" in text:
            self._add(text)
        else:
            self.say(text)

    def block(self, text: str, *, apart: int) -> None:
        """`text` on lines of its own, `apart` - 1 empty ones between it and its neighbours."""
        if text:
            self._due = max(self._due, apart)
            self._add(text)
            self._due = apart

    def break_line(self) -> None:
        self._add("\n")

    def finish(self) -> str:
        return "".join(self._parts).strip(" \n")

    def _add(self, text: str) -> None:
        if not text:
            return
        if self._parts and (self._due or text == "\n"):
            self._parts[-1] = self._parts[-1].rstrip(" ")
            self._parts.append("\n" * self._due)
        self._due = 0
        self._parts.append(text)


def local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _said(text: str | None) -> bool:
    return bool(text and text.strip())


def _escaped(text: str) -> str:
    return escape(xml_safe(text), quote=False)


def _broken(text: str) -> str:
    return text.replace("\n", "<xhtml:br/>")
