"""Choices of numbers: neighbours, parts and sums."""

from collections.abc import Mapping, Sequence

from nasvid.search.presence import Values
from nasvid.spec.decision import Decision, DecisionValue, Scalar


def numbers_of(decision: Decision) -> Mapping[Scalar, int | float]:
    """What each option stands for; none for those that are no numbers."""
    numbers = decision.numbers or decision.options
    return {
        option: number
        for option, number in zip(decision.options, numbers, strict=True)
        if isinstance(number, int | float) and not isinstance(number, bool)
    }


def neighbour(decision: Decision, values: Values, direction: int) -> Scalar:
    """The option with the next larger number, or smaller for -1; None if there is none.

    Example:
        >>> neighbour(Decision("out", "choice", (32, 8, 16)), {"out": 8}, 1)
        16
    """
    value = values.get(decision.path)
    numbers = numbers_of(decision)
    if isinstance(value, tuple) or value not in numbers:
        return None
    here = numbers[value]
    further = [option for option, n in numbers.items() if (n - here) * direction > 0]
    return min(further, key=lambda option: abs(numbers[option] - here), default=None)


def halves(decision: Decision, value: Scalar) -> tuple[Scalar, Scalar] | None:
    """The two options nearest to one another that add up to a value; None if none do.

    Example:
        >>> halves(Decision("out", "choice", (16, 32, 48, 64)), 64)
        (32, 32)
        >>> halves(Decision("out", "choice", (32, 64, 96)), 96)
        (64, 32)
    """
    numbers = numbers_of(decision)
    whole = numbers[value]
    pairs = [
        (larger, smaller)
        for larger, a in numbers.items()
        for smaller, b in numbers.items()
        if a >= b and a + b == whole
    ]
    return min(pairs, key=lambda pair: numbers[pair[0]] - numbers[pair[1]], default=None)


def total(decision: Decision, values: Sequence[DecisionValue]) -> Scalar | None:
    """The option that several values add up to; None if there is none."""
    numbers = numbers_of(decision)
    known = [value for value in values if not isinstance(value, tuple) and value in numbers]
    if not known or len(known) < len(values):
        return None
    wanted = sum(numbers[value] for value in known)
    return next((option for option, number in numbers.items() if number == wanted), None)
