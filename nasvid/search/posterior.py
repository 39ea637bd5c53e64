"""What lies behind noisy scores: their mean, drawn towards the middle of all candidates.

The luckiest of many single draws is not the best architecture, so the mean of a candidate's scores is
drawn towards the middle, the more so the fewer they are and the noisier trainings are.

Source: the normal-normal model, Gelman et al. 2013, Bayesian Data Analysis, section 2.5; Efron and
Morris 1975, Data Analysis Using Stein's Estimator. Differs: the spread of qualities is that of the
better half, since many spaces have a long tail of architectures that learn nothing.
"""

from collections.abc import Sequence
from statistics import fmean, median

Vector = tuple[float, ...]

# Qualities are taken to spread by at least this share of the variance of the noise.
_LEAST_SPREAD = 0.1


def posterior_means(groups: Sequence[Sequence[float]]) -> list[float]:
    """For each group of scores the posterior mean of what they are noisy draws of.

    Means where no group has two scores that differ, as the noise is not known then.

    Example:
        >>> posterior_means([[0.5], [0.7, 0.7], [0.9]])
        [0.5, 0.7, 0.9]
    """
    means = [fmean(scores) for scores in groups]
    noise = _pooled_variance(groups, means)
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


def posterior_vectors(groups: Sequence[Sequence[Vector]]) -> list[Vector]:
    """The same for several objectives, each by itself; one without noise, as a cost is, stays.

    Example:
        >>> posterior_vectors([[(0.5, -8.0)], [(0.7, -9.0)]])
        [(0.5, -8.0), (0.7, -9.0)]
    """
    if not groups:
        return []
    axes = [
        posterior_means([[vector[axis] for vector in vectors] for vectors in groups])
        for axis in range(len(groups[0][0]))
    ]
    return list(zip(*axes, strict=True))


def _pooled_variance(groups: Sequence[Sequence[float]], means: Sequence[float]) -> float:
    """Variance within groups; 0 where none has two scores."""
    freedom = sum(len(scores) - 1 for scores in groups)
    if not freedom:
        return 0.0
    pairs = zip(groups, means, strict=True)
    return sum((score - mean) ** 2 for scores, mean in pairs for score in scores) / freedom
