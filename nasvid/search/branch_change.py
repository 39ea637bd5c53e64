"""What mutations have in common that change which parallel branches there are."""

import random
from typing import ClassVar, Literal, final

from nasvid.search.mutation import Mutation, NothingToChangeError, with_value
from nasvid.search.numbers import neighbour
from nasvid.search.presence import Values
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionValue, Genotype


class BranchChange(Mutation):
    """Adds or removes a branch: each one that leaves room for it is equally likely."""

    # 1 adds, -1 removes.
    step: ClassVar[Literal[-1, 1]]

    @final
    def applies(self, view: SpaceView) -> bool:
        return bool(view.about("branch"))

    @final
    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        values = parent.genotype.by_path
        ways = [
            (decision.path, value)
            for decision in view.about("branch")
            if (value := self._next(decision, values)) is not None
        ]
        if not ways:
            raise NothingToChangeError("no branch can be added or removed.")
        path, value = ways[rng.randrange(len(ways))]
        return with_value(parent.genotype, path, value, view.table, rng)

    def _next(self, decision: Decision, values: Values) -> DecisionValue:
        """The value that stands for more branches, or for less; None if there is none."""
        value = values.get(decision.path)
        if isinstance(value, bool):
            return None if value is (self.step > 0) else self.step > 0
        return neighbour(decision, values, self.step)
