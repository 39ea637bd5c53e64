"""Aging evolution: the parent wins a tournament, the oldest dies.

Source: Real et al. 2019, Regularized Evolution for Image Classifier Architecture Search,
https://arxiv.org/abs/1802.01548, algorithm 1. Differs: asynchronous by the rule that job n sees
the results of jobs 0 to n - window; failed candidates never join the population.
"""

import random
from collections import deque
from typing import final

from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.history import Result
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.variation import Variation
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.sections import SearchSettings


@ALGORITHMS.add
@final
class AgingEvolution(Algorithm):
    """Mutates the best of a few members drawn from the youngest successful candidates."""

    def __init__(self, table: DecisionTable, settings: SearchSettings) -> None:
        super().__init__(table, settings)
        self._variation = Variation(settings.mutations)
        self._population: deque[Result] = deque(maxlen=settings.population)

    def fold(self, result: Result) -> None:
        if result.is_candidate:
            self._population.append(result)

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._population:
            return self.draw(rng)
        # With replacement, as in the paper's algorithm 1; the first drawn wins a tie.
        entrants = rng.choices(self._population, k=self.settings.tournament)
        parent = max(entrants, key=lambda result: result.score(self.settings.objective)).job
        child, mutation = self._variation.vary(parent.genotype, self.table, rng)
        return Proposal(child, Origin(f"mutation:{mutation}", (parent.number,)))
