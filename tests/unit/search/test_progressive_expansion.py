"""Growing a small network along one axis at a time."""

from collections.abc import Callable, Mapping
from math import prod
from typing import cast

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity
from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.axes import Axes
from nasvid.search.history import Result
from nasvid.search.proposal import Job, Origin, Proposal
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, DecisionValue, Genotype
from tests.search_fakes import toy_settings

TABLE = DecisionTable(
    [
        Decision("op", "choice", ("conv", "pool"), role="block"),
        Decision("one.width", "choice", (1, 2, 4), is_ordered=True),
        Decision("two.width", "choice", (2, 3, 4), is_ordered=True),
        Decision("depth", "choice", (1, 2, 4, 8), is_ordered=True),
        # The second option costs less than the first one.
        Decision("stride", "choice", (1, 2), is_ordered=True),
        Decision("dropout", "choice", (0.0, 0.5), is_ordered=True),
    ]
)
Values = Mapping[str, DecisionValue]


def macs(genotype: Genotype) -> int:
    """What a network costs; dropout costs nothing."""
    numbers = [cast("int", genotype[path]) for path in ("one.width", "two.width", "depth")]
    return 100 * prod(numbers) // cast("int", genotype["stride"])


def view(limit: int = 10**9) -> SpaceView:
    return SpaceView(TABLE, {"macs": limit}, lambda genotype: Cost(macs=macs(genotype)))


def network(op: str, one: int, two: int, depth: int, stride: int) -> Genotype:
    values = (op, one, two, depth, stride, 0.0)
    return Genotype(tuple(zip((d.path for d in TABLE), values, strict=True)))


def short(genotype: Genotype) -> tuple[DecisionValue, ...]:
    return tuple(value for path, value in genotype.values if path != "dropout")


class Climb:
    """Evaluates all that an algorithm proposes, one job at a time, each network once."""

    def __init__(self, score: Callable[[Values], float | None], limit: int = 10**9) -> None:
        settings = toy_settings(population=2)
        self.algorithm: Algorithm = ALGORITHMS["progressive_expansion"](view(limit), settings)
        self.score = score
        self.results: list[Result] = []

    def add(self, proposal: Proposal) -> None:
        top1 = self.score(proposal.genotype.by_path)
        failure = None if top1 is not None else Failure("error", "does not fit")
        number = len(self.results)
        job = Job(
            number=number,
            kind="search",
            genotype=proposal.genotype,
            graph_id=str(proposal.genotype.key),
            cost=Cost(macs=macs(proposal.genotype)),
            origin=proposal.origin,
            fidelity=Fidelity(),
            seed=0,
        )
        result = Result(job, Evaluation({} if top1 is None else {"top1": top1}, failure))
        self.results.append(result)
        self.algorithm.fold(result)

    def begin(self, *genotypes: Genotype) -> None:
        for genotype in genotypes:
            self.add(Proposal(genotype, Origin("random")))

    def step(self) -> set[tuple[DecisionValue, ...]]:
        """What is tried next, in short; nothing where it draws at random."""
        found = [self.algorithm.propose(100, keyed_rng("step", k)) for k in range(60)]
        return {short(p.genotype) for p in found if p.origin.how != "random"}

    def go_on(self, count: int) -> list[tuple[DecisionValue, ...]]:
        """Evaluate so many; returns them in short."""
        for number in range(count):
            self.add(self.algorithm.propose(100, keyed_rng("go on", len(self.results), number)))
        return [short(result.job.genotype) for result in self.results[-count:]]


def deep_is_good(values: Values) -> float | None:
    depth, one, two = (cast("int", values[path]) for path in ("depth", "one.width", "two.width"))
    return 0.1 * depth + 0.01 * one * two + (0.05 if values["op"] == "conv" else 0)


def test_it_begins_at_the_smallest_network_with_the_blocks_of_the_best_draw() -> None:
    climb = Climb(deep_is_good)
    climb.begin(network("pool", 4, 4, 2, 1), network("conv", 4, 2, 4, 1))
    assert climb.step() == {("conv", 1, 2, 1, 2)}


def test_each_axis_grows_by_one_step_and_all_decisions_of_one_name_together() -> None:
    climb = Climb(deep_is_good)
    climb.begin(network("pool", 4, 4, 2, 1), network("conv", 4, 2, 4, 1))
    climb.go_on(1)
    # Widths of both stages, the depth, the stride; dropout changes no cost.
    assert climb.step() == {("conv", 2, 3, 1, 2), ("conv", 1, 2, 2, 2), ("conv", 1, 2, 1, 1)}


