"""Makes one probability of two opinions, a model's and the grammar's, so that neither alone decides."""

from math import exp, log

# Models say 1.0 of nearly everything; nobody is surer than this, or surer of the opposite.
_SUREST = 0.95
_TYPES = 4
_DIGITS = 3


def pooled(*opinions: float) -> float:
    """The probability whose odds are the geometric mean of the opinions' odds.

    Of all ways to pool, this one keeps two calibrated opinions that rest on the same words from growing too sure.
    """
    odds = [log(_bounded(each) / (1 - _bounded(each))) for each in opinions]
    return round(1 / (1 + exp(-sum(odds) / len(odds))), _DIGITS)


def agreed(model: float, cues: float, *, same: bool) -> float:
    """The probability of a model's type by Bayes' rule, when the cues name the `same` type or another one.

    `model` and `cues` are how often each is right; their errors fall on the other types evenly and independently.
    """
    model, cues = _bounded(model), _bounded(cues)
    others = _TYPES - 1
    wrong, amiss = (1 - model) / others, (1 - cues) / others
    if same:
        chosen, rest = model * cues, others * wrong * amiss
    else:
        chosen, rest = model * amiss, wrong * cues + (others - 1) * wrong * amiss
    return round(min(chosen / (chosen + rest), _SUREST), _DIGITS)


def _bounded(opinion: float) -> float:
    return min(max(opinion, 1 - _SUREST), _SUREST)
