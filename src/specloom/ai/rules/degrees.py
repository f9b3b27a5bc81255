"""Rules about words that compare, strive or round without saying with what, how far or how exactly."""

from collections.abc import Iterator

from specloom.ai.grammar import Region, Tag, lexicon
from specloom.ai.rules.phrases import Phrases, listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity

COMPARATIVES = listed(
    """
    better worse faster slower quicker easier simpler harder higher lower larger bigger smaller greater longer
    shorter stronger weaker cheaper safer earlier sooner cleaner richer smoother lighter heavier newer older
    deeper broader wider tighter finer nicer friendlier brighter more less fewer
    """
)
SUPERLATIVES = listed(
    """
    best worst fastest slowest quickest easiest simplest hardest highest lowest largest biggest smallest
    greatest longest shortest strongest weakest cheapest safest earliest cleanest newest oldest deepest broadest
    widest finest nicest friendliest closest nearest latest most least fewest utmost
    """
)
# A superlative of these picks one thing out of many by a figure that everybody can look up: "the latest version".
_RANKING = listed(
    """
    latest newest oldest earliest highest lowest largest smallest longest shortest nearest closest cheapest
    """
)
# Before these a comparative names a kind: "an older version", "lower case".
_KINDS = listed(
    """
    version versions release releases case education generation generations priority adults people half level
    levels order layer layers
    """
)
_MORE_QUALITY = frozenset({"more", "less"})

_ABOUT = Phrases(
    {
        "": """
            approximately|approx|approx.|about|around|roughly|circa|ca.|nearly|in the region of|in the order of
            on the order of|some|or so|give or take
        """
    }
)
# After these "about" names a topic.
_TOPICAL = listed(
    "inform informs informed information report reports ask asks question questions data details tell notify"
)
_STRIVING = Phrases(
    {
        "": """
            minimize|minimise|minimizes|minimises|minimizing|minimising|minimized|minimised|maximize|maximise
            maximizes|maximises|maximizing|maximising|maximized|maximised|optimize|optimise|optimizes|optimises
            optimizing|optimising|optimized|optimised|improve|improves|improving|improved|enhance|enhances|enhancing
            enhanced|facilitate|facilitates|facilitating|simplify|simplifies|simplifying|streamline|streamlines
            streamlining|ease|strive|strives|endeavour|endeavor|attempt to|attempts to|try to|tries to|aim to
            aims to|seek to|seeks to|deal with|deals with|take care of|takes care of|take into account
            takes into account|be aware of|cater for|caters for|foster|fosters|leverage|leverages|empower|empowers
            make it easy|makes it easy|increase|increases|reduce|reduces
        """
    }
)
_BY_HOW_MUCH = frozenset({"by", "to", "from", "below", "above", "until", "within", "under"})
_SETTABLE = frozenset({"increase", "increases", "reduce", "reduces"})


def _superlatives(wording: Wording) -> Iterator[Hit]:
    lower = wording.lower
    for at, word in enumerate(lower):
        if word not in SUPERLATIVES or at in wording.muted:
            continue
        before = lower[at - 1] if at else ""
        after = lower[at + 1] if at + 1 < len(lower) else ""
        if word in {"most", "least"} and not _graded(wording, at + 1):
            continue
        if (
            before == "at"
            or after in {"recent", "recently", "significant"}
            or (word == "least" and after == "privilege")
        ):
            continue
        if word in _RANKING or (word == "best" and after in {"practice", "practices", "effort", "efforts"}):
            continue
        last = at + 1 if word in {"most", "least"} else at
        said = wording.quote(at, last)
        yield wording.hit(
            at,
            last,
            f'"{said}" names no group in which this is compared, and no figure.',
            f'Replace "{said}" by the value to reach, or say among what, by which measure and when.',
            0.8,
        )


def _graded(wording: Wording, at: int) -> bool:
    """Whether the word is an adjective or adverb, known as one or standing like one before a noun."""
    if at + 1 >= len(wording.lower):
        return False
    word = wording.lower[at]
    known = lexicon.is_adjective(word) or lexicon.is_adverb(word) or wording.tags[at] in {Tag.ADJECTIVE, Tag.ADVERB}
    articled = at > 1 and wording.lower[at - 2] in {"the", "and", "or", "its", "their"}
    return known or (articled and wording.tags[at + 1] is Tag.NOUN and lexicon.singular(word) == word)


def _comparatives(wording: Wording) -> Iterator[Hit]:
    lower = wording.lower
    for at, word in enumerate(lower):
        if word not in COMPARATIVES or at in wording.muted or wording.tags[at] is Tag.VERB:
            continue
        rest = lower[at + 1 : at + 1 + _REACH]
        last = at
        if word in _MORE_QUALITY or word == "fewer":
            if not rest or not (lexicon.is_adjective(rest[0]) or lexicon.is_adverb(rest[0])) or word == "fewer":
                continue
            last = at + 1
        if not _refers(wording, at, rest) and not _KINDS & set(rest[:1]):
            said = wording.quote(at, last)
            yield wording.hit(
                at,
                last,
                f'"{said}" compares with something that is not named or cannot be measured any more.',
                f'Replace "{said}" by the value to reach, or name what it is compared with and by how much.',
                0.8,
            )


