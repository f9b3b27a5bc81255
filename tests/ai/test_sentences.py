"""Sentence splitting: exact places, kinds and structure, in any script and layout, in linear time."""

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specloom.ai.sentences import Kind, Sentence, split, stream
from specloom.core.text import Section, SectionKind

PIECES = """
The pump shall stop.|word|a|1.|(a)|- |* |```|# |> |。|।|!|...|?|🎉|👍🏽|नमस्ते|你好|שלום|٣|--|===|---|SEC. 2.|Note:|a,b,c
“|”|(|)|Dr.|2.5 s.|**|İ|;|,
"""
SEPARATORS = [
    "\n",
    "\n\n",
    "\r\n",
    "\f",
    "\u2028",
    " ",
    "\t",
    "| ",
    "\x00",
    "\ufeff",
    "\u200b",
    "\x1c",
    "\x85",
    "e\u0301",
]
ATOMS = [*PIECES.strip().replace("\n", "|").split("|"), *SEPARATORS]


def wordings(text: str, sections: Sequence[Section] = ()) -> list[str]:
    return [text[one.start : one.end] for one in split(text, sections)]


def kinds(text: str, sections: Sequence[Section] = ()) -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in split(text, sections)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The valve opens. It closes again!  Does it?", ["The valve opens.", "It closes again!", "Does it?"]),
        ("It took 2.5 s. Users waited.", ["It took 2.5 s.", "Users waited."]),
        ("Costs rose by 3.5 Mio. Euro. Nobody knew.", ["Costs rose by 3.5 Mio. Euro.", "Nobody knew."]),
        ("See Fig. 3, Sec. 4 and No. 5. Then stop.", ["See Fig. 3, Sec. 4 and No. 5.", "Then stop."]),
        ("He said no. Nobody left.", ["He said no.", "Nobody left."]),
        ("By 42 U.S.C. 1395 and Pub. L. 105-277. Yes.", ["By 42 U.S.C. 1395 and Pub. L. 105-277.", "Yes."]),
        (
            "Dr. Wu met Prof. Ito at 5 p.m. in May. They agreed.",
            ["Dr. Wu met Prof. Ito at 5 p.m. in May.", "They agreed."],
        ),
        ("Am 3. Mai kam Dr. Roth. Er blieb bzw. Er ging.", ["Am 3. Mai kam Dr. Roth.", "Er blieb bzw. Er ging."]),
        ("M. Petit voit l'art. 3 du code. Il rit.", ["M. Petit voit l'art. 3 du code.", "Il rit."]),
        (
            "Some, e.g. drills, break. Saws, i.e. blades, bend.",
            ["Some, e.g. drills, break.", "Saws, i.e. blades, bend."],
        ),
        ("Use v1.2.3 of node.js at a.example/b?c=d. Test.", ["Use v1.2.3 of node.js at a.example/b?c=d.", "Test."]),
        ('"Why?" he asked. “It works.” She left.', ['"Why?" he asked.', "“It works.”", "She left."]),
        (
            "(This is all.) He left. In General.--If so, stop.",
            ["(This is all.)", "He left.", "In General.--If so, stop."],
        ),
        ("Wait... maybe. Or not… Then go.", ["Wait... maybe.", "Or not…", "Then go."]),
        ("Ship it! 🎉 Then rest 😀. Done", ["Ship it!", "🎉 Then rest 😀.", "Done"]),
        ("系统必须稳定。用户可以导出报告！对吗？是", ["系统必须稳定。", "用户可以导出报告！", "对吗？", "是"]),
        ("これは本です。「はい。」と言った。終わり！", ["これは本です。", "「はい。」と言った。", "終わり！"]),
        ("यह पहला वाक्य है। यह दूसरा है। क्या तीसरा है?", ["यह पहला वाक्य है।", "यह दूसरा है।", "क्या तीसरा है?"]),
        ("هذه جملة. هل هذه ثانية؟ نعم۔ انتهى!", ["هذه جملة.", "هل هذه ثانية؟", "نعم۔", "انتهى!"]),
        ("שלום לכולם. מה שלומכם? טוב.", ["שלום לכולם.", "מה שלומכם?", "טוב."]),
        ("Τι είναι αυτό; Δεν ξέρω.", ["Τι είναι αυτό;", "Δεν ξέρω."]),
        ("it broke. then we fixed it. all good", ["it broke.", "then we fixed it.", "all good"]),
        ("1. Open the lid. 2. Close it.", ["Open the lid.", "2. Close it."]),
    ],
)
def test_sentences_of_running_text(text: str, expected: list[str]) -> None:
    assert wordings(text) == expected


