"""From a genotype to what an evaluation needs, or to why there will be none; cheap checks first."""

from collections.abc import Callable
from dataclasses import dataclass, field

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.cost.analytic import cost_of
from nasvid.cost.budget import Budget
from nasvid.graph.canonical import graph_id
from nasvid.graph.ir import Graph
from nasvid.lowering.lower import lower
from nasvid.spec.decisions import Genotype
from nasvid.spec.search_space import SearchSpace


# As `Job`: not frozen, which takes longer to make.
@dataclass(slots=True)
class Prepared:
    """A candidate that is valid and within the budget; never changes."""

    genotype: Genotype
    graph_id: str
    cost: Cost
    graph: Graph


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a proposal is not evaluated.

    Args:
        reason: What is counted: `budget.macs`, `budget.macs+params`, `invalid.ShapeError`,
            `repeat`, `unchanged`.
        details: One example for people, or empty.
        cost: Of a network that is over the budget.
    """

    reason: str
    details: str = ""
    cost: Cost | None = field(default=None, compare=False)


class Candidates:
    """The members of a space that may be evaluated.

    Args:
        lower: The graph of a genotype; raises a NasvidError where there is none.
        measure: The exact cost of a graph.
        find_broken_limits: Names of the limits that a cost breaks.
        identify: The canonical id of a graph.
    """

    def __init__(
        self,
        *,
        lower: Callable[[Genotype], Graph],
        measure: Callable[[Graph], Cost],
        find_broken_limits: Callable[[Cost], tuple[str, ...]],
        identify: Callable[[Graph], str],
    ) -> None:
        self._lower = lower
        self._measure = measure
        self._find_broken_limits = find_broken_limits
        self._identify = identify

    @classmethod
    def of(cls, space: SearchSpace) -> "Candidates":
        """The members of a space that are within its budget."""
        return cls(
            lower=lambda genotype: lower(space, genotype).graph,
            measure=cost_of,
            find_broken_limits=Budget(space.limits).violations,
            identify=graph_id,
        )

    def graph(self, genotype: Genotype) -> Graph | None:
        """The graph of a member; None where it is no valid network."""
        try:
            return self._lower(genotype)
        except NasvidError:
            return None

    def measure(self, genotype: Genotype) -> Cost | None:
        """The exact cost of a member; None where it is no valid network."""
        try:
            return self._measure(self._lower(genotype))
        except NasvidError:
            return None

    def identify(self, genotype: Genotype) -> str | None:
        """The canonical id of the graph of a member, within the budget or not; None as above."""
        try:
            return self._identify(self._lower(genotype))
        except NasvidError:
            return None

    def prepare(self, genotype: Genotype) -> Prepared | Rejection:
        """The candidate, or why it is none; the same answer for the same genotype."""
        try:
            graph = self._lower(genotype)
        except NasvidError as error:
            return Rejection(f"invalid.{type(error).__name__}", str(error))
        cost = self._measure(graph)
        broken = self._find_broken_limits(cost)
        if broken:
            return Rejection(f"budget.{'+'.join(broken)}", cost=cost)
        return Prepared(genotype, self._identify(graph), cost, graph)
