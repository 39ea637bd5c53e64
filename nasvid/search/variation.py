"""How children are made: a weighted mix of mutations and crossovers."""

import random
from collections.abc import Callable

from nasvid.core.quick_tuple import quick
from nasvid.search.crossover import CROSSOVERS
from nasvid.search.history import Result
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError
from nasvid.search.operators import Mix, make_operators
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings

_origin, _parent, _proposal = quick(Origin), quick(Parent), quick(Proposal)


class Variation:
    """Makes children of members as the settings of a search say.

    A child has one parent and as many mutations as `mutation_count` says, which falls or rises from
    the beginning of the search to its end in a straight line; or, in a share of the cases, two
    parents and no mutation unless they are too much alike.

    Args:
        view: The space.
        settings: How to search.

    Raises:
        NasvidError: There is no such operator or option, or no weight is above 0.
    """

    def __init__(self, view: SpaceView, settings: SearchSettings) -> None:
        self._view = view
        self._settings = settings
        mutations = make_operators(MUTATIONS, settings.mutations, "search.mutations")
        crossovers = make_operators(CROSSOVERS, settings.crossovers, "search.crossovers")
        self._mutations = Mix((m, weight) for m, weight in mutations if m.applies(view))
        self._crossovers = Mix((c, weight) for c, weight in crossovers if c.applies(view))
        self._is_single = tuple(settings.mutation_count) == (1, 1)
        self._share = settings.crossover_share if self._crossovers else 0.0
        self._named = ", ".join(mutation.name() for mutation, _ in mutations)

    def child(
        self,
        select: Callable[[random.Random], Result],
        number: int,
        rng: random.Random,
        more: int = 0,
    ) -> Proposal:
        """A child of members that `select` picks, and how it came about.

        Args:
            select: Picks a parent.
            number: Of the job, which tells how far the search is.
            rng: All randomness.
            more: Mutations of a single parent besides those that the settings ask for.

        Raises:
            NothingToChangeError: This draw leads nowhere.
        """
        first = select(rng)
        if self._share and rng.random() < self._share:
            crossed = self._crossed(first, select(rng), rng)
            if crossed is not None:
                return crossed
        job, evaluation = first
        # Without the calls of `Parent.of` and `mutated`, as nearly all children come about like this.
        parent = _parent((job.genotype, evaluation.gates, job.cost, job.graph_id))
        if self._is_single and not more:
            genotype, mutation = self._once(parent, rng)
            how = mutation.origin
        else:
            genotype, how = self.mutated(parent, number, rng, more)
        return _proposal((genotype, _origin((how, (job.number,)))))

    def mutated(
        self, parent: Parent, number: int, rng: random.Random, more: int = 0
    ) -> tuple[Genotype, str]:
        """A child by mutations alone, and the names of those.

        Args:
            parent: Of the child.
            number: Of the job, which tells how far the search is.
            rng: All randomness.
            more: Mutations besides those that the settings ask for.

        Raises:
            NothingToChangeError: None of them has anything to change.
        """
        count = more + (1 if self._is_single else self._count(number, rng))
        if count == 1:
            child, mutation = self._once(parent, rng)
            return child, mutation.origin
        names: list[str] = []
        child, changed = parent.genotype, parent
        for _ in range(count):
            child, mutation = self._once(changed, rng)
            changed = parent.with_genotype(child)
            names.append(mutation.name())
        if child.key == parent.genotype.key or parent.has_graph_of(child, self._view):
            raise NothingToChangeError("several changes undid one another.")
        return child, f"mutation:{'+'.join(names)}"

    def _count(self, number: int, rng: random.Random) -> int:
        first, last = self._settings.mutation_count
        progress = min(1.0, number / max(1, self._settings.candidates - 1))
        count = first + (last - first) * progress
        # 1.3 is one mutation, and in three of ten cases another one.
        return int(count) + (rng.random() < count - int(count))

    def _crossed(self, first: Result, second: Result, rng: random.Random) -> Proposal | None:
        crossover = self._crossovers.draw(rng)
        both = Parent.of(first), Parent.of(second)
        try:
            child = crossover.cross(*both, self._view, rng)
        except NothingToChangeError:
            return None
        if any(parent.has_graph_of(child, self._view) for parent in both):
            return None
        parents = (first.job.number, second.job.number)
        return Proposal(child, Origin(f"crossover:{crossover.name()}", parents))

    def _once(self, parent: Parent, rng: random.Random) -> tuple[Genotype, Mutation]:
        """One mutation; one that has nothing to change leaves the draw to the others."""
        left = self._mutations
        why = "which can change nothing in any member of this space."
        while left.size:
            mutation = left.draw(rng)
            try:
                return mutation.child(parent, self._view, rng), mutation
            except NothingToChangeError as error:
                left = left.without(mutation)
                why = f"as the last one says: {error}"
        raise NothingToChangeError(
            f"nothing can be changed in this architecture by {self._named}, {why}"
        )
