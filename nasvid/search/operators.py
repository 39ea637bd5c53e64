"""Operators of a search from its settings: names, weights and options."""

import random
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import fields
from itertools import accumulate
from typing import Any, Generic, TypeVar

from nasvid.core.errors import NasvidError
from nasvid.core.registry import Registry, unknown_name
from nasvid.search.crossover import Crossover
from nasvid.search.mutation import Mutation
from nasvid.spec.sections import OperatorSetting

OperatorT = TypeVar("OperatorT", bound=Mutation | Crossover)
_WEIGHT = "weight"
# Above it no count, weight or factor means anything; infinity and NaN cannot be written down.
_MOST = 1e6


class Mix(Generic[OperatorT]):
    """Operators to be drawn by weight.

    Args:
        weighted: Operators with their weights, all above 0.
        remembers: Whether what is left without one of them is made once.
    """

    def __init__(
        self, weighted: Iterable[tuple[OperatorT, float]], *, remembers: bool = True
    ) -> None:
        self._weighted = tuple(weighted)
        self._operators = [operator for operator, _ in self._weighted]
        self.size = len(self._operators)
        # Added up once, as many children are made: where each but the last one ends.
        up_to = list(accumulate(weight for _, weight in self._weighted))
        self._total = up_to.pop() if up_to else 0.0
        self._ends = up_to
        # By the identity of the one that is left out.
        self._others: dict[int, Mix[OperatorT]] | None = {} if remembers else None

    def __len__(self) -> int:
        return self.size

    def draw(self, rng: random.Random) -> OperatorT:
        """One of them."""
        # Looked up first, which is quicker where it is no method but the next of an iterator.
        draw = rng.random
        return self._operators[bisect(self._ends, draw() * self._total)]

    def without(self, operator: OperatorT) -> "Mix[OperatorT]":
        """The others."""
        others = None if self._others is None else self._others.get(id(operator))
        if others is None:
            left = [pair for pair in self._weighted if pair[0] is not operator]
            # Those of several would be one for each order in which they were left out.
            others = Mix(left, remembers=False)
            if self._others is not None:
                self._others[id(operator)] = others
        return others

    def names(self) -> str:
        """For messages."""
        return ", ".join(operator.name() for operator in self._operators)


def make_operators(
    registry: Registry[OperatorT], settings: Mapping[str, OperatorSetting], where: str
) -> list[tuple[OperatorT, float]]:
    """The operators that settings name, those of weight 0 left out, in the order of their names.

    Args:
        registry: What there is.
        settings: Name to weight, or to options with a `weight`; empty for the default mix.
        where: What the settings are, for messages, such as `search.mutations`.

    Raises:
        NasvidError: There is no such operator or option, or no weight is above 0.
    """
    problems = find_operator_problems(registry, settings, where)
    if problems:
        raise NasvidError("\n".join(f"{place}: {text}" for place, text in problems))
    found: list[tuple[OperatorT, float]] = []
    # Sorted, so that the order in which a file names them does not matter.
    for name in sorted(settings) if settings else registry:
        operator = registry[name]
        options = _options(settings.get(name, operator.default_weight))
        weight = float(options.pop(_WEIGHT))
        if weight > 0:
            found.append((operator(**options), weight))
    return found


def find_operator_problems(
    registry: Registry[OperatorT], settings: Mapping[str, OperatorSetting], where: str
) -> list[tuple[str, str]]:
    """Place and text of all that is wrong with the settings of operators."""
    problems: list[tuple[str, str]] = []
    for name, setting in settings.items():
        place = f"{where}.{name}"
        if name not in registry:
            problems.append((place, unknown_name(registry.kind, name, registry)))
            continue
        problems += [(place, text) for text in _option_problems(registry[name], _options(setting))]
    if settings and not problems and not any(_options(s)[_WEIGHT] > 0 for s in settings.values()):
        text = f"got {dict(settings)}; accepts weights of which at least one is above 0."
        problems.append((where, text))
    return problems


def _options(setting: OperatorSetting) -> dict[str, Any]:
    if isinstance(setting, Mapping):
        return {_WEIGHT: 1.0, **setting}
    return {_WEIGHT: setting}


def _option_problems(operator: type[Mutation | Crossover], options: dict[str, Any]) -> list[str]:
    known = _known_options(operator)
    found: list[str] = []
    for name, value in options.items():
        if name not in known and name != _WEIGHT:
            found.append(unknown_name("option", name, (*known, _WEIGHT)))
        elif name == _WEIGHT and not (_is_number(value) and value >= 0):
            found.append(f"{name}: got {value!r}; accepts a number from 0 to {_MOST:,.0f}.")
        elif name != _WEIGHT and not _fits(value, known[name]):
            found.append(f"{name}: got {value!r}; accepts a value such as {known[name]!r}.")
    if not found:
        try:
            operator(**{name: value for name, value in options.items() if name != _WEIGHT})
        except ValueError as error:
            found.append(f"{error}")
    return found


def _known_options(operator: type[Mutation | Crossover]) -> dict[str, Any]:
    """Name to default of what a file may set."""
    if "__dataclass_fields__" not in vars(operator):
        return {}
    return {entry.name: entry.default for entry in fields(operator)}  # type: ignore[arg-type]


def _fits(value: object, default: object) -> bool:
    if _is_number(default):
        return _is_number(value) and (isinstance(default, float) or isinstance(value, int))
    return type(value) is type(default)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MOST
