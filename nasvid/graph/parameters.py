"""Parameters of a primitive: read from its dataclass fields, checked with a message that helps."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from nasvid.core.errors import ShapeError
from nasvid.core.registry import unknown_name

# Time, height, width.
Triple = tuple[int, int, int]

# Padding of a convolution or pool: a rule of `nasvid.graph.windows`, or an amount per axis.
PADDING_RULES = ("half", "ceil")
Padding = Literal["half", "ceil"] | Triple

# Rows of numbers, all of one length.
Rows = tuple[tuple[float, ...], ...]

Value = int | float | bool | str | None | tuple["Value", ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, what it accepts, its default.

    Args:
        name: As in YAML.
        kind: `integer`, `number`, `boolean`, `text`, `triple`, `padding`, `rows`,
            `optional integer` or `optional number`.
        options: The texts it accepts, where only some are.
        default: Value when not given; meaningless where `required`.
        required: Whether it must be given.
    """

    name: str
    kind: str
    options: tuple[str, ...]
    default: Any
    required: bool

    def coerce(self, value: Any) -> Value:
        """The checked value.

        Raises:
            ShapeError: The value is not of this kind.
        """
        checked = _COERCE[self.kind](value)
        if checked is _WRONG or (self.options and checked not in self.options):
            accepted = " or ".join(map(repr, self.options)) if self.options else _ACCEPTS[self.kind]
            raise ShapeError(f"parameter {self.name!r}: got {value!r}; accepts {accepted}.")
        return checked


_WRONG: Any = object()


def _integer(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) else _WRONG


def _number(value: Any) -> Any:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return _WRONG
    # 1 and 1.0 are the same setting, so they must have the same canonical JSON.
    return float(value)


def _triple(value: Any) -> Any:
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        is_triple = len(items) == 3 and all(_integer(item) is not _WRONG for item in items)
        return tuple(items) if is_triple else _WRONG
    return (value, value, value) if _integer(value) is not _WRONG else _WRONG


def _padding(value: Any) -> Any:
    return value if isinstance(value, str) and value in PADDING_RULES else _triple(value)


def _rows(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return _WRONG
    rows: list[tuple[Any, ...]] = []
    for row in cast("Sequence[Any]", value):
        if not isinstance(row, list | tuple):
            return _WRONG
        rows.append(tuple(map(_number, cast("Sequence[Any]", row))))
    numbers = [number for row in rows for number in row]
    is_even = len({len(row) for row in rows}) == 1
    return tuple(rows) if numbers and is_even and _WRONG not in numbers else _WRONG


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else _WRONG


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else _WRONG


def _optional_integer(value: Any) -> Any:
    return None if value is None else _integer(value)


def _optional_number(value: Any) -> Any:
    return None if value is None else _number(value)


_COERCE: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "optional integer": _optional_integer,
    "optional number": _optional_number,
    "boolean": _boolean,
    "text": _text,
    "triple": _triple,
    "padding": _padding,
    "rows": _rows,
}
_ACCEPTS = {
    "integer": "an integer (use // or round() in arithmetic)",
    "number": "a number",
    "optional integer": "an integer or null",
    "optional number": "a number or null",
    "boolean": "true or false",
    "text": "a text",
    "triple": "an integer or a list of three: time, height, width",
    "padding": "'half', 'ceil', an integer or a list of three: time, height, width",
    "rows": "a list of rows, each a list of equally many numbers",
}


@cache
def parameters_of(primitive: type) -> dict[str, Parameter]:
    """The parameters of a primitive in the order of its fields."""
    hints = get_type_hints(primitive)
    found: dict[str, Parameter] = {}
    for field in dataclasses.fields(primitive):
        kind, options = _kind_of(hints[field.name])
        required = field.default is dataclasses.MISSING
        found[field.name] = Parameter(
            field.name, kind, options, None if required else field.default, required
        )
    return found


def _kind_of(hint: Any) -> tuple[str, tuple[str, ...]]:
    if get_origin(hint) is Literal:
        return "text", tuple(get_args(hint))
    kinds: dict[Any, str] = {
        int: "integer",
        float: "number",
        bool: "boolean",
        str: "text",
        Triple: "triple",
        Padding: "padding",
        Rows: "rows",
        int | None: "optional integer",
        float | None: "optional number",
    }
    if hint not in kinds:
        raise TypeError(f"a primitive cannot have a field of type {hint!r}.")
    return kinds[hint], ()


def check_parameters(primitive: type, given: Mapping[str, Any]) -> dict[str, Value]:
    """All given values checked and tuples made of lists.

    Raises:
        ShapeError: A name is unknown, a value of the wrong kind, or a required one is missing.
    """
    known = parameters_of(primitive)
    for name in given:
        if name not in known:
            raise ShapeError(unknown_name("parameter", name, known))
    missing = [name for name, p in known.items() if p.required and name not in given]
    if missing:
        raise ShapeError(f"parameter {missing[0]!r} is required and not given.")
    return {name: known[name].coerce(value) for name, value in given.items()}


def require_at_least(name: str, value: int | Triple, least: int) -> None:
    """Raise a ShapeError unless the parameter, on every axis where it has three, is large enough.

    Example:
        >>> require_at_least("out", 0, 1)
        Traceback (most recent call last):
        nasvid.core.errors.ShapeError: parameter 'out': got 0; accepts an integer of at least 1.
    """
    if any(item < least for item in (value if isinstance(value, tuple) else (value,))):
        what = "three integers" if isinstance(value, tuple) else "an integer"
        raise ShapeError(f"parameter {name!r}: got {value!r}; accepts {what} of at least {least}.")
