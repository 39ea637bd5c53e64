"""Drop edges that training found weak, add others at random.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209 (a population of
over-connected graphs whose mutation is guided by learned connection weights). Differs: the released
code lacks the search, so rule and rates are our own and may be set.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, final, get_args

from nasvid.search.edges import Edges
from nasvid.search.gates import Edge, gates_of_edges
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError, with_values
from nasvid.search.presence import Values
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import DecisionValue, Genotype, Scalar

Rule = Literal["weakest", "threshold"]
_Taken = dict[str, list[Scalar]]


@MUTATIONS.add
@final
@dataclass(frozen=True, slots=True)
class GateGuided(Mutation):
    """Drops edges whose learned gates are low and adds as many others, anywhere in the network.

    Where no gates are known, an edge at random counts as weak.

    Args:
        rule: What is weak: `weakest`, a share of all gated edges, the lowest gates first; or
            `threshold`, gates below a value.
        share: Of the gated edges, how many are weak by `weakest`, one at least.
        threshold: Below which a gate is weak by `threshold`; 0.5 is where gates begin.
        survival: Chance of a weak edge to stay.
        regrowth: Edges that are added for each one that is dropped, on average.
    """

    default_weight = 0.5

    rule: str = "weakest"
    share: float = 0.2
    threshold: float = 0.4
    survival: float = 0.2
    regrowth: float = 1.0

    def __post_init__(self) -> None:
        if self.rule not in get_args(Rule):
            accepted = " or ".join(get_args(Rule))
            raise ValueError(f"rule: got {self.rule!r}; accepts {accepted}.")
        for name in ("share", "threshold", "survival"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"{name}: got {value!r}; accepts a number from 0 to 1.")
        if self.regrowth < 0:
            raise ValueError(f"regrowth: got {self.regrowth!r}; accepts a number of 0 or more.")

    def applies(self, view: SpaceView) -> bool:
        return any(_is_open(edges) for edges in view.edges)

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        values = parent.genotype.by_path
        needed = view.needed_edges(values, view.connections(values))
        edges = [one for one in needed if _is_open(one)]
        weak = self._weak(edges, values, parent.gates, rng)
        taken = {one.node: list(one.taken(values)) for one in edges}
        dropped, num_replaced = _drop(edges, taken, values, weak, rng)
        # Where nothing could be dropped it still grows.
        wanted = self.regrowth * len(dropped) if dropped else 1.0
        number = int(wanted + rng.random()) - num_replaced
        _grow(edges, taken, values, number, set(dropped), rng)
        return with_values(parent.genotype, _changes(edges, taken, values), view.table, rng)

    def _weak(
        self, edges: list[Edges], values: Values, gates: Mapping[str, float], rng: random.Random
    ) -> list[Edge]:
        """The edges that are to go, the weakest ones first."""
        known = gates_of_edges(edges, values, gates)
        if known:
            ranked = sorted(known, key=lambda edge: known[edge])
            if self.rule == "threshold":
                weak = [edge for edge in ranked if known[edge] < self.threshold]
            else:
                weak = ranked[: max(1, round(self.share * len(ranked)))]
        else:
            every = [(one.node, option) for one in edges for option in one.taken(values)]
            weak = rng.sample(every, min(len(every), 1))
        return [edge for edge in weak if rng.random() >= self.survival]


def _is_open(edges: Edges) -> bool:
    decision = edges.decision
    return bool(edges.node) and decision.kind == "subset" and decision.most > 1


def _drop(
    edges: list[Edges], taken: _Taken, values: Values, weak: list[Edge], rng: random.Random
) -> tuple[list[Edge], int]:
    """Take weak edges out; which ones those are, and for how many another one came in.

    A node that cannot do with less reads another node instead.
    """
    by_node = {one.node: one for one in edges}
    dropped: list[Edge] = []
    num_replaced = 0
    for node, option in weak:
        if len(taken[node]) <= max(1, by_node[node].decision.least):
            free = [o for o in by_node[node].free(values) if o not in taken[node]]
            if not free:
                continue
            taken[node].append(free[rng.randrange(len(free))])
            num_replaced += 1
        taken[node].remove(option)
        dropped.append((node, option))
    return dropped, num_replaced


def _grow(
    edges: list[Edges],
    taken: _Taken,
    values: Values,
    number: int,
    barred: set[Edge],
    rng: random.Random,
) -> None:
    """Put so many edges in that were not there, each that there may be equally likely."""
    free = [
        (one, option)
        for one in edges
        for option in one.free(values)
        if (one.node, option) not in barred
    ]
    rng.shuffle(free)
    for one, option in free:
        room = one.decision.most - len(taken[one.node])
        if number > 0 and room > 0 and option not in taken[one.node]:
            taken[one.node].append(option)
            number -= 1


def _changes(edges: list[Edges], taken: _Taken, values: Values) -> dict[str, DecisionValue]:
    found: dict[str, DecisionValue] = {}
    for one in edges:
        if set(taken[one.node]) != set(one.taken(values)):
            value = one.value_of(taken[one.node], values)
            if value is not None:
                found[one.decision.path] = value
    if not found:
        raise NothingToChangeError("no active choice of edges leaves room for other edges.")
    return found
