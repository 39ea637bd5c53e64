"""A model of the scores: an ensemble of ridge regressions on decisions, in closed form.

Source: Breiman 1996, Bagging Predictors; ridge regression by Hoerl and Kennard 1970. Differs:
members are fitted to Bayesian-bootstrap weights, and scores are replaced by their ranks, so that a
few failed trainings do not bend the model.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nasvid.core.seeds import keyed_seed
from nasvid.search.features import DecisionFeatures, Floats
from nasvid.spec.decisions import DecisionTable, Genotype

MEMBERS = 8
RIDGE = 1.0
MOST_ROWS = 1000


class Surrogate:
    """Learns from all candidates so far which genotypes are promising.

    Args:
        table: The decisions of the space.
        seed: Of the run.
    """

    def __init__(self, table: DecisionTable, seed: int) -> None:
        self._features = DecisionFeatures(table)
        self._seed = seed
        self._rows: list[Floats] = []
        self._scores: list[float] = []
        self._weights: NDArray[np.floating[Any]] | None = None
        self._num_fitted = 0

    def add(self, genotype: Genotype, score: float) -> None:
        """Take a result in."""
        self._rows.append(self._features.matrix([genotype])[0])
        self._scores.append(score)

    def acquisition(self, genotypes: list[Genotype]) -> list[float]:
        """How promising each of them is; higher is better.

        Args:
            genotypes: To be ranked.
        """
        if self._num_fitted != len(self._scores):
            self._fit()
        assert self._weights is not None
        rows = np.hstack([self._features.matrix(genotypes), np.ones((len(genotypes), 1))])
        return (rows @ self._weights.mean(axis=1)).tolist()

    def _fit(self) -> None:
        rows = np.stack(self._rows[-MOST_ROWS:])
        scores = np.array(self._scores[-MOST_ROWS:])
        count = len(scores)
        ranks = np.empty(count)
        ranks[np.argsort(scores, kind="stable")] = np.arange(count) / max(1, count - 1)
        rows = np.hstack([rows, np.ones((count, 1))])
        generator = np.random.default_rng(keyed_seed(self._seed, "surrogate", len(self._scores)))
        penalty = RIDGE * np.eye(rows.shape[1])
        found: list[NDArray[np.floating[Any]]] = []
        for _ in range(MEMBERS):
            shares = generator.exponential(size=count)[:, None]
            found.append(
                np.linalg.solve(rows.T @ (shares * rows) + penalty, rows.T @ (shares[:, 0] * ranks))
            )
        self._weights = np.stack(found, axis=1)
        self._num_fitted = len(self._scores)
