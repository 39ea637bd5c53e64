"""Choices of numbers: neighbours, parts and sums."""

from collections.abc import Mapping, Sequence

from nasvid.search.presence import Values
from nasvid.spec.decision import Decision, DecisionValue, Scalar, is_same

# So little more or less than 1 that the next option is the nearest one.
NEXT = 1e-9


def numbers_of(decision: Decision) -> Mapping[Scalar, int | float]:
    """What each option stands for; none for those that are no numbers."""
    numbers = decision.numbers or decision.options
    return {
        option: number
        for option, number in zip(decision.options, numbers, strict=True)
        if isinstance(number, int | float) and not isinstance(number, bool)
    }


def scaled(decision: Decision, values: Values, factor: float) -> Scalar:
    """The option whose number is nearest to a factor of what is chosen, but another one.

    None if there is none that is larger, or smaller for a factor below 1.

    Example:
        >>> decision = Decision("out", "choice", (8, 16, 24, 32))
        >>> scaled(decision, {"out": 16}, 1.9), scaled(decision, {"out": 16}, 0.99)
        (32, 8)
    """
    value = values.get(decision.path)
    numbers = numbers_of(decision)
    if isinstance(value, tuple) or value not in numbers:
        return None
    here = numbers[value]
    direction = 1 if factor > 1 else -1
    further = [option for option, n in numbers.items() if (n - here) * direction > 0]
    return min(further, key=lambda option: abs(numbers[option] - here * factor), default=None)


def neighbour(decision: Decision, values: Values, direction: int) -> Scalar:
    """The option with the next larger number, or smaller for -1; None if there is none.

    Example:
        >>> neighbour(Decision("out", "choice", (32, 8, 16)), {"out": 8}, 1)
        16
    """
    return scaled(decision, values, 1 + direction * NEXT)


def one_further(decision: Decision, direction: int) -> dict[int, int]:
    """For each option, by its number, the one that stands for more; for less where it is -1.

    Options are numbers, or whether something is there.

    Example:
        >>> one_further(Decision("skip", "choice", (False, True)), 1)
        {0: 1}
    """
    found: dict[int, int] = {}
    for place, option in enumerate(decision.options):
        if isinstance(option, bool):
            further = None if option is (direction > 0) else not option
        else:
            further = neighbour(decision, {decision.path: option}, direction)
        leads = [k for k, o in enumerate(decision.options) if is_same(o, further)]
        # Whether something is there may be one of several options of another kind.
        if further is not None and leads:
            found[place] = leads[0]
    return found


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
