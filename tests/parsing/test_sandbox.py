"""The parsing process is bounded in every respect, and whatever becomes of it, the caller gets an answer."""

import asyncio
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from specloom.parsing import MediaType, ParseError, ParseLimits, parse_document, parse_upload, sandbox
from specloom.parsing.errors import ERRORS_BY_CODE, ParseOutOfMemory, ParserFailed, ParseTimeout

from .builders import deflated, encrypted_pdf, pdf, raw_pdf

# Canonical ordering of combining marks takes time that grows with the square of their number: minutes for these.
ENDLESS = ("a" + "\u0301\u0316" * 300_000).encode()


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    def save(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


Save = Callable[[str, bytes | str], Path]


def children() -> set[int]:
    """The processes this one has started and not yet waited for."""
    return {
        int(child) for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()
    }


async def new_child(before: set[int]) -> int:
    """The parsing process that has been started since, once its interpreter runs the parser."""
    while True:
        for child in children() - before:
            if b"specloom.parsing.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        await asyncio.sleep(0.01)


def test_the_contract_of_parse_document(save: Save) -> None:
    document = parse_document(save("data.json", '{"title": "Example", "text": "Words"}'))
    assert document is not None
    assert document.title == "Example"
    assert document.media_type is MediaType.JSON
    assert parse_document(save("invalid.json", "{")) is None
    assert parse_document(save("invalid.json", "{"), validate=False) is None
    with pytest.raises(FileNotFoundError):
        parse_document(Path("/no/such/file.txt"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"", "empty_file"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00", "unsupported_media_type"),
        ("a.pdf", encrypted_pdf(pdf([["x"]]), "hush"), "encrypted_file"),
        ("a.html", b"<p> </p>", "no_text_found"),
    ],
)
def test_a_well_formed_file_that_is_no_valid_document(save: Save, name: str, content: bytes, code: str) -> None:
    path = save(name, content)
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        parse_document(path)
    assert isinstance(refusal.value, ParseError)
    assert refusal.value.code == code
    assert parse_document(path, validate=False) is None


def test_parse_document_reads_in_the_given_encoding(save: Save) -> None:
    path = save("a.txt", "Привет".encode("cp866"))
    document = parse_document(path, encoding="cp866")
    assert document is not None
    assert (document.text, document.encoding) == ("Привет", "cp866")
    with pytest.raises(LookupError):
        parse_document(path, encoding="klingon")


def test_only_files_are_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(ParseError) as refusal:
            parse_document(path)
        assert refusal.value.code == "unsupported_media_type"


async def test_the_declared_type_helps(save: Save) -> None:
    document = await parse_upload(
        save("upload", "仕様書".encode("euc_jp")), filename="x", declared_type='text/markdown; charset="EUC-JP"'
    )
    assert (document.media_type, document.text, document.encoding) == (MediaType.MARKDOWN, "仕様書", "euc_jp")


async def test_a_file_that_takes_forever(save: Save) -> None:
    path = save("a.txt", ENDLESS)
    before = children()
    started = time.monotonic()
    with pytest.raises(ParseTimeout, match=r"more than 0\.5 seconds"):
        await parse_upload(path, filename="a.txt", limits=ParseLimits(seconds=0.5))
    assert time.monotonic() - started < 15
    assert children() == before


def test_a_file_that_takes_forever_synchronously(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "DEFAULT_LIMITS", ParseLimits(seconds=0.5))
    path = save("a.md", ENDLESS)
    with pytest.raises(ParseTimeout):
        parse_document(path)
    assert parse_document(path, validate=False) is None


async def test_the_kernel_ends_a_child_that_outlives_its_caller(save: Save) -> None:
    """Without a caller to watch the clock, processor time is what ends it."""
    limits = ParseLimits(seconds=1)
    with sandbox._child_for(save("a.txt", ENDLESS), "a.txt", None, None, limits) as child:
        process = await asyncio.create_subprocess_exec(*child.command, **child.options)
        assert await process.wait() == -signal.SIGXCPU
        with pytest.raises(ParseTimeout):
            child.document(process.returncode or 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lists.json", "[" + "[]," * 3_000_000 + "[]]"),
        ("bomb.pdf", raw_pdf(deflated(b" " * (1 << 20), 300, layers=2), filters=2)),
        ("lines.md", "\n#" * 3_000_000),
    ],
)
async def test_a_file_that_takes_too_much_memory(save: Save, name: str, content: bytes | str) -> None:
    path = save(name, content)
    with pytest.raises(ParseOutOfMemory, match="160 MiB"):
        await parse_upload(path, filename=name, limits=ParseLimits(memory_bytes=160 << 20))


