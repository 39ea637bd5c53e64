"""Several Gaussian processes as one model: how alike candidates are is not known, so all bets count.

The members differ in their length scale and weigh as much as the scores are likely by each. Where
they disagree about a candidate, the ensemble is less certain of it than any of them.

Source: Hoeting et al. 1999, Bayesian Model Averaging: A Tutorial,
https://doi.org/10.1214/ss/1009212519. Differs: members are the likeliest length scale and its
neighbours on the grid, and those of little weight are left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from nasvid.search.features import Floats
from nasvid.search.gaussian_process import (
    LENGTHS,
    GaussianProcess,
    Scales,
    UnderWay,
)

# Members of less weight are not worth their time.
LEAST_WEIGHT = 0.1


class Weighted(NamedTuple):
    """A member before it is fitted.

    Args:
        weight: All of an ensemble sum to 1.
        scales: Length, noise and totals.
    """

    weight: float
    scales: Scales


def members_around(scales: Scales, likelihood: Callable[[Scales], float]) -> tuple[Weighted, ...]:
    """The members of an ensemble: these scales and those one step of the length away.

    Args:
        scales: The likeliest ones, see `tuned`.
        likelihood: How likely the scores of the candidates are, see `log_likelihood`.
    """
    lengths = range(max(0, scales.length - 1), min(len(LENGTHS), scales.length + 2))
    near = [replace(scales, length=length) for length in lengths]
    logs = np.array([likelihood(one) for one in near])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    kept = weights >= LEAST_WEIGHT
    weights = weights[kept] / weights[kept].sum()
    scales_kept = [one for one, is_kept in zip(near, kept, strict=True) if is_kept]
    return tuple(map(Weighted, weights.tolist(), scales_kept))


class Ensemble:
    """Gaussian processes fitted to the same candidates.

    Args:
        members: What they are.
        distances: Squared, between candidates, in units of the typical one.
        scores: Of mean 0 and variance 1.
        counts: Trainings that each score is the mean of.
    """

    def __init__(
        self, members: Sequence[Weighted], distances: Floats, scores: Floats, counts: Floats
    ) -> None:
        self._weights = [member.weight for member in members]
        self._processes = [
            GaussianProcess(member.scales, distances, scores, counts) for member in members
        ]
        self.posterior = self._mean([process.posterior for process in self._processes])

    def predict(
        self, distances: Floats, under_way: UnderWay | None = None
    ) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the quality of others; see `GaussianProcess.predict`."""
        told = [process.predict(distances, under_way) for process in self._processes]
        mean = self._mean([mean for mean, _ in told])
        variance = self._mean([deviation**2 + (own - mean) ** 2 for own, deviation in told])
        return mean, np.sqrt(variance)

    def predict_mean(self, distances: Floats) -> Floats:
        """The mean alone, which takes a small part of the time."""
        return self._mean([process.predict_mean(distances) for process in self._processes])

    def _mean(self, values: Sequence[Floats]) -> Floats:
        total = self._weights[0] * values[0]
        for weight, value in zip(self._weights[1:], values[1:], strict=True):
            total = total + weight * value
        return total
