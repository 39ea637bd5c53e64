"""The decisions of a search space as a flat table, and genotypes: one value per active decision.

The table knows nothing of shapes or blocks, so drawing and changing genotypes is cheap.
"""

import random
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from nasvid.core.canonical import digest
from nasvid.core.errors import SpaceError
from nasvid.spec.constraint import Constraint
from nasvid.spec.count import SpaceSize, count_genotypes
from nasvid.spec.decision import (
    Condition,
    Decision,
    DecisionValue,
    Scalar,
    as_decision_value,
    is_same,
)
from nasvid.spec.feasible import MAX_TRIES, Joined, meet
from nasvid.spec.members import count_members, find_unmet, list_members
from nasvid.spec.together import joined

__all__ = [
    "Condition",
    "Decision",
    "DecisionTable",
    "DecisionValue",
    "Genotype",
    "Scalar",
    "SpaceSize",
]


@dataclass(frozen=True)
class Genotype:
    """One value for each active decision, in the order of the table."""

    values: tuple[tuple[str, DecisionValue], ...]

    @cached_property
    def by_path(self) -> Mapping[str, DecisionValue]:
        """Path to value."""
        return dict(self.values)

    @cached_property
    def id(self) -> str:
        """Decision-level id: equal for equal values."""
        return digest(self.to_json())

    @cached_property
    def key(self) -> Hashable:
        """Equal for equal values within one process, and cheaper than `id`.

        True, 1 and 1.0 are equal in Python, but as options they are three things.
        """
        kinds = [tuple(map(type, v)) if isinstance(v, tuple) else type(v) for _, v in self.values]
        return (self.values, tuple(kinds))

    def __getitem__(self, path: str) -> DecisionValue:
        return self.by_path[path]

    def __contains__(self, path: object) -> bool:
        return path in self.by_path

    def to_json(self) -> dict[str, object]:
        """Path to value; a subset as a list."""
        return {p: list(v) if isinstance(v, tuple) else v for p, v in self.values}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Genotype":
        """Read what `to_json` wrote."""
        return cls(tuple((path, as_decision_value(value)) for path, value in data.items()))


class DecisionTable:
    """All decisions of a space; parents stand before their children.

    Args:
        decisions: In the order in which the file is read; a condition names an earlier decision.
        constraints: What must hold between their values.
    """

    def __init__(
        self, decisions: Iterable[Decision], constraints: Iterable[Constraint] = ()
    ) -> None:
        self.decisions = tuple(decisions)
        self.by_path = {decision.path: decision for decision in self.decisions}
        self.constraints = tuple(constraints)

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.decisions)

    def __len__(self) -> int:
        return len(self.decisions)

    def is_active(self, decision: Decision, values: Mapping[str, DecisionValue]) -> bool:
        """Whether the decision is open, given the values of those before it."""
        if not decision.conditions:
            return True
        return any(_holds(condition, values) for condition in decision.conditions)

    def active(self, genotype: Genotype) -> list[Decision]:
        """The decisions that this genotype answers."""
        return [decision for decision in self.decisions if decision.path in genotype.by_path]

    def broken(self, values: Mapping[str, DecisionValue]) -> list[Constraint]:
        """The constraints that these values, of open decisions alone, do not meet."""
        return [constraint for constraint in self.constraints if not constraint.holds(values)]

    def complete(
        self,
        values: Mapping[str, DecisionValue],
        rng: random.Random,
        pinned: Collection[str] = (),
    ) -> Genotype:
        """Keep what is active, drop what is not, draw what is missing, meet all constraints.

        Args:
            values: Path to value; values of closed or unknown decisions are ignored. As few of them
                as can be are changed where a constraint asks for it.
            rng: Draws the missing values, in the order of the table.
            pinned: Paths whose values must not be changed.

        Raises:
            SpaceError: No values that meet all constraints were found.
        """
        if not self.constraints:
            return Genotype(tuple(self._completed(values, rng).items()))
        found = meet(
            self._joined,
            self.by_path,
            {path: value for path, value in values.items() if path in self.by_path},
            {path: values[path] for path in pinned},
            lambda given: self._completed(given, rng),
            rng,
        )
        if found is None:
            named = ", ".join(dict.fromkeys(c.name() for c in self.constraints))
            message = (
                f"none of {MAX_TRIES} draws meets all constraints ({named}); loosen one of them."
            )
            raise SpaceError.at(self.constraints[0].mark, "constraints", message)
        return Genotype(tuple(found.items()))

    @cached_property
    def _joined(self) -> Joined:
        return joined(self.constraints, self.by_path)

    def _completed(
        self, values: Mapping[str, DecisionValue], rng: random.Random
    ) -> dict[str, DecisionValue]:
        found: dict[str, DecisionValue] = {}
        for decision in self.decisions:
            if not self.is_active(decision, found):
                continue
            given = decision.path in values
            found[decision.path] = values[decision.path] if given else decision.draw(rng)
        return found

    def sample(self, rng: random.Random) -> Genotype:
        """A genotype; every value of each open decision is equally likely.

        Under constraints all values that meet one of them are equally likely.

        Raises:
            SpaceError: No values that meet all constraints were found.
        """
        return self.complete({}, rng)

    def open_given(self, values: Mapping[str, DecisionValue]) -> list[Decision]:
        """The decisions that these values leave open."""
        found: dict[str, DecisionValue] = {}
        missing: list[Decision] = []
        for decision in self.decisions:
            if not self.is_active(decision, found):
                continue
            if decision.path in values:
                found[decision.path] = values[decision.path]
            else:
                missing.append(decision)
        return missing

    def size(self) -> SpaceSize:
        """Number of genotypes, those that break a constraint left out; see `count_members`."""
        return self._size

    @cached_property
    def _size(self) -> SpaceSize:
        if not self.constraints:
            return count_genotypes(self.decisions)
        return count_members(self.decisions, self.constraints)

    def members(self) -> Iterator[dict[str, DecisionValue]]:
        """All genotypes that meet the constraints, as values by path; see `list_members`.

        Raises:
            TooLongError: It takes too long to find the first one.
        """
        return list_members(self.decisions, self.constraints)

    def unmet(self) -> list[tuple[Constraint, ...]]:
        """Constraints that no genotype meets, alone or together, as far as that can be told."""
        if not self.constraints or self.size().count:
            return []
        return find_unmet(self.decisions, self.constraints)

    def reachable(self) -> "DecisionTable":
        """Without the decisions that no genotype opens, and without conditions on those."""
        found: dict[str, Decision] = {}
        for decision in self.decisions:
            conditions = _possible(decision.conditions, found)
            if conditions or not decision.conditions:
                found[decision.path] = replace(decision, conditions=conditions)
        return DecisionTable(found.values(), self.constraints)


def _holds(condition: Condition, values: Mapping[str, DecisionValue]) -> bool:
    if condition.path not in values:
        return False
    value = values[condition.path]
    taken = value if isinstance(value, tuple) else (value,)
    if not any(is_same(condition.option, option) for option in taken):
        return False
    return not condition.within or any(_holds(other, values) for other in condition.within)


def _possible(
    conditions: Iterable[Condition], found: Mapping[str, Decision]
) -> tuple[Condition, ...]:
    """Those of the conditions that can hold where these decisions alone are reachable."""
    kept: list[Condition] = []
    for condition in conditions:
        decision = found.get(condition.path)
        if decision is None or (decision.kind == "subset" and not decision.most):
            continue
        if not any(is_same(condition.option, option) for option in decision.options):
            continue
        within = _possible(condition.within, found)
        if within or not condition.within:
            kept.append(replace(condition, within=within))
    return tuple(kept)
