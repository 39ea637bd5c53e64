"""Genotypes as vectors of numbers: one column for each option of each decision.

Source: the path-free adjacency and one-hot encodings compared in White et al. 2020, A Study on
Encodings for Neural Architecture Search, https://arxiv.org/abs/2007.04965, section 3. Differs:
made from any table of decisions; a closed decision is all zeros, an ordered one has its place too.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nasvid.spec.decisions import Decision, DecisionTable, DecisionValue, Genotype

Floats = NDArray[np.float64]


class DecisionFeatures:
    """The columns of a space.

    Args:
        table: Its decisions.
    Example:
        >>> table = DecisionTable([Decision("width", "choice", (8, 16), is_ordered=True)])
        >>> DecisionFeatures(table).matrix([Genotype((("width", 16),))])
        array([[0., 1., 1.]])
    """

    def __init__(self, table: DecisionTable) -> None:
        self._first: dict[str, int] = {}
        self._decisions: dict[str, Decision] = table.by_path
        self._columns: dict[str, dict[tuple[type, object], int]] = {}
        width = 0
        for decision in table:
            options = decision.options
            self._columns[decision.path] = {
                (type(option), option): width + k for k, option in enumerate(options)
            }
            width += len(options)
            if _has_place(decision):
                self._first[decision.path] = width
                width += 1
        self.width = width

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        """One row for each genotype."""
        found = np.zeros((len(genotypes), self.width))
        for row, genotype in zip(found, genotypes, strict=True):
            for path, value in genotype.values:
                self._fill(row, path, value)
        return found

    def _fill(self, row: Floats, path: str, value: DecisionValue) -> None:
        columns = self._columns[path]
        taken = value if isinstance(value, tuple) else (value,)
        for option in taken:
            row[columns[type(option), option]] = 1.0
        place = self._first.get(path)
        if place is not None:
            first = place - len(columns)
            row[place] = (columns[type(value), value] - first) / (len(columns) - 1)


def _has_place(decision: Decision) -> bool:
    return decision.is_ordered and decision.kind == "choice" and len(decision.options) > 1
