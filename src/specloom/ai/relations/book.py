"""A text with its requirements as searches for gaps need it: read once, asked many times."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from specloom.ai.analysis import Requirement
from specloom.ai.grammar.lexicon import GENERIC_ACTORS, is_role, singular
from specloom.ai.relations.frames import EMPTY, Frame, Token, frames_of
from specloom.ai.relations.stems import wordset
from specloom.core.text import Span

# People in general: nobody writes stories of their own for them.
_NOBODY = wordset(
    """
    person people party human man woman individual team company organisation organization enterprise department
    group someone everyone anyone somebody anybody nobody everybody panel crew board committee council owner
    holder user staff agency authority host processor controller subject provider author sender recipient
    receiver caller leader head stakeholder end-user persona server browser editor viewer pair partner
    consumer
    """
)


class Book:
    """A text, its requirements, and what is in them, found once."""

    def __init__(self, text: str, requirements: Sequence[Requirement], frames: Sequence[Frame] | None = None) -> None:
        self.text = text
        self.requirements = requirements
        self.frames = frames or frames_of(text, requirements)
        self.labels: set[tuple[str, str]] = set()
        """Kind and label of places that were looked for, and are there."""

    @cached_property
    def concepts(self) -> dict[str, list[int]]:
        """The requirements that hold each word."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(self.frames):
            for concept in {token.concept for token in each.tokens}:
                found[concept].append(number)
        return found

    def speaking(self, concepts: Iterable[str]) -> list[int]:
        """The requirements that hold any of the words, in reading order."""
        return sorted({number for concept in concepts for number in self.concepts.get(concept, ())})

    def roles(self) -> Iterator[tuple[int, Token]]:
        """Every place where a requirement names people by what they do."""
        for number, each in enumerate(self.frames):
            for place, token in enumerate(each.words):
                after = each.words[place + 1] if place + 1 < len(each.words) else None
                head = after is None or after.lower in EMPTY or after.span.start > token.span.end + 1
                single = singular(token.lower)
                if head and is_role(token.lower) and single not in _NOBODY and single not in GENERIC_ACTORS:
                    yield number, token

    def named(self, each: Frame, token: Token) -> Span:
        """The word with the words of content right before it: "camp" and "administrator"."""
        place, start = each.words.index(token), token.span.start
        while (
            place
            and each.words[place - 1].lower not in EMPTY
            and self.text[each.words[place - 1].span.end : start] == " "
        ):
            place -= 1
            start = each.words[place].span.start
        return Span(start, token.span.end)

    def words(self, span: Span) -> str:
        return " ".join(self.text[span.start : span.end].split())
