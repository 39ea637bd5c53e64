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
    is_same_value,
    with_value,
)
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import DecisionValue, Genotype


@MUTATIONS.add
@final
class ResampleDecision(Mutation):
    """Gives one active decision another value, every other value being equally likely."""

    default_weight = 1.0

    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        genotype, table = parent.genotype, view.table
        open_decisions = table.answered(genotype, view.changeable)
        if not open_decisions:
            raise NothingToChangeError("every active decision has one value only.")
        decision = open_decisions[rng.randrange(len(open_decisions))]
        if decision.kind == "choice":
            other = rng.randrange(len(decision.options) - 1)
            other += other >= table.option_of(genotype, decision)
            value: DecisionValue = decision.options[other]
        else:
            value = here = genotype[decision.path]
            while is_same_value(value, here):
                value = decision.draw(rng)
        return with_value(genotype, decision.path, value, table, rng)
