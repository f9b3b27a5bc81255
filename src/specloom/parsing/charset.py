"""Turns bytes of unknown encoding into text, or says that they are not text."""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import CharsetMatch, from_bytes

from specloom.parsing.errors import UndecodableText

_BYTE_ORDER_MARKS = (  # UTF-32-LE starts like UTF-16-LE, so it is asked first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Guessing among all of Python's encodings yields exotic ones (KOI8-R read as Shift-JIS 2004); these are the ones
# people use.
_LATIN = ["cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257"]
_OTHER_SCRIPTS = [
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
    *("cp1251", "koi8_r", "iso8859_5", "cp866", "cp1253", "cp1255", "cp1256", "cp874"),
]
# The euro sign, quotation marks, dashes and the like, which all of Windows' encodings but the East Asian ones share.
_PUNCTUATION = re.compile(rb"[\x85\x91-\x97\x99\xa0\xa7\xab\xb0\xb7\xbb]|\x80(?![\xa1-\xff])")
_SAMPLE_BYTES = 256 * 1024
_CLEARLY_BETTER = 0.03
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CONTROL_SHARE = 0.05


def decode(data: bytes, encoding: str | None = None, declared: str | None = None) -> tuple[str, str]:
    """The text of `data` and the name of the encoding it was read in.

    A byte order mark decides; then `encoding` is tried, then UTF-8, then what the file itself has `declared`, then
    what the bytes look like, then Windows-1252. Raises UndecodableText if no reading makes text of it, and
    LookupError if `encoding` is unknown.
    """
    if encoding is not None:
        codecs.lookup(encoding)
    for name in _candidates(data, encoding, declared):
        try:
            text = data.decode(name)
        except (UnicodeError, LookupError):  # Python also has codecs that make no text of bytes, such as "base64"
            continue
        if len(_CONTROL.findall(text)) > len(text) * _MAX_CONTROL_SHARE:
            continue
        return text, codecs.lookup(name).name.removesuffix("-sig")
    raise UndecodableText("The file is not text in any character encoding that could be recognised. Save it as UTF-8.")


def _candidates(data: bytes, encoding: str | None, declared: str | None) -> Iterator[str]:
    """Encodings to try, surest first; the costly guess is made only when all before it have failed."""
    yield from (name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark))
    if encoding is not None:
        yield encoding
    if b"\x1b$" in data:
        yield "iso2022_jp"
    yield "utf-8"
    if declared is not None:
        yield declared
    yield from _wide(data)
    yield from _guesses(data)
    yield "cp1252"


def _wide(data: bytes) -> Iterator[str]:
    """UTF-16 without its mark, told by the zero bytes that letters of most alphabets bring, always on the same side."""
    sample = data[:_SAMPLE_BYTES]
    zeros = sample.count(0)
    if zeros * 8 > len(sample):
        yield "utf-16-le" if sample[1::2].count(0) * 2 > zeros else "utf-16-be"


def _guesses(data: bytes) -> Iterator[str]:
    # Whole lines, so that no character is cut in half, and each once: repetition misleads the statistics.
    head, _, rest = data[:_SAMPLE_BYTES].rpartition(b"\n")
    sample = b"\n".join(dict.fromkeys((head or rest).split(b"\n")))
    if _looks_latin(sample):
        matches = list(from_bytes(sample, cp_isolation=_LATIN))
        usual = next((match for match in matches if "cp1252" in match.could_be_from_charset), None)
        best = max(matches, key=_plausibility, default=None)
        if usual and best and best.coherence <= usual.coherence + _CLEARLY_BETTER:
            return  # Western European text reads well in its neighbours too: only a clear lead counts
    else:
        best = max(from_bytes(sample, cp_isolation=_OTHER_SCRIPTS), key=_plausibility, default=None)
    if best is not None:
        yield best.encoding


def _plausibility(match: CharsetMatch) -> float:
    return match.coherence - match.chaos


def _looks_latin(sample: bytes) -> bool:
    """Whether the bytes beyond ASCII are sprinkled over ASCII letters, as accents are, rather than making up the words.

    Other scripts amid English are told by runs of such bytes, East Asian ones by pairs, and by lead bytes that
    Windows-1252 hardly uses.
    """
    runs = re.findall(rb"[\x80-\xff]+", _PUNCTUATION.sub(b" ", sample))
    high = sum(map(len, runs))
    letters = len(re.findall(rb"[A-Za-z]", sample))
    lead_bytes = len(re.findall(rb"[\x81-\x84\x86-\x90]", sample))
    return not high or (high <= letters and high <= len(runs) * 2 and lead_bytes * 4 <= high)
