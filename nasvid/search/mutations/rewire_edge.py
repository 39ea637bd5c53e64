"""Let an edge come from another node.

Source: Real et al. 2019, Regularized Evolution for Image Classifier Architecture Search,
https://arxiv.org/abs/1802.01548, section 3.2 (the hidden state mutation). Differs: any node that the
file offers, in graphs of any form.
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
class RewireEdge(EdgeChange):
    """Lets a node read another node in place of one; also swaps an option of other subsets."""

    default_weight = 0.4

    def may_change(self, edges: Edges) -> bool:
        decision = edges.decision
        is_choice = decision.kind == "choice"
        return is_choice or (decision.most > 0 and len(decision.options) > max(1, decision.least))

    def changed(self, edges: Edges, values: Values, rng: random.Random) -> DecisionValue | None:
        taken, free = list(edges.taken(values)), edges.free(values)
        if not taken or not free:
            return None
        taken[rng.randrange(len(taken))] = free[rng.randrange(len(free))]
        return edges.value_of(taken, values)