def test_long_quotations_are_split_too() -> None:
    speech = (
        "'We looked at the bridge for a long time. " + "It had stood there since the flood and nobody minded it. " * 3
    )
    text = f"The mayor said: {speech}Now it is closed.' He left."
    assert wordings(text)[-3:] == [
        "It had stood there since the flood and nobody minded it.",
        "Now it is closed.'",
        "He left.",
    ]


def test_markdown_has_headings_items_rows_and_code() -> None:
    text = (
        "# Pump\n\nThe pump is old. It leaks.\n\n## Rules\n\nThe pump shall:\n\n- stop;\n"
        "- start again\n  when told to.\n  1. slowly\n  2. twice\n\n| part | age |\n|---|---|\n| seal | 3 |\n\n"
        "```\nx = 1. # y\n```\n\nEnd\n===\n\n"
        "> Quoted text. It goes\n> over two lines.\n\n- [ ] check\n\n**Decisions**\n\nNone.\n"
    )
    assert kinds(text) == [
        (Kind.HEADING, "Pump"),
        (Kind.PROSE, "The pump is old."),
        (Kind.PROSE, "It leaks."),
        (Kind.HEADING, "Rules"),
        (Kind.PROSE, "The pump shall:"),
        (Kind.ITEM, "stop;"),
        (Kind.ITEM, "start again\n  when told to."),
        (Kind.ITEM, "slowly"),
        (Kind.ITEM, "twice"),
        (Kind.ROW, "part | age"),
        (Kind.ROW, "seal | 3"),
        (Kind.CODE, "x = 1. # y"),
        (Kind.HEADING, "End"),
        (Kind.PROSE, "Quoted text."),
        (Kind.PROSE, "It goes\n> over two lines."),
        (Kind.ITEM, "check"),
        (Kind.HEADING, "**Decisions**"),
        (Kind.PROSE, "None."),
    ]


def test_headings_make_a_path_and_lists_know_their_lead_in() -> None:
    text = (
        "# Pump\n\n## Rules\n\nThe pump shall:\n\n- stop:\n  - now\n  - always\n- start\n\nLater.\n\n## Age\n\nOld.\n"
    )
    found = split(text)
    by_wording = {text[one.start : one.end]: one for one in found}

    def above(wording: str) -> str | None:
        heading = by_wording[wording].heading
        return None if heading < 0 else text[found[heading].start : found[heading].end]

    def lead(wording: str) -> str | None:
        index = by_wording[wording].lead
        return None if index < 0 else text[found[index].start : found[index].end]

    assert [by_wording[wording].level for wording in ("Pump", "Rules", "Age", "Old.")] == [1, 2, 2, 0]
    assert [above(wording) for wording in ("Pump", "Rules", "now", "Age", "Old.")] == [
        None,
        "Pump",
        "Rules",
        "Pump",
        "Age",
    ]
    assert [lead(wording) for wording in ("stop:", "now", "always", "start", "Later.")] == [
        "The pump shall:",
        "stop:",
        "stop:",
        "The pump shall:",
        None,
    ]


def test_rows_know_the_first_row_of_their_table() -> None:
    found = split("name,size\nbolt,3\nnut,4\n\nText.\n\n| a | b |\n| c | d |\n")
    assert [one.kind for one in found] == [Kind.ROW] * 3 + [Kind.PROSE] + [Kind.ROW] * 2
    assert [one.lead for one in found] == [-1, 0, 0, -1, -1, 4]


