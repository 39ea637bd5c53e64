"""How far apart members are: by their decisions, and by what these come to together.

Which of both tells more of the scores differs from space to space, so their shares are left open.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from nasvid.core.seeds import keyed_rng
from nasvid.search.features import Floats, squared_distances
from nasvid.search.totals import totals_of
from nasvid.spec.decisions import DecisionTable, Genotype

# How much totals may weigh against all decisions.
TOTALS = (0.0, 0.3, 1.0)
_NUM_MEMBERS = 64
_LEAST = 1e-6


class Features(Protocol):
    """Genotypes as vectors of numbers, the columns of `DecisionFeatures` first."""

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        """One row for each genotype."""
        ...


class Metric:
    """Squared distances of the members of a space, of which two drawn at random are 1 apart.

    Args:
        table: The decisions.
        features: What members are known by.
    """

    def __init__(self, table: DecisionTable, features: Features) -> None:
        self._features = features
        members = [table.sample(keyed_rng("typical distance", k)) for k in range(_NUM_MEMBERS)]
        rows = features.matrix(members)
        sums = totals_of(table)
        own, apart = _typical(rows), _typical(rows[:, : len(sums)] @ sums)
        self._sums = sums if apart > _LEAST else sums[:, :0]
        units = [max(own, _LEAST)] * rows.shape[1] + [apart] * self._sums.shape[1]
        # For each share of the totals what a column is multiplied by.
        self._factors = [
            (self._shares(share, rows.shape[1]) / np.array(units)) ** 0.5 for share in TOTALS
        ]

    @property
    def has_totals(self) -> bool:
        """Whether decisions come to something together."""
        return self._sums.shape[1] > 0

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        """One row for each genotype, as `between` compares them.

        Raises:
            ValueError: One of them is none of the table.
        """
        rows = self._features.matrix(genotypes)
        return np.hstack([rows, rows[:, : len(self._sums)] @ self._sums])

    def between(self, left: Floats, right: Floats, place: int) -> Floats:
        """From every row of the one to every row of the other.

        Args:
            left: Rows of `matrix`.
            right: Others.
            place: In `TOTALS`, how much totals weigh.
        """
        factors = self._factors[place]
        return squared_distances(left * factors, right * factors)

    def _shares(self, share: float, width: int) -> Floats:
        """What columns are worth: those of the features, then those of totals."""
        if not self.has_totals:
            return np.ones(width)
        whole = 1 + share
        return np.repeat([1 / whole, share / whole], [width, self._sums.shape[1]])


def _typical(rows: Floats) -> float:
    """Mean squared distance of two of them."""
    return float(squared_distances(rows, rows).sum()) / (len(rows) * (len(rows) - 1))
