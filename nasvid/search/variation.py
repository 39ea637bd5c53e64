"""A weighted mix of mutations."""

import random
from collections.abc import Mapping

from nasvid.core.errors import NasvidError
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError
from nasvid.spec.decisions import DecisionTable, Genotype

CONSTRAINED_TRIES = 20


class Variation:
    """Draws a mutation by weight and applies it.

    Args:
        weights: Name of a mutation to its weight; those of weight 0 are left out.
    Raises:
        UnknownPluginError: There is no mutation of that name.
        NasvidError: No weight is above 0, or one is below.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
            raise NasvidError(
                f"search.mutations: got weights {dict(weights)}; accepts weights of 0 or more, "
                "at least one of them above 0."
            )
        # Sorted, so that the order in which a file names them does not matter.
        self._mutations: list[tuple[Mutation, float]] = [
            (MUTATIONS[name](), weight) for name, weight in sorted(weights.items()) if weight > 0
        ]

    def vary(
        self, genotype: Genotype, table: DecisionTable, rng: random.Random
    ) -> tuple[Genotype, str]:
        """A child and the name of the mutation that made it.

        A mutation that has nothing to change leaves the draw to the others.

        Raises:
            NothingToChangeError: None of them has anything to change.
        """
        left = list(self._mutations)
        while left:
            weights = [weight for _, weight in left]
            index = rng.choices(range(len(left)), weights)[0]
            mutation, _ = left.pop(index)
            # Under constraints another value may do where one does not.
            for _ in range(CONSTRAINED_TRIES if table.constraints else 1):
                try:
                    return mutation.mutate(genotype, table, rng), mutation.name()
                except NothingToChangeError:
                    continue
        names = ", ".join(mutation.name() for mutation, _ in self._mutations)
        raise NothingToChangeError(
            f"nothing can be changed in this architecture by {names}; every decision that they "
            "change has one value only."
        )
