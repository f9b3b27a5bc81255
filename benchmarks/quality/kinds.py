"""Measures types, qualities, priorities and the parts of requirements, and whether the confidence in a type holds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from benchmarks.quality import own, public
from benchmarks.quality.figures import Figure, missing
from benchmarks.quality.finding import readings
from benchmarks.quality.measures import accuracy, macro_f1, scores, weighted_f1
from specloom.ai.analysis import Classification, Clause, Statement
from specloom.ai.classification import classify
from specloom.ai.grammar import clause
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, Quality, RequirementType

GOAL_FUNCTIONAL, GOAL_SUBCLASS = 0.84, 0.70
PROMISE = "PROMISE, all projects"
_IGNORED = frozenset({"a", "an", "the", "each", "every", "all", "of", "to", "when", "if", "while", "where", "then"})
_SPAN_FIELDS = ("actor", "action", "object", "condition")
_LONGEST_ACTION = 4
# The classes of PROMISE that are not one characteristic of ISO/IEC 25010, by characteristic and sub-characteristic.
_BY_ASPECT = {
    (Quality.RELIABILITY, "fault_tolerance"): "FT",
    (Quality.RELIABILITY, "recoverability"): "FT",
    (Quality.INTERACTION_CAPABILITY, "user_engagement"): "LF",
    (Quality.PERFORMANCE_EFFICIENCY, "capacity"): "SC",
    (Quality.FLEXIBILITY, "scalability"): "SC",
}
_BY_QUALITY = {
    Quality.PERFORMANCE_EFFICIENCY: "PE",
    Quality.COMPATIBILITY: "O",
    Quality.INTERACTION_CAPABILITY: "US",
    Quality.RELIABILITY: "A",
    Quality.SECURITY: "SE",
    Quality.MAINTAINABILITY: "MN",
    Quality.FLEXIBILITY: "O",
    Quality.SAFETY: "SE",
    Quality.FUNCTIONAL_SUITABILITY: "F",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A labelled requirement with what was made of it."""

    document: own.Document
    label: own.Label
    clause: Clause
    classification: Classification

    def says(self, message: str) -> str:
        return f"{self.document.name}: {message}: {self.label.quote}"


@cache
def typed(split: str) -> tuple[Typed, ...]:
    """The single requirements of the own documents, as found if they were found once, else as labelled."""
    result = []
    for reading in readings(split):
        text = reading.document.text
        for label, statements in zip(reading.document.labels, reading.of, strict=True):
            if not label.requirement or label.fields["parts"] > 1:
                continue
            given = Statement(label.start, label.end, Form(label.fields["form"]), 1.0)
            statement = statements[0] if len(statements) == 1 else given
            parts = clause(text, statement)
            result.append(Typed(reading.document, label, parts, classify(text, statement, parts, ())))
    return tuple(result)


def own_figures() -> Iterator[Figure]:
    """Requirements of the own documents, in their context."""
    for split in own.SPLITS:
        yield from _types(f"own documents, {split}", typed(split))
        yield from _parts(f"own documents, {split}", typed(split))


def public_figures() -> Iterator[Figure]:
    """Requirements of PROMISE, each alone."""
    if not promise():
        yield missing("functional or not", "macro-F1", "PROMISE", GOAL_FUNCTIONAL)
        yield missing("subclasses of qualities", "weighted F1", "PROMISE", GOAL_SUBCLASS)
        return
    yield from _functional()
    yield _subclasses()


@cache
def promise() -> tuple[tuple[dict[str, str], Classification], ...]:
    """The rows of PROMISE with what is made of them; none if it is not there."""
    rows = public.rows("classify/promise_nfr_625.csv", ";")
    return tuple((row, alone(row["RequirementText"])) for row in rows)


def alone(sentence: str) -> Classification:
    """The classification of a sentence without a document around it."""
    statement = Statement(0, len(sentence), Form.SENTENCE, 1.0)
    return classify(sentence, statement, clause(sentence, statement), ())


def is_functional(found: Classification) -> bool:
    """PROMISE knows no business rules, which are functions there, and counts laws among the qualities."""
    return found.type in {RequirementType.FUNCTIONAL, RequirementType.BUSINESS_RULE}


def promise_class(found: Classification) -> str:
    """The class of PROMISE that means the same."""
    if is_functional(found):
        return "F"
    if found.type is RequirementType.COMPLIANCE or found.quality is None:
        return "L"
    return _BY_ASPECT.get((found.quality, found.aspect or "")) or _BY_QUALITY[found.quality]


def _types(data: str, items: Sequence[Typed]) -> Iterator[Figure]:
    ours = [each.classification.type.value for each in items]
    # Where two analysts would say two things, either is right; the first is what a wrong answer counts against.
    accepted = [each.label.fields["type"] for each in items]
    gold = [one if one in each else each[0] for one, each in zip(ours, accepted, strict=True)]
    errors = [each.says(f"{b}, not {a}") for each, a, b in zip(items, gold, ours, strict=True) if a != b]
    yield Figure("types", "macro-F1", data, macro_f1(gold, ours), len(gold), errors=errors)
    yield Figure("types", "accuracy", data, accuracy(gold, ours), len(gold))
    rated = [each for each in items if each.label.fields.get("quality") and not _otherwise(each)]
    wrong = [each for each in rated if each.classification.quality not in each.label.fields["quality"]]
    yield Figure(
        "quality characteristics",
        "accuracy",
        data,
        1 - len(wrong) / len(rated),
        len(rated),
        errors=[each.says(str(each.classification.quality)) for each in wrong],
    )
    named = [each for each in items if "framework" in each.label.fields]
    wrong = [each for each in named if not _same_name(each.classification.framework, each.label.fields["framework"])]
    yield Figure(
        "frameworks",
        "accuracy",
        data,
        1 - len(wrong) / len(named),
        len(named),
        errors=[each.says(str(each.classification.framework)) for each in wrong],
    )
    urgent = [each for each in items if "priority" in each.label.fields]
    wrong = [each for each in urgent if each.classification.priority not in each.label.fields["priority"]]
    yield Figure(
        "priorities",
        "accuracy",
        data,
        1 - len(wrong) / len(urgent),
        len(urgent),
        errors=[each.says(each.classification.priority) for each in wrong],
    )


