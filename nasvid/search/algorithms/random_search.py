"""Random search: the baseline that every other algorithm has to beat.

Source: Li and Talwalkar 2019, Random Search and Reproducibility for Neural Architecture Search,
https://arxiv.org/abs/1902.07638. Differs: no shared weights.
"""

import random
from typing import final

from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal


@ALGORITHMS.add
@final
class RandomSearch(Algorithm):
    """Draws every candidate at random and learns nothing."""

    reads = frozenset[str]()

    def fold(self, result: Result) -> None:
        del result  # what came of a candidate does not change the next draw

    def propose(self, number: int, rng: random.Random) -> Proposal:
        del number
        return self.draw(rng)

    def further(self, turned_down: Proposal, number: int, rng: random.Random) -> Proposal:
        del turned_down, number
        return self.draw(rng)
