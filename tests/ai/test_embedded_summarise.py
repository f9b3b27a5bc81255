"""The embedded summariser: faithful to the source, obedient to its template, steady while it works, good by measure."""

import asyncio
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.rouge import rouge
from specloom.ai.embedded_summarise import EmbeddedSummariser, wording
from specloom.ai.embedded_summarise.terms import count_words
from specloom.ai.embedded_summarise.wishes import Wish, read_wish
from specloom.ai.protocols import (
    Instruction,
    PermanentEngineError,
    Summariser,
    SummaryFormat,
    SummaryRequest,
    SummaryResult,
)
from specloom.ai.stemming import stem
from specloom.core.text import Section, SectionKind
from tests.ai.recorder import RecordedRun, Stopped

PARAGRAPHS, BULLETS, OUTLINE = SummaryFormat.PARAGRAPHS, SummaryFormat.BULLETS, SummaryFormat.OUTLINE
OWN_SET = Path(__file__).parent.parent / "quality" / "summaries"

BRIEF = """\
# Warehouse handhelds

This document describes what the picking team needs from the new handheld application. It was written after six
interviews in Leipzig and Turin.

## 1 Background

Pickers walk about 14 km a shift. The current terminals were bought in 2011 and lose their **connection** between the
racks. Every lost connection costs about four minutes.

## 2 Functional requirements

The app shall:

- show the next pick location within 2 s;
- work offline for at least 30 minutes; and
- store scans in the order in which they were made.

As a shift lead, I want to reassign picks so that nobody waits.

## 3 Constraints

The devices run Android 13 and must stay below 400 EUR each. Personal data may not leave the EU.

| device | price |
|---|---|
| Kite 5 | 389 EUR |
| Crow 2 | 420 EUR |

## 4 Risks

- The Wi-Fi in hall 3 might not be upgraded in time.
- Works council approval is pending.

## 5 Decisions

It was decided to use the existing scanners until May. The committee approved a budget of 120,000 EUR.

## 6 Next steps

- [ ] Ana to request quotes by 12 May
- [x] Tom to book the pilot hall
- Tell the works council
"""


def summarise(
    text: str,
    prompt: str = "Summarise the text.",
    form: SummaryFormat = PARAGRAPHS,
    *,
    name: str = "Summary",
    title: str = "",
    sections: Sequence[Section] = (),
    run: RecordedRun | None = None,
) -> SummaryResult:
    request = SummaryRequest(title, text, Instruction(name, prompt, form), tuple(sections))
    return asyncio.run(EmbeddedSummariser().summarise(request, run or RecordedRun()))


def sentences(result: SummaryResult) -> list[str]:
    return [result.text[one.start : one.end] for one in result.sentences]


def wish(prompt: str, name: str = "Custom") -> Wish:
    return read_wish(Instruction(name, prompt, PARAGRAPHS))


def assert_faithful(text: str, result: SummaryResult) -> None:
    """Every sentence of the summary is its source's wording, in reading order, at the place it names."""
    reached = source = 0
    for one in result.sentences:
        assert reached <= one.start < one.end <= len(result.text)
        reached = one.end
        (span,) = one.sources
        assert source <= span.start < span.end <= len(text)
        source = span.end
        assert result.text[one.start : one.end] == wording(text, span)


def test_is_a_summariser() -> None:
    engine: Summariser = EmbeddedSummariser()
    assert engine.model == "embedded"


