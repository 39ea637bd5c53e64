"""One architecture as the values of its decisions."""

from collections.abc import Hashable, Mapping

from nasvid.core.canonical import digest
from nasvid.spec.codes import Code, Coding
from nasvid.spec.decision import DecisionValue, as_decision_value

_new = object.__new__


class Genotype:
    """One value for each active decision, in the order of the table; never changes.

    Args:
        values: Path and value of each.
    """

    # Found when they are first asked for, as most genotypes that a search looks at are known by their
    # codes alone. The code is the one that was asked for last.
    __slots__ = ("_by_path", "_id", "_key", "_values", "coding", "known_code")

    _by_path: Mapping[str, DecisionValue]
    # Read in place of a call of `code` where every child comes by.
    coding: Coding | None
    known_code: Code | None
    _id: str
    _key: Hashable
    _values: tuple[tuple[str, DecisionValue], ...]

    def __init__(self, values: tuple[tuple[str, DecisionValue], ...]) -> None:
        self._values = values
        self.coding = None

    @property
    def values(self) -> tuple[tuple[str, DecisionValue], ...]:
        """Path and value of each decision."""
        try:
            return self._values
        except AttributeError:
            assert self.coding is not None
            assert self.known_code is not None
            self._values = self.coding.decoded(self.known_code)
            return self._values

    @property
    def by_path(self) -> Mapping[str, DecisionValue]:
        """Path to value."""
        try:
            return self._by_path
        except AttributeError:
            self._by_path = dict(self.values)
            return self._by_path

    @property
    def id(self) -> str:
        """Decision-level id: equal for equal values, and the same on any machine."""
        try:
            return self._id
        except AttributeError:
            self._id = digest(self.to_json())
            return self._id

    @property
    def key(self) -> Hashable:
        """Equal for equal values within one process, and cheaper than `id`.

        True, 1 and 1.0 are equal in Python, but as options they are three things.
        """
        try:
            return self._key
        except AttributeError:
            values = self.values
            kinds = [tuple(map(type, v)) if isinstance(v, tuple) else type(v) for _, v in values]
            self._key = (values, tuple(kinds))
            return self._key

    def code(self, coding: Coding) -> Code | None:
        """Its values as integers, or None where they are no genotype; see `Coding.encoded`."""
        if self.coding is coding:
            return self.known_code
        # The values are found first where they were to be read from another code.
        self.known_code = coding.encoded(self.by_path)
        self.coding = coding
        return self.known_code

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


def coded(coding: Coding, code: Code) -> Genotype:
    """A genotype from its code."""
    made = _new(Genotype)
    made.coding, made.known_code = coding, code
    return made
