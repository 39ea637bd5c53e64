"""A Gaussian process with an exponential kernel on squared distances, in own linear algebra.

Length scale and noise are those of the highest marginal likelihood on small grids, found by a step
at a time from where the last search for them ended.

Source: Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, algorithm 2.1 and
section 5.4.1; the scale of the signal is profiled out.
"""

from dataclasses import dataclass

import numpy as np

from nasvid.search.features import Floats, squared_distances

# Squared distance over which candidates are alike, in units of the typical one.
LENGTHS = (0.13, 0.2, 0.3, 0.5, 0.85, 1.6, 4.0)
# Variance of a single score around the quality behind it, in units of the signal.
NOISES = (0.003, 0.01, 0.03, 0.1, 0.3, 0.6)
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Scales:
    """Places on the two grids."""

    length: int = 4
    noise: int = 3


def tuned(scales: Scales, distances: Floats, scores: Floats, counts: Floats) -> Scales:
    """Better scales for these candidates: the best noise, then one step of the length.

    Args:
        scales: Where to begin.
        distances: Squared, between candidates, in units of the typical one.
        scores: Of mean 0 and variance 1.
        counts: Trainings that each score is the mean of.
    """

    def likelihood(scales: Scales) -> float:
        return _log_likelihood(scales, distances, scores, counts)

    best, found = likelihood(scales), scales
    for noise in range(len(NOISES)):
        value = likelihood(Scales(scales.length, noise))
        if value > best:
            best, found = value, Scales(scales.length, noise)
    for length in (found.length - 1, found.length + 1):
        if 0 <= length < len(LENGTHS) and likelihood(Scales(length, found.noise)) > best:
            return Scales(length, found.noise)
    return found


class GaussianProcess:
    """Fitted to candidates, of which it says what lies behind their scores, and about others.

    Args:
        scales: Length and noise.
        rows: Of the candidates, see `DecisionFeatures`.
        unit: The typical squared distance.
        scores: Of mean 0 and variance 1.
        counts: Trainings that each score is the mean of.
    """

    def __init__(
        self, scales: Scales, rows: Floats, unit: float, scores: Floats, counts: Floats
    ) -> None:
        self._rows, self._unit, self._scales = rows, unit, scales
        noise = NOISES[scales.noise] / counts
        covariance = _kernel(scales, squared_distances(rows, rows) / unit)
        root = np.linalg.cholesky(covariance + np.diag(noise))
        # Many children are looked at for each fit, so the inverse is worth its making.
        self._inverse_root = np.linalg.inv(root)
        self._weights = self._inverse_root.T @ (self._inverse_root @ scores)
        self._signal = max(float(scores @ self._weights) / len(scores), _LEAST)
        # The score less what is put down to noise.
        self.posterior = scores - noise * self._weights

    def predict(self, rows: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the quality of candidates, the noise left out."""
        between = _kernel(self._scales, squared_distances(self._rows, rows) / self._unit)
        half = self._inverse_root @ between
        unexplained = np.maximum(1 - (half * half).sum(0), _LEAST)
        return between.T @ self._weights, np.sqrt(self._signal * unexplained)


def _kernel(scales: Scales, distances: Floats) -> Floats:
    return np.exp(distances * (-1 / LENGTHS[scales.length]))


def _log_likelihood(scales: Scales, distances: Floats, scores: Floats, counts: Floats) -> float:
    """Up to a constant, with the best scale of the signal."""
    root = np.linalg.cholesky(_kernel(scales, distances) + np.diag(NOISES[scales.noise] / counts))
    half = np.linalg.solve(root, scores)
    count = len(scores)
    # Where all scores are equal there is no signal.
    signal = max(float(half @ half) / count, _LEAST)
    return -count / 2 * float(np.log(signal)) - float(np.log(np.diag(root)).sum())