STATUTE = """\
SEC. 4. DUTIES OF THE KEEPERS OF LIGHTHOUSES AND OF OTHER MARKS
              AT SEA.

    (a) In General.--A keeper of a lighthouse on the open coast, as
described in paragraph (3) of section 2 or, for islands, paragraph
(4) of that section, shall report to the Office of Lights and Marks
each year--
            (1) the hours for which the lamp was lit, and the
        oil used; and
            (2) all damage.
    (b) Exception.--This does not hold in time of war.
"""


def test_statutes_keep_their_structure_across_wrapped_lines() -> None:
    found = split(STATUTE)
    assert [(one.kind, " ".join(STATUTE[one.start : one.end].split())) for one in found] == [
        (Kind.HEADING, "SEC. 4. DUTIES OF THE KEEPERS OF LIGHTHOUSES AND OF OTHER MARKS AT SEA."),
        (
            Kind.ITEM,
            "In General.--A keeper of a lighthouse on the open coast, as described in paragraph (3) of section 2 or, "
            "for islands, paragraph (4) of that section, shall report to the Office of Lights and Marks each year--",
        ),
        (Kind.ITEM, "the hours for which the lamp was lit, and the oil used; and"),
        (Kind.ITEM, "all damage."),
        (Kind.ITEM, "Exception.--This does not hold in time of war."),
    ]
    assert [one.lead for one in found] == [-1, -1, 1, 1, -1]


def test_minutes_and_mails_keep_each_line_apart() -> None:
    text = (
        "From: Ana <ana@mail.example>\nTo: Bo\nSubject: Launch\n\nHi Bo,\n\nthe test is done. We can launch on Monday, "
        "if the\nvendor agrees.\n\nAna: I would wait.\nBo: Why? The test is done\nCarla will ask the vendor\n"
        "[10:32] Ana: fine\n"
    )
    assert kinds(text)[:3] == [
        (Kind.ROW, "From: Ana <ana@mail.example>"),
        (Kind.ROW, "To: Bo"),
        (Kind.ROW, "Subject: Launch"),
    ]
    assert wordings(text)[3:] == [
        "Hi Bo,",
        "the test is done.",
        "We can launch on Monday, if the\nvendor agrees.",
        "Ana: I would wait.",
        "Bo: Why?",
        "The test is done",
        "Carla will ask the vendor",
        "[10:32] Ana: fine",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["buy milk", "call the plumber about the tap", "send the offer"],
        [
            "Users export their reports to a file",
            "Admins see the log of all users",
            "Managers approve requests on the phone",
        ],
    ],
)
def test_lines_without_punctuation_stay_apart(lines: list[str]) -> None:
    assert wordings("\n".join(lines)) == lines


PAGE = """\
The northern line has been served by the same operator since 1998 and the contract
ends next year. Passengers wrote about delays on the line, and the regulator asked
for a plan that covers rolling stock, signals and training.
2 Costs
The plan costs about four millions. Maria Lopez leads the work on it and said that
it would be ready in March.
"""


def test_wrapped_lines_of_a_page_are_joined() -> None:
    assert [(kind, " ".join(wording.split())) for kind, wording in kinds(PAGE)] == [
        (
            Kind.PROSE,
            "The northern line has been served by the same operator since 1998 and the contract ends next year.",
        ),
        (
            Kind.PROSE,
            "Passengers wrote about delays on the line, and the regulator asked for a plan that covers rolling stock, "
            "signals and training.",
        ),
        (Kind.HEADING, "2 Costs"),
        (Kind.PROSE, "The plan costs about four millions."),
        (Kind.PROSE, "Maria Lopez leads the work on it and said that it would be ready in March."),
    ]


