"""HTML: the content of a page without what surrounds it, as text with Markdown headings, lists and tables."""

import codecs
import re

from lxml import etree, html  # type: ignore[import-untyped]

from specloom.parsing.charset import decode
from specloom.parsing.document import Draft, Source
from specloom.parsing.errors import NoTextFound, TooDeeplyNested
from specloom.parsing.outline import write_tree
from specloom.parsing.writer import TextWriter, normalise

_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META_FIELDS = {"author": "author", "dc.creator": "author", "description": "description", "keywords": "keywords"}
# What surrounds the content of a web page. Where there is none of it the whole body is content, and an extractor made
# for articles would only lose some: tables of links, short lists.
_FURNITURE = etree.XPath(
    """//nav | //aside | //header[not(ancestor::article)] | //footer[not(ancestor::article)]
    | //*[@role = 'navigation' or @role = 'banner' or @role = 'contentinfo' or @role = 'complementary']"""
)
_FURNITURE_NAMES = "(^|[ _-])(nav|navbar|navigation|menu|sidebar|footer|breadcrumbs?)($|[ _-])"
_NAMES_FURNITURE = etree.XPath(
    f"boolean(//*[re:test(concat(@id, ' ', @class), '{_FURNITURE_NAMES}', 'i')])",
    namespaces={"re": "http://exslt.org/regular-expressions"},
)
_HEADINGS = etree.XPath("descendant::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]")


def parse(source: Source) -> Draft:
    """Raises UndecodableText, FileTooLarge, NoTextFound, and TooDeeplyNested beyond some 2,000 levels."""
    text, encoding = decode(source.data, source.encoding, declared=_declared_charset(source.data))
    tree = parse_tree(text)
    writer = TextWriter(source.limits.max_text_chars)
    furniture = frozenset(_FURNITURE(tree))
    if (furniture or _NAMES_FURNITURE(tree)) and (content := _extracted(tree, furniture)) is not None:
        write_tree(content, writer)
    for skipped in (furniture, frozenset()):
        if not writer.length:
            write_tree(tree, writer, skipped)
    text, sections = writer.finish()
    return Draft(text, sections, tree.findtext(".//title"), encoding, _metadata(tree))


def _extracted(tree: etree._Element, furniture: frozenset[etree._Element]) -> etree._Element | None:
    """The main content of a web page, None if none is found or it has lost its headings on the way."""
    # Imported late because it doubles the time the whole process takes to start.
    from specloom.parsing.article import main_content  # noqa: PLC0415

    content = main_content(tree)
    if content is None:
        return None
    headings = [h for h in _HEADINGS(tree) if furniture.isdisjoint(h.iterancestors())]
    return content if 2 * len(_HEADINGS(content)) >= len(headings) else None


def parse_tree(markup: str) -> etree._Element:
    """The element tree of a whole page or a fragment. Raises NoTextFound, TooDeeplyNested."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = html.document_fromstring(normalise(markup).encode(), parser=parser)
    except etree.ParserError:
        raise NoTextFound("The page holds no text.") from None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise TooDeeplyNested("The page is nested too deeply.")
    return tree


def _declared_charset(data: bytes) -> str | None:
    """The encoding a page says it is in, as browsers understand it."""
    found = _META_CHARSET.search(data[:4096])
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return "cp1252" if name in {"ascii", "iso8859-1"} else name


def _metadata(tree: etree._Element) -> dict[str, str]:
    metadata = {"language": tree.get("lang", "")}
    for meta in tree.iter("meta"):
        if field := _META_FIELDS.get(meta.get("name", "").lower()):
            metadata[field] = meta.get("content", "")
    return metadata
