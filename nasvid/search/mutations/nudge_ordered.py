"""Take one step along an ordered decision, such as a width.

Source: none; own design.
"""

import random
from typing import final

from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError, with_option
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
        decision = ordered[int(rng.random() * len(ordered))]
        here, last = table.option_of(genotype, decision), len(decision.options) - 1
        is_up = here == 0 or (here < last and rng.random() < 0.5)
        return with_option(genotype, decision, here + 1 if is_up else here - 1, table, rng)
