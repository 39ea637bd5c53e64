"""What mutations have in common that change which parallel branches there are."""

import random
from typing import ClassVar, Literal, final

from nasvid.search.mutation import Mutation, NothingToChangeError, with_option
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype


class BranchChange(Mutation):
    """Adds or removes a branch: each one that leaves room for it is equally likely."""

    # 1 adds, -1 removes.
    step: ClassVar[Literal[-1, 1]]

    @final
    def applies(self, view: SpaceView) -> bool:
        return any(after for _, _, after in view.branch_steps[self.step])

    @final
    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        # Of a genotype that is no member there is none.
        code = view.table.code(parent.genotype) or ()
        ways = [
            (decision, after[code[place]])
            for decision, place, after in view.branch_steps[self.step]
            if code and code[place] in after
        ]
        if not ways:
            raise NothingToChangeError("no branch can be added or removed.")
        decision, option = ways[int(rng.random() * len(ways))]
        return with_option(parent.genotype, decision, option, view.table, rng)
