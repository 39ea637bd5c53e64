"""Add, remove or swap an edge.

Source: Ryoo et al. 2020, AssembleNet, https://arxiv.org/abs/1905.13209, section 3.2 (connections
as the main thing that evolves). Differs: one edge at a time, within the bounds of the decision.
"""

import random
from collections.abc import Iterator
from typing import final

from nasvid.search.mutation import (
    MUTATIONS,
    Mutation,
    NothingToChangeError,
    is_same_value,
    with_value,
)
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionValue, Genotype, Scalar


@MUTATIONS.add
@final
class ChangeEdges(Mutation):
    """Changes the inputs of one node, or another subset by one option.

    In a subset it adds, removes or swaps one, each way that the bounds allow being equally likely;
    a choice of one edge gets another one.
    """

    default_weight = 1.0

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, table = parent.genotype, view.table
        edges = [
            d
            for d in table.active(genotype)
            if (d.role == "edge" or d.kind == "subset") and d.num_values > 1
        ]
        if not edges:
            raise NothingToChangeError(
                "no active decision is about edges or takes several options."
            )
        decision = edges[rng.randrange(len(edges))]
        value = _changed(decision, genotype[decision.path], rng)
        return with_value(genotype, decision.path, value, table, rng)


def _changed(decision: Decision, value: DecisionValue, rng: random.Random) -> DecisionValue:
    if not isinstance(value, tuple):
        others = [option for option in decision.options if not is_same_value(option, value)]
        return others[rng.randrange(len(others))]
    taken = list(value)
    free = [o for o in decision.options if not any(is_same_value(o, t) for t in taken)]
    moves = list(_moves(decision, len(taken), len(free)))
    move = moves[rng.randrange(len(moves))]
    if move in ("remove", "swap"):
        taken.pop(rng.randrange(len(taken)))
    if move in ("add", "swap"):
        taken.append(free[rng.randrange(len(free))])
    return _in_declared_order(decision, taken)


def _moves(decision: Decision, num_taken: int, num_free: int) -> Iterator[str]:
    if num_free and num_taken < decision.most:
        yield "add"
    if num_taken > decision.least:
        yield "remove"
    if num_taken and num_free:
        yield "swap"


def _in_declared_order(decision: Decision, taken: list[Scalar]) -> tuple[Scalar, ...]:
    return tuple(o for o in decision.options if any(is_same_value(o, t) for t in taken))
