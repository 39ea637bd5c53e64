"""Genotypes as vectors of numbers that tell of their graphs as well as of their decisions.

Decisions that are far apart can come to nearly the same network, and one decision can change all of
it; what a network costs, how deep it is and what it is made of say so. Every member that is looked at
is lowered for that, which takes about as long as to check a proposal.

Source: the path and adjacency encodings compared in White et al. 2020, A Study on Encodings for Neural
Architecture Search, https://arxiv.org/abs/2007.04965, section 3, say which operations follow each
other in a cell. Differs: numbers of the whole network, as video graphs are too large for paths.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.graph.folding import cost
from nasvid.graph.ir import Graph, flatten
from nasvid.graph.primitive import PRIMITIVES
from nasvid.search.features import DecisionFeatures, Floats, squared_distances
from nasvid.spec.decisions import DecisionTable, Genotype

_FOUND = "numbers"
# Members drawn at random that tell which numbers differ in this space, and how much.
_NUM_MEMBERS = 64


class GraphFeatures:
    """Columns of decisions, and columns of graphs that weigh as much together.

    A column of the graphs is in units of its standard deviation over members drawn at random. Of a
    member that is no valid network they say that it is like the average.

    Args:
        table: The decisions.
        graph_of: The graph of a member; None where it is no valid network.
    """

    def __init__(self, table: DecisionTable, graph_of: Callable[[Genotype], Graph | None]) -> None:
        self._decisions = DecisionFeatures(table)
        self._graph_of = graph_of
        members = [table.sample(keyed_rng("graph features", k)) for k in range(_NUM_MEMBERS)]
        graphs = [graph for graph in map(graph_of, members) if graph is not None]
        rows = np.array([numbers_of(graph) for graph in graphs]) if graphs else np.zeros((1, 1))
        self._mean, spread = rows.mean(0), rows.std(0)
        # Numbers that are the same in all members say nothing.
        self._told = np.flatnonzero(spread > 1e-9)
        self._weights = 1 / spread[self._told]
        if len(self._told):
            apart = _spread(self._decisions.matrix(members)) / _spread(self._told_of(rows))
            self._weights = self._weights * apart**0.5

    def matrix(self, genotypes: Sequence[Genotype]) -> Floats:
        """One row for each genotype.

        Raises:
            ValueError: One of them is none of the table.
        """
        graphs = [self._graph_of(genotype) for genotype in genotypes]
        # Where no member that was drawn is a network nothing is told of any.
        rows = [
            self._mean if graph is None or not len(self._told) else numbers_of(graph)
            for graph in graphs
        ]
        told = self._told_of(np.array(rows).reshape(len(rows), len(self._mean)))
        return np.hstack([self._decisions.matrix(genotypes), told])

    def _told_of(self, rows: Floats) -> Floats:
        return (rows - self._mean)[:, self._told] * self._weights


def numbers_of(graph: Graph) -> Floats:
    """What a network costs, how deep it is, and of each primitive how many there are and their MACs.

    All but the depth on a scale of logarithms, on which a network that is twice as large is as far
    off wherever it is.
    """
    known = graph.findings.get(_FOUND)
    if known is None:
        known = graph.findings[_FOUND] = _counted(graph)
    return known


def _counted(graph: Graph) -> Floats:
    nodes, _ = flatten(graph)
    depths = [0] * len(graph.inputs)
    counts: Counter[str] = Counter()
    macs: Counter[str] = Counter()
    for node in nodes:
        depths.append(1 + max((depths[operand] for operand in node.operands), default=0))
        name = node.op.name()
        counts[name] += 1
        macs[name] += cost(node.op, node.input_shapes, node.shape).macs
    total = cost_of(graph)
    sizes = [total.macs, total.params, total.activations]
    sizes += [counts[name] for name in PRIMITIVES] + [macs[name] for name in PRIMITIVES]
    return np.array([*np.log1p(np.array(sizes, dtype=float)), max(depths)])


def _spread(rows: Floats) -> float:
    """Mean squared distance of two rows."""
    return max(float(squared_distances(rows, rows).mean()), 1e-9)
