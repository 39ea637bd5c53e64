"""A Gaussian process with an exponential kernel on squared distances, in own linear algebra.

Length scale, noise and the weight of totals are those of the highest marginal likelihood on small
grids, found one after another, the length by a step at a time from where the last search ended.

Source: Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, algorithm 2.1 and
section 5.4.1; the scale of the signal is profiled out. Desautels et al. 2014, Parallelizing
Exploration-Exploitation Tradeoffs in Gaussian Process Bandit Optimization,
https://jmlr.org/papers/v15/desautels14a.html, section 3: candidates under way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from nasvid.search.features import Floats

# Squared distance over which candidates are alike, in units of the typical one.
LENGTHS = (0.13, 0.2, 0.3, 0.5, 0.85, 1.6, 4.0)
# Variance of a single score around the quality behind it, in units of the signal.
NOISES = (0.003, 0.01, 0.03, 0.1, 0.3, 0.6)
_LEAST = 1e-9
# Triangular matrices of no more rows are inverted as they are.
_SMALL = 64


@dataclass(frozen=True, slots=True)
class Scales:
    """Places on the grids: of length and noise, and of how much totals weigh, see `metric.py`."""

    length: int = 4
    noise: int = 3
    totals: int = 1


class UnderWay(NamedTuple):
    """Squared distances of candidates whose scores are still to come, in units of the typical one.

    Args:
        to_known: From each candidate that the process is fitted to (rows) to each of these (columns).
        to_others: From each of these (rows) to each one that is asked about (columns).
        among: Between these.
    """

    to_known: Floats
    to_others: Floats
    among: Floats


def tuned(
    scales: Scales, likelihood: Callable[[Scales], float], totals: Sequence[int] = ()
) -> Scales:
    """Better scales for some candidates: the best noise, the best totals, then one step of the length.

    Args:
        scales: Where to begin.
        likelihood: How likely the scores of the candidates are, see `log_likelihood`.
        totals: What to choose from where there are totals.
    """
    noises = [replace(scales, noise=noise) for noise in range(len(NOISES))]
    found = _likeliest(scales, noises, likelihood)
    found = _likeliest(found, [replace(found, totals=place) for place in totals], likelihood)
    lengths = [found.length - 1, found.length + 1]
    near = [replace(found, length=length) for length in lengths if 0 <= length < len(LENGTHS)]
    return _likeliest(found, near, likelihood)


def _likeliest(
    first: Scales, others: Sequence[Scales], likelihood: Callable[[Scales], float]
) -> Scales:
    """Of equals the first one."""
    return max((first, *others), key=likelihood)


class GaussianProcess:
    """Fitted to candidates, of which it says what lies behind their scores, and about others.

    Args:
        scales: Length and noise.
        distances: Squared, between candidates, in units of the typical one.
        scores: Of mean 0 and variance 1.
        counts: Trainings that each score is the mean of.
    """

    def __init__(self, scales: Scales, distances: Floats, scores: Floats, counts: Floats) -> None:
        self._scales = scales
        noise = NOISES[scales.noise] / counts
        root = _root(lower_kernel(distances, scales.length), noise)
        # Many children are looked at for each fit, so the inverse is worth its making.
        self._inverse_root = _inverse(root)
        self._weights = self._inverse_root.T @ (self._inverse_root @ scores)
        self._signal = max(float(scores @ self._weights) / len(scores), _LEAST)
        # The score less what is put down to noise.
        self.posterior = scores - noise * self._weights

    def predict(
        self, distances: Floats, under_way: UnderWay | None = None
    ) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the quality of others, the noise left out.

        Args:
            distances: Squared, from each candidate (rows) to each other (columns).
            under_way: Candidates of which one knows where they are and not yet what they score; near
                them less is left to find out.
        """
        between = _kernel(self._scales, distances)
        half = _times(self._inverse_root, between)
        explained = np.einsum("ij,ij->j", half, half)
        if under_way is not None:
            explained += self._explained_by(under_way, half)
        unexplained = np.maximum(1 - explained, _LEAST)
        return between.T @ self._weights, np.sqrt(self._signal * unexplained)

    def _explained_by(self, under_way: UnderWay, half: Floats) -> Floats:
        """The share of the variance that scores still to come will take off."""
        to_known, to_others, among = (_kernel(self._scales, part) for part in under_way)
        known = self._inverse_root @ to_known
        covariance = among - known.T @ known
        covariance.flat[:: len(covariance) + 1] += NOISES[self._scales.noise]
        told = np.linalg.solve(np.linalg.cholesky(covariance), to_others - known.T @ half)
        return np.einsum("ij,ij->j", told, told)

    def predict_mean(self, distances: Floats) -> Floats:
        """The mean alone, which takes a small part of the time."""
        return _kernel(self._scales, distances).T @ self._weights


def _inverse(lower: Floats) -> Floats:
    """Of a lower triangular matrix, half by half, as a general inverse takes several times as long."""
    half = len(lower) // 2
    if len(lower) <= _SMALL:
        return np.asarray(np.linalg.inv(lower), dtype=np.float64)
    found = np.zeros_like(lower)
    found[:half, :half] = above = _inverse(lower[:half, :half])
    found[half:, half:] = below = _inverse(lower[half:, half:])
    found[half:, :half] = -below @ (lower[half:, :half] @ above)
    return found


def _times(lower: Floats, values: Floats) -> Floats:
    """A lower triangular matrix times these values, in half the time of a full one."""
    found = np.empty_like(values)
    for first in range(0, len(values), _SMALL):
        last = first + _SMALL
        np.matmul(lower[first:last, :last], values[:last], out=found[first:last])
    return found


def _solved(lower: Floats, values: Floats) -> Floats:
    """What a lower triangular matrix takes to these values, a few rows at a time."""
    found = np.empty_like(values)
    for first in range(0, len(values), _SMALL):
        rows = slice(first, first + _SMALL)
        left = values[rows] - lower[rows, :first] @ found[:first]
        found[rows] = np.linalg.solve(lower[rows, rows], left)
    return found


def _kernel(scales: Scales, distances: Floats) -> Floats:
    # In place from here on: new arrays of this size take longer than what is done with them.
    found = distances * (-1 / LENGTHS[scales.length])
    return np.exp(found, out=found)


def lower_kernel(distances: Floats, length: int) -> Floats:
    """How alike candidates are, on the diagonal and below it, which is all that a root is made of.

    What stands above it means nothing.

    Args:
        distances: Squared, between candidates, in units of the typical one.
        length: Place on the grid.
    """
    found = distances * (-1 / LENGTHS[length])
    for first in range(0, len(found), _SMALL):
        last = first + _SMALL
        part = found[first:last, :last]
        np.exp(part, out=part)
    return found


def _root(kernel: Floats, noise: Floats) -> Floats:
    """The lower triangular root of the covariance of scores."""
    covariance = kernel.copy()
    covariance.flat[:: len(covariance) + 1] += noise
    return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)


def log_likelihood(kernel: Floats, scores: Floats, counts: Floats, noise: int) -> float:
    """How likely the scores are by some scales, up to a constant, with the best scale of the signal.

    Args:
        kernel: How alike candidates are, see `lower_kernel`.
        scores: Of mean 0 and variance 1.
        counts: Trainings that each score is the mean of.
        noise: Place on the grid.
    """
    root = _root(kernel, NOISES[noise] / counts)
    half = _solved(root, scores)
    count = len(scores)
    # Where all scores are equal there is no signal.
    signal = max(float(half @ half) / count, _LEAST)
    return -count / 2 * float(np.log(signal)) - float(np.log(np.diag(root)).sum())
