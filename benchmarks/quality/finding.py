"""Measures whether requirements are found, all of them, nothing else, with exact borders and each once."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from benchmarks.quality import own, public
from benchmarks.quality.figures import Figure, missing
from benchmarks.quality.measures import macro_f1, of_class, recall_at_precision, scores
from specloom.ai.analysis import Statement
from specloom.ai.extraction import THRESHOLD, find, habits, probability
from specloom.vocabulary.requirements import Form

GOAL_F1, GOAL_PRECISION, GOAL_RECALL = 0.83, 0.85, 0.85
TASK = "requirement or not"
PURE = ("pure_valid", "pure_train")
# What may stand around a quote without making it another one: who speaks, an identifier, marks at the end.
_BEFORE = re.compile(r"^(?:\W*[\w .()/-]{1,24}:\s+|\W*[A-Z]{1,5}-\d+\W*|\W+)+")
_AFTER = re.compile(r"[\W_]+$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a document: the statements that belong to each label, and those that belong to none."""

    document: own.Document
    of: tuple[tuple[Statement, ...], ...]
    stray: tuple[Statement, ...]


@cache
def readings(split: str) -> tuple[Reading, ...]:
    """Of the project's own documents."""
    return tuple(read(document) for document in own.documents(split))


def read(document: own.Document) -> Reading:
    """Finds the requirements of a document; each statement belongs to the label that it shares most text with."""
    of: list[list[Statement]] = [[] for _ in document.labels]
    stray = []
    for statement in find(document.text):
        shared_text = [min(statement.end, label.end) - max(statement.start, label.start) for label in document.labels]
        best = max(range(len(shared_text)), key=shared_text.__getitem__)
        if shared_text[best] > 0:
            of[best].append(statement)
        else:
            stray.append(statement)
    return Reading(document, tuple(tuple(each) for each in of), tuple(stray))


def own_figures() -> Iterator[Figure]:
    """Documents as wholes, so that headings, lead-ins and neighbours count."""
    for split in own.SPLITS:
        yield from _own(f"own documents, {split}", readings(split))


def public_figures() -> Iterator[Figure]:
    """Sentence by sentence, for that is all that is public; and the founding texts."""
    for name in PURE:
        yield from _pure(name)
    yield _shall()


def _own(data: str, read_documents: Sequence[Reading]) -> Iterator[Figure]:
    gold, ours, errors = [], [], []
    for reading in read_documents:
        for label, statements in zip(reading.document.labels, reading.of, strict=True):
            gold.append(label.requirement)
            ours.append(bool(statements))
            if gold[-1] != ours[-1]:
                reason = "missed" if label.requirement else f"false ({label.fields['why']})"
                errors.append(f"{reason}: {reading.document.name}: {label.quote}")
        for statement in reading.stray:
            gold.append(False)
            ours.append(True)
            errors.append(f"false (unlabelled): {reading.document.name}: {statement.words(reading.document.text)}")
    yield from _classes(data, gold, ours, errors)
    yield _exact(data, read_documents)
    yield _splits(data, read_documents)


def _classes(data: str, gold: Sequence[bool], ours: Sequence[bool], errors: Sequence[str]) -> Iterator[Figure]:
    positive = of_class(gold, ours, label=True)
    yield Figure(TASK, "macro-F1", data, macro_f1(gold, ours), len(gold), GOAL_F1, errors=errors)
    yield Figure(TASK, "precision", data, positive.precision, len(gold), GOAL_PRECISION)
    yield Figure(TASK, "recall", data, positive.recall, len(gold), GOAL_RECALL)


def _exact(data: str, read_documents: Sequence[Reading]) -> Figure:
    """F1 of quotes that are right to the letter; sentences that hold several requirements are counted apart."""
    right = found = wanted = 0
    errors = []
    for reading in read_documents:
        for label, statements in zip(reading.document.labels, reading.of, strict=True):
            if label.fields.get("parts", 0) > 1:
                continue
            quotes = [reading.document.text[each.start : each.end] for each in statements]
            accepted = {core(label.quote), *outcomes(label)}
            hit = label.requirement and bool(quotes) and all(core(quote) in accepted for quote in quotes)
            found += 1 if hit else len(statements)
            wanted += label.requirement
            right += hit
            if label.requirement and quotes and not hit:
                errors.append(f"{reading.document.name}: {label.quote!r} found as {quotes}")
        found += len(reading.stray)
    return Figure(
        "extraction in context", "exact-quote F1", data, scores(right, found, wanted).f1, wanted, errors=errors
    )


