"""What lies behind noisy scores of candidates that were trained once or a few times.

The luckiest of many single draws is not the best architecture. Where one is sought, the mean of a
candidate's scores is drawn towards the middle of all, the more so the fewer they are and the noisier
trainings are. On a front, where small networks are not expected to be as good as large ones, there is
no such middle, and a candidate is taken for what it is worth at least: its mean less two standard errors.

Source: the normal-normal model, Gelman et al. 2013, Bayesian Data Analysis, section 2.5; Efron and
Morris 1975, Data Analysis Using Stein's Estimator; the noise by the median absolute deviation, Rousseeuw
and Croux 1993, Alternatives to the Median Absolute Deviation. Differs: the spread of qualities is that
of the better half, since many spaces have a long tail of architectures that learn nothing.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, median

Vector = tuple[float, ...]

# Qualities are taken to spread by at least this share of the variance of the noise.
_LEAST_SPREAD = 0.1
# With fewer, the luckiest single draws of searches that train nothing again count for more than they are
# worth beside means of several; with more, for less.
_ERRORS = 2.0
# So many candidates that were trained again more than once tell the noise by themselves; a pair of
# scores of a few would tell it too roughly.
_ENOUGH = 10
# Standard deviations in a median absolute deviation of normal values.
_NORMAL = 1.4826


def noise_of(groups: Sequence[Sequence[float]]) -> float:
    """The standard deviation of scores around what lies behind them; 0 where it is not known.

    A few trainings that went wrong do not change it. Who is trained again had luck the first time, so
    first scores are left out where enough others are there.

    Args:
        groups: The scores of each candidate, in the order of its trainings.
    Example:
        >>> round(noise_of([[0.5, 0.52], [0.7, 0.7, 0.73], [0.9], [0.8, 0.1]]), 3)
        0.021
        >>> round(noise_of([[0.9, 0.7, 0.72]] * 10), 3)
        0.021
    """
    later = [scores[1:] for scores in groups if len(scores) > 2]
    deviations = [
        # By which factor deviations from a mean are too small, the mean being one of the same scores.
        abs(score - fmean(scores)) * sqrt(len(scores) / (len(scores) - 1))
        for scores in (later if len(later) >= _ENOUGH else groups)
        if len(scores) > 1
        for score in scores
    ]
    return _NORMAL * median(deviations) if deviations else 0.0


def noises_of(groups: Sequence[Sequence[Vector]]) -> Vector:
    """The same for each of several objectives; 0 for one without noise, as a cost is."""
    axes = range(len(groups[0][0])) if groups else ()
    return tuple(noise_of([[vector[k] for vector in vectors] for vectors in groups]) for k in axes)


def posterior_means(groups: Sequence[Sequence[float]]) -> list[float]:
    """For each group of scores the posterior mean of what they are noisy draws of.

    Means where the noise is not known.

    Example:
        >>> posterior_means([[0.5], [0.7, 0.7], [0.9]])
        [0.5, 0.7, 0.9]
    """
    means = [fmean(scores) for scores in groups]
    noise = noise_of(groups) ** 2
    if noise == 0:
        return means
    middle = median(means)
    spread = fmean([(mean - middle) ** 2 for mean in means if mean >= middle])
    spread = max(spread - noise, _LEAST_SPREAD * noise)
    found: list[float] = []
    for scores, mean in zip(groups, means, strict=True):
        weight, prior = len(scores) / noise, 1 / spread
        found.append((weight * mean + prior * middle) / (weight + prior))
    return found


def at_least(vectors: Sequence[Vector], noises: Vector) -> Vector:
    """What a candidate is worth at least: the mean of its trainings less two standard errors.

    Example:
        >>> at_least([(0.5, -8.0), (0.7, -8.0), (0.6, -8.0), (0.6, -8.0)], (0.25, 0.0))
        (0.35, -8.0)
    """
    count = len(vectors)
    means = [fmean(values) for values in zip(*vectors, strict=True)]
    if not noises:
        return tuple(means)
    errors = [noise / sqrt(count) for noise in noises]
    return tuple([mean - _ERRORS * error for mean, error in zip(means, errors, strict=True)])
