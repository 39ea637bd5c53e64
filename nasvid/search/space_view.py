"""What algorithms and operators see of a space: its decisions, what members cost, and its limits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from nasvid.core.costs import Cost
from nasvid.graph.ir import Graph
from nasvid.search.aspects import Aspect, decisions_about
from nasvid.search.block_lists import BlockList, lists_in
from nasvid.search.connections import Connections, connections
from nasvid.search.edges import Edges, edges_in
from nasvid.search.groups import stages_of, streams_of
from nasvid.search.history import Result
from nasvid.search.numbers import one_further
from nasvid.search.presence import Presence, Values
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from nasvid.spec.outline import Outline

NO_GATES: Mapping[str, float] = MappingProxyType({})


def _unknown_cost(genotype: Genotype) -> Cost | None:
    del genotype
    return None


def _unknown_graph(genotype: Genotype) -> str | None:
    del genotype
    return None


def _no_graph(genotype: Genotype) -> Graph | None:
    del genotype
    return None


def _none_is_taken(genotype: Genotype) -> bool:
    del genotype
    return False


class _Remembering:
    """Has room for cached properties beside its slots."""


# Slots, as operators read them for every child.
@dataclass(frozen=True, eq=False, slots=True)
class SpaceView(_Remembering):
    """A space as a search looks at it; knows nothing of shapes or blocks.

    What operators need to know of the table is found once, most of it when it is first asked for.

    Args:
        table: The decisions.
        limits: Budget: `macs`, `params`, `activations` to the most that is allowed.
        measure: The exact cost of a member; None where it is no valid network, or where costs are
            not known.
        identify: The canonical id of the graph of a member; None where it is no candidate, or
            where graphs are not to be looked at. A function of the member alone.
        outline: Which nodes may read which.
        graph_of: The graph of a member; None where it is no valid network, or where graphs are not
            known.
        is_taken: Whether a member is one of the jobs, as far as its decisions tell.
    """

    table: DecisionTable
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    measure: Callable[[Genotype], Cost | None] = _unknown_cost
    identify: Callable[[Genotype], str | None] = _unknown_graph
    outline: Outline = field(default_factory=Outline)
    graph_of: Callable[[Genotype], Graph | None] = _no_graph
    is_taken: Callable[[Genotype], bool] = _none_is_taken
    # The decisions that have several values, and of those the choices whose options have an order.
    changeable: tuple[Decision, ...] = field(init=False)
    ordered: tuple[Decision, ...] = field(init=False)

    def __post_init__(self) -> None:
        changeable = tuple([decision for decision in self.table if decision.num_values > 1])
        ordered = tuple([d for d in changeable if d.is_ordered and d.kind == "choice"])
        object.__setattr__(self, "changeable", changeable)
        object.__setattr__(self, "ordered", ordered)

    def fits(self, genotype: Genotype) -> bool:
        """Whether a member is within the limits; one of unknown cost is where there are none."""
        if not self.limits:
            return True
        cost = self.measure(genotype)
        if cost is None:
            return False
        return all(getattr(cost, name) <= most for name, most in self.limits.items())

    def about(self, aspect: Aspect) -> tuple[Decision, ...]:
        """The decisions that are about this and have several values."""
        return self._about[aspect]

    @cached_property
    def _about(self) -> Mapping[Aspect, tuple[Decision, ...]]:
        return decisions_about(self.table)

    @cached_property
    def branch_steps(self) -> Mapping[int, Sequence[tuple[Decision, int, Mapping[int, int]]]]:
        """What adds a branch (1) or removes one (-1).

        Decisions with their places in the table, and for the numbers of options those of the options
        that the step leads to.
        """
        about = [d.path for d in self.about("branch") if d.kind == "choice"]
        branches = [(d, k) for k, d in enumerate(self.table) if d.path in about]
        return {step: [(d, k, one_further(d, step)) for d, k in branches] for step in (1, -1)}

    @cached_property
    def presence(self) -> Presence:
        """Which nodes a member has."""
        return Presence.of(self.table)

    @cached_property
    def edges(self) -> tuple[Edges, ...]:
        """All choices of edges, and of several options of another kind."""
        return edges_in(self.table, self.presence)

    @cached_property
    def edges_of(self) -> Mapping[str, Edges]:
        """The choices of edges by the addresses of the nodes that read."""
        return {edges.node: edges for edges in self.edges if edges.node}

    def connections(self, values: Values) -> Connections:
        """Which nodes of a member read which."""
        return connections(self.outline, self.edges_of, self.presence, values)

    def needed_edges(self, values: Values, connected: Connections) -> list[Edges]:
        """The open choices of edges of nodes that the outputs need."""
        return [
            edges
            for edges in self.edges
            if edges.node and edges.decision.path in values and connected.needs(edges.node)
        ]

    @cached_property
    def lists(self) -> tuple[BlockList, ...]:
        """All lists of blocks that choose for themselves."""
        return lists_in(self.table, self.edges)

    @cached_property
    def stages(self) -> Mapping[str, str]:
        """Each decision to its stage."""
        return stages_of(self.table)

    @cached_property
    def streams(self) -> Mapping[str, str]:
        """Each decision to the only input that it may be about; empty for others."""
        return streams_of(self.table, self.outline)


# With slots, as all that is made and read for every child.
class Parent:
    """A member that children are made of, and what was learned of it; never changes.

    Args:
        genotype: The member.
        gates: Learned gate of each gated edge, 0 to 1, by node path; empty where none is known.
        cost: Its cost, or None where that is not known.
        graph_id: Canonical id of its graph; empty where that is not known.
        numbers: Of its job, as its children name it; empty where it is none.
    """

    __slots__ = ("cost", "gates", "genotype", "graph_id", "numbers")

    def __init__(
        self,
        genotype: Genotype,
        gates: Mapping[str, float] = NO_GATES,
        cost: Cost | None = None,
        graph_id: str = "",
        numbers: tuple[int, ...] = (),
    ) -> None:
        self.genotype = genotype
        self.gates = gates
        self.cost = cost
        self.graph_id = graph_id
        self.numbers = numbers

    @staticmethod
    def of(result: Result) -> "Parent":
        """From an evaluated candidate."""
        job, evaluation = result.job, result.evaluation
        return Parent(job.genotype, evaluation.gates, job.cost, job.graph_id, (job.number,))

    def with_genotype(self, genotype: Genotype) -> "Parent":
        """Its child as a parent: gates of edges that are still there stay, the rest is unknown."""
        return Parent(genotype, self.gates)

    def has_graph_of(self, child: Genotype, view: SpaceView) -> bool:
        """Whether a child is the same network, as far as that is to be looked at."""
        child_id = view.identify(child)
        if child_id is None:
            return False
        return child_id == (self.graph_id or view.identify(self.genotype))
