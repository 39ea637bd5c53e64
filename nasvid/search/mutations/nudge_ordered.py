"""Take one step along an ordered decision, such as a width.

Source: none; own design.
"""

import random
from typing import final

from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError, with_neighbour
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype


@MUTATIONS.add
@final
class NudgeOrdered(Mutation):
    """Moves one active ordered choice to a neighbouring option."""

    default_weight = 1.0

    def applies(self, view: SpaceView) -> bool:
        return bool(view.ordered)

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, table = parent.genotype, view.table
        ordered = table.answered(genotype, view.ordered)
        if not ordered:
            raise NothingToChangeError("no active decision is ordered.")
        draw = rng.random
        decision = ordered[int(draw() * len(ordered))]
        return with_neighbour(genotype, decision, table, rng)