async def test_the_caller_does_not_grow(save: Save) -> None:
    files = [
        save("bomb.pdf", raw_pdf(deflated(b" " * (1 << 20), 700), filters=1)),
        save("lists.json", "[" + "[]," * 3_000_000 + "[]]"),
        save("pages.pdf", pdf([f"Page {n}", "words " * 12] for n in range(200))),
    ]
    await parse_upload(save("small.txt", "warm up"), filename="small.txt")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in files:
        with suppress(ParseError):
            await parse_upload(path, filename=path.name)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


async def test_a_killed_child(save: Save) -> None:
    before = children()
    parsing = asyncio.create_task(parse_upload(save("a.txt", ENDLESS), filename="a.txt"))
    os.kill(await new_child(before), signal.SIGKILL)
    with pytest.raises(ParseOutOfMemory):
        await parsing


async def test_cancellation_ends_the_child(save: Save) -> None:
    before = children()
    parsing = asyncio.create_task(parse_upload(save("a.txt", ENDLESS), filename="a.txt"))
    child = await new_child(before)
    parsing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await parsing
    assert not Path(f"/proc/{child}").exists()


async def test_the_child_is_confined_and_knows_no_secrets(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://canary-secret")
    monkeypatch.setenv("PYTHONPATH", "/canary-secret")
    before = children()
    parsing = asyncio.create_task(
        parse_upload(save("a.txt", ENDLESS), filename="a.txt", limits=ParseLimits(seconds=20))
    )
    child = await new_child(before)
    while resource.prlimit(child, resource.RLIMIT_CORE) != (0, 0):  # the last limit it sets
        await asyncio.sleep(0.01)
    try:
        assert b"canary-secret" not in Path(f"/proc/{child}/environ").read_bytes()
        assert os.getsid(child) == child
        assert Path(f"/proc/{child}/cwd").resolve() == Path("/")
        assert resource.prlimit(child, resource.RLIMIT_AS) == (512 << 20, 512 << 20)
        assert resource.prlimit(child, resource.RLIMIT_CPU) == (21, 22)
        assert resource.prlimit(child, resource.RLIMIT_NPROC) == (0, 0)
        assert resource.prlimit(child, resource.RLIMIT_NOFILE)[1] <= 64
        assert resource.prlimit(child, resource.RLIMIT_FSIZE)[1] == ParseLimits().max_answer_bytes
    finally:
        parsing.cancel()
        await asyncio.gather(parsing, return_exceptions=True)


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("import os; os.abort()", ParseOutOfMemory),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", ERRORS_BY_CODE["truncated_or_corrupt_file"]),
        ("raise SystemExit('broken installation')", ParserFailed),
        ("print('not an answer')", ParserFailed),
        ("print('{}')", ParserFailed),
        ("", ParserFailed),
    ],
)
async def test_a_child_that_does_not_do_its_work(
    save: Save, monkeypatch: pytest.MonkeyPatch, program: str, error: type[ParseError]
) -> None:
    whole = sandbox._child_for

    def sabotaged(*arguments: object) -> Iterator[sandbox._Child]:
        with whole(*arguments) as child:  # type: ignore[arg-type]
            yield replace(child, command=[sys.executable, "-I", "-c", program])

    monkeypatch.setattr(sandbox, "_child_for", sandbox.contextmanager(sabotaged))
    with pytest.raises(error) as refusal:
        await parse_upload(save("a.txt", "text"), filename="a.txt")
    if program.startswith("raise"):
        assert "broken installation" in refusal.value.__notes__[0]
        assert "broken installation" not in str(refusal.value)


async def test_strange_names_reach_the_child(save: Save) -> None:
    document = await parse_upload(save("upload", "text"), filename="../\ud800\x00" + "ñ" * 5000 + ".md")
    assert document.media_type is MediaType.MARKDOWN
    assert 1 <= len(document.title) <= 255


async def test_many_at_once(save: Save) -> None:
    path = save("a.md", "# Title\n\ntext")
    documents = await asyncio.gather(*(parse_upload(path, filename="a.md") for _ in range(12)))
    assert {document.title for document in documents} == {"Title"}