def _otherwise(each: Typed) -> bool:
    """Whether it was taken for something without a quality, and may be."""
    kind = each.classification.type
    return kind is not RequirementType.NON_FUNCTIONAL and kind in each.label.fields["type"]


def _same_name(ours: str | None, gold: str) -> bool:
    plain = ["".join(filter(str.isalnum, name)).lower() for name in (ours or "", gold)]
    return bool(plain[0]) and (plain[0] in plain[1] or plain[1] in plain[0])


def _parts(data: str, items: Sequence[Typed]) -> Iterator[Figure]:
    errors, hits = [], []
    by_field: dict[str, list[bool]] = defaultdict(list)
    for each in items:
        for name in _SPAN_FIELDS:
            if name in each.label.fields:
                span: Span | None = getattr(each.clause, name)
                ours = each.document.text[span.start : span.end] if span else ""
                hit = _same_words(name, ours, each.label.fields[name])
                by_field[name].append(hit)
                if not hit:
                    errors.append(each.says(f"{name} {ours!r}, not {each.label.fields[name]!r}"))
        if "measure" in each.label.fields:
            hit = any(_same_measure(each.label.fields["measure"], m) for m in each.clause.measures)
            by_field["measure"].append(hit)
            if not hit:
                shown = [(m.comparator, m.value, m.unit) for m in each.clause.measures]
                errors.append(each.says(f"measures {shown}, not {each.label.fields['measure']}"))
    hits = [hit for each in by_field.values() for hit in each]
    note = ", ".join(f"{name} {fmean(each):.2f} of {len(each)}" for name, each in sorted(by_field.items()))
    yield Figure("fields of clauses", "accuracy", data, fmean(hits), len(hits), note=note, errors=errors)
    patterned = [each for each in items if "ears" in each.label.fields]
    wrong = [each for each in patterned if each.clause.ears != each.label.fields["ears"]]
    yield Figure(
        "EARS patterns",
        "accuracy",
        data,
        1 - len(wrong) / len(patterned),
        len(patterned),
        errors=[each.says(f"{each.clause.ears}, not {each.label.fields['ears']}") for each in wrong],
    )


def _same_words(name: str, ours: str, gold: str) -> bool:
    """Of an action, whether it holds the verb and little else; of others, whether half of the words that tell agree."""
    mine, theirs = (
        {word.strip(".,;:'\"()").lower() for word in each.split()} - _IGNORED - {""} for each in (ours, gold)
    )
    if name == "action":
        return theirs <= mine and len(ours.split()) <= len(gold.split()) + _LONGEST_ACTION - 1
    return scores(len(mine & theirs), len(mine), len(theirs)).f1 >= 0.5


def _same_measure(gold: Sequence[object], ours: object) -> bool:
    comparator, value, unit = gold
    same = getattr(ours, "comparator", "") == comparator and getattr(ours, "value", None) == value
    plain = [str(each).lower().rstrip("s") or "s" for each in (unit, getattr(ours, "unit", ""))]
    return same and (plain[0] == plain[1] or not unit)


def _functional() -> Iterator[Figure]:
    """Nothing is fitted per project, so that leaving one out changes nothing; all are counted together."""
    task, errors = "functional or not", []
    by_project: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row, found in promise():
        gold, ours = row["class"] == "F", is_functional(found)
        by_project[row["ProjectID"]].append((gold, ours))
        if gold != ours:
            errors.append(f"{promise_class(found)}, not {row['class']}: {row['RequirementText']}")
    pairs = [pair for project in by_project.values() for pair in project]
    pooled = macro_f1([gold for gold, _ in pairs], [ours for _, ours in pairs])
    yield Figure(task, "macro-F1", PROMISE, pooled, len(pairs), GOAL_FUNCTIONAL, errors=errors)
    each = [macro_f1([a for a, _ in project], [b for _, b in project]) for project in by_project.values()]
    yield Figure(task, "macro-F1, mean of projects", PROMISE, fmean(each), len(each))


def _subclasses() -> Figure:
    """Of the qualities only; what was taken for a function is wrong."""
    rows = [(row["class"], promise_class(found), row) for row, found in promise() if row["class"] != "F"]
    return Figure(
        "subclasses of qualities",
        "weighted F1",
        PROMISE,
        weighted_f1([gold for gold, _, _ in rows], [ours for _, ours, _ in rows]),
        len(rows),
        GOAL_SUBCLASS,
        errors=[f"{ours}, not {gold}: {row['RequirementText']}" for gold, ours, row in rows if gold != ours],
    )
