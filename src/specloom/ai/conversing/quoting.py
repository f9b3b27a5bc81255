"""Lets an answer quote only what stands there: each quotation is looked up, and loses its marks where it is not found.

It works while the answer is being written, so that nobody gets to see a quotation that was not looked up.
"""

import re
from collections.abc import Iterator

from specloom.ai.conversation import Conversation, Quotation
from specloom.ai.quotes import places
from specloom.ai.relations.corpus import content
from specloom.ai.relations.stems import concept
from specloom.ai.sentences import split
from specloom.core.text import Span

UNSUPPORTED = "[unsupported]"

# One character for one, so that offsets stay.
_FOLDED = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—−\u00a0", '\'\'\'\'""""""------ ')
_QUOTED = re.compile(
    r'"(?P<straight>[^"]+)"|“(?P<curly>[^“”]+)”|„(?P<low>[^„“”]+)[“”]|«(?P<angle>[^«»]+)»|‘(?P<single>[^‘’]{3,}?)’(?!\w)'
    r"|^[ \t]*>[ \t]?(?P<block>\S[^\n]*)$",
    re.MULTILINE,
)
_MARK = re.compile(r"[ \t]*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_AROUND = " \t\n.,;:!?…*_"
# Fewer words than this, with no mark behind them, are a term somebody uses and not what somebody said.
_FEWEST_WORDS = 3
_ENDS = re.compile(r"\n|(?<=[.!?:])[\"”»’)*]*(?:[ \t]*\[\d[\d, ]*\])*[.]?[ \t]+(?=[^\s\[])")
_PAIRS = (("“", "”"), ("«", "»"))
_LONGEST_WAIT = 2_000
# A paraphrase belongs to a sentence with which it shares so many words of content.
_FEWEST_SHARED = 2


class QuoteCheck:
    """Reads an answer piece by piece; what `feed` and `finish` return is fit to be shown.

    `quotations` and `unsupported` are in the order of the text. Source numbers count from 1.
    """

    def __init__(self, conversation: Conversation) -> None:
        self.quotations: list[Quotation] = []
        self.unsupported: list[str] = []
        self._sources = conversation.sources
        self._plain = [source.text.translate(_FOLDED) for source in conversation.sources]
        self._own = _own_words(conversation).translate(_FOLDED)
        self._waiting = ""

    def feed(self, text: str) -> str:
        """Takes the next piece of the answer; gives what is complete by now."""
        self._waiting += text
        cut = _border(self._waiting)
        ready, self._waiting = self._waiting[:cut], self._waiting[cut:]
        return self._checked(ready)

    def finish(self) -> str:
        ready, self._waiting = self._waiting, ""
        return self._checked(ready)

    def _checked(self, text: str) -> str:
        pieces: list[str] = []
        at = 0
        for match in _QUOTED.finditer(text):
            pieces.append(self._paraphrased(text[at : match.start()]))
            mark = _MARK.match(text, match.end())
            pieces.append(self._quoted(match, mark))
            at = mark.end() if mark else match.end()
        pieces.append(self._paraphrased(text[at:]))
        return "".join(pieces)

    def _quoted(self, match: re.Match[str], mark: re.Match[str] | None) -> str:
        """A quotation as it may be shown, with the number of the source it stands in."""
        words = next(each for each in match.groups() if each is not None)
        named = _numbers(mark)
        if mark is None and match.lastgroup == "block" and (inner := _MARK.search(words)) is not None:
            named, words = _numbers(inner), words[: inner.start()]
        core = words.strip(_AROUND + '"“”')
        if not any(char.isalnum() for char in core) or (not named and len(core.split()) < _FEWEST_WORDS):
            return match.group() + (mark.group() if mark else "")
        shown = match.group() if match.lastgroup != "block" else match.group().partition("[")[0].rstrip()
        for number in dict.fromkeys((*named, *range(1, len(self._sources) + 1))):
            found = self._find(words.strip(), number) or self._find(core, number)
            if found is not None:
                self._cite(number, found)
                return f"{shown} [{number}]"
        if places(self._own, core.translate(_FOLDED)):
            return shown
        self.unsupported.append(" ".join(core.split()))
        return f"{words.strip()} {UNSUPPORTED}"

    def _paraphrased(self, text: str) -> str:
        """The text with only those marks left whose source says something like it."""
        pieces: list[str] = []
        at = 0
        for mark in _MARK.finditer(text):
            said = text[at : mark.start()]
            pieces.append(said)
            for number in _numbers(mark):
                found = self._nearest(said, number)
                if found is not None:
                    self._cite(number, found)
                    pieces.append(f" [{number}]")
            at = mark.end()
        return "".join([*pieces, text[at:]])

    def _find(self, words: str, number: int) -> Span | None:
        if not 1 <= number <= len(self._sources):
            return None
        found = places(self._plain[number - 1], words.translate(_FOLDED))
        return found[0] if found else None

    def _nearest(self, said: str, number: int) -> Span | None:
        """The sentence of a source that shares most words of content with what was said."""
        if not 1 <= number <= len(self._sources):
            return None
        wanted, text = _concepts(said), self._sources[number - 1].text
        shared = [(len(wanted & _concepts(text[each.start : each.end])), -each.start, each.end) for each in split(text)]
        best = max(shared, default=(0, 0, 0))
        return Span(-best[1], best[2]) if best[0] >= _FEWEST_SHARED else None

    def _cite(self, number: int, span: Span) -> None:
        source = self._sources[number - 1]
        quotation = Quotation(
            number, number - 1, source.start + span.start, source.start + span.end, source.text[span.start : span.end]
        )
        if quotation not in self.quotations:
            self.quotations.append(quotation)


def _own_words(conversation: Conversation) -> str:
    """What may be quoted without a source: the dialogue itself and the backlog."""
    backlog = (str(value) for item in conversation.backlog for value in (item.name, *_texts(item.fields.values())))
    return "\n\n".join(
        (*(each.text for each in conversation.said if each.role == "user"), conversation.title, *backlog)
    )


def _texts(values: object) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        yield from _texts(values.values())
    elif hasattr(values, "__iter__"):
        for value in values:
            yield from _texts(value)


def _border(text: str) -> int:
    """Where what has come of an answer may be cut: at the end of a sentence, and not within a quotation."""
    for match in reversed(list(_ENDS.finditer(text))):
        before = text[: match.end()]
        if before.count('"') % 2 == 0 and all(before.count(one) <= before.count(other) for one, other in _PAIRS):
            return match.end()
    return text.rfind(" ") + 1 if len(text) > _LONGEST_WAIT else 0


def _numbers(mark: re.Match[str] | None) -> tuple[int, ...]:
    return tuple(int(number) for number in mark[1].split(",")) if mark else ()


def _concepts(wording: str) -> set[str]:
    return {concept(word) for word in content(wording)}
