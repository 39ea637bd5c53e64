"""Local search: go to a better neighbour as soon as one is known; begin anew where there is none.

Source: White et al. 2020, Local Search is State of the Art for Neural Architecture Search
Benchmarks, https://arxiv.org/abs/2005.02960, algorithm 1. Differs: it begins at the best of the
random draws that all algorithms share, and moves to the first better neighbour instead of waiting
for the best one, so that workers never wait for each other.
"""

import random
from collections.abc import Hashable
from typing import final

from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.history import Result
from nasvid.search.neighbours import neighbours
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings


@ALGORITHMS.add
@final
class LocalSearch(Algorithm):
    """Climbs: tries all neighbours of the best candidate, and moves on to any that is better."""

    reads = frozenset(("population",))

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._seen: set[Hashable] = set()
        self._here: tuple[float, Result] | None = None
        # Whether a neighbour of this place has come back: a new climb is not left for another one.
        self._is_begun = False
        # Neighbours without a result; None until they are asked for.
        self._left: dict[Hashable, Genotype] | None = None

    def fold(self, result: Result) -> None:
        job = result.job
        if job.kind != "search":
            return
        self._seen.add(job.genotype.key)
        if self._left is not None:
            self._left.pop(job.genotype.key, None)
        is_fresh = not job.origin.parents
        if result.is_candidate:
            score = self.score(result)
            # Beyond the first draws a fresh one means that nothing was left around the former place.
            is_new_climb = is_fresh and job.number >= self.settings.population and self._is_begun
            if self._here is None or score > self._here[0] or is_new_climb:
                self._here = (score, result)
                self._left = None
                self._is_begun = False
                return
        if not is_fresh:
            self._is_begun = True

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or self._here is None:
            return self.draw(rng)
        around = list(self._around(self._here[1]).values())
        if not around:
            return self.draw(rng)
        parent = self._here[1].job.number
        return Proposal(around[rng.randrange(len(around))], Origin("neighbour", (parent,)))

    def further(self, turned_down: Proposal, number: int, rng: random.Random) -> Proposal:
        # What is left around may all be one network with what is known: the climb is over.
        del turned_down, number
        return self.draw(rng)

    def _around(self, here: Result) -> dict[Hashable, Genotype]:
        """The neighbours that have no result yet; a function of the state alone."""
        if self._left is None:
            rng = keyed_rng(self.settings.seed, "neighbours", here.job.number)
            found = neighbours(here.job.genotype, self.view.table, rng)
            # What is over the budget would be turned down again and again.
            self._left = {
                child.key: child
                for child in found
                if child.key not in self._seen and self.view.fits(child)
            }
        return self._left
