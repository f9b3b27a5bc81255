"""Finds where sentences end within one paragraph, list item or row, in any script, and cuts what would never end."""

import re
from collections.abc import Iterator
from typing import cast

import sentencex

from specloom.ai.sentences.layout import Block, Kind
from specloom.ai.sentences.lines import BLANK

# sentencex takes quadratic time where sentences follow each other without spaces, so it sees a window at a time.
_WINDOW = 1_000
_LONGEST = 1_200
_LOOK_BACK = 40
_LONG_QUOTATION = 200
_QUOTATION_MARKS = "\"'“”‘’„‚«»‹›「」『』"
_QUOTES = re.compile(f"[{_QUOTATION_MARKS}]")

# What sentencex takes for an end of a sentence and is none: abbreviations before names, and references before numbers.
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:Pub|Hon|Messrs|Mmes?|Mlle|Sra?|Srta|Dra?|Dott|Sig|Ing|Hr|Fr|approx|ca|cf|vs|viz|resp|incl|excl|bzw|evtl|"
    r"ggf|inkl|exkl|zzgl|[Vv]gl|sog|Mio|Mrd|e\.\s?g|i\.\s?e|z\.\s?B|d\.\s?h|u\.\s?a|p\.\s?ej|p\.\s?ex)\.$"
)
_REFERENCE = re.compile(
    r"(?<!\w)(?:[Ss]ec[st]?|[Aa]rts?|[Nn]os?|[Nn]r|Ziff|Abs|[Ff]igs?|[Tt]ab|[Ee]qs?|[Cc]hs?|[Vv]ols?|pp?|Rs|[Rr]ef|[Vv]er|"
    r"Stat|L|U\.\s?S\.\s?C|C\.\s?F\.\s?R|[Nn]úm|[Pp]ágs?|Kap|Anh|Tel)\.$"
)
_INITIALS = re.compile(r"(?<!\w)[A-Z]\.[A-Z]\.$")
# Ends that leave open whether the sentence goes on: a point, or a mark within a quotation ("Why?" he asked).
_SOFT_END = re.compile(r"[.…]$|[.!?…][\"'”’»]$")
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.$")
_MONTH = re.compile(r"(?:Jan|Feb|Mär|Mrz|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)\w*\b")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]$")
_WORD = re.compile(r"\w")
_LOWER_WORD = re.compile(r"[^\W\d_A-Z]+(?!\w)")
_MISSED = re.compile(
    r"(?<=\d)\s?(?:ms|s|h|min|km|kg|[kMGT]?B|m|g|V|A|W|Hz)\.(?=\s+[^\W\d_a-z])"  # "within 2.5 s. Users may"
    r"|(?:[.!?]\)|…)(?=\s+[^\W\d_a-z])|(?<!\w)no\.(?=\s+[A-Z])"
    r"|(?<=[\u0370-\u03ff]);(?=\s)|[។៕](?=\s)"
)
_WEAK_END = re.compile(r"[;；,，、]\s|\s|[；，、]")
_CLOSING = re.compile(r"[*_~]{1,3}(?=\s)")
_JOINED = re.compile(r"[\u200d\ufe00-\ufe0f\u0300-\u036f\u093c-\u094d\U0001f3fb-\U0001f3ff]")


def stretches(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """The units of the block as trimmed `(start, end)`: its sentences when it is prose or an item, else the whole."""
    running = block.kind in {Kind.PROSE, Kind.ITEM}
    start = block.start
    for end in _ends(text, block.start, block.end) if running else [block.end]:
        for piece_end in _cut(text, start, end):
            trimmed = _trim(text, start, piece_end)
            if trimmed:
                yield trimmed
            start = piece_end


def _ends(text: str, start: int, end: int) -> list[int]:
    """Where each sentence of the block ends, before trimming."""
    borders = [_past_emphasis(text, border, end) for border in _segment(text, start, end)]
    ends: list[int] = []
    opened = start
    for border, following in zip(borders, [*borders[1:], end], strict=True):
        before = text[max(opened, border - _LOOK_BACK) : border].strip(BLANK)
        after = text[border:following].strip(BLANK)
        if not after or not _continues(text[opened], before, after):
            ends.extend(found.end() for found in _MISSED.finditer(text, opened, border))
            ends.append(border)
            opened = border
    return ends


def _past_emphasis(text: str, border: int, end: int) -> int:
    """The marks that close an emphasis ("**Heat.** Lockers need shade.") belong to the sentence before them."""
    closing = _CLOSING.match(text, border, end)
    return closing.end() if closing else border


def _segment(text: str, start: int, end: int) -> list[int]:
    """Where sentencex sees sentence ends; the newlines of hard-wrapped lines count as spaces."""
    borders: list[int] = []
    window = _WINDOW
    while start < end:
        stop = min(start + window, end)
        flat = text[start:stop].replace("\n", " ").replace("\r", " ")
        pieces = cast("list[str]", sentencex.segment("en", flat))
        if "".join(pieces) != flat:
            pieces = [flat]
        if stop < end and len(pieces) == 1 and window < _LONGEST * 2:
            window *= 2
            continue
        window = _WINDOW
        # The last piece of a window may go on in the next one.
        for piece in pieces if stop == end or len(pieces) == 1 else pieces[:-1]:
            borders += [start + inner for inner in _within_quotation(piece)]
            start += len(piece)
            borders.append(start)
    return borders


def _within_quotation(piece: str) -> Iterator[int]:
    """Where sentences end inside a piece that is one only because sentencex keeps quotations whole, however long."""
    if len(piece) < _LONG_QUOTATION or not _QUOTES.search(piece):
        return
    unquoted = _QUOTES.sub(" ", piece)
    inner = cast("list[str]", sentencex.segment("en", unquoted))
    at = 0
    for sentence in inner[:-1] if "".join(inner) == unquoted else []:
        at += len(sentence)
        # An opening quotation mark belongs to the sentence that it opens.
        opening = piece[at - 1] in _QUOTATION_MARKS and piece[at - 2 : at - 1].isspace()
        yield at - 1 if opening else at


def _continues(first: str, before: str, after: str) -> bool:
    """Whether what looks like the end of a sentence is none. `first` is the character that the sentence begins with."""
    if after[0] in "-–—" or not _WORD.search(after) or _ENUMERATOR.fullmatch(before) or _ABBREVIATION.search(before):
        return True
    if _REFERENCE.search(before):
        return after[0].isdigit()
    if _INITIALS.search(f"{before}{after[:2]}"):
        return True
    if _SOFT_END.search(before) and after[0].islower() and _LOWER_WORD.match(after):
        return not first.islower()
    if before.endswith(("」", "』", "）")):
        return "\u3041" <= after[0] <= "\u309f"
    return bool(_ORDINAL.search(before) and _MONTH.match(after))


def _cut(text: str, start: int, end: int) -> Iterator[int]:
    """`end`, preceded by places to cut at when the stretch is too long to be read as one sentence."""
    while end - start > _LONGEST:
        weakest = [found.end() for found in _WEAK_END.finditer(text, start + _LONGEST // 2, start + _LONGEST)]
        start = weakest[-1] if weakest else start + _LONGEST
        while start < end and _JOINED.match(text[start]):
            start += 1
        yield start
    yield end


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip(BLANK))
    end -= len(stretch) - len(stretch.rstrip(BLANK))
    return (start, end) if start < end else None
