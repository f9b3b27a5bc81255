"""Measures what the rules say of single sentences: smells, pronouns, user stories, mutations, and clean ones."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from benchmarks.quality import own, public
from benchmarks.quality.figures import Figure, missing
from benchmarks.quality.measures import Scores, macro_f1, of_class, precision_at_recall, scores
from benchmarks.quality.mutations import CONDITIONAL, PLAIN, mutations
from specloom.ai.analysis import Finding, Requirement, RuleSetting, Statement
from specloom.ai.classification import classify
from specloom.ai.grammar import causality, clause
from specloom.ai.rules import RULES, check
from specloom.ai.rules.pronouns import pronoun_risk
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form

GOAL_SMELLS, GOAL_PRONOUNS, GOAL_CAUSAL, GOAL_CHECKS = 0.60, 0.52, 0.80, 0.95
GOAL_ATOMIC, GOAL_STORIES, GOAL_CLEAN = 0.65, 0.80, 0.10
_LEAST_RECALL = 0.95
EVERYTHING = {rule: RuleSetting() for rule in RULES}

# Which of our rules speak of each of the eight smells of ISO/IEC/IEEE 29148; the strict ones are off by default.
SMELLS: Mapping[str, frozenset[str]] = {
    "superlative": frozenset({"superlative", "strict_superlative"}),
    "comparative": frozenset({"comparative", "strict_comparative"}),
    "vague_adverb": frozenset({"vague_term", "vague_quantity", "vague_time", "approximate_value"}),
    "subjective": frozenset({"subjective_term", "unmeasured_quality"}),
    "negative": frozenset({"negative_outcome", "double_negative", "strict_negative"}),
    "loophole": frozenset({"escape_clause"}),
    "open_ended": frozenset({"open_list", "examples_only", "unverifiable_verb", "strict_unbounded"}),
    "vague_pronoun": frozenset({"ambiguous_pronoun"}),
}
# The public set calls indefinite words ("all", "each", "one", "many") vague pronouns, and no others.
_INDEFINITE = frozenset({"strict_indefinite"})
_ARTA = {
    "superlative": "superlative",
    "vague_pronuns": "vague_pronoun",
    "Compratives": "comparative",
    "Ambiguouse_adverb_and_adjective": "vague_adverb",
    "negative_sentence": "negative",
    "looples": "loophole",
    "Open ended NonVarifiable": "open_ended",
    "Subjective Language": "subjective",
}
CHECKS: Mapping[str, frozenset[str]] = {
    "EARS order": frozenset({"condition_last", "hidden_condition"}),
    "missing modal": frozenset({"missing_modal"}),
    "compound": frozenset({"several_demands"}),
    "TBD": frozenset({"placeholder"}),
    "missing unit": frozenset({"missing_unit"}),
}
# No rule says yet that a story has no means.
DEFECTS: Mapping[str, frozenset[str]] = {
    "atomic": frozenset({"story_not_atomic"}),
    "role": frozenset({"story_without_role"}),
    "role_vague": frozenset({"story_unspecific_role"}),
    "purpose": frozenset({"story_without_purpose"}),
    "means": frozenset(),
}


@cache
def findings(sentence: str, form: Form = Form.SENTENCE) -> tuple[Finding, ...]:
    """What all rules say of a sentence, also those that a tenant has to switch on."""
    return tuple(check(sentence, [requirement(sentence, 0, len(sentence), form)], EVERYTHING))


def requirement(text: str, start: int, end: int, form: Form = Form.SENTENCE) -> Requirement:
    """A sentence as the requirement that it is."""
    statement = Statement(start, end, form, 1.0)
    parts = clause(text, statement)
    return Requirement(statement, parts, classify(text, statement, parts, ()))


def own_figures() -> Iterator[Figure]:
    """Single sentences written for each check, and clean ones beside them."""
    for split in own.SPLITS:
        data = f"own sentences, {split}"
        smells, pronouns, causal = (own.sentences(name, split) for name in ("smells", "pronouns", "causal"))
        yield from _smells(data, [(row["sentence"], row["smells"], row.get("also", ())) for row in smells], SMELLS)
        yield _pronouns(data, [(row["sentence"], row["start"], row["nocuous"]) for row in pronouns])
        yield _causal(data, [(row["sentence"], row["causal"]) for row in causal])
        yield from _stories(split)
        twins = [row["sentence"] for row in smells if not row["smells"]]
        yield _clean(f"clean sentences, {split}", twins)
    yield _clean("clean sentences in EARS order", [*CONDITIONAL, *PLAIN])
    yield from _mutations()


def public_figures() -> Iterator[Figure]:
    """The sets of ARTA, ReqEval and CiRA."""
    if arta := list(_arta()):
        yield from _smells("ARTA", arta, {**SMELLS, "vague_pronoun": _INDEFINITE})
    else:
        yield missing("smells, 8 types", "micro-F1", "ARTA", GOAL_SMELLS)
    for part in ("training", "test"):
        if reqeval := list(_reqeval(part)):
            yield _pronouns(f"ReqEval, {part}", reqeval)
        else:
            yield missing("pronouns", "precision at recall ≥ .95", f"ReqEval, {part}", GOAL_PRONOUNS)
    if cira := [(row["Sentence"], row["Causal"] == "1") for row in public.rows("causality/cira_overall.csv")]:
        yield _causal("CiRA", cira)
    else:
        yield missing("causal sentences", "macro-F1", "CiRA", GOAL_CAUSAL)


def _smells(
    data: str, rows: Sequence[tuple[str, Collection[str], Collection[str]]], meant: Mapping[str, frozenset[str]]
) -> Iterator[Figure]:
    """Rows are a sentence, the smells it has, and those that it may be said to have or not."""
    counts = dict.fromkeys(meant, (0, 0, 0))
    errors = []
    for sentence, gold, arguable in rows:
        said = {finding.rule_id: finding for finding in findings(sentence)}
        ours = {smell for smell, rules in meant.items() if rules & said.keys() and smell not in arguable}
        for smell in ours | set(gold):
            right, found, wanted = counts[smell]
            counts[smell] = right + (smell in ours and smell in gold), found + (smell in ours), wanted + (smell in gold)
        errors += [f"missed {smell}: {sentence}" for smell in sorted(set(gold) - ours)]
        for smell in sorted(ours - set(gold)):
            words = {sentence[f.start : f.end] for rule, f in said.items() if rule in meant[smell]}
            errors.append(f"false {smell} {sorted(words)}: {sentence}")
    total = scores(*(sum(each[place] for each in counts.values()) for place in range(3)))
    each_one = {smell: scores(*count) for smell, count in counts.items()}
    note = ", ".join(f"{smell} {one.precision:.2f}/{one.recall:.2f}" for smell, one in each_one.items())
    task = "smells, 8 types"
    yield Figure(task, "micro-F1", data, total.f1, len(rows), GOAL_SMELLS, note=f"P/R: {note}", errors=errors)
    yield Figure(task, "micro-precision", data, total.precision, len(rows))


def _arta() -> Iterator[tuple[str, Collection[str], Collection[str]]]:
    for row in public.rows("smells/arta_ds4_1153.csv"):
        smells = [ours for theirs, ours in _ARTA.items() if row[theirs] not in {"-", ""}]
        yield " ".join(row["Requirement"].split()), smells, ()


def _reqeval(part: str) -> Iterator[tuple[str, int, bool]]:
    """Sentences with one marked pronoun each: the sentence, where the pronoun starts, whether it is nocuous."""
    for row in public.rows(f"anaphora/reqeval_{part}.tsv", "\t"):
        before, _, rest = row["Sentence"].partition("<referential>")
        if rest:
            yield before + rest.replace("</referential>", ""), len(before), row["Detected as"] == "NOCUOUS"


def _pronouns(data: str, rows: Sequence[tuple[str, int, bool]]) -> Figure:
    """Of a threshold on the risk of each pronoun; what the rule reports by default stands in the note."""
    scored, errors = [], []
    reported = [0, 0]
    for sentence, start, nocuous in rows:
        scored.append((pronoun_risk(sentence, Span(start, start + 1)), nocuous))
        said = any(f.rule_id in SMELLS["vague_pronoun"] and f.start <= start < f.end for f in findings(sentence))
        reported[nocuous] += said
        if said != nocuous:
            pronoun = sentence[start:].split()[0].strip(".,;")
            errors.append(f"{'missed' if nocuous else 'false'} {pronoun!r} at {start}: {sentence}")
    found = scores(reported[True], sum(reported), sum(nocuous for _, _, nocuous in rows))
    note = f"of what is reported: precision {found.precision:.2f}, recall {found.recall:.2f}"
    value = precision_at_recall(scored, _LEAST_RECALL)
    return Figure(
        "pronouns", "precision at recall ≥ .95", data, value, len(rows), GOAL_PRONOUNS, note=note, errors=errors
    )


def _causal(data: str, rows: Sequence[tuple[str, bool]]) -> Figure:
    gold = [causal for _, causal in rows]
    ours = [causality(sentence) >= 0.5 for sentence, _ in rows]
    errors = [f"{'missed' if a else 'false'}: {s}" for (s, a), b in zip(rows, ours, strict=True) if a != b]
    return Figure("causal sentences", "macro-F1", data, macro_f1(gold, ours), len(rows), GOAL_CAUSAL, errors=errors)


def _mutations() -> Iterator[Figure]:
    cases = list(mutations())
    data = "own sentences, mutated"
    for name, rules in CHECKS.items():
        chosen = [each for each in cases if each.check == name]
        ours = [bool(rules & {f.rule_id for f in findings(each.sentence)}) for each in chosen]
        found = of_class([each.broken for each in chosen], ours, label=True)
        errors = [
            f"{'missed' if each.broken else 'false'}: {each.sentence}"
            for each, said in zip(chosen, ours, strict=True)
            if each.broken != said
        ]
        yield Figure(f"check: {name}", "precision", data, found.precision, len(chosen), GOAL_CHECKS, errors=errors)
        yield Figure(f"check: {name}", "recall", data, found.recall, len(chosen), GOAL_CHECKS)


def _stories(split: str) -> Iterator[Figure]:
    rows = own.sentences("stories", split)
    gold = [frozenset(row["defects"]) for row in rows]
    said = [{f.rule_id for f in findings(row["story"], Form.USER_STORY)} for row in rows]
    ours = [{defect for defect, rules in DEFECTS.items() if rules & each} for each in said]
    for name, defects, goal in (
        ("atomic", {"atomic"}, GOAL_ATOMIC),
        ("rest", DEFECTS.keys() - {"atomic"}, GOAL_STORIES),
    ):
        errors = [
            f"{'missed' if defect in a else 'false'} {defect}: {row['story']}"
            for row, a, b in zip(rows, gold, ours, strict=True)
            for defect in sorted((a ^ b) & defects)
        ]
        found = _over(gold, ours, defects)
        note = f"precision {found.precision:.2f}, recall {found.recall:.2f}"
        yield Figure(
            f"user stories: {name}", "F1", f"own stories, {split}", found.f1, len(rows), goal, note=note, errors=errors
        )


def _over(gold: Sequence[Collection[str]], ours: Sequence[Collection[str]], labels: Collection[str]) -> Scores:
    """All labels of all items counted together."""
    pairs = [(label in a, label in b) for a, b in zip(gold, ours, strict=True) for label in labels]
    return of_class([a for a, _ in pairs], [b for _, b in pairs], label=True)


def _clean(data: str, sentences: Sequence[str]) -> Figure:
    """A clean specification comes out nearly clean, or people switch the rules off."""
    text = "\n\n".join(sentences)
    requirements, at = [], 0
    for sentence in sentences:
        requirements.append(requirement(text, at, at + len(sentence)))
        at += len(sentence) + 2
    said = check(text, requirements, {})
    errors = [f"{f.rule_id} {text[f.start : f.end]!r}: {sentences[f.requirement]}" for f in said]
    task, measure = "clean specification", "findings per requirement"
    value = len(said) / len(sentences)
    return Figure(task, measure, data, value, len(sentences), GOAL_CLEAN, at_most=True, errors=errors)
