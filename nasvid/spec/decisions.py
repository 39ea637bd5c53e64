"""The decisions of a search space as a flat table, from which genotypes are drawn.

The table knows nothing of shapes or blocks, so drawing and changing genotypes is cheap.
"""

import random
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from nasvid.core.errors import SpaceError
from nasvid.spec.codes import CLOSED, UNKNOWN, Code, Coding
from nasvid.spec.constraint import Constraint
from nasvid.spec.count import SpaceSize, count_genotypes
from nasvid.spec.decision import (
    Condition,
    Decision,
    DecisionValue,
    Scalar,
    is_same,
)
from nasvid.spec.feasible import MAX_TRIES, Joined, meet
from nasvid.spec.genotype import Genotype
from nasvid.spec.members import count_members, find_unmet, list_members
from nasvid.spec.single_changes import SingleChanges
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


class DecisionTable:
    """All decisions of a space; parents stand before their children.

    Args:
        decisions: In the order in which the file is read; a condition names an earlier decision.
        constraints: What must hold between their values.
    """

    # What is read for every child of a search, as slots are quick; cached properties are kept in the dict.
    __slots__ = (
        "__dict__", "__weakref__", "_single_changes", "by_path", "coding", "constraints", "decisions",
    )  # fmt: skip

    def __init__(
        self, decisions: Iterable[Decision], constraints: Iterable[Constraint] = ()
    ) -> None:
        self.decisions = tuple(decisions)
        self.by_path = {decision.path: decision for decision in self.decisions}
        self.constraints = tuple(constraints)
        # How its values are written as integers.
        self.coding = Coding(self.decisions)
        self._single_changes: SingleChanges | None = None

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.decisions)

    def __len__(self) -> int:
        return len(self.decisions)

    def is_active(self, decision: Decision, values: Mapping[str, DecisionValue]) -> bool:
        """Whether the decision is open, given the values of those before it."""
        if not decision.conditions:
            return True
        return any(_holds(condition, values) for condition in decision.conditions)

    def active(self, genotype: Genotype) -> Sequence[Decision]:
        """The decisions that this genotype answers."""
        return self.answered(genotype, self.decisions)

    def code(self, genotype: Genotype) -> Code | None:
        """The values of a genotype as integers, one for each decision; see `Coding`.

        Equal exactly for genotypes that are one, and so a quick key for them. None where the
        genotype has a value that no genotype of this table has, or lacks one that all have.
        """
        return genotype.code(self.coding)

    def codes(self, genotypes: Iterable[Genotype]) -> list[Code | None]:
        """The codes of several genotypes."""
        coding = self.coding
        return [genotype.code(coding) for genotype in genotypes]

    def key(self, genotype: Genotype) -> Hashable:
        """Equal exactly for genotypes that are one, within one process; cheaper than its id."""
        return genotype.code(self.coding) or genotype.key

    def option_of(self, genotype: Genotype, decision: Decision) -> int:
        """The number of the option that a genotype has of a choice that it answers."""
        code = genotype.code(self.coding)
        if code is not None:
            return code[self.coding.place[decision.path]]
        value = genotype[decision.path]
        return next(k for k, option in enumerate(decision.options) if is_same(option, value))

    def answered(self, genotype: Genotype, decisions: Sequence[Decision]) -> Sequence[Decision]:
        """Those of some decisions that this genotype answers."""
        coding = self.coding
        code = genotype.known_code if genotype.coding is coding else genotype.code(coding)
        if code is not None and (coding.is_open or CLOSED not in code):
            return decisions
        return [decision for decision in decisions if decision.path in genotype.by_path]

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

    def with_value(
        self, genotype: Genotype, path: str, value: DecisionValue, rng: random.Random
    ) -> Genotype:
        """The genotype with one value replaced; what hangs on it is drawn anew or dropped.

        Args:
            genotype: A member of this table.
            path: Which value to replace.
            value: By what.
            rng: Draws what is missing then.

        Raises:
            SpaceError: No values that meet all constraints were found.
        """
        place = self.coding.place.get(path)
        number = UNKNOWN if place is None else self.coding.number(place, value)
        if place is not None and number != UNKNOWN:
            child = self._changes().child(genotype.code(self.coding), place, number, rng)
            if child is not None:
                return child
        return self.complete({**genotype.by_path, path: value}, rng, pinned=(path,))

    def with_option(
        self, genotype: Genotype, decision: Decision, option: int, rng: random.Random
    ) -> Genotype:
        """The same for the option with this number of a choice, in less time.

        Args:
            genotype: A member of this table.
            decision: A choice of this table.
            option: Number of one of its options.
            rng: Draws what is missing then.

        Raises:
            SpaceError: No values that meet all constraints were found.
        """
        place, changes = self.coding.place[decision.path], self._single_changes or self._changes()
        child = changes.child(genotype.code(self.coding), place, option, rng)
        return child or self._completed_with(genotype, place, option, rng)

    def with_other_option(
        self, genotype: Genotype, decision: Decision, rng: random.Random
    ) -> Genotype:
        """The same for another option of an open choice, all of them equally likely.

        Raises:
            SpaceError: No values that meet all constraints were found.
        """
        coding = self.coding
        code = genotype.known_code if genotype.coding is coding else genotype.code(coding)
        place = coding.place[decision.path]
        here = self.option_of(genotype, decision) if code is None else code[place]
        draw = rng.random
        other = int(draw() * (len(decision.options) - 1))
        other += other >= here
        changes = self._single_changes or self._changes()
        child = changes.child(code, place, other, rng)
        return child or self._completed_with(genotype, place, other, rng)

    def with_neighbour(
        self, genotype: Genotype, decision: Decision, rng: random.Random
    ) -> Genotype:
        """The same for the option before or behind that of an open choice of two at least.

        Raises:
            SpaceError: No values that meet all constraints were found.
        """
        coding = self.coding
        code = genotype.known_code if genotype.coding is coding else genotype.code(coding)
        place = coding.place[decision.path]
        here = self.option_of(genotype, decision) if code is None else code[place]
        draw = rng.random
        is_up = here == 0 or (here < len(decision.options) - 1 and draw() < 0.5)
        option = here + 1 if is_up else here - 1
        changes = self._single_changes or self._changes()
        child = changes.child(code, place, option, rng)
        return child or self._completed_with(genotype, place, option, rng)

    def _completed_with(
        self, genotype: Genotype, place: int, option: int, rng: random.Random
    ) -> Genotype:
        """As `with_option`, where that takes more than a change of a code."""
        decision = self.decisions[place]
        values = {**genotype.by_path, decision.path: decision.options[option]}
        return self.complete(values, rng, pinned=(decision.path,))

    def _changes(self) -> SingleChanges:
        # Made when they are first asked for. No cached property, which takes longer to read.
        if self._single_changes is None:
            drawn, tried = self._joined.drawn, self._joined.tried
            self._single_changes = SingleChanges(self.decisions, self.coding, drawn, tried)
        return self._single_changes

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
