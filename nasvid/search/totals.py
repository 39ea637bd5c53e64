"""What decisions about the same thing come to together: how often an operation, how wide in all.

Stages choose among the same operations, kernels and widths; networks that have as much of each are
alike wherever they have it.

Source: Ru et al. 2021, Interpretable Neural Architecture Search via Bayesian Optimisation with
Weisfeiler-Lehman Kernels, https://arxiv.org/abs/2006.07556, section 3.1: at no depth that kernel
compares how many nodes of each kind two graphs have. Differs: decisions instead of nodes, and numbers
by their places.
"""

import re
from collections.abc import Hashable, Iterator

import numpy as np

from nasvid.search.aspects import aspects_of
from nasvid.search.features import Floats, columns_of
from nasvid.spec.decision import Decision
from nasvid.spec.decisions import DecisionTable

_OPEN = "open"
_PLACE = "place"


def totals_of(table: DecisionTable) -> Floats:
    """How the columns of `DecisionFeatures` (rows) are summed to totals (columns).

    Of choices among the same options, about the same thing, each option has a total; ordered choices
    about the same thing share one, of their places from 0 to 1, whatever their options are; and there
    is one of how many decisions are open, where some may be closed. What a single decision alone is
    about has none.

    Example:
        >>> options = ("conv2d", "conv3d")
        >>> table = DecisionTable([Decision(f"stage{k}.op", "choice", options) for k in (1, 2)])
        >>> totals_of(table).tolist()
        [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    summed: dict[Hashable, dict[int, float]] = {}
    about: dict[Hashable, set[str]] = {}
    column = 0
    for decision in table:
        for name, share in _columns(decision):
            summed.setdefault(name, {})[column] = share
            about.setdefault(name, set()).add(decision.path)
            column += 1
    shared = [columns for name, columns in summed.items() if len(about[name]) > 1]
    found = np.zeros((column, len(shared)))
    for place, columns in enumerate(shared):
        found[list(columns), place] = list(columns.values())
    return found


def _columns(decision: Decision) -> Iterator[tuple[Hashable, float]]:
    """For each column of a decision the total that it belongs to, and how much of it counts."""
    subject = aspects_of(decision) or frozenset(re.findall("[a-z]+", _name(decision)))
    width = columns_of(decision).shape[1]
    if decision.is_ordered and len(decision.options) > 1:
        for _ in range(width):
            yield (_PLACE, subject), width**-0.5
    else:
        options = tuple((type(option), option) for option in decision.options)
        for option in range(width):
            yield (subject, options, option), 1.0
    if decision.conditions:
        yield (_OPEN, subject), 1.0


def _name(decision: Decision) -> str:
    return decision.path.rsplit(".", 1)[-1].lower()
