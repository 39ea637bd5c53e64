"""What crossovers have in common that take groups of decisions from one of two parents."""

import random
from abc import abstractmethod
from collections.abc import Mapping
from functools import cache
from typing import final

from nasvid.core.errors import SpaceError
from nasvid.search.crossover import Crossover
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import DecisionValue, Genotype


class GroupedCrossover(Crossover):
    """Draws for every group of decisions that the parents answer in two ways whose values it takes.

    One group at least comes from each parent.
    """

    @final
    def applies(self, view: SpaceView) -> bool:
        groups = list(_groups(self, view).values())
        return 1 < len(set(groups)) < len(groups)

    @final
    def cross(self, first: Parent, second: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        one, other = first.genotype, second.genotype
        groups = _groups(self, view)
        unlike = sorted({groups[path] for path, _ in set(one.values) ^ set(other.values)})
        if len(unlike) < 2:
            raise NothingToChangeError("the parents differ in one group of decisions at most.")
        taken = set(rng.sample(unlike, rng.randrange(1, len(unlike))))
        mixed: dict[str, DecisionValue] = {**other.by_path, **one.by_path}
        mixed |= {path: value for path, value in other.values if groups[path] in taken}
        for path in one.by_path:
            if groups[path] in taken and path not in other:
                del mixed[path]
        try:
            child = view.table.complete(mixed, rng)
        except SpaceError as error:
            raise NothingToChangeError("no mix of both meets the constraints.") from error
        if child.key in (one.key, other.key):
            raise NothingToChangeError("the parents are too much alike for another member.")
        return child

    @abstractmethod
    def group_of(self, view: SpaceView) -> Mapping[str, str]:
        """Each decision to the name of its group."""
