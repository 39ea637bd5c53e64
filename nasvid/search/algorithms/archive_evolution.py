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


class _Node:
    """A candidate in the tree of descent, with its successful children."""

    __slots__ = ("children", "result")

    def __init__(self, result: Result) -> None:
        self.result = result
        self.children: list[_Node] | None = None


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
        # The members of both, and all candidates, by the numbers of their jobs.
        self._members: dict[int, Member] = {}
        self._nodes: dict[int, _Node] = {}
        # Members at one change of a choice, or of one option of a subset, where nothing is closed.
        num_neighbours = sum(
            len(decision.options) - (decision.kind == "choice") for decision in view.changeable
        )
        # By how many children a candidate has, the chance that one of them takes its place, 1 beyond the
        # list: where it is on a front, and where it is itself reached as a child.
        shares = [count / num_neighbours for count in range(num_neighbours)]
        self._chances = [share**_HASTE for share in shares]
        self._chances_behind = [share**_HASTE_BEHIND for share in shares]

    def fold(self, result: Result) -> None:
        job, evaluation = result
        if job.kind != "search":
            return
        node = None
        if evaluation.failure is None:
            node = self._nodes[job.number] = _Node(result)
        for number in job.origin.parents:
            member = self._members.get(number)
            if member is not None:
                member.has_child()
            parent = self._nodes.get(number)
            if node is not None and parent is not None:
                if parent.children is None:
                    parent.children = [node]
                else:
                    parent.children.append(node)
        if node is not None:
            vector = self.objectives.vector(evaluation, job.cost)
            # So it is with nearly all candidates of a long search.
            if not (self._front.reaches(vector) and self._behind.reaches(vector)):
                self._add(Member(vector, result, job.number))

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
        draw = rng.random
        is_behind = draw() < _SHARE_BEHIND and len(self._behind)
        promises, members = (self._behind if is_behind else self._front).ranked
        member = members[best_place(promises, self._power, rng)]
        return self._descendant(self._nodes[member.number], rng)

    def _descendant(self, node: _Node, rng: random.Random) -> Result:
        """A candidate or, the fewer of its neighbours are new, one of its descendants."""
        draw, chances, children = rng.random, self._chances, node.children
        while children is not None:
            count, drawn = len(children), draw()
            chance = chances[count] if count < len(chances) else 1.0
            if drawn >= chance:
                break
            # Below the chance it is as even as it was below 1.
            place = int(drawn / chance * count)
            node = children[place] if place < count else children[-1]
            chances, children = self._chances_behind, node.children
        return node.result
