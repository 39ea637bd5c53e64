"""The contract of a mutation: a small change of a genotype, drawn at random."""

import random
from abc import ABC, abstractmethod

from nasvid.core.errors import NasvidError, SpaceError
from nasvid.core.registry import Registry
from nasvid.spec.decisions import DecisionTable, DecisionValue, Genotype


class NothingToChangeError(NasvidError):
    """A genotype offers nothing that this kind of change could change."""


class Mutation(ABC):
    """One way to change a genotype; without state, so that equal draws give equal children.

    The child is a member of the same table and has at least one other value than its parent.
    Decisions that the change opens are drawn, those that it closes are dropped.
    """

    @classmethod
    def name(cls) -> str:
        """Name in YAML and in ledgers: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    @abstractmethod
    def mutate(self, genotype: Genotype, table: DecisionTable, rng: random.Random) -> Genotype:
        """A child of this genotype.

        Raises:
            NothingToChangeError: There is nothing to change in this way.
        """


MUTATIONS: Registry[Mutation] = Registry("mutation", "nasvid.search.mutations")


def with_value(
    genotype: Genotype,
    path: str,
    value: DecisionValue,
    table: DecisionTable,
    rng: random.Random,
) -> Genotype:
    """The genotype with one value replaced; what hangs on it is drawn anew or dropped.

    Other values change where a constraint asks for it, as few as can be.

    Raises:
        NothingToChangeError: No other values go with the new one under the constraints.
    """
    try:
        return table.complete({**genotype.by_path, path: value}, rng, pinned=(path,))
    except SpaceError as error:
        message = f"no values go with {path} = {value!r} under the constraints."
        raise NothingToChangeError(message) from error


def is_same_value(left: DecisionValue, right: DecisionValue) -> bool:
    """Whether two values are one, where True, 1 and 1.0 are three.

    Example:
        >>> is_same_value(1, 1), is_same_value(1, True), is_same_value((1, 2), (1.0, 2))
        (True, False, False)
    """
    return repr(left) == repr(right)
