"""What algorithms and operators see of a space: its decisions, what members cost, and its limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nasvid.core.costs import Cost
from nasvid.search.history import Result
from nasvid.spec.decisions import DecisionTable, Genotype


def _unknown_cost(genotype: Genotype) -> Cost | None:
    del genotype
    return None


@dataclass(frozen=True, eq=False)
class SpaceView:
    """A space as a search looks at it; knows nothing of shapes or blocks.

    Args:
        table: The decisions.
        limits: Budget: `macs`, `params`, `activations` to the most that is allowed.
        measure: The exact cost of a member; None where it is no valid network, or where costs are
            not known.
    """

    table: DecisionTable
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    measure: Callable[[Genotype], Cost | None] = _unknown_cost


@dataclass(frozen=True, slots=True)
class Parent:
    """A member that children are made of, and what was learned of it.

    Args:
        genotype: The member.
        gates: Learned gate of each gated edge, 0 to 1, by node path; empty where none is known.
        cost: Its cost, or None where that is not known.
    """

    genotype: Genotype
    gates: Mapping[str, float] = field(default_factory=dict[str, float])
    cost: Cost | None = None

    @classmethod
    def of(cls, result: Result) -> "Parent":
        """From an evaluated candidate."""
        return cls(result.job.genotype, result.evaluation.gates, result.job.cost)

    def with_genotype(self, genotype: Genotype) -> "Parent":
        """Its child as a parent: gates of edges that are still there stay, the cost is unknown."""
        return Parent(genotype, self.gates)
