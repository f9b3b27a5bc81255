"""`specloom compare`: both engines over one file, side by side, without a server and without storing anything."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from specloom.cli.comparison import CannotCompare, compare_file, match
from specloom.core.config import LlmSettings
from specloom.core.text import Span
from tests.ai.ferry_brief import AVAILABLE, BRIEF, CANCEL, CONFIRM, DELETE, SEAT, claim, claims, remarks
from tests.fakes.openai_server import FakeOpenAI, Fault

BOATS = "Nordsund Ferries runs four boats."
HIDDEN = ("OPENAI_", "AZURE_OPENAI_", "AI_ENGINE", "DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL")


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.md"
    path.write_text(BRIEF.text, encoding="utf-8")
    return path


@pytest.fixture
def llm(fake: FakeOpenAI) -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": fake.base_url, "OPENAI_MODEL": "gpt-6-luna"}


def compare(
    variables: dict[str, str], *arguments: str, stdin: str | None = None, at: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    environment |= {"SPECLOOM_ENV_FILE": "/nonexistent", "COLUMNS": "160", "NO_COLOR": "1", **variables}
    return subprocess.run(
        [sys.executable, "-m", "specloom", "compare", *arguments],
        env=environment,
        cwd=at,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answer(fake: FakeOpenAI) -> None:
    """The model names what no grammar takes for a requirement, gives one another type, and makes one up."""
    said = claims(
        *map(claim, (SEAT, CONFIRM, CANCEL, DELETE)),
        claim(BOATS, 2, type="business_rule"),
        claim(AVAILABLE, type="compliance"),
        claim("The ferry shall fly.", 5),
    )
    fake.script(Fault("say", text=said), Fault("say", text=remarks()))


def test_both_engines_side_by_side(fake: FakeOpenAI, llm: dict[str, str], brief: Path, tmp_path: Path) -> None:
    answer(fake)
    before = set(tmp_path.iterdir())
    result = compare(llm, str(brief), "--json", at=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    found = json.loads(result.stdout)

    assert found["file"] == "ferry.md"
    engines = found["engines"]
    assert (engines["embedded"]["model"], engines["llm"]["model"]) == ("embedded", "gpt-6-luna")
    assert engines["embedded"]["calls"] == engines["embedded"]["cost"] == engines["embedded"]["prompt_tokens"] == 0
    assert engines["llm"]["calls"] == 2
    assert engines["llm"]["prompt_tokens"] > 500
    assert engines["llm"]["completion_tokens"] > 100
    assert 0 < engines["llm"]["cost"] < 0.01
    assert min(engine["seconds"] for engine in engines.values()) > 0
    assert engines["llm"]["unsupported"] == 1

    assert {SEAT, CONFIRM, CANCEL, DELETE, AVAILABLE} <= {pair["embedded"]["quote"] for pair in found["both"]}
    differing = [pair["llm"] for pair in found["both"] if not pair["same_type"]]
    assert any(item["type"] == "compliance" and item["quote"].startswith("The service shall") for item in differing)
    (only,) = found["only_llm"]
    assert (only["quote"], only["type"]) == (BOATS, "business_rule")
    assert BRIEF.text[only["start"] : only["end"]] == BOATS
    assert found["unsupported"] == ["The ferry shall fly."]
    total = len(found["both"]) + len(found["only_llm"])
    assert total == engines["llm"]["requirements"]
    assert len(found["both"]) + len(found["only_embedded"]) == engines["embedded"]["requirements"]
    assert set(tmp_path.iterdir()) == before, "nothing is stored, nothing is started"


def test_the_tables_show_what_differs(fake: FakeOpenAI, llm: dict[str, str], brief: Path) -> None:
    answer(fake)
    result = compare(llm, str(brief))
    assert result.returncode == 0, result.stderr
    for words in (
        *("Side by side", "embedded", "gpt-6-luna", "requirements", "findings", "seconds", "cost", "$0.000"),
        *("found by both", "Different types", "/ compliance", "Model only", BOATS),
        *("Claimed by the model, not in the text", "The ferry shall fly."),
    ):
        assert words in result.stdout
    assert "embedded: done" in result.stderr


def test_a_text_may_come_from_standard_input(fake: FakeOpenAI, llm: dict[str, str]) -> None:
    answer(fake)
    result = compare(llm, "-", "--json", stdin=BRIEF.text)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["file"] == "stdin.md"


def test_markup_in_a_document_is_text(fake: FakeOpenAI, llm: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "markup.txt"
    path.write_text("The [bold]system[/bold] shall log [/] each failure. The [link=x]door shall close.")
    said = claim("The [bold]system[/bold] shall log [/] each failure.", 1, type="compliance")
    fake.script(Fault("say", text=claims(said)), Fault("say", text=remarks()))
    result = compare(llm, str(path))
    assert result.returncode == 0, result.stderr
    assert "[bold]system[/bold]" in result.stdout


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "Set OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "sk-test", "AI_ENGINE": "embedded"}, "AI_ENGINE=embedded rules the language model out"),
    ],
)
def test_without_a_model_it_says_what_to_set(brief: Path, variables: dict[str, str], words: str) -> None:
    result = compare(variables, str(brief))
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def settings(fake: FakeOpenAI) -> LlmSettings:
    return LlmSettings(api_key=SecretStr("sk-test"), base_url=fake.base_url, model="gpt-6-luna")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("binary.bin", bytes(range(256)) * 20, r"\w"),
    ],
)
async def test_a_file_that_cannot_be_read_is_explained(
    fake: FakeOpenAI, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CannotCompare, match=words):
        await compare_file(str(path), settings(fake), quiet=True)
    with pytest.raises(CannotCompare, match="cannot be read"):
        await compare_file(str(tmp_path / "missing.txt"), settings(fake), quiet=True)


async def test_a_provider_that_refuses_is_explained(fake: FakeOpenAI, brief: Path) -> None:
    fake.script(Fault("status", status=401))
    with pytest.raises(CannotCompare, match=r"gpt-6-luna could not analyse the file.*API key"):
        await compare_file(str(brief), settings(fake), quiet=True)


async def test_it_can_be_stopped(brief: Path) -> None:
    with FakeOpenAI(delay=0.05) as slow:
        task = asyncio.create_task(compare_file(str(brief), settings(slow), quiet=True))
        while not slow.requests:
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)


def test_ranges_are_matched_by_what_they_share() -> None:
    one = [Span(0, 10), Span(12, 30), Span(40, 50), Span(60, 70)]
    other = [Span(0, 0), Span(1, 9), Span(12, 20), Span(21, 30), Span(50, 60), Span(65, 66)]
    assert match(one, other) == [(0, 1), (1, 3), (3, 5)]
    assert match(one, one) == [(index, index) for index in range(4)]
    assert match([], other) == match(one, []) == []


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), max_size=12).map(
    lambda pairs: sorted(Span(start, start + length) for start, length in pairs)
)


@given(RANGES, RANGES)
def test_no_range_is_matched_twice_and_none_that_shares_nothing(one: list[Span], other: list[Span]) -> None:
    pairs = match(one, other)
    assert len({first for first, _ in pairs}) == len({second for _, second in pairs}) == len(pairs)
    assert all(
        min(one[first].end, other[second].end) > max(one[first].start, other[second].start) for first, second in pairs
    )
