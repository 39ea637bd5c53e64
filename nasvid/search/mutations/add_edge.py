"""Add an edge.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209 (connections are what
evolves). Differs: one edge at a time, within the bounds of the node.
"""

import random
from typing import final

from nasvid.search.edge_change import EdgeChange
from nasvid.search.edges import Edges
from nasvid.search.mutation import MUTATIONS
from nasvid.search.presence import Values
from nasvid.spec.decisions import DecisionValue


@MUTATIONS.add
@final
class AddEdge(EdgeChange):
    """Lets a node read one more of the nodes that it may read; also adds to other subsets."""

    default_weight = 0.3

    def may_change(self, edges: Edges) -> bool:
        return edges.decision.kind == "subset" and edges.decision.most > edges.decision.least

    def changed(self, edges: Edges, values: Values, rng: random.Random) -> DecisionValue | None:
        free = edges.free(values)
        if not free:
            return None
        return edges.value_of((*edges.taken(values), free[rng.randrange(len(free))]), values)
