"""Why a file could not become a document: a class per reason, with a stable `code` and a message for people."""

from typing import ClassVar, Self

from specloom.parsing.limits import mib


class ParseError(ValueError):
    """A file cannot be used as a document.

    `code` never changes; `status` is the HTTP status that fits it. `malformed` tells a file whose bytes do not follow
    their own format from one that is well formed and still refused (empty, encrypted, too large, ...).
    """

    code: ClassVar[str] = "parse_error"
    status: ClassVar[int] = 422
    malformed: ClassVar[bool] = False


class EmptyFile(ParseError):
    code = "empty_file"


class UnsupportedMediaType(ParseError):
    code = "unsupported_media_type"
    status = 415


class TypeMismatch(ParseError):
    """The name promises one format, the content is another that cannot be taken instead."""

    code = "type_mismatch"
    status = 415


class EncryptedFile(ParseError):
    code = "encrypted_file"


class TruncatedOrCorruptFile(ParseError):
    code = "truncated_or_corrupt_file"
    malformed = True


class UnsafeMarkup(ParseError):
    """XML that declares a document type, by which entities explode or reach outside; Office files never do."""

    code = "unsafe_markup"


class TooDeeplyNested(ParseError):
    code = "too_deeply_nested"
    malformed = True


class UndecodableText(ParseError):
    code = "undecodable_text"
    malformed = True


class FileTooLarge(ParseError):
    """More bytes than allowed, or more text in them than allowed."""

    code = "file_too_large"
    status = 413

    @classmethod
    def of_bytes(cls, max_bytes: int) -> Self:
        return cls(f"The file is larger than {mib(max_bytes)}.")

    @classmethod
    def of_text(cls, max_chars: int) -> Self:
        return cls(f"The file holds more than {max_chars:,} characters of text.")


class TooManyPages(ParseError):
    code = "too_many_pages"


class ExpansionTooLarge(ParseError):
    code = "expansion_too_large"


class ParseTimeout(ParseError):
    code = "parse_timeout"

    @classmethod
    def of(cls, seconds: float) -> Self:
        return cls(f"Reading the file takes more than {seconds:g} seconds.")


class ParseOutOfMemory(ParseError):
    code = "parse_out_of_memory"

    @classmethod
    def of(cls, memory_bytes: int) -> Self:
        return cls(f"Reading the file takes more than {mib(memory_bytes)} of memory.")


class NoTextFound(ParseError):
    code = "no_text_found"


class ParserFailed(ParseError):
    """The parser itself is broken or not installed as it should be: no fault of the file."""

    code = "parser_failed"
    status = 500


ERRORS_BY_CODE: dict[str, type[ParseError]] = {kind.code: kind for kind in ParseError.__subclasses__()}
