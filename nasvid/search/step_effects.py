"""What steps on choices of numbers do to costs, learned from members that were measured.

Source: none; own design.
"""

from collections.abc import Iterable, Sequence
from math import log
from typing import NamedTuple

from nasvid.search.numbers import numbers_of
from nasvid.spec.decision import Decision, Scalar
from nasvid.spec.decisions import Genotype

# Logarithms of what a member takes of each limit, in their order, or of what a step multiplies.
Logs = tuple[float, ...]


class Step(NamedTuple):
    """From one option of a decision to the next one.

    Args:
        path: The decision.
        lower: The option with the smaller number.
        upper: The other one.
        is_up: Whether it goes to the upper one.
        growth: Logarithm of how much larger the upper number is.
    """

    path: str
    lower: Scalar
    upper: Scalar
    is_up: bool
    growth: float

    @property
    def option(self) -> Scalar:
        """Where it goes to."""
        return self.upper if self.is_up else self.lower

    @classmethod
    def to(cls, decision: Decision, here: Scalar, there: Scalar, *, is_up: bool) -> "Step":
        """The step from one option to another."""
        lower, upper = (here, there) if is_up else (there, here)
        numbers = numbers_of(decision)
        return cls(decision.path, lower, upper, is_up, _growth(numbers[lower], numbers[upper]))


class StepEffects:
    """Costs are taken for products of what steps multiply, which is right but for sums over layers.

    A step of which nothing is known multiplies by a power of its number, the same for all of them.
    """

    def __init__(self) -> None:
        # Decision and both options to what the step up multiplies.
        self._known: dict[tuple[str, Scalar, Scalar], Logs] = {}
        self._gained = self._grown = 0.0

    def of(self, step: Step, num_limits: int) -> Logs:
        """What a step multiplies."""
        sign = 1 if step.is_up else -1
        known = self._known.get(step[:3])
        if known is None:
            power = self._gained / self._grown if self._grown else 1.0
            return (sign * power * step.growth,) * num_limits
        return tuple(sign * effect for effect in known)

    def learn(self, steps: Sequence[Step], before: Logs, after: Logs) -> None:
        """Note what steps did: by those of which nothing was known, if there are any."""
        expected = before
        for step in steps:
            expected = plus(expected, self.of(step, len(before)))
        new = [step for step in steps if step[:3] not in self._known]
        for step in new or steps:
            sign = 1 if step.is_up else -1
            part = sign / len(new or steps)
            wrong = tuple(part * (log - other) for log, other in zip(after, expected, strict=True))
            alone = tuple(sign * effect for effect in self.of(step, len(before)))
            self._known[step[:3]] = plus(alone, wrong)
        for step in new:
            self._grown += step.growth
            self._gained += max(0.0, *self._known[step[:3]])

    def learn_power(
        self, decisions: Iterable[Decision], one: Genotype, other: Genotype, change: float
    ) -> None:
        """Note by how much, as a logarithm, two members differ that are several steps apart."""
        growth = 0.0
        for decision in decisions:
            numbers = numbers_of(decision)
            here, there = (member.by_path.get(decision.path) for member in (one, other))
            if here != there and here in numbers and there in numbers:
                growth += _growth(*sorted((numbers[here], numbers[there])))  # type: ignore[index]
        self._grown += growth
        # What else changes on the way, such as blocks that come and go, is no power of a number.
        self._gained += min(abs(change), growth)


def plus(logs: Logs, more: Logs) -> Logs:
    """The sums."""
    return tuple(one + other for one, other in zip(logs, more, strict=True))


def _growth(lower: float, upper: float) -> float:
    """Logarithm of the ratio of two numbers; of those without one, that of the double."""
    return log(upper / lower) if lower > 0 else log(2)
