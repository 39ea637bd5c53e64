"""One architecture as the values of its decisions."""

from collections.abc import Hashable, Mapping
from functools import cached_property

from nasvid.core.canonical import digest
from nasvid.spec.codes import Code, Coding
from nasvid.spec.decision import DecisionValue, as_decision_value


class Genotype:
    """One value for each active decision, in the order of the table; never changes.

    Args:
        values: Path and value of each.
    """

    # The code that was asked for last, or that the values are read from when they are needed.
    _coded: tuple[Coding, Code | None] | None = None

    def __init__(self, values: tuple[tuple[str, DecisionValue], ...]) -> None:
        self.__dict__["values"] = values

    @cached_property
    def values(self) -> tuple[tuple[str, DecisionValue], ...]:
        """Path and value of each decision."""
        # Those that were made without are coded.
        assert self._coded is not None
        coding, code = self._coded
        assert code is not None
        return coding.decoded(code)

    @cached_property
    def by_path(self) -> Mapping[str, DecisionValue]:
        """Path to value."""
        return dict(self.values)

    @cached_property
    def id(self) -> str:
        """Decision-level id: equal for equal values, and the same on any machine."""
        return digest(self.to_json())

    @cached_property
    def key(self) -> Hashable:
        """Equal for equal values within one process, and cheaper than `id`.

        True, 1 and 1.0 are equal in Python, but as options they are three things.
        """
        kinds = [tuple(map(type, v)) if isinstance(v, tuple) else type(v) for _, v in self.values]
        return (self.values, tuple(kinds))

    def code(self, coding: Coding) -> Code | None:
        """Its values as integers, or None where one of them is no value of its decision."""
        known = self._coded
        if known is not None and known[0] is coding:
            return known[1]
        # The values are found first where they were to be read from another code.
        code = coding.encoded(self.by_path)
        self._coded = (coding, code)
        return code

    @classmethod
    def coded(cls, coding: Coding, code: Code) -> "Genotype":
        """A genotype from its code."""
        made = object.__new__(cls)
        made._coded = (coding, code)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Genotype) and self.values == other.values

    def __hash__(self) -> int:
        return hash(self.values)

    def __repr__(self) -> str:
        return f"Genotype({self.values!r})"

    def __getitem__(self, path: str) -> DecisionValue:
        return self.by_path[path]

    def __contains__(self, path: object) -> bool:
        return path in self.by_path

    def __reduce__(self) -> tuple[type["Genotype"], tuple[object, ...]]:
        # What is remembered need not travel.
        return type(self), (self.values,)

    def to_json(self) -> dict[str, object]:
        """Path to value; a subset as a list."""
        return {p: list(v) if isinstance(v, tuple) else v for p, v in self.values}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Genotype":
        """Read what `to_json` wrote."""
        return cls(tuple((path, as_decision_value(value)) for path, value in data.items()))