class TestFaithfulness:
    @pytest.mark.parametrize("form", SummaryFormat)
    def test_each_sentence_is_one_of_the_source(self, form: SummaryFormat) -> None:
        assert_faithful(BRIEF, summarise(BRIEF, form=form, title="Handhelds"))

    def test_wrapped_lines_and_emphasis_are_straightened(self) -> None:
        text = "The **old pump** of the well-\nknown mill _leaks_, and 2 * 3 * 4 parts\nare needed.\n"
        assert summarise(text).text == "The old pump of the well-known mill leaks, and 2 * 3 * 4 parts are needed."

    @pytest.mark.parametrize("name", ["news", "bills", "meetings"])
    def test_no_number_is_invented(self, name: str) -> None:
        for row in own_set(name):
            result = summarise(row["text"], "Summarise in about 90 words.", title=row["title"])
            assert_faithful(row["text"], result)
            assert set(re.findall(r"\d[\d.,]*\d|\d", result.text)) <= set(re.findall(r"\d[\d.,]*\d|\d", row["text"]))

    def test_what_stands_between_sentences_says_nothing(self) -> None:
        result = summarise(BRIEF, "Summarise in 12 sentences.")
        between = result.text
        for said in sentences(result):
            between = between.replace(said, "", 1)
        assert not re.search(r"\w", between)

    def test_the_same_request_gives_the_same_summary(self) -> None:
        assert summarise(BRIEF, form=OUTLINE) == summarise(BRIEF, form=OUTLINE)

    def test_nearly_the_same_sentence_is_not_said_twice(self) -> None:
        text = (
            "The council approved the new ferry line to the island on Tuesday evening. Tickets cost 12 euros. "
            "On Tuesday evening the council approved the new ferry line to the island. Two boats come from Denmark. "
            "The hotel on the island reported many bookings for June."
        )
        result = summarise(text, "Summarise in 4 sentences.")
        assert sum("approved" in said for said in sentences(result)) == 1

    def test_headers_repeated_on_each_page_do_not_get_in(self) -> None:
        rows = [row["text"] for name in ("news", "bills") for row in own_set(name)]
        text = "\f".join(f"Annual report of the harbour board, page {i} of 7.\n\n{row}" for i, row in enumerate(rows))
        assert "harbour board" not in summarise(text).text


class TestFormats:
    def test_paragraphs_flow_and_break_where_the_section_changes(self) -> None:
        result = summarise(BRIEF, "Summarise in 2 paragraphs and about 100 words.")
        assert result.text.count("\n\n") == 1
        assert "#" not in result.text
        assert "- " not in result.text

    def test_items_in_a_paragraph_end_like_sentences(self) -> None:
        text = "The app shall:\n\n- show the next pick;\n- work offline; and\n- store scans\n"
        assert summarise(text, "in 4 sentences").text == "The app shall: show the next pick; work offline; store scans."

    def test_bullets_are_lines_and_items_follow_their_lead_in(self) -> None:
        result = summarise(BRIEF, "List the requirements.", BULLETS)
        assert result.text.splitlines()[:3] == [
            "- The app shall: show the next pick location within 2 s",
            "- work offline for at least 30 minutes",
            "- store scans in the order in which they were made.",
        ]
        assert all(line.startswith("- ") for line in result.text.splitlines())

    def test_an_outline_has_the_headings_of_what_it_says(self) -> None:
        result = summarise(BRIEF, "An outline by section.", OUTLINE)
        lines = result.text.splitlines()
        assert [line for line in lines if line.startswith("#")] == [
            "## 1 Background",
            "## 2 Functional requirements",
            "## 3 Constraints",
            "## 4 Risks",
            "## 5 Decisions",
            "## 6 Next steps",
        ]
        assert all(line.startswith(("#", "- ")) for line in lines if line)
        assert "Warehouse handhelds" not in result.text

    def test_an_outline_of_pages_is_headed_by_their_labels(self) -> None:
        first, second = "Boats leave the harbour at nine.\n", "The museum of glass opens again in May.\n"
        sections = [
            Section(SectionKind.PAGE, "page 1", 0, 0, len(first)),
            Section(SectionKind.PAGE, "page 2", 0, len(first), len(first + second)),
        ]
        result = summarise(first + second, form=OUTLINE, sections=sections)
        assert result.text == f"## page 1\n\n- {first.strip()}\n\n## page 2\n\n- {second.strip()}"

    def test_a_conversation_keeps_who_said_it(self) -> None:
        result = summarise(own_set("meetings")[0]["text"], "", BULLETS, name="Action items")
        assert "- Lena: I will tell the partner." in result.text.splitlines()
        assert "I will tell the partner." in sentences(result)
        assert "- Marek: I will send the final screens to Tom by Wednesday." in result.text.splitlines()


