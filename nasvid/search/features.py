"""Genotypes as vectors of numbers whose squared distances say how much their decisions differ.

Source: the one-hot encodings compared in White et al. 2020, A Study on Encodings for Neural
Architecture Search, https://arxiv.org/abs/2007.04965, section 3. Differs: made from any table of
decisions, with conditions, order and subsets.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nasvid.spec.decisions import Decision, DecisionTable, Genotype

Floats = NDArray[np.float64]

# Two rows with this in one column each are at a squared distance of 1.
_HALF = 0.5**0.5
_Rows = dict[tuple[type, object], Floats]


class DecisionFeatures:
    """One group of columns for each decision; squared distances add up over decisions.

    Two options of a choice are 1 apart; of an ordered one the first and the last are, those between
    by their places; of a subset each option that one of both takes counts 1. An answer and none
    are at least 1 apart.

    Args:
        table: The decisions.
    Example:
        >>> table = DecisionTable([Decision("op", "choice", ("a", "b"))])
        >>> a, b = DecisionFeatures(table).matrix([Genotype((("op", x),)) for x in "ab"])
        >>> round(float(((a - b) ** 2).sum()), 6)
        1.0
    """

    def __init__(self, table: DecisionTable) -> None:
        self._rows: dict[str, _Rows] = {}
        self._empty: dict[str, Floats] = {}
        self._slices: dict[str, slice] = {}
        first = 0
        for decision in table:
            rows = _rows_of(decision)
            width = rows.shape[1]
            # A subset's row is the sum of those of its options, and of what says that it is open.
            self._empty[decision.path] = np.zeros(width)
            if decision.conditions:
                width += 1
                rows = np.hstack([rows, np.zeros((len(rows), 1))])
                self._empty[decision.path] = np.array([0.0] * (width - 1) + [_HALF])
            self._slices[decision.path] = slice(first, first + width)
            self._rows[decision.path] = {
                (type(option), option): row
                for option, row in zip(decision.options, rows, strict=True)
            }
            first += width
        self.width = first

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        """One row for each genotype."""
        found = np.zeros((len(genotypes), self.width))
        for row, genotype in zip(found, genotypes, strict=True):
            for path, value in genotype.values:
                rows, where = self._rows[path], self._slices[path]
                row[where] = self._empty[path]
                for option in value if isinstance(value, tuple) else (value,):
                    row[where] += rows[type(option), option]
        return found


def _rows_of(decision: Decision) -> Floats:
    """A row for each option."""
    count = len(decision.options)
    if decision.kind == "subset":
        return np.eye(count)
    if decision.is_ordered and count > 1:
        return np.tri(count, count - 1, k=-1) / (count - 1) ** 0.5
    return np.eye(count) * _HALF


def squared_distances(left: Floats, right: Floats) -> Floats:
    """Between every row of the one and every row of the other."""
    found = (left * left).sum(1)[:, None] + (right * right).sum(1)[None] - 2 * left @ right.T
    return np.maximum(found, 0.0)
