"""Widths of the blocks of a level: what splits in two, what adds up."""

from collections.abc import Mapping, Sequence

from nasvid.search.aspects import aspects_of
from nasvid.search.block_lists import BlockList
from nasvid.search.presence import Values
from nasvid.spec.decision import Decision, DecisionValue, Scalar

Number = int | float


def widths_of(blocks: BlockList, values: Values, place: int) -> dict[str, Decision]:
    """The open choices of a width of the block itself, by what follows its address."""
    return {
        name: decision
        for name, decision in blocks.slots[place].items()
        if "." not in name and decision.path in values and "width" in aspects_of(decision)
    }


def numbers_of(decision: Decision) -> Mapping[Scalar, Number]:
    """What each option of a choice of numbers stands for."""
    numbers = decision.numbers or decision.options
    return {
        option: number
        for option, number in zip(decision.options, numbers, strict=True)
        if isinstance(number, int | float)
    }


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
