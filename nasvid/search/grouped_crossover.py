"""What crossovers have in common that take groups of decisions from one of two parents."""

import random
from abc import abstractmethod
from collections.abc import Mapping
from typing import final

from nasvid.core.errors import SpaceError
from nasvid.search.crossover import Crossover
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype


class GroupedCrossover(Crossover):
    """Takes each group of decisions that the parents answer in two ways from one of them.

    One group at least comes from each parent. What the parent of a group does not answer comes from
    the other one, where it is open.
    """

    @final
    def applies(self, view: SpaceView) -> bool:
        groups = self.groups(view)
        # With a decision in each group it would be uniform crossover.
        return 1 < len(set(groups.values())) < len(groups)

    @final
    def cross(self, first: Parent, second: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        one, other = first.genotype, second.genotype
        groups = self.groups(view)
        unlike = {groups[p] for p, value in one.values if p not in other or other[p] != value}
        unlike |= {groups[p] for p, _ in other.values if p not in one}
        if len(unlike) < 2:
            raise NothingToChangeError("the parents differ in one group of decisions at most.")
        taken = set(rng.sample(sorted(unlike), rng.randrange(1, len(unlike))))
        swapped = {path: value for path, value in other.values if groups[path] in taken}
        try:
            child = view.table.complete({**other.by_path, **one.by_path, **swapped}, rng)
        except SpaceError as error:
            raise NothingToChangeError("no mix of both meets the constraints.") from error
        if child.key in (one.key, other.key):
            raise NothingToChangeError("the parents are too much alike for another member.")
        return child

    @abstractmethod
    def groups(self, view: SpaceView) -> Mapping[str, str]:
        """Each decision to the name of its group."""
