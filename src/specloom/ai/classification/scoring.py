"""Weighs the cues of a requirement into one probability for each topic."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from specloom.ai.classification.changing_qualities import FLEXIBILITY, MAINTAINABILITY
from specloom.ai.classification.cues import Lexicon
from specloom.ai.classification.functions import (
    BUSINESS_RULE,
    BUSINESS_SETS,
    COMPLIANCE,
    CORRECTNESS,
    FUNCTION_SETS,
    FUNCTIONAL,
)
from specloom.ai.classification.people_qualities import INTERACTION, SECURITY
from specloom.ai.classification.running_qualities import COMPATIBILITY, PERFORMANCE, RELIABILITY, SAFETY
from specloom.ai.classification.topics import CLEAR, SETS, Topic, listed
from specloom.vocabulary.requirements import Quality, RequirementType

TOPICS: tuple[Topic, ...] = (
    FUNCTIONAL,
    BUSINESS_RULE,
    COMPLIANCE,
    CORRECTNESS,
    *PERFORMANCE,
    *COMPATIBILITY,
    *INTERACTION,
    *RELIABILITY,
    *SECURITY,
    *MAINTAINABILITY,
    *FLEXIBILITY,
    *SAFETY,
)

OF_TYPE = {type_: [i for i, topic in enumerate(TOPICS) if topic.type is type_] for type_ in RequirementType}
"""The places in `TOPICS` of the topics of each type."""

# The few numbers here were chosen on the PROMISE corpus and on sentences and documents of our own; a wide range of them
# does about as well. The log odds of what the product does are 0 before any cue counts, those of a topic that some cue
# speaks for are the prior.
_PRIOR = -0.8
# All topics that no cue speaks for weigh together: of what only seems to be a function some is about a quality, said in
# words that no cue knows.
_UNSEEN = -2.4
# However often a requirement names deeds, the deeds may be what the quality is asked of ("display ... in 2 seconds").
_FUNCTIONAL_AT_MOST = 1.8
# What the second and further cues of a topic add: they often say the same as the first.
_FURTHER = 0.7
_HEADING = 1.5
# What a cue counts for where it does not stand in what is asked: "so that my data is safe", "when the battery is low".
_ASIDE = 0.5
# These are asked for in conditions: "when the connection is lost".
_OF_CONDITIONS = {Quality.RELIABILITY, Quality.SAFETY}

# Chosen, with `_UNSEEN`, on the 625 sentences of PROMISE and on our own documents in development, where confidence then
# is, on average, within 0.03 and 0.05 of the share that is right.
_SHARPNESS = 1.85

_ALL_SETS = {**SETS, **FUNCTION_SETS, **BUSINESS_SETS}
_WORDS = Lexicon([(cue, (i, weight)) for i, topic in enumerate(TOPICS) for cue, weight in topic.cues()], _ALL_SETS)
_PLACE = {topic: i for i, topic in enumerate(TOPICS)}
_FUNCTIONS = _PLACE[FUNCTIONAL]
_HEADINGS = Lexicon([(cue, i) for i, topic in enumerate(TOPICS) for cue in listed(topic.heading)], _ALL_SETS)


@dataclass(frozen=True, slots=True)
class Reading:
    """A requirement as it is weighed: its words in lower case, and which of them stand aside (in what introduces it, in
    a condition, in a purpose); the words of the headings above it, topmost first; what else speaks for a topic;
    how much its form speaks for a function, whatever it says.
    """

    words: Sequence[str]
    aside: Sequence[bool]
    headings: Sequence[Sequence[str]] = ()
    signs: Sequence[tuple[Topic, float]] = ()
    tells: float = 0.0


def scores(reading: Reading) -> list[float]:
    """Log odds of each of `TOPICS`."""
    found: dict[int, list[tuple[float, int, int]]] = {}
    for start, end, (topic, weight) in _WORDS.find(reading.words):
        away = TOPICS[topic].quality not in _OF_CONDITIONS and all(reading.aside[start:end])
        found.setdefault(topic, []).append((weight * (_ASIDE if away else 1.0), start, end))
    said = {topic: _apart(each) for topic, each in found.items()}
    for sign, weight in reading.signs:
        said.setdefault(_PLACE[sign], []).append(weight)
    around: dict[int, float] = {_FUNCTIONS: reading.tells}
    for distance, heading in enumerate(reversed(reading.headings)):
        for topic, weight in _headed(tuple(heading)).items():
            around[topic] = around.get(topic, 0.0) + weight / 2**distance
    odds = [0.0 if topic is FUNCTIONAL else _UNSEEN for topic in TOPICS]
    for topic in said.keys() | around.keys():
        odds[topic] = _odds(TOPICS[topic], said.get(topic, ()), around.get(topic, 0.0))
    return odds


def _apart(found: list[tuple[float, int, int]]) -> list[float]:
    """The weights of cues that share no word, the heaviest first, and of all that speak against."""
    if len(found) == 1:
        return [found[0][0]]
    taken: list[tuple[float, int, int]] = []
    # Of equals the one that ends first is taken, which leaves the most words to others.
    for weight, start, end in sorted(found, key=lambda each: (-each[0], each[1], each[2])):
        if weight < 0 or all(end <= first or start >= last for _, first, last in taken):
            taken.append((weight, start, end))
    return [weight for weight, _, _ in taken]


@lru_cache(maxsize=1024)
def _headed(heading: tuple[str, ...]) -> Mapping[int, float]:
    """What a heading speaks for: its own cues, and less those of requirements, of which it may be a short form."""
    weights = {
        topic: weight * _ASIDE
        for _, _, (topic, weight) in _WORDS.find(heading)
        if weight >= CLEAR and TOPICS[topic].type is not RequirementType.FUNCTIONAL
    }
    return weights | dict.fromkeys((topic for _, _, topic in _HEADINGS.find(heading)), _HEADING)


def probabilities(odds: Sequence[float]) -> list[float]:
    """The softmax of log odds, so sharp that it comes true as often as it says."""
    highest = max(odds)
    weights = [math.exp(_SHARPNESS * (each - highest)) for each in odds]
    total = sum(weights)
    return [each / total for each in weights]


def by_type(chances: Sequence[float]) -> Mapping[RequirementType, float]:
    """The probability of each type: that of its topics together."""
    return {type_: sum(chances[topic] for topic in topics) for type_, topics in OF_TYPE.items()}


def _odds(topic: Topic, weights: Sequence[float], around: float) -> float:
    speaking = [each for each in weights if each > 0]
    against = min((each for each in weights if each < 0), default=0.0)
    said = max(speaking) * (1 - _FURTHER) + sum(speaking) * _FURTHER if speaking else 0.0
    if topic is FUNCTIONAL:
        return min(said, _FUNCTIONAL_AT_MOST) + around + against
    return (_PRIOR + said + around if speaking or around else _UNSEEN) + against
