"""Every file of the corpus becomes a well-formed document or is refused by the right code, and harms nobody."""

import unicodedata
from pathlib import Path

import pytest

from specloom.core.text import SectionKind
from specloom.parsing import Document, ParseError, parse_upload

from .corpus import BAD, GOOD, Bad, Good

# What runs here is measured by other tests; measuring it again would double the time that this takes.
pytestmark = pytest.mark.no_cover


def assert_well_formed(document: Document) -> None:
    text = document.text
    assert unicodedata.is_normalized("NFC", text)
    assert not set(text) & {chr(code) for code in (*range(9), *range(11, 32), 0x7F, 0xAD, 0xFEFF)}
    assert not any("\ud800" <= character <= "\udfff" for character in text)
    assert 1 <= len(document.title) <= 255
    assert list(document.sections) == sorted(document.sections, key=lambda s: (s.start, -s.end, s.level))
    for section in document.sections:
        assert 0 <= section.start <= section.end <= len(text)
        assert 1 <= len(section.label) <= 255
        assert (section.level > 0) == (section.kind is SectionKind.HEADING)


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample.filename)
async def test_a_good_file_is_read(sample: Good, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(sample.build())
    document = await parse_upload(path, filename=sample.filename)
    assert_well_formed(document)
    assert sample.words in document.text
    assert document.media_type is sample.media_type
    if sample.encoding is not None:
        assert document.encoding == sample.encoding


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample.filename)
async def test_a_bad_file_is_refused(sample: Bad, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(sample.build())
    with pytest.raises(ParseError) as refusal:
        await parse_upload(path, filename=sample.filename)
    assert refusal.value.code == sample.code
    assert str(refusal.value).endswith(".")
