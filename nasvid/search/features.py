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
HALF = 0.5**0.5
_MOST_BITS = 62
# Columns of an ordered choice at most; of more options neighbours share one, and are nearer than by
# their places.
_MOST_STEPS = 32


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
        self._num_decisions = len(table)
        self._choices = _Choices.of(table)
        self._subsets = [
            _Subset.of(place, d) for place, d in enumerate(table) if d.kind == "subset"
        ]
        widths = [_width_of(decision) for decision in table]
        self.width = sum(widths)
        # The decision of each column.
        self._places = np.repeat(np.arange(len(widths)), widths)
        # A subset is coded as the bits of an integer.
        is_wide = any(d.kind == "subset" and len(d.options) > _MOST_BITS for d in table)
        self._kind = np.dtype(object if is_wide else np.int64)

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        """One row for each genotype.

        Raises:
            ValueError: One of them is none of the table.
        """
        codes: list[Code] = []
        for genotype, code in zip(genotypes, self._table.codes(genotypes), strict=True):
            if code is None:
                raise ValueError(f"no genotype of this table: {genotype.to_json()}.")
            codes.append(code)
        shape = len(codes), self._num_decisions
        if self._table.coding.has_bytes:
            coded = np.frombuffer(b"".join(codes), np.uint8).astype(np.intp)  # pyright: ignore[reportArgumentType]
        else:
            # Quicker than an array of tuples.
            coded = np.fromiter(chain.from_iterable(codes), self._kind, shape[0] * shape[1])
        coded = coded.reshape(shape)
        if not self._subsets:
            return self._choices.rows(coded)
        found = np.empty((len(codes), self.width))
        is_choice = np.ones(self.width, bool)
        for subset in self._subsets:
            columns = self._places == subset.place
            found[:, columns] = subset.rows(coded[:, subset.place])
            is_choice &= ~columns
        found[:, is_choice] = self._choices.rows(coded)
        return found


@dataclass(frozen=True, slots=True)
class _Choices:
    """The columns of all choices.

    Args:
        values: Of one column behind another: that of a closed decision, then that of each option.
        first: Where the values of each column begin, behind that of a closed decision.
        places: The decision of each column.
    """

    values: Floats
    first: NDArray[np.intp]
    places: NDArray[np.intp]

    @classmethod
    def of(cls, table: DecisionTable) -> "_Choices":
        """Those of a table."""
        values: list[Floats] = []
        first: list[int] = []
        count = 0
        places: list[int] = []
        for place, decision in enumerate(table):
            if decision.kind != "choice":
                continue
            columns = [*columns_of(decision).T]
            if decision.conditions:
                # Whether it is open.
                columns.append(np.full(len(decision.options), HALF))
            for column in columns:
                # The code of a closed decision is -1.
                values.append(np.append(0.0, column))
                first.append(count + 1)
                places.append(place)
                count += len(values[-1])
        together = np.concatenate(values) if values else np.zeros(0)
        return cls(together, np.array(first, np.intp), np.array(places, np.intp))

    def rows(self, codes: NDArray[Any]) -> Floats:
        """A row for the codes of all values of a genotype."""
        return self.values.take(codes[:, self.places].astype(np.intp, copy=False) + self.first)


@dataclass(frozen=True, slots=True)
class _Subset:
    """The columns of one choice of several options.

    Args:
        place: Of the decision.
        options: A row for each option.
        is_closable: Whether one more column says that the decision is open.
    """

    place: int
    options: Floats
    is_closable: bool

    @classmethod
    def of(cls, place: int, decision: Decision) -> "_Subset":
        """Those of a decision."""
        return cls(place, columns_of(decision), bool(decision.conditions))

    def rows(self, codes: NDArray[Any]) -> Floats:
        """A row for each code of a value."""
        bits = (codes[:, None] >> np.arange(len(self.options)).astype(codes.dtype)) & 1
        found = np.where(codes[:, None] < 0, 0, bits).astype(float) @ self.options
        if self.is_closable:
            return np.hstack([found, HALF * (codes[:, None] >= 0)])
        return found


def _width_of(decision: Decision) -> int:
    """How many columns it has."""
    return columns_of(decision).shape[1] + bool(decision.conditions)


def columns_of(decision: Decision) -> Floats:
    """A row for each option; whether a decision is open is in none of these columns."""
    count = len(decision.options)
    if decision.kind == "subset":
        return np.eye(count)
    if decision.is_ordered and count > 1:
        # Each column fills up where those before it are full.
        width = min(count - 1, _MOST_STEPS)
        filled = np.linspace(0, width, count)[:, None] - np.arange(width)
        return np.clip(filled, 0, 1) / width**0.5
    return np.eye(count) * HALF


def squared_distances(left: Floats, right: Floats) -> Floats:
    """Between every row of the one and every row of the other."""
    found = left @ (-2 * right.T)
    found += np.einsum("ij,ij->i", left, left)[:, None]
    found += np.einsum("ij,ij->i", right, right)
    return np.maximum(found, 0.0, out=found)
