"""Pages are read without what surrounds their content, documents in HTML as a whole."""

import pytest

from specloom.core.text import SectionKind

from .reading_aid import outline, read, stretches

ARTICLE = "<p>" + "The payment service sends a receipt to every customer after the payment was made. " * 4 + "</p>"


def body_text(markup: str) -> str:
    return read(f"<html><body>{markup}</body></html>", "a.html").text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a <b>b</b>ig\n  <i>c</i></p><p>d<br>e</p>", "a big c\n\nd\ne"),
        ("<h2>One <script>no</script><em>two</em><!--no--> three</h2>text", "## One two three\n\ntext"),
        ("a<!-- no -->b<?no?>c", "abc"),
        ("<ul><li>a<li>b<ol start=3><li>c<li>d</ol></ul><p>e", "- a\n- b\n  3. c\n  4. d\n\ne"),
        ("<ol><li><p>a</p><p>b</p></li><li>c<br>d</li></ol>", "1. a\n   b\n2. c\n   d"),
        ("<p>x</p><ul><li>a</li></ul><ul><li>b</li></ul>", "x\n\n- a\n\n- b"),
        ("<pre>\n  a\n\n    b<br>c</pre>", "```\n  a\n\n    b\nc\n```"),
        ("<dl><dt>Term<dd>Meaning</dl>", "Term\n\nMeaning"),
        ("<table><tr><th>a<th>b</tr><tr><td colspan=2>c</table>", "| a | b |\n| --- | --- |\n| c |  |"),
        ("<table><caption>Cap</caption><tr><td><p>a</p><p>b</p><td>c</table>", "Cap\n\n| a b | c |\n| --- | --- |"),
        ("<table><tr><td>one column</td></tr></table>", "one column"),
        ("<table><tr><td><h1>T</h1>x<td><table><tr><td>a<td>b</table></table>", "# T\n\nx\n\n| a | b |\n| --- | --- |"),
        ("<script>no</script><style>no</style><template>no</template><noscript>no</noscript>yes", "yes"),
        ("<p>&lt;b&gt; &amp; &#x1F600; &nbsp;</p>", "<b> & 😀"),
    ],
)
def test_elements(markup: str, text: str) -> None:
    assert body_text(markup).rstrip("\u00a0 ") == text


def test_a_document_loses_nothing() -> None:
    items = "".join(f"<li><a href=#{n}>Requirement {n}</a></li>" for n in range(20))
    text = body_text(
        f"<h1>All</h1><ul>{items}</ul><h2>Nothing here</h2><table><tr><td>TBD<td><a href=x>see</a></table>"
    )
    assert all(f"- Requirement {n}\n" in text for n in range(20))
    assert "| TBD | see |" in text


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Menu</nav>",
        "<header>Site</header>",
        "<aside>Related</aside>",
        '<div id="sidebar">Latest news</div>',
        '<div class="site-footer">Imprint</div>',
        '<div role="navigation">Menu</div>',
    ],
)
def test_a_page_loses_its_furniture(furniture: str) -> None:
    steps = "<ol><li>Pay the bill</li><li>Wait for mail</li></ol><dl><dt>Receipt</dt><dd>A proof of payment</dd></dl>"
    code = "<pre><code>def f():\n    pass\n</code></pre>"
    article = f"<article><h1>Receipts</h1>{ARTICLE}<h2>Steps</h2>{steps}{code}{ARTICLE}</article>"
    document = read(f"<title>Receipts</title><body>{furniture}{article}</body>", "a.html")
    assert "Menu" not in document.text
    assert "Latest news" not in document.text
    assert "1. Pay the bill\n2. Wait for mail" in document.text
    assert "Receipt\n\nA proof of payment" in document.text
    assert "```\ndef f():\n    pass\n```" in document.text
    assert outline(document) == [(1, "Receipts", "# Receipts"), (2, "Steps", "## Steps")]


def test_headings_matter_more_than_the_extractor() -> None:
    """It drops them from pages that mark no main content."""
    parts = "".join(f"<h2>Part {n}</h2>{ARTICLE}" for n in range(8))
    document = read(f"<body><nav>Menu</nav>{parts}</body>", "a.html")
    assert [label for _, label, _ in outline(document)] == [f"Part {n}" for n in range(8)]
    assert "Menu" not in document.text


def test_title_and_metadata() -> None:
    document = read(
        '<html lang="de"><title> The\n plan </title><meta name="Author" content="Ann"><body><h1>Other</h1>x',
        "a.html",
    )
    assert document.title == "The plan"
    assert document.metadata == {"language": "de", "author": "Ann"}
    assert read("<h1>Only heading</h1>text", "a.html").title == "Only heading"


def test_sections() -> None:
    document = read("<h1>A</h1><h3>B</h3><table><tr><td>1<td>2</table><h2>C</h2>x", "a.html")
    assert outline(document) == [(1, "A", "# A"), (3, "B", "### B"), (2, "C", "## C")]
    assert stretches(document, SectionKind.TABLE) == {"table 1": "| 1 | 2 |\n| --- | --- |"}
    assert stretches(document, SectionKind.HEADING)["B"].startswith("### B\n\n| 1 | 2 |")


@pytest.mark.parametrize("declared", ["iso-8859-1", "no-such-charset", "us-ascii"])
def test_old_charset_names_mean_what_browsers_make_of_them(declared: str) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>“Größe” – 5 €'
    document = read(page.encode("cp1252"), "a.html")
    assert "“Größe” – 5 €" in document.text
