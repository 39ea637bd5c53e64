"""Evolution in which the parent wins a tournament and the worst dies.

Source: Piergiovanni et al. 2019, Evolving Space-Time Neural Architectures for Videos (EvaNet),
https://arxiv.org/abs/1811.10636, section 3.3; Goldberg and Deb 1991, A Comparative Analysis of
Selection Schemes Used in Genetic Algorithms (steady state, tournaments). Differs: asynchronous by
the rule that job n sees the results of jobs 0 to n - window; failed candidates never join the
population.
"""

import random
from typing import final

from nasvid.search.algorithm import ALGORITHMS, OF_VARIATION, Algorithm
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.tournament import Tournament
from nasvid.spec.sections import SearchSettings


@ALGORITHMS.add
@final
class WorstDiesEvolution(Algorithm):
    """Changes the best of a few members drawn from the best candidates so far."""

    reads = OF_VARIATION | {"population", "tournament"}

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._population = Tournament(settings.tournament)

    def fold(self, result: Result) -> None:
        if not result.is_candidate:
            return
        self._population.add(self.score(result), Parent.of(result))
        if len(self._population) > self.settings.population:
            self._population.remove_worst()

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._population:
            return self.draw(rng)
        return self.variation.child(self._population.winner, number, rng)
