"""Draw one decision anew.

Source: Real et al. 2019, Regularized Evolution for Image Classifier Architecture Search,
https://arxiv.org/abs/1802.01548, section 3.2. Differs: any decision of the space, not the
operations and hidden states of a cell.
"""

import random
from typing import final

from nasvid.search.mutation import (
    MUTATIONS,
    Mutation,
    NothingToChangeError,
    with_other_value,
)
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype


@MUTATIONS.add
@final
class ResampleDecision(Mutation):
    """Gives one active decision another value, every other value being equally likely."""

    default_weight = 1.0

    def applies(self, view: SpaceView) -> bool:
        return bool(view.changeable)

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, table = parent.genotype, view.table
        open_decisions = table.answered(genotype, view.changeable)
        if not open_decisions:
            raise NothingToChangeError("every active decision has one value only.")
        return with_other_value(genotype, open_decisions, table, rng)
