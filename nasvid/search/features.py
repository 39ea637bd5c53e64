"""Genotypes as vectors of numbers whose squared distances say how much their decisions differ.

Source: the one-hot encodings compared in White et al. 2020, A Study on Encodings for Neural
Architecture Search, https://arxiv.org/abs/2007.04965, section 3. Differs: made from any table of
decisions, with conditions, order and subsets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nasvid.spec.codes import Code
from nasvid.spec.decisions import Decision, DecisionTable, Genotype

Floats = NDArray[np.float64]

# Two rows with this in one column each are at a squared distance of 1.
_HALF = 0.5**0.5
_MOST_BITS = 62
_MOST_BYTE = 256


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
        self._table = table
        self._groups = [_Group.of(decision) for decision in table]
        self.width = sum(group.width for group in self._groups)
        # Choices that are never closed have codes of a byte each, which are quickest to read.
        self._has_bytes = all(
            d.kind == "choice" and not d.conditions and len(d.options) <= _MOST_BYTE for d in table
        )
        # A subset is coded as the bits of an integer.
        is_wide = any(d.kind == "subset" and len(d.options) > _MOST_BITS for d in table)
        self._kind = np.dtype(object if is_wide else np.int64)

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        """One row for each genotype.

        Raises:
            ValueError: One of them is none of the table.
        """
        codes: list[Code] = []
        for genotype in genotypes:
            code = self._table.code(genotype)
            if code is None:
                raise ValueError(f"no genotype of this table: {genotype.to_json()}.")
            codes.append(code)
        height, width = len(codes), len(self._groups)
        if self._has_bytes:
            coded = np.frombuffer(b"".join(map(bytes, codes)), np.uint8)
        else:
            # Quicker than an array of tuples.
            coded = np.fromiter(chain.from_iterable(codes), self._kind, height * width)
        coded = coded.reshape(height, width)
        found = np.empty((height, self.width))
        first = 0
        for group, column in zip(self._groups, coded.T, strict=True):
            found[:, first : first + group.width] = group.rows(column)
            first += group.width
        return found


@dataclass(frozen=True, slots=True)
class _Group:
    """The columns of one decision.

    Args:
        options: A row for each option.
        is_subset: Whether a value is several options.
        is_closable: Whether one more column says that the decision is open.
    """

    options: Floats
    is_subset: bool
    is_closable: bool

    @classmethod
    def of(cls, decision: Decision) -> "_Group":
        """Those of a decision."""
        options = _rows_of(decision)
        if decision.kind == "choice":
            # The code of a closed decision is -1.
            options = np.vstack([options, np.zeros((1, options.shape[1]))])
        return cls(options, decision.kind == "subset", bool(decision.conditions))

    @property
    def width(self) -> int:
        """How many there are."""
        return self.options.shape[1] + self.is_closable

    def rows(self, codes: NDArray[Any]) -> Floats:
        """A row for each code of a value."""
        if self.is_subset:
            bits = (codes[:, None] >> np.arange(len(self.options)).astype(codes.dtype)) & 1
            found = np.where(codes[:, None] < 0, 0, bits).astype(float) @ self.options
        else:
            found = self.options[codes.astype(np.int64)]
        if self.is_closable:
            return np.hstack([found, _HALF * (codes[:, None] >= 0)])
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
    found = left @ (-2 * right.T)
    found += np.einsum("ij,ij->i", left, left)[:, None]
    found += np.einsum("ij,ij->i", right, right)
    return np.maximum(found, 0.0, out=found)
