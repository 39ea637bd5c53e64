"""Aging evolution: the parent wins a tournament, the oldest dies.

Source: Real et al. 2019, Regularized Evolution for Image Classifier Architecture Search,
https://arxiv.org/abs/1802.01548, algorithm 1. Differs: asynchronous by the rule that job n sees
the results of jobs 0 to n - window; failed candidates never join the population.
"""

import random
from collections import deque
from typing import final

from nasvid.search.algorithm import ALGORITHMS, OF_VARIATION, Algorithm
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.tournament import Tournament
from nasvid.spec.sections import SearchSettings


@ALGORITHMS.add
@final
class AgingEvolution(Algorithm):
    """Changes the best of a few members drawn from the youngest successful candidates."""

    takes_guidance = True
    reads = OF_VARIATION | {"population", "tournament"}

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        # From the oldest to the youngest.
        self._ages: deque[tuple[float, Parent]] = deque()
        self._population = Tournament(settings.tournament)

    def fold(self, result: Result) -> None:
        if not result.is_candidate:
            return
        score, member = self.score(result), Parent.of(result)
        self._ages.append((score, member))
        self._population.add(score, member)
        if len(self._ages) > self.settings.population:
            self._population.remove(*self._ages.popleft())

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._ages:
            return self.draw(rng)
        return self.variation.child(self._population.winner, number, rng)
