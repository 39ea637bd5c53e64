"""What decisions of one name come to together: how often an operation is there, how wide they are.

Stages choose among the same operations, kernels and widths; networks that have as much of each are
alike wherever they have it.

Source: Ru et al. 2021, Interpretable Neural Architecture Search via Bayesian Optimisation with
Weisfeiler-Lehman Kernels, https://arxiv.org/abs/2006.07556, section 3.1: at depth 0 that kernel
compares how many nodes of each kind two graphs have. Differs: decisions instead of nodes, and numbers
by their places.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nasvid.search.features import HALF, Floats, columns_of
from nasvid.spec.decision import Decision
from nasvid.spec.decisions import DecisionTable

# Letters of any alphabet: decisions that differ in their numbers alone are about one thing.
_WORDS = re.compile(r"[^\W\d_]+")

# Whether decisions are ordered, what they are called, and which option is counted.
_Name = tuple[bool, tuple[str, ...], object]


class Totals(NamedTuple):
    """What to add up.

    Args:
        sums: How much of each column of `DecisionFeatures` (rows) counts for each total (columns).
        subjects: Of each total the number of the name that its decisions have.
    """

    sums: Floats
    subjects: NDArray[np.intp]


def totals_of(table: DecisionTable) -> Totals:
    """The totals of the decisions of each name, the last part of their addresses without numbers.

    Each option has a total, of the decisions that have taken it; ordered choices share one, of their
    places from 0 to 1, whatever their options are. What a single decision alone would count for is
    no total.

    Example:
        >>> options = ("conv2d", "conv3d")
        >>> table = DecisionTable([Decision(f"stage{k}.op", "choice", options) for k in (1, 2)])
        >>> totals_of(table).sums.tolist()
        [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    summed: dict[_Name, dict[int, float]] = {}
    counted: dict[_Name, set[str]] = {}
    column = 0
    for decision in table:
        for name, share in _columns(decision):
            summed.setdefault(name, {})[column] = share
            counted.setdefault(name, set()).add(decision.path)
            column += 1
        # The last column of what may be closed says whether it is open.
        column += bool(decision.conditions)
    shared = [name for name in summed if len(counted[name]) > 1]
    subjects = list(dict.fromkeys(name[:2] for name in shared))
    sums = np.zeros((column, len(shared)))
    for place, name in enumerate(shared):
        sums[list(summed[name]), place] = list(summed[name].values())
    return Totals(sums, np.array([subjects.index(name[:2]) for name in shared], np.intp))


def _columns(decision: Decision) -> Iterator[tuple[_Name, float]]:
    """For each column of the options of a decision its total, and how much of it counts there."""
    words = tuple(_WORDS.findall(decision.path.rsplit(".", 1)[-1].lower()))
    width = columns_of(decision).shape[1]
    if decision.is_ordered and len(decision.options) > 1:
        for _ in range(width):
            yield (True, words, None), width**-0.5
        return
    # That an option is taken is written as another number for a subset.
    share = HALF if decision.kind == "subset" else 1.0
    for option in decision.options:
        # In Python True, 1 and 1.0 are equal.
        yield (False, words, (type(option), option)), share
