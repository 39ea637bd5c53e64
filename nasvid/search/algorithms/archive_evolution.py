"""Archive evolution: parents are the candidates that no other one dominates.

Of a few candidates drawn from the front, the one with the most room around it for each child that
it had already becomes the parent. So the whole front moves on, its gaps first, and every result
counts as soon as it is known: there are no generations to wait for. One parent in five is from the
front behind, and where most neighbours of a parent are its children one of those takes its place,
since a front of few candidates soon has no neighbours left that are new. A child that is one of the jobs
already is changed again.

Source: Knowles and Corne 2000, Approximating the Nondominated Front Using the Pareto Archived
Evolution Strategy (parents from an archive of the front); Corne et al. 2000, The Pareto
Envelope-based Selection Algorithm (the least crowded is selected). Differs: crowding by neighbours
instead of a grid; children that a candidate had count and take its place; a second archive holds
the front behind; neither has a bound. Guided by a model of the scores unless that is off; trainings
of a candidate after its first are seen by the model alone.
"""

import random
from typing import ClassVar, final

from nasvid.search.algorithm import ALGORITHMS, OF_VARIATION, Algorithm
from nasvid.search.archive import Archive, Candidate, Member
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.tournament import best_place
from nasvid.spec.sections import SearchSettings

_SHARE_BEHIND = 0.2
# So often a child is changed again that is one of the jobs, before the proposal is given up; a range, as
# it would be made for every proposal.
_MORE_CHANGES = range(2)
# How the chance that a child takes its parent's place grows with the share of its neighbours that
# are children: late on the fronts, early behind them, where siblings have neighbours in common.
_HASTE, _HASTE_BEHIND = 2.0, 0.5


@ALGORITHMS.add
@final
class ArchiveEvolution(Algorithm):
    """Changes candidates of the front, those first that have few neighbours and few children."""

    seeks_front: ClassVar[bool] = True
    takes_guidance: ClassVar[bool] = True
    reads: ClassVar[frozenset[str]] = OF_VARIATION | {"population", "tournament"}

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        super().__init__(view, settings)
        self._front = Archive()
        # What no candidate dominates but those of the front.
        self._behind = Archive()
        self._power = 1 / settings.tournament
        self._num_drawn = settings.population
        self._has_parents = self._has_behind = False
        # All candidates by the numbers of their jobs, None for a job that gave none.
        self._candidates: list[Candidate | None] = []
        # Members at one change of a choice, or of one option of a subset, where nothing is closed.
        num_neighbours = sum(
            len(decision.options) - (decision.kind == "choice") for decision in view.changeable
        )
        # By how many children a candidate has, the chance that one of them takes its place, 1 beyond the
        # list: where it is on a front, and where it is itself reached as a child.
        self._most_children = num_neighbours
        shares = [count / num_neighbours for count in range(num_neighbours)]
        self._chances = [share**_HASTE for share in shares]
        self._chances_behind = [share**_HASTE_BEHIND for share in shares]

    def fold(self, result: Result) -> None:
        job, evaluation = result.job, result.evaluation
        candidates = self._candidates
        if job.kind != "search":
            candidates.append(None)
            return
        candidate = Candidate(result) if evaluation.failure is None else None
        candidates.append(candidate)
        for number in job.origin.parents:
            parent = candidates[number]
            if parent is not None:
                parent.has_child(candidate)
        if candidate is None:
            return
        vector = self.objectives.vector(evaluation, job.cost)
        # What is reached behind the front, as nearly all of a long search, is reached by it too.
        if not self._behind.reaches(vector):
            self._add(Member(candidate, vector))

    def _add(self, member: Member) -> None:
        self._has_parents = True
        member.candidate.member = member
        for fallen in self._front.add(member):
            self._has_behind = True
            for gone in self._behind.add(fallen):
                gone.candidate.member = None

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self._num_drawn or not self._has_parents:
            return self.draw(rng)
        proposal = self.variation.child(self._select, number, rng)
        # Looked up first, which is quicker for what is no method.
        is_taken = self.view.is_taken
        for _ in _MORE_CHANGES:
            if not is_taken(proposal.genotype):
                break
            proposal = self.changed(proposal, number, rng)
        return proposal

    def _select(self, rng: random.Random) -> Parent:
        draw, most = rng.random, self._most_children
        is_behind = draw() < _SHARE_BEHIND and self._has_behind
        archive = self._behind if is_behind else self._front
        promises, members = archive.known_ranks or archive.ranks()
        candidate = members[best_place(promises, self._power, rng)].candidate
        # The fewer of its neighbours are new, the sooner one of its descendants takes its place.
        children, chances = candidate.children, self._chances
        while children is not None:
            count, drawn = len(children), draw()
            chance = chances[count] if count < most else 1.0
            if drawn >= chance:
                break
            # Below the chance it is as even as it was below 1.
            candidate = children[int(drawn / chance * count)]
            children, chances = candidate.children, self._chances_behind
        return candidate.known_parent or candidate.parent()