def test_the_network_that_gains_most_for_its_cost_goes_on() -> None:
    climb = Climb(deep_is_good)
    climb.begin(network("pool", 4, 4, 2, 1), network("conv", 4, 2, 4, 1))
    climb.go_on(1 + 3)
    # Twice the depth gains more than three times the cost in widths.
    assert climb.step() == {("conv", 2, 3, 2, 2), ("conv", 1, 2, 4, 2), ("conv", 1, 2, 2, 1)}
    parents = {climb.algorithm.propose(100, keyed_rng(k)).origin.parents for k in range(9)}
    (parent,) = {number for numbers in parents for number in numbers}
    assert short(climb.results[parent].job.genotype) == ("conv", 1, 2, 2, 2)


def test_a_failed_expansion_is_passed_over() -> None:
    climb = Climb(lambda values: None if values["depth"] == 2 else deep_is_good(values))
    climb.begin(network("pool", 4, 4, 1, 1), network("conv", 4, 2, 4, 1))
    climb.go_on(1 + 3)
    # Widths are the next best after the depth, at which trainings fail.
    assert climb.step() == {("conv", 4, 4, 1, 2), ("conv", 2, 3, 2, 2), ("conv", 2, 3, 1, 1)}


def test_near_the_budget_single_decisions_grow_then_others_shrink_in_return() -> None:
    climb = Climb(deep_is_good, limit=650)
    climb.begin(network("conv", 2, 2, 1, 1), network("pool", 2, 2, 1, 1))
    climb.go_on(1 + 3 + 3)
    # At 400 all axes at least double the cost; a width alone is 1.5 times as much.
    assert climb.step() == {("conv", 1, 3, 4, 2)}
    climb.go_on(1)
    # Deeper again, and as much narrower.
    assert ("conv", 1, 2, 4, 2) not in climb.step()
    traded = climb.step()
    assert traded
    climb.go_on(len(traded))
    hows = [result.job.origin.how for result in climb.results[2:]]
    assert hows[:8] == ["smallest", *["expansion"] * 6, "expansion:single"]
    assert set(hows[8:]) == {"contraction"}
    assert all(result.job.cost.macs <= 650 for result in climb.results)


def test_the_next_climb_begins_with_the_next_best_draw_then_with_new_ones() -> None:
    climb = Climb(deep_is_good, limit=120)
    climb.begin(network("pool", 1, 2, 1, 2), network("conv", 1, 2, 1, 2))
    # Nothing larger is within the budget, so each climb is its base, which is known already.
    assert climb.step() == set()
    assert {climb.algorithm.propose(100, keyed_rng(k)).origin.how for k in range(9)} == {"random"}


def test_what_comes_next_is_tried_while_a_step_is_being_evaluated() -> None:
    climb = Climb(deep_is_good)
    climb.begin(network("pool", 4, 4, 2, 1), network("conv", 4, 2, 4, 1))
    climb.go_on(1 + 2)
    scored = climb.results[-2:]
    best = max(scored, key=lambda result: result.evaluation.metrics["top1"])
    turned_down = climb.algorithm.propose(100, keyed_rng(0))
    found = [climb.algorithm.further(turned_down, 100, keyed_rng(k)) for k in range(20)]
    assert {proposal.origin.parents for proposal in found} == {(best.job.number,)}
    assert all(macs(p.genotype) > best.job.cost.macs for p in found)


def test_without_known_costs_the_options_stand_in_rising_order() -> None:
    axes = Axes(SpaceView(TABLE), 0)
    middle = network("conv", 2, 3, 2, 1)
    assert short(axes.smallest(middle)) == ("conv", 1, 2, 1, 1)
    assert {short(child) for child in axes.grown(middle)} == {
        ("conv", 4, 4, 2, 1),
        ("conv", 2, 3, 4, 1),
        ("conv", 2, 3, 2, 2),
        ("conv", 2, 3, 2, 1),
    }


def test_what_is_over_the_budget_shrinks_along_other_decisions() -> None:
    axes = Axes(view(limit=400), 0)
    origin, larger = network("conv", 2, 2, 1, 1), network("conv", 2, 2, 2, 1)
    contracted = axes.contracted(larger, origin)
    assert contracted is not None
    assert macs(contracted) == 400
    assert short(contracted) != short(origin)
    assert Axes(view(limit=10), 0).contracted(larger, origin) is None
