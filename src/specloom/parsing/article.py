"""Finds the content of a web page among navigation, side bars and footers."""

import trafilatura
from lxml import etree  # type: ignore[import-untyped]

# What the extractor calls the elements of its result.
_HTML_NAMES = {"head": "p", "list": "ul", "item": "li", "row": "tr", "cell": "td", "lb": "br", "quote": "blockquote"}


def main_content(page: etree._Element) -> etree._Element | None:
    """The main content of `page` in HTML's own element names, None if none is found."""
    try:
        found = trafilatura.bare_extraction(
            page, output_format="html", include_comments=False, include_formatting=False, favor_recall=True
        )
    except RecursionError:  # the extractor is recursive; whoever asks can still take the page as a whole
        return None
    if found is None or isinstance(found, dict):
        return None
    for element in found.body.iter(etree.Element):
        kind = element.get("rend", "")
        if element.tag in {"head", "list"} and kind:  # h1 ... h6, ol, ul, dl
            element.tag = kind
        elif element.tag == "item" and kind.startswith(("dt", "dd")):
            element.tag = kind[:2]
        elif element.tag == "code" and any("\n" in text for text in element.itertext()):
            element.tag = "pre"
        else:
            element.tag = _HTML_NAMES.get(element.tag, element.tag)
    return found.body
