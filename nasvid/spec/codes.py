"""The values of a table of decisions as small integers.

They are quick to hash, to compare, to cut and to change in one place, where values themselves are
long, and 1, 1.0 and True are equal in Python though they are three options.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from nasvid.spec.decision import Decision, DecisionValue, Scalar

# One integer for each decision of a table, in its order; bytes where all of them are choices that are
# never closed, as those take less memory and remember their hash.
Code = tuple[int, ...] | bytes

CLOSED = -1
UNKNOWN = -2
# Values of one decision that are kept in mind; subsets can have any number of them.
MAX_PAIRS = 10_000
_MOST_BYTE = 256


class Coding:
    """How the values of a table are written as integers.

    A choice is the number of its option; a subset has bit k set where it has option k.

    Args:
        decisions: In the order of the table.
    """

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self._decisions = decisions
        self._numbers: list[dict[tuple[type, Scalar], int]] = [
            {(type(option), option): k for k, option in enumerate(decision.options)}
            for decision in decisions
        ]
        self._pairs: list[dict[int, tuple[str, DecisionValue]]] = [{} for _ in decisions]
        self.place = {decision.path: k for k, decision in enumerate(decisions)}
        # Decisions that every genotype answers; and whether those are all.
        self._open = [k for k, decision in enumerate(decisions) if not decision.conditions]
        self.is_open = len(self._open) == len(decisions)
        self.has_bytes = self.is_open and all(
            decision.kind == "choice" and len(decision.options) <= _MOST_BYTE
            for decision in decisions
        )
        # A code of integers.
        self.packed: Callable[[Iterable[int]], Code] = bytes if self.has_bytes else tuple

    def number(self, place: int, value: DecisionValue) -> int:
        """The integer for a value of the decision at this place; UNKNOWN if it is none.

        Example:
            >>> coding = Coding([Decision("edges", "subset", ("a", "b", "c"), most=3)])
            >>> coding.number(0, ("a", "c")), coding.number(0, ("c", "a"))
            (5, -2)
        """
        try:
            if self._decisions[place].kind == "subset":
                return self._bits(place, value)
            return self._numbers[place].get((type(value), value), UNKNOWN)  # type: ignore[arg-type]
        except TypeError:
            # Of a file that was tampered with: what cannot be hashed is no option.
            return UNKNOWN

    def _bits(self, place: int, value: DecisionValue) -> int:
        decision, numbers = self._decisions[place], self._numbers[place]
        if not isinstance(value, tuple) or not decision.least <= len(value) <= decision.most:
            return UNKNOWN
        bits, last = 0, -1
        for item in value:
            number = numbers.get((type(item), item), UNKNOWN)
            if number <= last:
                return UNKNOWN
            bits, last = bits | 1 << number, number
        return bits

    def encoded(self, values: Mapping[str, DecisionValue]) -> Code | None:
        """The code of values by path; None where they are no genotype, as far as each tells alone."""
        code = [CLOSED] * len(self._decisions)
        for path, value in values.items():
            place = self.place.get(path)
            number = UNKNOWN if place is None else self.number(place, value)
            if place is None or number == UNKNOWN:
                return None
            code[place] = number
        return None if any(code[place] == CLOSED for place in self._open) else self.packed(code)

    def decoded(self, code: Code) -> tuple[tuple[str, DecisionValue], ...]:
        """Path and value of each decision that is open.

        Example:
            >>> coding = Coding([Decision("edges", "subset", ("a", "b", "c"), most=3)])
            >>> coding.decoded((5,)), coding.decoded((CLOSED,))
            ((('edges', ('a', 'c')),), ())
        """
        try:
            pairs = [known[n] for known, n in zip(self._pairs, code, strict=True) if n != CLOSED]
        except KeyError:
            pairs = [self._pair(place, n) for place, n in enumerate(code) if n != CLOSED]
        return tuple(pairs)

    def value(self, place: int, number: int) -> DecisionValue:
        """The value that an integer stands for."""
        return self._pair(place, number)[1]

    def _pair(self, place: int, number: int) -> tuple[str, DecisionValue]:
        # Genotypes share them.
        known = self._pairs[place].get(number)
        if known is None:
            decision = self._decisions[place]
            value: DecisionValue
            if decision.kind == "subset":
                value = tuple(o for k, o in enumerate(decision.options) if number >> k & 1)
                if len(self._pairs[place]) >= MAX_PAIRS:
                    self._pairs[place].clear()
            else:
                value = decision.options[number]
            known = self._pairs[place][number] = decision.path, value
        return known
