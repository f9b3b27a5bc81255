"""How much a single file may ask for before it is refused."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """Bounds for reading one file.

    `max_bytes` is the size of the file itself; `max_pages` counts pages of a PDF and slides of a PPTX;
    `max_text_chars` counts code points of the resulting text. `max_expansion_bytes` bounds what a ZIP container
    (DOCX, PPTX) unpacks to in total, and `max_expansion_ratio` how many times its packed size that may be. `seconds`
    is wall-clock time of the parsing process, `memory_bytes` its address space.
    """

    max_bytes: int = 25 * MIB
    max_pages: int = 2000
    max_text_chars: int = 10_000_000
    max_expansion_bytes: int = 256 * MIB
    max_expansion_ratio: int = 200
    seconds: float = 30.0
    memory_bytes: int = 512 * MIB

    @property
    def max_answer_bytes(self) -> int:
        """The most bytes a document within these limits takes: text in UTF-8, and room for sections and metadata."""
        return 4 * self.max_text_chars + 16 * MIB


DEFAULT_LIMITS = ParseLimits()


def mib(size: int) -> str:
    """`size` in bytes as people read it."""
    return f"{size / MIB:,.4g} MiB"