class TestTemplates:
    @pytest.mark.parametrize("row", [json.loads(line) for line in (OWN_SET / "named.jsonl").read_text().splitlines()])
    def test_named_kinds_of_statements_are_found(self, row: dict[str, str]) -> None:
        result = summarise(row["text"], row["prompt"], BULLETS, name=row["name"])
        assert set(row["wanted"]) <= set(sentences(result))
        assert not set(row["unwanted"]) & set(sentences(result))

    def test_a_heading_tells_what_stands_under_it(self) -> None:
        risks = summarise(BRIEF, "List risks and mitigations in at most 6 bullets.", BULLETS)
        assert sentences(risks) == [
            "The Wi-Fi in hall 3 might not be upgraded in time.",
            "Works council approval is pending.",
        ]
        actions = summarise(BRIEF, "", BULLETS, name="Action items")
        assert sentences(actions) == ["Ana to request quotes by 12 May", "Tell the works council"]

    def test_what_is_not_there_is_said_in_a_remark_without_sources(self) -> None:
        text = own_set("news")[2]["text"]
        result = summarise(text, "List the action items.", BULLETS, name="Action items")
        assert result.text == "No action items were found in this document."
        assert [(one.start, one.end, one.sources) for one in result.sentences] == [(0, len(result.text), ())]
        assert not result.sentences[0].supported
        both = summarise(text, "List open questions and assumptions.", BULLETS)
        assert both.text == "No open questions or assumptions or dependencies were found in this document."

    def test_an_executive_summary_minds_what_it_names_without_leaving_out_the_rest(self) -> None:
        prompt = "Write an executive summary: purpose, decisions, risks. About 80 words."
        said = sentences(summarise(BRIEF, prompt, name="Executive summary"))
        assert said[0].startswith("This document describes")
        assert any("decided" in one or "approved" in one for one in said)
        assert any("Pickers" in one or "terminals" in one for one in said)

    def test_key_points_draw_on_all_sections(self) -> None:
        assert summarise(BRIEF, "List the key points.", BULLETS).omitted == ()

    def test_the_subject_of_a_prompt_draws_sentences_about_it(self) -> None:
        text = own_set("news")[0]["text"]
        said = sentences(summarise(text, "What does it say about bicycles and wheelchairs? 2 sentences.", BULLETS))
        assert len(said) == 2
        assert any("Bicycles" in one for one in said)
        assert any("wheelchairs" in one for one in said)

    def test_rows_of_a_table_come_with_its_header(self) -> None:
        text = "Stock.\n\n| id | rule |\n|---|---|\n| R1 | The door must close. |\n| R2 | Nice colours. |\n"
        result = summarise(text, "", BULLETS, name="Requirements")
        assert result.text == "- id | rule\n- R1 | The door must close."


