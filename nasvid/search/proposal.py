"""What a search algorithm proposes, and the numbered job that comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from nasvid.core.costs import Cost
from nasvid.core.jobs import Fidelity
from nasvid.spec.decisions import Genotype

JobKind = Literal["search", "repeat", "promotion", "finalist", "final"]

# How those came about that a user named.
WARM_START = "warm_start"
# One for all jobs whose first proposal was taken.
NO_REJECTIONS: Mapping[str, int] = MappingProxyType({})


# One of each of these three is made for every child, and read many times. A frozen dataclass takes five
# times as long to make, a tuple with names several times as long to read.
@dataclass(slots=True)
class Origin:
    """How a genotype came about; never changes.

    Args:
        how: `random`, `warm_start`, `mutation:NAME`, `crossover:NAME`, what an algorithm calls its
            own, or the kind of a job that is no new architecture; several of them, four at most,
            where proposals before it were turned down and changed again; ` guided` behind it where a model of the
            scores chose it.
        parents: Numbers of the jobs that it descends from.
    """

    how: str
    parents: tuple[int, ...] = ()

    def guided(self) -> "Origin":
        """The same of what a model chose."""
        return Origin(f"{self.how} guided", self.parents)

    def to_json(self) -> dict[str, Any]:
        """Field name to value."""
        return {"how": self.how, "parents": list(self.parents)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Origin":
        """Read what `to_json` wrote."""
        return cls(data["how"], tuple(data["parents"]))


@dataclass(slots=True)
class Proposal:
    """A genotype and how it came about; not yet checked, numbered or costed. Never changes."""

    genotype: Genotype
    origin: Origin


@dataclass(slots=True)
class Job:
    """One evaluation, numbered in the order of proposal; all that a resumed run needs to redo it.

    Never changes.

    Args:
        number: Its place in the run, from 0.
        kind: `search` for a new architecture, `repeat` for a promising one with a fresh training
            seed, `promotion` for one that is trained for longer, `finalist` for one of the best
            again when the search is over, `final` for the winner on the split that the search never
            saw.
        genotype: What is evaluated.
        graph_id: Canonical id of the graph that the genotype lowers to.
        cost: Exact cost of that graph.
        origin: How the genotype came about.
        fidelity: How thoroughly to look.
        seed: Seed of the training.
        rejections: Reason to number of proposals that were turned down before this one.
        known: Results that the proposal could see: those of jobs 0 to known - 1.
        repeat: 0, or which repeat of its architecture at its fidelity this is.
    """

    number: int
    kind: JobKind
    genotype: Genotype
    graph_id: str
    cost: Cost
    origin: Origin
    fidelity: Fidelity
    seed: int
    rejections: Mapping[str, int] = field(default_factory=lambda: NO_REJECTIONS)
    known: int = 0
    repeat: int = 0

    @property
    def is_closing(self) -> bool:
        """Whether it comes after the search."""
        return self.kind in ("finalist", "final")

    @property
    def attempts(self) -> int:
        """Proposals that were made, the accepted one among them."""
        return 1 + sum(self.rejections.values())

    def to_json(self) -> dict[str, Any]:
        """Plain data; `from_json` reads it back."""
        return {
            "number": self.number,
            "kind": self.kind,
            "genotype": self.genotype.to_json(),
            "graph_id": self.graph_id,
            "cost": self.cost.to_json(),
            "origin": self.origin.to_json(),
            "rejections": dict(sorted(self.rejections.items())),
            "known": self.known,
            "repeat": self.repeat,
            "fidelity": self.fidelity.to_json(),
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Job":
        """Read what `to_json` wrote."""
        return cls(
            number=data["number"],
            kind=data["kind"],
            genotype=Genotype.from_json(data["genotype"]),
            graph_id=data["graph_id"],
            cost=Cost(**data["cost"]),
            origin=Origin.from_json(data["origin"]),
            rejections=data["rejections"],
            known=data["known"],
            repeat=data["repeat"],
            fidelity=Fidelity(**data["fidelity"]),
            seed=data["seed"],
        )
