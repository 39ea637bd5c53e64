"""What was made before, as much of it as fits."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by their keys; the oldest go where there is too much of them.

    A search moves on through its space, so what is old is asked for the least.

    Args:
        most: Sum of the weights, such as primitives, that are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, tuple[Value, int]] = {}
        self._weight = 0

    def get(self, key: Hashable) -> Value | None:
        """The value of this key, if it is known."""
        found = self._values.get(key)
        return None if found is None else found[0]

    def keep(self, key: Hashable, value: Value, weight: int = 1) -> None:
        """Remember a value that was not known."""
        values = self._values
        weight += 1
        self._weight += weight
        while self._weight > self._most and values:
            self._weight -= values.pop(next(iter(values)))[1]
        values[key] = value, weight