class TestWishes:
    @pytest.mark.parametrize(
        ("prompt", "expected"),
        [
            ("Summarise in 5 sentences.", {"sentences": 5}),
            ("A five-sentence summary", {"sentences": 5}),
            ("Use 3-5 short bullet points.", {"bullets": 5}),
            ("At most six bullets, 20 words each", {"bullets": 6, "bounded": True}),
            ("A bullet list, one point a bullet, at most 12 bullets", {"bullets": 12, "bounded": True}),
            (
                "About 150 words for a short text, up to 400 for a long one",
                {"words": 400, "fewest_words": 150, "loose": True},
            ),
            ("About 150 words", {"words": 150, "loose": True}),
            ("no more than 200 words", {"words": 200}),
            ("100 to 150 words in one paragraph", {"words": 150, "fewest_words": 100, "paragraphs": 1}),
            ("half a page", {"words": 225, "loose": True}),
            ("Top 4 risks", {"bullets": 4}),
            ("in höchstens drei Sätzen", {"sentences": 3, "bounded": True}),
            ("etwa 80 Wörter", {"words": 80, "loose": True}),
            ("en 5 phrases", {"sentences": 5}),
            ("en unas 100 palabras", {"words": 100, "loose": True}),
            ("用五句话总结", {"sentences": 5}),
            ("约200字", {"words": 200, "loose": True}),
            ("150 शब्दों में", {"words": 150}),
            ("Summarise the text.", {}),
        ],
    )
    def test_lengths(self, prompt: str, expected: dict[str, object]) -> None:
        read = wish(prompt)
        names = ("words", "fewest_words", "loose", "sentences", "bullets", "bounded", "paragraphs")
        assert {name: getattr(read, name) for name in names if getattr(read, name)} == expected

    @pytest.mark.parametrize(
        ("name", "prompt", "nouns", "strict"),
        [
            ("Action items", "Extract action items with owner and deadline.", ["action items"], True),
            ("Custom", "List risks and mitigations", ["risks", "mitigations"], True),
            ("Custom", "Summarise decisions in about 150 words", ["decisions"], True),
            ("Custom", "A summary of the risks", ["risks"], True),
            ("Brief", "Summarise the requirements document.", [], False),
            (
                "Board",
                "Write a one-page summary; include deadlines and decisions",
                ["decisions", "dates or deadlines"],
                False,
            ),
            ("Executive summary", "Findings, risks and decisions.", ["decisions", "risks", "conclusions"], False),
            ("Risiken", "Nenne die Risiken.", ["risks"], True),
        ],
    )
    def test_kinds_of_statements(self, name: str, prompt: str, nouns: list[str], strict: bool) -> None:
        read = wish(prompt, name)
        assert [cue.noun for cue in read.cues] == nouns
        assert read.strict is strict


class TestLengths:
    @pytest.mark.parametrize("name", ["news", "bills", "meetings"])
    def test_wished_lengths_are_kept(self, name: str) -> None:
        for row in own_set(name):
            assert len(summarise(row["text"], "in 4 sentences").sentences) == 4
            assert len(summarise(row["text"], "in 5 bullets", BULLETS).text.splitlines()) == 5
            assert len(summarise(row["text"], "key points, at most 3 bullets", BULLETS).text.splitlines()) <= 3
            assert count_words(summarise(row["text"], "no more than 80 words").text) <= 80
            assert 70 <= count_words(summarise(row["text"], "about 100 words").text) <= 110

    def test_without_a_wish_it_grows_gently_with_the_document(self) -> None:
        rows = [row["text"] for name in ("news", "bills", "meetings") for row in own_set(name)]
        short, middle, long = (count_words(summarise("\n\n".join(rows[:n])).text) for n in (1, 4, 9))
        assert 50 < short < middle < long < 250

    def test_a_range_is_used_according_to_the_document(self) -> None:
        rows = [row["text"] for name in ("news", "bills", "meetings") for row in own_set(name)]
        prompt = "About 60 words for a short text, up to 150 for a long one."
        assert 45 < count_words(summarise(rows[0], prompt).text) < 100
        assert 135 < count_words(summarise("\n\n".join(rows), prompt).text) <= 150

    def test_when_nothing_fits_the_shortest_sentence_is_better_than_none(self) -> None:
        text = (
            "The harbour board of the northern islands met on Monday. It discussed the lease of the old pier at length."
        )
        assert (
            summarise(text, "no more than 3 words").text == "The harbour board of the northern islands met on Monday."
        )


