"""Plain text: decoded and normalised, otherwise as it is."""

from specloom.parsing.charset import decode
from specloom.parsing.document import Draft, Source
from specloom.parsing.errors import FileTooLarge
from specloom.parsing.writer import normalise


def parse(source: Source) -> Draft:
    text, encoding = read_text(source)
    return Draft(normalise(text), encoding=encoding)


def read_text(source: Source) -> tuple[str, str]:
    """The text of `source`, decoded but not yet normalised, and its encoding. Raises UndecodableText, FileTooLarge."""
    text, encoding = decode(source.data, source.encoding)
    if len(text) > source.limits.max_text_chars:
        raise FileTooLarge.of_text(source.limits.max_text_chars)
    return text.removeprefix("\ufeff"), encoding
