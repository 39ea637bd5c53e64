"""The values of a decision in groups within which nothing that constraints ask of them differs."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb

from nasvid.spec.count import cases_of
from nasvid.spec.decision import Decision, DecisionValue, Scalar, is_same


@dataclass(frozen=True, slots=True)
class Case:
    """A single value, or all subsets that have the same of the options that make a difference.

    Args:
        decision: The decision.
        value: One of the values.
        number: How many they are.
        taken: Options that all of them have; None for a single value.
        others: Options that make no difference.
    """

    decision: Decision
    value: DecisionValue
    number: int = 1
    taken: tuple[Scalar, ...] | None = None
    others: tuple[Scalar, ...] = ()

    def has(self, value: DecisionValue) -> bool:
        """Whether a value is one of them."""
        if not isinstance(value, tuple):
            return is_same(value, self.value)
        if self.taken is None:
            return repr(value) == repr(self.value)
        rest = tuple(one for one in value if not _is_among(one, self.others))
        return repr(rest) == repr(self.taken)

    def draw(self, rng: random.Random) -> DecisionValue:
        """One of them; all are equally likely."""
        if self.taken is None:
            return self.value
        at = rng.randrange(self.number)
        size = max(self.decision.least, len(self.taken)) - len(self.taken)
        while at >= comb(len(self.others), size):
            at -= comb(len(self.others), size)
            size += 1
        return _subset(self.decision, (*self.taken, *rng.sample(self.others, size)))


def cases(decision: Decision, mentioned: Sequence[Scalar] | None) -> Iterator[Case]:
    """All values of a decision.

    Args:
        decision: The decision.
        mentioned: Its options that make a difference; None where all do.
    """
    if mentioned is None or decision.kind == "choice":
        yield from (Case(decision, value) for value in decision.values())
        return
    others = tuple(option for option in decision.options if not _is_among(option, mentioned))
    for taken, number in cases_of(decision, mentioned):
        missing = max(decision.least - len(taken), 0)
        value = _subset(decision, (*taken, *others[:missing]))
        yield Case(decision, value, number, taken, others)


def _subset(decision: Decision, options: Sequence[Scalar]) -> tuple[Scalar, ...]:
    """These options in declared order."""
    return tuple(option for option in decision.options if _is_among(option, options))


def _is_among(option: Scalar, options: Sequence[Scalar]) -> bool:
    return any(is_same(option, one) for one in options)