class TestSections:
    def test_untold_sections_are_listed_outermost_first(self) -> None:
        result = summarise(BRIEF, "", BULLETS, name="Action items")
        labels = [omission.label for omission in result.omitted]
        assert labels == [
            "1 Background",
            "2 Functional requirements",
            "3 Constraints",
            "4 Risks",
            "5 Decisions",
        ]
        for omission in result.omitted:
            assert BRIEF[omission.start : omission.end].startswith(omission.label)

    def test_neighbouring_pages_are_listed_as_one(self) -> None:
        pages = ["Nothing of interest here at all, just words.\n"] * 9
        pages[3] = "ACTION: Ana to paint the pier.\n"
        pages[6] = "\n"
        pages[8] = "Last words of the report.\n"
        text, sections = "", []
        for number, page in enumerate(pages, start=1):
            sections.append(Section(SectionKind.PAGE, f"page {number}", 0, len(text), len(text + page)))
            text += page
        result = summarise(text, "", BULLETS, name="Action items", sections=sections)
        assert [omission.label for omission in result.omitted] == ["pages 1–3", "pages 5–9"]
        assert [(omission.start, omission.end) for omission in result.omitted] == [
            (0, sections[2].end),
            (sections[4].start, len(text)),
        ]

    def test_headings_given_are_used_even_when_the_text_does_not_show_them(self) -> None:
        text = (
            "boats and piers\nThe boats leave at nine from the old pier.\nfood\nBread is sold on the pier from seven."
        )
        second = text.index("food")
        sections = [
            Section(SectionKind.HEADING, "boats and piers", 1, 0, second),
            Section(SectionKind.HEADING, "food", 1, second, len(text)),
        ]
        result = summarise(text, form=OUTLINE, sections=sections)
        assert [line for line in result.text.splitlines() if line.startswith("#")] == ["## boats and piers", "## food"]


class TestAnyInput:
    @pytest.mark.parametrize("text", ["", " \n\t ", "-----\n\n=====\n", "\ufeff"])
    def test_nothing_to_read_is_refused_clearly(self, text: str) -> None:
        with pytest.raises(PermanentEngineError, match="no text"):
            summarise(text)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("One sentence stands alone.", "One sentence stands alone."),
            ("no punctuation at all", "no punctuation at all."),
            ("# Only\n\n## headings\n", "Only. headings."),
            ("x", "x."),
            ("?!", "?!"),
            ("| size | age |\n|---|---|\n| nine | ten |\n", "size | age. nine | ten."),
            ("```\nx = 1\n```", "x = 1."),
        ],
    )
    def test_small_things_are_summarised_by_themselves(self, text: str, expected: str) -> None:
        assert summarise(text).text == expected

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("桥在三月关闭。市议会批准了新桥的预算。新桥的预算是四百万。市长说新桥明年完工。今天下雨。", "新桥"),
            (
                "橋は三月に閉鎖された。市議会は新しい橋の予算を承認した。新しい橋は来年完成する。今日は雨だ。",
                "新しい橋",
            ),
            ("पुल मार्च में बंद हुआ। परिषद ने नए पुल का बजट मंजूर किया। नया पुल अगले साल बनेगा। आज बारिश है।", "पुल"),
            (
                "أغلق الجسر في مارس. وافق المجلس على ميزانية الجسر الجديد. سيكتمل الجسر الجديد قريبا. اليوم ممطر.",
                "الجسر",
            ),
            (
                "Die Brücke wurde im März gesperrt. Der Rat hat das Geld für die neue Brücke bewilligt. Es regnet.",
                "Brücke",
            ),
        ],
    )
    def test_any_script(self, text: str, wanted: str) -> None:
        result = summarise(text, "2")
        assert_faithful(text, result)
        assert wanted in result.text
        assert len(result.text) < len(text)

    def test_scripts_without_spaces_are_joined_without_spaces(self) -> None:
        lines = [
            "新桥的预算是四百万，市议会",
            "已经在星期一批准。新桥明年",
            "完工，旧桥将成为只供行人使",
            "用的桥。桥上还会种树。",
        ]
        assert summarise("\n".join(lines), "in 3 sentences").text == "".join(lines)

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [*BRIEF.split("\n\n"), "\n", "\f", "**", "> so\n> it", "系统必须稳定。", "a,b\n1,2\n3,4", "x;"]
            )
            | st.text(max_size=30),
            max_size=12,
        ),
        st.sampled_from(SummaryFormat),
        st.sampled_from(["Summarise.", "in 3 sentences", "List the requirements", "about 40 words", "key points"]),
    )
    def test_any_text_gives_a_faithful_summary(self, parts: list[str], form: SummaryFormat, prompt: str) -> None:
        text, run = "\n".join(parts), RecordedRun()
        try:
            result = summarise(text, prompt, form, run=run)
        except PermanentEngineError:
            return
        assert run.text == result.text
        assert result.sentences
        if result.sentences[0].sources:
            assert_faithful(text, result)
        else:
            assert result.text == "No requirements were found in this document."


