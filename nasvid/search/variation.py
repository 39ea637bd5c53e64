"""How children are made: a weighted mix of mutations and crossovers."""

import random
from collections.abc import Callable

from nasvid.search.crossover import CROSSOVERS
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError
from nasvid.search.operators import Mix, make_operators
from nasvid.search.proposal import Origin, Proposal
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings


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
        # So it is with nearly all children.
        self._is_simple = self._is_single and bool(self._mutations)
        self._share = settings.crossover_share if self._crossovers else 0.0
        self._named = ", ".join(mutation.name() for mutation, _ in mutations)

    def child(
        self,
        select: Callable[[random.Random], Parent],
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
        parent = select(rng)
        if self._share and rng.random() < self._share:
            crossed = self._crossed(parent, select(rng), rng)
            if crossed is not None:
                return crossed
        # As `mutated`, without its call.
        if self._is_simple and not more:
            mutation = self._mutations.draw(rng)
            try:
                genotype = mutation.child(parent, self._view, rng)
            except NothingToChangeError as error:
                genotype, mutation = self._by_another(mutation, error, parent, rng)
            how = mutation.origin
        else:
            genotype, how = self.mutated(parent, number, rng, more)
        return Proposal(genotype, Origin(how, parent.numbers))

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
        if not self._mutations.size:
            raise NothingToChangeError(
                f"nothing can be changed in this architecture by {self._named}, which can change "
                "nothing in any member of this space."
            )
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

    def _crossed(self, first: Parent, second: Parent, rng: random.Random) -> Proposal | None:
        crossover = self._crossovers.draw(rng)
        try:
            child = crossover.cross(first, second, self._view, rng)
        except NothingToChangeError:
            return None
        if first.has_graph_of(child, self._view) or second.has_graph_of(child, self._view):
            return None
        numbers = first.numbers + second.numbers
        return Proposal(child, Origin(f"crossover:{crossover.name()}", numbers))

    def _once(self, parent: Parent, rng: random.Random) -> tuple[Genotype, Mutation]:
        """One mutation, and which."""
        mutation = self._mutations.draw(rng)
        try:
            return mutation.child(parent, self._view, rng), mutation
        except NothingToChangeError as error:
            return self._by_another(mutation, error, parent, rng)

    def _by_another(
        self, tried: Mutation, error: NothingToChangeError, parent: Parent, rng: random.Random
    ) -> tuple[Genotype, Mutation]:
        """One that has nothing to change leaves the draw to the others."""
        left = self._mutations.without(tried)
        while left:
            mutation = left.draw(rng)
            try:
                return mutation.child(parent, self._view, rng), mutation
            except NothingToChangeError as another:
                left, error = left.without(mutation), another
        raise NothingToChangeError(
            f"nothing can be changed in this architecture by {self._named}, as the last one says: "
            f"{error}"
        )
