"""The contract of a mutation: a small change of a genotype, drawn at random."""

import random
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from functools import cache
from typing import ClassVar, final

from nasvid.core.errors import NasvidError, SpaceError
from nasvid.core.registry import Registry
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, DecisionValue, Genotype

# Draws of one mutation until its child is another network and meets the constraints; a range, as it would
# be made for every child.
TRIES = range(20)


class NothingToChangeError(NasvidError):
    """A genotype offers nothing that this kind of change could change."""


class NothingFitsError(NothingToChangeError):
    """No other values go with this change under the constraints; another one may do."""


class Mutation(ABC):
    """One way to change a genotype; its fields are options that a file may set.

    Without state, so that equal draws give equal children. The child is a member of the same space
    and has at least one other value than its parent. Decisions that the change opens are drawn,
    those that it closes are dropped.
    """

    # Weight in the mix of a search that names no mutations; 0 leaves it to those that name it.
    default_weight: ClassVar[float] = 0.0
    # How a child of it alone came about; see `Origin`.
    origin: ClassVar[str]

    @classmethod
    @cache
    def name(cls) -> str:
        """Name in YAML and in ledgers: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.origin = f"mutation:{cls.name()}"

    def applies(self, view: SpaceView) -> bool:
        """Whether there is a member of the space that it could change, as far as is known."""
        del view
        return True

    @final
    def child(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        """A child that is another network than its parent, as far as the view looks at networks.

        Raises:
            NothingToChangeError: There is nothing to change in this way, or no change was found
                that makes a difference.
        """
        failure: NothingToChangeError | None = None
        for _ in TRIES:
            try:
                genotype = self.mutate(parent, view, rng)
            except NothingFitsError as error:
                failure = error
                continue
            # As `has_graph_of`, which most children go through.
            identify = view.identify
            child_id = identify(genotype)
            if child_id is None or child_id != (parent.graph_id or identify(parent.genotype)):
                return genotype
        raise failure or NothingToChangeError("no change that was tried makes another network.")

    @abstractmethod
    def mutate(self, parent: Parent, view: SpaceView, rng: random.Random) -> Genotype:
        """A child of this member.

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
        NothingFitsError: No other values go with the new one under the constraints.
    """
    try:
        return table.with_value(genotype, path, value, rng)
    except SpaceError as error:
        raise _nothing_goes_with({path: value}) from error


def with_values(
    genotype: Genotype,
    values: dict[str, DecisionValue],
    table: DecisionTable,
    rng: random.Random,
) -> Genotype:
    """The genotype with several values replaced; see `with_value`.

    Raises:
        NothingFitsError: No other values go with the new ones under the constraints.
    """
    return completed({**genotype.by_path, **values}, tuple(values), table, rng)


def completed(
    values: dict[str, DecisionValue],
    pinned: Collection[str],
    table: DecisionTable,
    rng: random.Random,
) -> Genotype:
    """The genotype of these values, what lacks drawn; as few as can be change under constraints.

    Args:
        values: Address to value; those of closed decisions are left out.
        pinned: Addresses whose values stay.
        table: The decisions.
        rng: Draws what lacks.

    Raises:
        NothingFitsError: No values meet the constraints.
    """
    try:
        return table.complete(values, rng, pinned=pinned)
    except SpaceError as error:
        raise _nothing_goes_with({path: values[path] for path in pinned}) from error


def _nothing_goes_with(values: dict[str, DecisionValue]) -> NothingFitsError:
    told = ", ".join(f"{path} = {value!r}" for path, value in values.items())
    return NothingFitsError(f"no values go with {told or 'the change'} under the constraints.")


def with_option(
    genotype: Genotype, decision: Decision, option: int, table: DecisionTable, rng: random.Random
) -> Genotype:
    """The genotype with another option of a choice, by its number; see `with_value`.

    Raises:
        NothingFitsError: No other values go with the new one under the constraints.
    """
    try:
        return table.with_option(genotype, decision, option, rng)
    except SpaceError as error:
        raise _nothing_goes_with({decision.path: decision.options[option]}) from error


def with_neighbour(
    genotype: Genotype, decision: Decision, table: DecisionTable, rng: random.Random
) -> Genotype:
    """The genotype with the option before or behind that of an open choice of two at least.

    Raises:
        NothingFitsError: No other values go with the new one under the constraints.
    """
    try:
        return table.with_neighbour(genotype, decision, rng)
    except SpaceError as error:
        message = f"no values go with a neighbouring {decision.path} under the constraints."
        raise NothingFitsError(message) from error


def with_other_value(
    genotype: Genotype, decisions: Sequence[Decision], table: DecisionTable, rng: random.Random
) -> Genotype:
    """The genotype with another value of one of some open decisions, all equally likely.

    Raises:
        NothingFitsError: No other values go with the new one under the constraints.
    """
    draw = rng.random
    decision = decisions[int(draw() * len(decisions))]
    if decision.kind == "choice":
        try:
            return table.with_other_option(genotype, decision, rng)
        except SpaceError as error:
            message = f"no values go with another {decision.path} under the constraints."
            raise NothingFitsError(message) from error
    value = here = genotype[decision.path]
    while is_same_value(value, here):
        value = decision.draw(rng)
    return with_value(genotype, decision.path, value, table, rng)


def is_same_value(left: DecisionValue, right: DecisionValue) -> bool:
    """Whether two values are one, where True, 1 and 1.0 are three.

    Example:
        >>> is_same_value(1, 1), is_same_value(1, True), is_same_value((1, 2), (1.0, 2))
        (True, False, False)
    """
    return repr(left) == repr(right)
