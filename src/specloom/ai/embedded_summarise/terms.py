"""Turns wording into comparable terms, in any script, and measures its length in words."""

import re
import unicodedata
from math import ceil

# Scripts that write without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese. Their terms are pairs of characters.
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
)
# Vowel signs and other marks belong to their word, though `\w` leaves them out.
_MARKS = "".join(
    chr(code)
    for first, last in ((0x0300, 0x1DFF), (0x20D0, 0x20FF), (0xA66F, 0xABFF))
    for code in range(first, last)
    if unicodedata.category(chr(code)).startswith("M")
)
WORD = re.compile(rf"[{_DENSE}]+|(?:(?![{_DENSE}])\w)(?:(?![{_DENSE}])[\w{_MARKS}])*")
_DENSE_RUN = re.compile(rf"[{_DENSE}]+")
# How many words of a language with spaces a character of one without stands for.
_WORDS_PER_DENSE = 0.6
# Words that begin alike are mostly forms of one word, in most languages that inflect: that is all the stemming.
_STEM = 7

_ENDED = re.compile(r"[.!?…;:。！？；：।॥۔؟][\"'”’»)\]}」』）*_`]*$")


def terms(wording: str) -> list[str]:
    """The terms of the wording in order, small letters throughout; forms of one word mostly share a term.

    Single letters and digits are none.
    """
    found: list[str] = []
    for word in WORD.findall(wording.casefold()):
        if _DENSE_RUN.match(word):
            found += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        elif len(word) > 1:
            found.append(word[:_STEM] if word.isalpha() else word)
    return found


def is_ended(wording: str) -> bool:
    """Whether the wording ends as sentences do, rather than as titles."""
    return bool(_ENDED.search(wording[-8:]))


def is_dense(character: str) -> bool:
    """Whether the character belongs to a script that writes without spaces."""
    return bool(_DENSE_RUN.match(character))


def count_words(wording: str) -> int:
    """Length in words; a character of a script without spaces counts as a part of a word."""
    if wording.isascii():
        return len(wording.split())
    dense = sum(map(len, _DENSE_RUN.findall(wording)))
    return len(_DENSE_RUN.sub(" ", wording).split()) + ceil(dense * _WORDS_PER_DENSE)
