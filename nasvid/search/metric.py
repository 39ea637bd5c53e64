"""How far apart members are: by their decisions, and by what these come to together.

Which of both tells more of the scores differs from space to space, so their shares are left open.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from nasvid.core.seeds import keyed_rng
from nasvid.search.features import Floats, squared_distances
from nasvid.search.one_thread import one_thread
from nasvid.search.totals import totals_of
from nasvid.spec.decisions import DecisionTable, Genotype

# How much totals may weigh against all decisions.
TOTALS = (0.0, 0.3, 1.0)
_NUM_MEMBERS = 64
_LEAST = 1e-6
# So far apart members are by the totals of a name at least: where its decisions are seldom open, those in
# which they are would be far off from all others.
_LEAST_TOTAL = 0.25


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
        sums, subjects = totals_of(table)
        with one_thread():
            rows = features.matrix(members)
            totals = rows[:, : len(sums)] @ sums
            own = max(_typical(rows), _LEAST)
            apart = {
                k: _typical(totals[:, subjects == k]) for k in dict.fromkeys(subjects.tolist())
            }
        # Those of a name that are the same in all of these members say nothing.
        told = {k: max(unit, _LEAST_TOTAL) for k, unit in apart.items() if unit > _LEAST}
        kept = [column for column, k in enumerate(subjects.tolist()) if k in told]
        self._sums = sums[:, kept]
        # The totals of all names weigh alike.
        units = [told[subjects[column]] * len(told) for column in kept]
        # For each share of the totals what a column is multiplied by.
        self._factors: list[Floats] = []
        for share in TOTALS:
            whole = 1 + share if kept else 1.0
            worth = [1 / whole / own] * rows.shape[1] + [share / whole / unit for unit in units]
            self._factors.append(np.array(worth) ** 0.5)

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
        if not self.has_totals:
            return rows
        with one_thread():
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


def _typical(rows: Floats) -> float:
    """Mean squared distance of two of them."""
    return float(squared_distances(rows, rows).sum()) / (len(rows) * (len(rows) - 1))
