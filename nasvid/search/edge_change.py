"""What mutations have in common that change one edge."""

import random
from abc import abstractmethod
from typing import final

from nasvid.search.edges import Edges
from nasvid.search.mutation import Mutation, NothingToChangeError, with_value
from nasvid.search.presence import Values
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import DecisionValue, Genotype


class EdgeChange(Mutation):
    """Changes what one node reads, or another subset, where the bounds allow it.

    Edges to nodes that are not there count as what they lead to, so that the change is one.
    """

    @final
    def applies(self, view: SpaceView) -> bool:
        return any(self.may_change(edges) for edges in view.edges)

    @final
    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        values = parent.genotype.by_path
        # What a node reads that nobody reads makes no difference.
        left = view.needed_edges(values, view.connections(values))
        left += [edges for edges in view.edges if not edges.node and edges.decision.path in values]
        while left:
            edges = left.pop(rng.randrange(len(left)))
            value = self.changed(edges, values, rng) if self.may_change(edges) else None
            if value is not None:
                return with_value(parent.genotype, edges.decision.path, value, view.table, rng)
        raise NothingToChangeError("no active choice of edges leaves room for this.")

    @abstractmethod
    def may_change(self, edges: Edges) -> bool:
        """Whether some value of the choice could be changed in this way."""

    @abstractmethod
    def changed(self, edges: Edges, values: Values, rng: random.Random) -> DecisionValue | None:
        """The new value of the choice; None where this member leaves no room for it."""
