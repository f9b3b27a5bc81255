"""The measures themselves: counts in, numbers from 0 to 1 out."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

BINS = 10


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one class. Nothing found and nothing to find counts as right."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def scores(right: int, found: int, wanted: int) -> Scores:
    """From the number of true positives, of all found and of all there are."""
    return Scores(right / found if found else float(not wanted), right / wanted if wanted else 1.0)


def of_class(gold: Sequence[Hashable], ours: Sequence[Hashable], label: Hashable) -> Scores:
    """Of one class, labels of items in the same order."""
    both = sum(one == other == label for one, other in zip(gold, ours, strict=True))
    return scores(both, list(ours).count(label), list(gold).count(label))


def macro_f1(gold: Sequence[Hashable], ours: Sequence[Hashable]) -> float:
    """The mean F1 of the classes that `gold` has."""
    return fmean(of_class(gold, ours, label).f1 for label in set(gold))


def weighted_f1(gold: Sequence[Hashable], ours: Sequence[Hashable]) -> float:
    """The mean F1 of the classes that `gold` has, each counted as often as it stands there."""
    return sum(of_class(gold, ours, label).f1 * count for label, count in Counter(gold).items()) / len(gold)


def accuracy(gold: Iterable[Hashable], ours: Iterable[Hashable]) -> float:
    """The share of items with the right label."""
    return fmean(one == other for one, other in zip(gold, ours, strict=True))


def ndcg(gains: Sequence[float], ideal: Iterable[float], depth: int = 10) -> float:
    """Normalised discounted cumulative gain: gains in the order of a ranking, against all gains there are."""
    best = _discounted(sorted(ideal, reverse=True)[:depth])
    return _discounted(gains[:depth]) / best if best else 0.0


def precision_at_recall(scored: Iterable[tuple[float, bool]], recall: float) -> float:
    """The best precision of a threshold on the scores that still finds this share of what is wanted."""
    items = list(scored)
    wanted = sum(good for _, good in items)
    found = [[good for score, good in items if score >= threshold] for threshold in {score for score, _ in items}]
    return max(fmean(chosen) for chosen in found if sum(chosen) >= recall * wanted)


def recall_at_precision(scored: Iterable[tuple[float, bool]], precision: float) -> float:
    """The best recall of a threshold on the scores at which at least this share of what is found is right."""
    items = sorted(scored, reverse=True)
    wanted = sum(good for _, good in items)
    right, best = 0, 0.0
    for place, (score, good) in enumerate(items):
        right += good
        last_of_score = place + 1 == len(items) or items[place + 1][0] < score
        if last_of_score and right >= precision * (place + 1):
            best = right / wanted
    return best


@dataclass(frozen=True, slots=True)
class Bin:
    """Items of like confidence: how many, how sure on average, and which share was right."""

    count: int
    confidence: float
    right: float


def reliability(items: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Items of (confidence, right) in ten bins of equal width; empty ones are left out."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for item in items:
        bins[min(BINS - 1, int(item[0] * BINS))].append(item)
    return [Bin(len(each), fmean(c for c, _ in each), fmean(r for _, r in each)) for each in bins if each]


def calibration_error(items: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far, on average, a bin's confidence is from the share that was right."""
    return sum(each.count * abs(each.confidence - each.right) for each in reliability(items)) / len(items)


def surest(items: Sequence[tuple[float, bool]], share: float = 0.8) -> float:
    """The share that was right among the surest items."""
    ordered = sorted(items, key=lambda item: -item[0])
    return fmean(right for _, right in ordered[: max(1, round(len(ordered) * share))])


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))