_REACH = 8


def _refers(wording: Wording, at: int, rest: list[str]) -> bool:
    """Whether the sentence says than what, and that can be looked up, or the comparison orders things of its own."""
    before = wording.lower[at - 1] if at else ""
    if "than" in rest:
        beyond = rest[rest.index("than") + 1 :]
        return not {"before", "today", "now", "currently", "usual", "normal", "present"} & set(beyond[:3])
    if before in {"or", "and", "no", "the", "any", "one", "sooner", "whichever", "is"} and (
        rest[:1] != ["performance"]
    ):
        return before != "the" or not rest or rest[0] != "the"
    return any(
        wording.lower[at + 1 : first].count("to") or first - at <= _REACH for first, _ in wording.measured if first > at
    )


def _about(wording: Wording) -> Iterator[Hit]:
    starts = {first for first, _ in wording.measured}
    lower = wording.lower
    for match in _ABOUT.find(wording):
        after = match.last + 1
        if match.phrase in {"about", "around"} and match.first and lower[match.first - 1] in _TOPICAL:
            continue
        number = after < len(lower) and (after in starts or lower[after][0].isdigit())
        covered = any(first <= match.first <= last for first, last in wording.measured)
        if match.phrase in {"or so", "give or take"}:
            number = covered = match.first > 0 and any(last == match.first - 1 for _, last in wording.measured)
        if not number and not (covered and after < len(lower) and lower[after][0].isdigit()):
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" gives a number without saying how far off it may be.',
            f'Replace "{said}" by limits: "at most …", "at least …", or a tolerance ("± 5 %").',
        )


def _striving(wording: Wording) -> Iterator[Hit]:
    lower = wording.lower
    for match in _STRIVING.find(wording):
        before = lower[match.first - 1] if match.first else ""
        rest = set(lower[match.last + 1 : match.last + 1 + _REACH])
        if any(first > match.first for first, _ in wording.measured) or not _demanded(wording, match.first):
            continue
        if match.phrase in _SETTABLE and (rest & _BY_HOW_MUCH or before not in lexicon.MODALS):
            continue
        if match.phrase in {"ease", "improved", "enhanced", "optimized", "optimised"} and before not in lexicon.BE | {
            "to"
        }:
            continue
        if before in {"the", "a", "an"} and match.phrase != "improved":
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" names a direction, not a result: it is never done and never failed.',
            f'State the result in place of "{said}": what happens, or which value is reached.',
            0.8,
        )


def _demanded(wording: Wording, at: int) -> bool:
    """Whether the word is a verb that the sentence itself demands, not one in a condition or a noun."""
    verbal = wording.tags[at] in {Tag.VERB, Tag.GERUND, Tag.PARTICIPLE, Tag.AUXILIARY}
    return verbal and wording.reading.regions[at] in {Region.MAIN, Region.PURPOSE}


RULES = (
    Rule(
        id="superlative",
        title="Superlative",
        severity=Severity.MINOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="The best of all cannot be proved without comparing with all.",
        example="The planner shall offer the best route.",
        better="The planner shall offer the route with the lowest toll.",
        suggestion="Give the value to reach, or say among what and by which measure.",
        check=_superlatives,
        forms=ALL_FORMS,
    ),
    Rule(
        id="comparative",
        title="Comparison without a reference",
        severity=Severity.MINOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="Faster than what? Without a stated value nobody can measure it once the old version is gone.",
        example="The new importer shall be faster than before.",
        better="The new importer shall read 5,000 rows in at most 20 seconds.",
        suggestion="Give the value to reach, or name what it is compared with and by how much.",
        check=_comparatives,
        forms=ALL_FORMS,
    ),
    Rule(
        id="approximate_value",
        title="Approximate value",
        severity=Severity.MINOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="A number that is only about right has no limit at which a test fails.",
        example="The oven shall reach the set temperature in about 12 minutes.",
        better="The oven shall reach the set temperature in at most 12 minutes.",
        suggestion="Give limits or a tolerance.",
        check=_about,
        forms=ALL_FORMS,
    ),
    Rule(
        id="unverifiable_verb",
        title="Direction instead of a result",
        severity=Severity.MAJOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="To improve, to optimise or to try is never finished, so it cannot be accepted.",
        example="The scheduler shall minimise idle time.",
        better="The scheduler shall keep the idle time of each machine below 5 percent per shift.",
        suggestion="State the result or the value that is reached.",
        check=_striving,
        forms=ALL_FORMS,
    ),
)
