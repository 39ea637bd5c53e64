"""What mutations have in common that change which parallel branches there are."""

import random
from typing import ClassVar, Literal, final

from nasvid.search.mutation import Mutation, NothingToChangeError, with_value
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype


class BranchChange(Mutation):
    """Adds or removes a branch: each one that leaves room for it is equally likely."""

    # 1 adds, -1 removes.
    step: ClassVar[Literal[-1, 1]]

    @final
    def applies(self, view: SpaceView) -> bool:
        return any(after for _, after in view.branch_steps[self.step])

    @final
    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        values = parent.genotype.by_path
        ways = [
            (path, after[kind, value])
            for path, after in view.branch_steps[self.step]
            if (kind := type(value := values.get(path)), value) in after
        ]
        if not ways:
            raise NothingToChangeError("no branch can be added or removed.")
        path, value = ways[rng.randrange(len(ways))]
        return with_value(parent.genotype, path, value, view.table, rng)
