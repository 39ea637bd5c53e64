"""What names mean while a body is lowered: values, and the shapes of inputs and nodes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nasvid.core.shapes import Shape

_ATTRIBUTES = {"channels": "C", "frames": "T", "height": "H", "width": "W", "tokens": "N"}


@dataclass(frozen=True, slots=True)
class BlockValue:
    """A block with some of its arguments bound to values."""

    name: str
    arguments: tuple[tuple[str, Any], ...] = ()

    def given_with(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """All arguments of the block where it is given more; those win over those it has."""
        return {**dict(self.arguments), **given} if self.arguments else given


class Scope(Mapping[str, Any]):
    """Names to values; `NODE.channels` and the like are looked up in the shapes known so far."""

    def __init__(self, values: Mapping[str, Any], shapes: Mapping[str, Shape]) -> None:
        self._values = values
        self._shapes = shapes

    def __getitem__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        ref, _, attribute = name.rpartition(".")
        if ref in self._shapes and attribute in _ATTRIBUTES:
            return self._shapes[ref].axis(_ATTRIBUTES[attribute])
        raise KeyError(name)

    def find(self, name: str, default: Any = None) -> Any:
        """The value of a name without a dot; the default where it has none."""
        return self._values.get(name, default)

    def __contains__(self, name: object) -> bool:
        if name in self._values:
            return True
        ref, _, attribute = str(name).rpartition(".")
        return ref in self._shapes and attribute in _ATTRIBUTES

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def with_value(self, name: str, value: Any) -> "Scope":
        """One more name."""
        return Scope({**self._values, name: value}, self._shapes)