class TestRun:
    def test_progress_never_falls_and_is_understandable(self) -> None:
        run = RecordedRun()
        result = summarise(BRIEF, run=run)
        assert run.fractions == sorted(run.fractions)
        assert (run.fractions[0], run.fractions[-1]) == (0.0, 1.0)
        steps = list(dict.fromkeys(call.step for call in run.progressed))
        assert steps == ["reading", "ranking", "selecting", "writing"]
        assert "Ranking 29 sentences" in [call.message for call in run.progressed]
        assert run.text == result.text
        assert run.kept == {}
        assert result.usage.calls == 0

    def test_a_long_text_reports_every_piece(self) -> None:
        run = RecordedRun()
        summarise("The clerk of the board noted the number of boats. " * 9_000, run=run)
        assert len(run.progressed) > 20
        assert max(b - a for a, b in zip(run.fractions, run.fractions[1:], strict=False)) < 0.2

    def test_a_stopped_run_stops_the_engine_at_once(self) -> None:
        counted = RecordedRun()
        summarise(BRIEF, run=counted)
        for allowed in range(counted.calls):
            run = RecordedRun(stop_after=allowed)
            with pytest.raises(Stopped):
                summarise(BRIEF, run=run)
            assert run.calls == allowed

    async def test_others_get_their_turn_while_a_long_text_is_summarised(self) -> None:
        text = "\n\n".join(f"The clerk of pier {i} noted {i * 7} boats and {i % 13} gulls." for i in range(12_000))
        gaps: list[float] = []

        async def beat() -> None:
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.01)
                gaps.append(time.perf_counter() - began)

        heart = asyncio.create_task(beat())
        request = SummaryRequest("", text, Instruction("Summary", "Summarise.", PARAGRAPHS))
        await EmbeddedSummariser().summarise(request, RecordedRun())
        heart.cancel()
        assert len(gaps) > 10
        # 0.2 s is promised; a busy machine may add to it.
        assert max(gaps) < 3.0

    async def test_cancelling_the_task_ends_it(self) -> None:
        text = "The clerk of the board noted the number of boats. " * 20_000
        request = SummaryRequest("", text, Instruction("Summary", "Summarise.", PARAGRAPHS))
        task = asyncio.create_task(EmbeddedSummariser().summarise(request, RecordedRun()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def own_set(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (OWN_SET / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


class TestQuality:
    """The floors lie some points under what is measured, so that only a real loss is reported."""

    @pytest.mark.parametrize(
        ("name", "prompt", "one", "two"),
        [
            ("news", "Summarise in 3 sentences.", 50, 30),
            ("bills", "Summarise in about 170 words.", 56, 35),
            ("meetings", "Summarise in about 110 words.", 48, 20),
        ],
    )
    def test_summaries_resemble_their_references(self, name: str, prompt: str, one: float, two: float) -> None:
        scores = [
            rouge(summarise(row["text"], prompt, title=row["title"]).text, row["summary"], stemmed=True)
            for row in own_set(name)
        ]
        assert fmean(score.one for score in scores) >= one
        assert fmean(score.two for score in scores) >= two

    @pytest.mark.parametrize(
        ("words", "stems"),
        [
            ("caresses ponies agreed plastered hopping filing", "caress poni agre plaster hop file"),
            ("relational digitizer hopefulness electrical adoption", "relat digit hope electr adopt"),
            ("replacement controll cease oscillators", "replac control ceas oscil"),
        ],
    )
    def test_the_measure_stems_as_porter_does(self, words: str, stems: str) -> None:
        assert " ".join(map(stem, words.split())) == stems

    def test_the_measure_counts_shared_words_and_pairs(self) -> None:
        score = rouge("the old pier is closed", "the pier is closed now", stemmed=False)
        assert (score.one, score.two) == (80.0, 50.0)
