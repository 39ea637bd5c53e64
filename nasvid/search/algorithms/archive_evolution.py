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
from operator import attrgetter
from typing import ClassVar, final

from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.archive import Archive, Member
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import SpaceView
from nasvid.spec.sections import SearchSettings

_SHARE_BEHIND = 0.2
_promise = attrgetter("promise")


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
        # The members of both by the numbers of their jobs.
        self._members: dict[int, Member] = {}

    def fold(self, result: Result) -> None:
        job = result.job
        if job.kind != "search":
            return
        for parent in job.origin.parents:
            if parent in self._members:
                self._members[parent].has_child()
        if result.is_candidate:
            self._add(Member(self.vector(result), result))

    def _add(self, member: Member) -> None:
        self._members[member.result.job.number] = member
        for fallen in self._front.add(member):
            for gone in self._behind.add(fallen):
                del self._members[gone.result.job.number]

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not len(self._front):
            return self.draw(rng)
        return self.variation.child(self._select, number, rng)

    def _select(self, rng: random.Random) -> Result:
        is_behind = rng.random() < _SHARE_BEHIND and len(self._behind)
        front = (self._behind if is_behind else self._front).members
        return max(rng.choices(front, k=self.settings.tournament), key=_promise).result
