"""Arithmetic of constraints: over the entries of `decisions:` and over decisions by their addresses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nasvid.core.errors import Mark, SpaceError
from nasvid.spec.addresses import item_path, option_path
from nasvid.spec.decision import DecisionValue, Scalar, takes
from nasvid.spec.expressions import ExpressionError, Tree, evaluate, names_in
from nasvid.spec.syntax import BlockCall, Choice, Expression, Items, Literal, Subset, ValueSpec

Values = Mapping[str, DecisionValue]
# As a label 1 and True are two.
_Label = tuple[type, DecisionValue]


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression over decisions.

    Args:
        mark: Place.
        path: Of the constraint, for messages.
        text: As it was written.
        tree: The same, parsed.
        named: The named decisions that it speaks of.
        addresses: Decisions that it speaks of by their addresses.
        paths: All decisions that it hangs on, in the order of the table.
    """

    mark: Mark
    path: str
    text: str
    tree: Tree
    named: tuple[tuple[str, ValueSpec], ...]
    addresses: tuple[str, ...]
    paths: tuple[str, ...]
    # Named decisions whose options are plain: what each label stands for, as this is asked for a lot.
    _plain: Mapping[str, Mapping[_Label, Scalar]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        plain = {name: _plain_options(spec) for name, spec in self.named}
        object.__setattr__(self, "_plain", {name: o for name, o in plain.items() if o is not None})

    def is_open(self, values: Values) -> bool:
        """Whether all decisions are open on whose values it hangs."""
        return all(address in values for address in self.addresses) and all(
            name in values if name in self._plain else _is_known(spec, name, values)
            for name, spec in self.named
        )

    def value(self, values: Values) -> Any:
        """What it comes to where all that it names is open.

        Raises:
            SpaceError: It has no value.
        """
        scope: dict[str, Any] = {address: values[address] for address in self.addresses}
        try:
            for name, spec in self.named:
                scope[name] = (
                    self._plain[name][_label(values[name])]
                    if name in self._plain
                    else _value(spec, name, values)
                )
            return evaluate(self.tree, scope)
        except ExpressionError as error:
            raise SpaceError.at(self.mark, self.path, f"{self.text}: {error}") from error


def outer_names(spec: ValueSpec) -> Iterator[str]:
    """Names that the arithmetic inside a value speaks of."""
    if isinstance(spec, Expression):
        yield from names_in(spec.tree)
    elif isinstance(spec, Items):
        for item in spec.items:
            yield from outer_names(item)
    elif isinstance(spec, Choice | Subset):
        for _, option in spec.options:
            yield from outer_names(option)


def _plain_options(spec: ValueSpec) -> dict[_Label, Scalar] | None:
    """What the labels of a choice stand for; None where that is no plain choice."""
    if not isinstance(spec, Choice):
        return None
    found = {_label(known): o.value for known, o in spec.options if isinstance(o, Literal)}
    return found if len(found) == len(spec.options) else None


def _label(label: DecisionValue) -> _Label:
    return type(label), label


def _is_known(spec: ValueSpec, path: str, values: Values) -> bool:
    """Whether these values tell what a named decision stands for."""
    if isinstance(spec, Items):
        return all(_is_known(item, item_path(path, k), values) for k, item in enumerate(spec.items))
    if not isinstance(spec, Choice | Subset):
        return True
    return path in values and all(
        _is_known(option, option_path(path, known), values)
        for known, option in spec.options
        if takes(values[path], (known,))
    )


def _value(spec: ValueSpec, path: str, values: Values) -> Any:
    """What a named decision stands for; of a block with arguments, its name."""
    if isinstance(spec, Literal):
        return spec.value
    if isinstance(spec, Expression):
        return evaluate(spec.tree, {})
    if isinstance(spec, Items):
        return tuple(_value(item, item_path(path, k), values) for k, item in enumerate(spec.items))
    if isinstance(spec, BlockCall):
        return spec.block
    taken = tuple(
        _value(option, option_path(path, known), values)
        for known, option in spec.options
        if takes(values[path], (known,))
    )
    return taken if isinstance(spec, Subset) else taken[0]
