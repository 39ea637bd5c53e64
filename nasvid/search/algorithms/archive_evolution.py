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
from nasvid.search.archive import Archive, Member
from nasvid.search.history import Result
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import SpaceView
from nasvid.search.tournament import best_place
from nasvid.spec.sections import SearchSettings

_SHARE_BEHIND = 0.2
# So often a child is changed again that is one of the jobs, before the proposal is given up.
_MORE_CHANGES = 2
# How the chance that a child takes its parent's place grows with the share of its neighbours that
# are children: late on the fronts, early behind them, where siblings have neighbours in common.
_HASTE, _HASTE_BEHIND = 2.0, 0.5


class _Children:
    """The successful children of a candidate.

    `chance` is that with which one of them takes its place where it is on a front, `chance_behind`
    where it is itself reached as a child.
    """

    __slots__ = ("chance", "chance_behind", "numbers", "results")

    def __init__(self) -> None:
        # The numbers of their jobs, and they.
        self.numbers: list[int] = []
        self.results: list[Result] = []
        self.chance = self.chance_behind = 0.0

    def add(self, number: int, result: Result, num_neighbours: int) -> None:
        """One more."""
        self.numbers.append(number)
        self.results.append(result)
        share = min(1.0, len(self.results) / num_neighbours)
        self.chance, self.chance_behind = share**_HASTE, share**_HASTE_BEHIND


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
        # The members of both by the numbers of their jobs.
        self._members: dict[int, Member] = {}
        # By the number of their parent's job.
        self._children: dict[int, _Children] = {}
        # Members at one change of a choice, or of one option of a subset, where nothing is closed.
        self._num_neighbours = sum(
            len(decision.options) - (decision.kind == "choice") for decision in view.changeable
        )

    def fold(self, result: Result) -> None:
        job, evaluation = result
        if job.kind != "search":
            return
        number, is_candidate = job.number, evaluation.failure is None
        for parent in job.origin.parents:
            member = self._members.get(parent)
            if member is not None:
                member.has_child()
                self._front.note_child()
                self._behind.note_child()
            if is_candidate:
                children = self._children.get(parent)
                if children is None:
                    children = self._children[parent] = _Children()
                children.add(number, result, self._num_neighbours)
        if is_candidate:
            vector = self.objectives.vector(evaluation, job.cost)
            # So it is with nearly all candidates of a long search.
            if not (self._front.reaches(vector) and self._behind.reaches(vector)):
                self._add(Member(vector, result, number))

    def _add(self, member: Member) -> None:
        self._members[member.number] = member
        for fallen in self._front.add(member):
            for gone in self._behind.add(fallen):
                del self._members[gone.number]

    def propose(self, number: int, rng: random.Random) -> Proposal:
        if number < self.settings.population or not self._members:
            return self.draw(rng)
        proposal = self.variation.child(self._select, number, rng)
        for _ in range(_MORE_CHANGES):
            if not self.view.is_taken(proposal.genotype):
                break
            proposal = self.further(proposal, number, rng)
        return proposal

    def _select(self, rng: random.Random) -> Result:
        is_behind = rng.random() < _SHARE_BEHIND and len(self._behind)
        promises, members = (self._behind if is_behind else self._front).ranked
        return self._descendant(members[best_place(promises, self._power, rng)], rng)

    def _descendant(self, member: Member, rng: random.Random) -> Result:
        """A candidate or, the fewer of its neighbours are new, one of its descendants."""
        draw, children_of = rng.random, self._children.get
        parent, children = member.result, children_of(member.number)
        if children is None:
            return parent
        chance = children.chance
        while (drawn := draw()) < chance:
            results = children.results
            # Below the chance it is as even as it was below 1.
            place = int(drawn / chance * len(results))
            if place == len(results):
                place -= 1
            parent = results[place]
            children = children_of(children.numbers[place])
            if children is None:
                break
            chance = children.chance_behind
        return parent
