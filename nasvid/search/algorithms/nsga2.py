"""NSGA-II: parents win tournaments by front and room; the best of parents and children live on.

Source: Deb et al. 2002, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, section III.
Differs: asynchronous. A generation is complete when as many children have succeeded as the
population has members; until then children are made of the generation before, so nobody waits.
"""

import random
from typing import ClassVar, final

from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.survival import Survival, Survivor
from nasvid.spec.sections import SearchSettings

# Binary tournaments, as in the paper; `tournament` of the settings is for other algorithms.
_COMPETITORS = 2


@ALGORITHMS.add
@final
class Nsga2(Algorithm):
    """Changes winners of tournaments; parents and children survive by front, then by room."""

    seeks_front: ClassVar[bool] = True

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._survival = Survival()
        self._parents: list[tuple[Survivor, Result]] = []
        self._children: list[Result] = []

    def fold(self, result: Result) -> None:
        if not result.is_candidate:
            return
        self._children.append(result)
        count = self.settings.population
        if len(self._children) < count:
            return
        pool = [member for _, member in self._parents] + self._children
        survivors = self._survival.survivors([self.vector(member) for member in pool], count)
        self._parents = [(survivor, pool[survivor.index]) for survivor in survivors]
        self._children = []

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._parents:
            return self.draw(rng)
        return self.variation.child(self._select, number, rng)

    def _select(self, rng: random.Random) -> Parent:
        best, winner = self._parents[rng.randrange(len(self._parents))]
        for _ in range(_COMPETITORS - 1):
            other, result = self._parents[rng.randrange(len(self._parents))]
            if other.beats(best):
                best, winner = other, result
        return Parent.of(winner)