def test_sections_are_borders_and_their_headings_count() -> None:
    text = "intro words here\nScope of it\nMore words follow here, up to a margin,\nand here. Second page begins"
    scope, more, second = (text.index(words) for words in ("Scope", "More", "Second"))
    sections = (
        Section(SectionKind.PAGE, "page 1", 0, 0, second),
        Section(SectionKind.HEADING, "Scope of it", 2, scope, len(text)),
        Section(SectionKind.PAGE, "page 2", 0, second, len(text)),
    )
    found = split(text, sections)
    assert [(one.kind, one.level, one.section, one.heading) for one in found] == [
        (Kind.PROSE, 0, 0, -1),
        (Kind.HEADING, 2, 1, -1),
        (Kind.PROSE, 0, 1, 1),
        (Kind.PROSE, 0, 2, 1),
    ]
    assert found[2].start == more
    assert text[found[3].start :] == "Second page begins"


def test_a_table_section_holds_rows_only() -> None:
    text = "Before it.\nName Role\nAna Owner\nAfter it."
    table = Section(SectionKind.TABLE, "table 1", 0, text.index("Name"), text.index("After"))
    assert [kind for kind, _ in kinds(text, [table])] == [Kind.PROSE, Kind.ROW, Kind.ROW, Kind.PROSE]


@pytest.mark.parametrize("text", ["", " \n\t\n", "----\n****\n", "\ufeff\u200b"])
def test_nothing_to_read_gives_nothing(text: str) -> None:
    assert split(text) == []


def test_what_never_ends_is_cut_between_words() -> None:
    text = "word " * 1_000
    found = split(text)
    assert "".join(text[one.start : one.end].replace(" ", "") for one in found) == "word" * 1_000
    assert max(one.end - one.start for one in found) <= 1_200


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Section]]:
    text = "".join(draw(st.lists(st.sampled_from(ATOMS) | st.text(max_size=4), max_size=40)))
    places = st.integers(0, len(text) + 1)
    sections = [
        Section(
            draw(st.sampled_from(SectionKind)),
            draw(st.sampled_from(["word", "2. Scope", ""])),
            draw(st.integers(0, 3)),
            *sorted((draw(places), draw(places))),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return text, sorted(sections, key=lambda section: section.start)


@settings(max_examples=400, deadline=None)
@given(documents())
@example(("1.\n\n", [Section(SectionKind.PAGE, "page 1", 0, 1, 2)]))
def test_places_are_exact_whatever_the_text(document: tuple[str, list[Section]]) -> None:
    text, sections = document
    found = split(text, sections)
    assert found == list(stream(text, sections))
    reached = 0
    for index, one in enumerate(found):
        wording = text[one.start : one.end]
        assert reached <= one.start < one.end <= len(text)
        reached = one.end
        assert wording == wording.strip()
        assert not re.search(r"\n[ \t]*\n|\f", wording)
        assert one.heading < index
        assert one.lead < index
        assert _is_heading(found, one.heading)
        assert not any(one.start < edge < one.end for section in sections for edge in (section.start, section.end))
        if one.section >= 0:
            assert sections[one.section].start <= one.start
            assert one.end <= sections[one.section].end


def _is_heading(found: list[Sentence], index: int) -> bool:
    return index < 0 or found[index].kind is Kind.HEADING


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "x",
        "The system logs each request. ",
        "我们需要系统。",
        "? ",
        "1. ",
        "(a) ",
        '"a. ',
        "a,b\n",
        "- item\n",
        "A:\n",
    ],
)
@pytest.mark.soak
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        began = time.process_time()
        split(text)
        return time.process_time() - began

    small = min(seconds(25_000) for _ in range(2))
    # Eight times the text may take eight times as long, more on a busy machine; with quadratic growth it would take 64.
    assert seconds(200_000) < 24 * small + 0.5


def test_the_marks_that_close_an_emphasis_stay_with_their_sentence() -> None:
    text = "- **Heat.** Lockers need shade. *It was hot.* They were closed.\n"
    found = [text[each.start : each.end] for each in split(text)]
    assert found == ["**Heat.**", "Lockers need shade.", "*It was hot.*", "They were closed."]
