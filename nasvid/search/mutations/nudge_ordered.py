"""Take one step along an ordered decision, such as a width.

Source: none; own design.
"""

import random
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
class NudgeOrdered(Mutation):
    """Moves one active ordered choice to a neighbouring option."""

    default_weight = 1.0

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, table = parent.genotype, view.table
        ordered = [
            d
            for d in table.active(genotype)
            if d.is_ordered and d.kind == "choice" and len(d.options) > 1
        ]
        if not ordered:
            raise NothingToChangeError("no active decision is ordered.")
        decision = ordered[rng.randrange(len(ordered))]
        neighbours = _neighbours(decision, genotype[decision.path])
        value = neighbours[rng.randrange(len(neighbours))]
        return with_value(genotype, decision.path, value, table, rng)


def _neighbours(decision: Decision, value: DecisionValue) -> list[Scalar]:
    options = decision.options
    here = next(i for i, option in enumerate(options) if is_same_value(option, value))
    return [options[i] for i in (here - 1, here + 1) if 0 <= i < len(options)]
