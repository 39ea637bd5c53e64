"""One open choice of a search space, and when it is open."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from typing import Any, Literal, TypeGuard, cast

from nasvid.core.errors import Mark
from nasvid.spec.element import Element
from nasvid.spec.meaning import UNKNOWN, Meaning

Scalar = int | float | bool | str | None
# A choice has one of its options as value, a subset the tuple of those taken, in declared order.
DecisionValue = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A decision is open where another one has taken (or contains) this option.

    Args:
        path: The other decision.
        option: The option.
        within: One of these must hold too, if there are any.
    """

    path: str
    option: Scalar
    within: tuple["Condition", ...] = ()


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
        numbers: What the options of a choice stand for where that is numbers under other labels.
        conditions: It is open if any of these holds; always if there are none.
        mark: Where it stands in the file.
        meaning: What its value is for.
        elements: The blocks of lists that it stands in, the outermost one first.
    """

    path: str
    kind: Literal["choice", "subset"]
    options: tuple[Scalar, ...]
    is_ordered: bool = False
    role: Literal["value", "edge", "repeat", "block"] = "value"
    least: int = 0
    most: int = 0
    numbers: tuple[int | float, ...] = ()
    conditions: tuple[Condition, ...] = ()
    mark: Mark | None = None
    meaning: Meaning = UNKNOWN
    elements: tuple[Element, ...] = ()

    @property
    def num_values(self) -> int:
        """Values that it can take."""
        if self.kind == "choice":
            return len(self.options)
        return sum(comb(len(self.options), k) for k in range(self.least, self.most + 1))

    @property
    def is_number(self) -> bool:
        """Whether every option is a number, or stands for one."""
        if self.kind != "choice":
            return False
        return bool(self.numbers) or all(
            isinstance(option, int | float) and not isinstance(option, bool)
            for option in self.options
        )

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

    def read(self, value: object) -> DecisionValue:
        """A value as it stands in JSON or YAML: a list becomes a tuple, 0 the option 0.0."""
        if not isinstance(value, int) or isinstance(value, bool) or self.accepts(value):
            return as_decision_value(value)
        whole = (o for o in self.options if isinstance(o, float) and o.is_integer())
        return next((option for option in whole if int(option) == value), value)

    def decided(self, value: DecisionValue) -> "Decision":
        """The same decision with this value alone."""
        if isinstance(value, tuple):
            return replace(self, options=value, least=len(value), most=len(value))
        here = next(k for k, option in enumerate(self.options) if is_same(option, value))
        return replace(self, options=(value,), numbers=self.numbers[here : here + 1])

    def accepts(self, value: object) -> bool:
        """Whether this is one of its values."""
        if self.kind == "choice":
            return any(is_same(value, option) for option in self.options)
        if not _is_tuple(value) or not self.least <= len(value) <= self.most:
            return False
        left = iter(self.options)
        # Every item must be found behind the one before it: in declared order, none twice.
        return all(any(is_same(item, option) for option in left) for item in value)


def as_decision_value(value: object) -> DecisionValue:
    """A value as it stands in JSON or YAML: the list of a subset becomes a tuple."""
    if isinstance(value, list):
        return tuple(cast("list[Any]", value))
    return cast("DecisionValue", value)


def paths_in(conditions: Iterable[Condition]) -> Iterator[str]:
    """The decisions that conditions speak of."""
    for condition in conditions:
        yield condition.path
        yield from paths_in(condition.within)


def takes(value: DecisionValue, options: Iterable[Scalar]) -> bool:
    """Whether a value is, or a subset has, one of these options."""
    taken = value if isinstance(value, tuple) else (value,)
    return any(is_same(one, option) for one in taken for option in options)


def is_same(left: object, right: object) -> bool:
    """Whether two options are one; True equals 1 in Python, but as options they are two things."""
    return type(left) is type(right) and left == right


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)
