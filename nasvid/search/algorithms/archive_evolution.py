"""Archive evolution: parents are the candidates that no other one dominates.

Of a few candidates drawn from the front, the one with the most room around it for each child that
it had already becomes the parent. So the whole front moves on, its gaps first, and every result
counts as soon as it is known: there are no generations to wait for. One parent in five is from the
front behind, since a front of few candidates soon has no neighbours left that are new.

Source: Knowles and Corne 2000, Approximating the Nondominated Front Using the Pareto Archived
Evolution Strategy (parents from an archive of the front); Corne et al. 2000, The Pareto
Envelope-based Selection Algorithm (the least crowded is selected). Differs: crowding by neighbours
instead of a grid; children that a candidate had count; a second archive holds the front behind;
neither has a bound.
"""

import random
from collections import Counter
from typing import ClassVar, final

from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.archive import Archive, Member
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import SpaceView
from nasvid.spec.sections import SearchSettings

_SHARE_BEHIND = 0.2


@ALGORITHMS.add
@final
class ArchiveEvolution(Algorithm):
    """Changes candidates of the front, those first that have few neighbours and few children."""

    seeks_front: ClassVar[bool] = True

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._front = Archive()
        # What no candidate dominates but those of the front.
        self._behind = Archive()
        # Children of each candidate by the number of its job, those that failed among them.
        self._children: Counter[int] = Counter()

    def fold(self, result: Result) -> None:
        if result.job.kind == "search":
            self._children.update(result.job.origin.parents)
        if result.is_candidate:
            for member in self._front.add(self.vector(result), result):
                self._behind.add(member.vector, member.result)

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not len(self._front):
            return self.draw(rng)
        return self.variation.child(self._select, number, rng)

    def _select(self, rng: random.Random) -> Result:
        is_behind = rng.random() < _SHARE_BEHIND and len(self._behind)
        front = (self._behind if is_behind else self._front).members
        drawn = (front[int(rng.random() * len(front))] for _ in range(self.settings.tournament))
        return max(drawn, key=self._room).result

    def _room(self, member: Member) -> float:
        return member.room / (1 + self._children[member.result.job.number])
