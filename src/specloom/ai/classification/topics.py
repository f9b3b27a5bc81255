"""What a topic is: one thing that requirements are about, with the words that speak for it."""

from dataclasses import dataclass

from specloom.vocabulary.requirements import Quality, RequirementType

STRONG, CLEAR, HINT, AGAINST = 3.2, 1.9, 0.9, -2.0
"""Weights of a cue, in natural log odds: alone it settles the topic, it speaks for it, it may, it speaks against it."""

SETS = {
    "modal": "shall must should will may can could has have need* needs",
    "moment": "s ms sec secs second* millisecond* msec minute* min mins",
    "hours": "hour* hr hrs",
    "period": "day* week* month* year* quarter* decade*",
    "people": """
        user* customer* client* visitor* member* employee* operator* student* patient* subscriber* player* agent*
        administrator* admin* viewer* clerk* analyst* staff people person* individual* participant* teacher* respondent*
    """,
    "product": """
        system* application* app apps product* software platform* service* site website* portal* solution* tool*
        program device* server* component* module* subsystem* interface* database* api apis
    """,
    "tongue": """
        english french german spanish italian portuguese polish dutch turkish arabic chinese japanese korean hindi urdu
        russian ukrainian greek swedish danish norwegian finnish czech hungarian romanian welsh bengali tamil
    """,
}
"""The sets that cues of any topic name with `@`."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that requirements are about. The cues of each weight stand in one string, parted by semicolons.

    `heading` are cues that count when they stand in a heading above the requirement. `aspect` is the sub-characteristic
    of `quality` in ISO/IEC 25010:2023, in lower case with underscores.
    """

    type: RequirementType
    quality: Quality | None = None
    aspect: str | None = None
    strong: str = ""
    clear: str = ""
    hint: str = ""
    against: str = ""
    heading: str = ""

    def cues(self) -> list[tuple[str, float]]:
        """Every cue that counts in the requirement itself, with its weight."""
        levels = ((self.strong, STRONG), (self.clear, CLEAR), (self.hint, HINT), (self.against, AGAINST))
        return [(cue, weight) for words, weight in levels for cue in listed(words)]


def among(words: str) -> frozenset[str]:
    """The words of a string that parts them by spaces."""
    return frozenset(words.split())


def listed(words: str) -> list[str]:
    """The cues of a string that parts them by semicolons."""
    return [cue for cue in (" ".join(each.split()) for each in words.split(";")) if cue]


def quality(
    characteristic: Quality,
    aspect: str | None,
    *,
    strong: str = "",
    clear: str = "",
    hint: str = "",
    against: str = "",
    heading: str = "",
) -> Topic:
    """A topic of non-functional requirements."""
    return Topic(RequirementType.NON_FUNCTIONAL, characteristic, aspect, strong, clear, hint, against, heading)
