"""The decisions of a search space as a flat table, and genotypes: one value per active decision.

The table knows nothing of shapes or blocks, so drawing and changing genotypes is cheap.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb
from typing import Literal

from nasvid.core.canonical import digest
from nasvid.core.errors import Mark

Scalar = int | float | bool | str | None
# A choice has one of its options as value, a subset the tuple of those taken, in declared order.
DecisionValue = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A decision is open only where another one has taken (or contains) this option."""

    path: str
    option: Scalar


@dataclass(frozen=True, slots=True)
class Decision:
    """One open choice of a search space.

    Args:
        path: Its address, made of node and parameter names, such as `stage2.op.block`.
        kind: `choice` (one option) or `subset` (some of them).
        options: What can be chosen; labels for options that are blocks.
        is_ordered: Whether neighbouring options are alike, as with widths.
        role: `edge` for the inputs of a node, `repeat` for a number of copies, `block` where the
            options are blocks, else `value`. Operators may care.
        least: Fewest options of a subset.
        most: Most options of a subset.
        conditions: It is open if any of these holds; always if there are none.
        mark: Where it stands in the file.
    """

    path: str
    kind: Literal["choice", "subset"]
    options: tuple[Scalar, ...]
    is_ordered: bool = False
    role: Literal["value", "edge", "repeat", "block"] = "value"
    least: int = 0
    most: int = 0
    conditions: tuple[Condition, ...] = ()
    mark: Mark | None = None

    @property
    def num_values(self) -> int:
        """Values that it can take."""
        if self.kind == "choice":
            return len(self.options)
        return sum(comb(len(self.options), k) for k in range(self.least, self.most + 1))

    def values(self) -> Iterator[DecisionValue]:
        """All values that it can take, in a fixed order."""
        if self.kind == "choice":
            yield from self.options
            return
        for size in range(self.least, self.most + 1):
            yield from combinations(self.options, size)

    def draw(self, rng: random.Random) -> DecisionValue:
        """A value; every one is equally likely."""
        if self.kind == "choice":
            return self.options[rng.randrange(len(self.options))]
        sizes = range(self.least, self.most + 1)
        weights = [comb(len(self.options), size) for size in sizes]
        size = rng.choices(sizes, weights)[0]
        taken = sorted(rng.sample(range(len(self.options)), size))
        return tuple(self.options[index] for index in taken)

    def accepts(self, value: object) -> bool:
        """Whether this is one of its values."""
        if self.kind == "choice":
            return any(_same(value, option) for option in self.options)
        if not isinstance(value, tuple) or not self.least <= len(value) <= self.most:
            return False
        in_order = tuple(option for option in self.options if any(_same(option, v) for v in value))
        return in_order == value


def _same(left: object, right: object) -> bool:
    # True equals 1 in Python; as options they are two things.
    return type(left) is type(right) and left == right


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
        return cls(tuple((p, tuple(v) if isinstance(v, list) else v) for p, v in data.items()))  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class SpaceSize:
    """How many genotypes a space has, and whether that number is exact or an upper bound."""

    count: int
    label: Literal["exact", "upper bound"]


class DecisionTable:
    """All decisions of a space; parents stand before their children.

    Args:
        decisions: In the order in which the file is read; a condition names an earlier decision.
    """

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self.decisions = tuple(decisions)
        self.by_path = {decision.path: decision for decision in self.decisions}

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

    def complete(self, values: Mapping[str, DecisionValue], rng: random.Random) -> Genotype:
        """Keep what is active, drop what is not, draw what is missing.

        Args:
            values: Path to value; values of closed or unknown decisions are ignored.
            rng: Draws the missing values, in the order of the table.
        """
        found: dict[str, DecisionValue] = {}
        for decision in self.decisions:
            if not self.is_active(decision, found):
                continue
            given = decision.path in values
            found[decision.path] = values[decision.path] if given else decision.draw(rng)
        return Genotype(tuple(found.items()))

    def sample(self, rng: random.Random) -> Genotype:
        """A genotype; every value of each open decision is equally likely."""
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
        """Number of genotypes.

        Exact unless a decision hangs on several others; then its values count always, which gives
        an upper bound.
        """
        children: dict[Condition, list[Decision]] = {}
        roots: list[Decision] = []
        is_exact = True
        for decision in self.decisions:
            if self._hangs_on_one(decision):
                for condition in decision.conditions:
                    children.setdefault(condition, []).append(decision)
            else:
                is_exact = is_exact and not decision.conditions
                roots.append(decision)
        known: dict[str, int] = {}
        count = 1
        for decision in roots:
            count *= _count(decision, children, known)
        return SpaceSize(count, "exact" if is_exact else "upper bound")

    def _hangs_on_one(self, decision: Decision) -> bool:
        """Whether at most one option that is taken at a time opens the decision."""
        parents = {condition.path for condition in decision.conditions}
        if len(parents) != 1:
            return False
        # Of a subset several options can be taken together; they open the decision only once.
        is_choice = self.by_path[parents.pop()].kind == "choice"
        return is_choice or len(decision.conditions) == 1


def _holds(condition: Condition, values: Mapping[str, DecisionValue]) -> bool:
    if condition.path not in values:
        return False
    value = values[condition.path]
    if isinstance(value, tuple):
        return condition.option in value
    return _same(value, condition.option)


def _count(
    decision: Decision, children: Mapping[Condition, list[Decision]], known: dict[str, int]
) -> int:
    """Ways to answer a decision and all that hangs on it; `known` keeps those of each path."""
    if decision.path not in known:
        known[decision.path] = _count_anew(decision, children, known)
    return known[decision.path]


def _count_anew(
    decision: Decision, children: Mapping[Condition, list[Decision]], known: dict[str, int]
) -> int:
    below: list[int] = []
    for option in decision.options:
        product = 1
        for child in children.get(Condition(decision.path, option), []):
            product *= _count(child, children, known)
        below.append(product)
    if decision.kind == "choice":
        return sum(below)
    # Elementary symmetric polynomials: subsets of size k weigh the product of their members.
    by_size = [1] + [0] * len(below)
    for weight in below:
        for size in range(len(below), 0, -1):
            by_size[size] += by_size[size - 1] * weight
    return sum(by_size[decision.least : decision.most + 1])