def _splits(data: str, read_documents: Sequence[Reading]) -> Figure:
    """The share of requirement sentences that come out as just as many requirements as they hold."""
    counts, errors = [], []
    for reading in read_documents:
        for label, statements in zip(reading.document.labels, reading.of, strict=True):
            if label.requirement and statements:
                counts.append(len(statements) in {label.fields["parts"], len(outcomes(label))})
                if not counts[-1]:
                    errors.append(
                        f"{reading.document.name}: {len(statements)} for {label.fields['parts']}: {label.quote}"
                    )
    value = sum(counts) / len(counts) if counts else 0.0
    return Figure("extraction in context", "each exactly once", data, value, len(counts), errors=errors)


def outcomes(label: own.Label) -> list[str]:
    """What a scenario demands, line by line: it may be taken as one requirement or as one for each of these."""
    if label.fields.get("form") != Form.SCENARIO:
        return []
    steps = label.quote[label.quote.index("Then ") :].splitlines()
    return [core(step.strip().partition(" ")[2]) for step in steps]


def core(quote: str) -> str:
    """A quote without what may stand around it, in one line."""
    return _AFTER.sub("", _BEFORE.sub("", " ".join(quote.split()), count=1)).lower()


def _shall() -> Figure:
    """The share of "SHALL" in the founding texts that stand in just one requirement."""
    task, measure, data = "extraction in context", "each SHALL exactly once", "founding texts"
    texts = [file.read_text(encoding="utf-8") for file in public.sources()]
    counts, errors = [], []
    for text in texts:
        found = list(find(text))
        for place in (match.start() for match in re.finditer(r"\bSHALL\b", text)):
            counts.append(sum(each.start <= place < each.end for each in found))
            if counts[-1] != 1:
                errors.append(f"{counts[-1]} times: {' '.join(text[max(0, place - 60) : place + 60].split())}")
    if not counts:
        return missing(task, measure, data, 1.0)
    return Figure(task, measure, data, counts.count(1) / len(counts), len(counts), 1.0, errors=errors)


@cache
def judged(name: str) -> tuple[tuple[dict[str, str], float, float], ...]:
    """The sentences of a public file: the confidence of what was found there, 0 for nothing, and the probability."""
    rows = public.rows(f"req_or_not/{name}.csv")
    by_document: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_document[row["Name of Doc"]].append(row["Requirement"])
    usual = {document: habits(sentences) for document, sentences in by_document.items()}
    return tuple(
        (
            row,
            max((each.confidence for each in find(sentence, usual=usual[row["Name of Doc"]])), default=0.0),
            probability(sentence, usual[row["Name of Doc"]]),
        )
        for row in rows
        for sentence in [row["Requirement"]]
    )


def found_in_pure() -> list[tuple[float, bool]]:
    """How sure of each public sentence that was found, and whether it is a requirement."""
    return [(found, _is_requirement(row)) for name in PURE for row, found, _ in judged(name) if found]


def decided_in_pure() -> list[tuple[float, bool]]:
    """How sure of the verdict on each public sentence, found or not, and whether it is right."""
    rows = [(chance, _is_requirement(row)) for name in PURE for row, _, chance in judged(name)]
    return [(max(chance, 1 - chance), (chance >= THRESHOLD) == gold) for chance, gold in rows]


def _is_requirement(row: dict[str, str]) -> bool:
    return row["Req/Not Req"] == "Req"


def _pure(name: str) -> Iterator[Figure]:
    rows = judged(name)
    if not rows:
        yield missing(TASK, "macro-F1", f"PURE, {name}", GOAL_F1)
        return
    gold = [_is_requirement(row) for row, _, _ in rows]
    ours = [found > 0 for _, found, _ in rows]
    by_document: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    errors = []
    for (row, _, _), a, b in zip(rows, gold, ours, strict=True):
        by_document[row["Name of Doc"]].append((a, b))
        if a != b:
            errors.append(f"{'missed' if a else 'false'}: {row['Name of Doc']}: {row['Requirement']}")
    yield from _classes(f"PURE, {name}", gold, ours, errors)
    scored = [(chance, _is_requirement(row)) for row, _, chance in rows]
    best = recall_at_precision(scored, GOAL_PRECISION)
    yield Figure(TASK, "recall at precision ≥ .85", f"PURE, {name}", best, len(rows), GOAL_RECALL)
    if len(by_document) > 1:
        each = {document: macro_f1(*zip(*pairs, strict=True)) for document, pairs in by_document.items()}
        note = ", ".join(f"{document} {value:.2f}" for document, value in sorted(each.items()))
        mean = sum(each.values()) / len(each)
        yield Figure(TASK, "macro-F1, mean of documents", f"PURE, {name}", mean, len(each), note=note)
