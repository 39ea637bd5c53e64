"""Operators and functions of the language's arithmetic; wrong operands raise Python's own errors."""

import math
import operator
from collections.abc import Callable
from typing import Any, cast


def _divide(left: Any, right: Any) -> int | float:
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return left / right


def _floor_divide(left: Any, right: Any) -> int | float:
    return left // right


def _numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*values: Any) -> Any:
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise TypeError(f"{value!r} is no number")
        return function(*values)

    return checked


def _items(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise TypeError(f"{value!r} is no list")
    return cast("tuple[Any, ...]", value)


def _index(items: Any, at: Any) -> Any:
    if isinstance(at, bool) or not isinstance(at, int):
        raise TypeError(f"{at!r} is no position")
    return _items(items)[at]


def _count(items: Any) -> int:
    return len(_items(items))


def _contains(item: Any, items: Any) -> bool:
    return any(type(item) is type(other) and item == other for other in _items(items))


def _smallest(first: Any, *others: Any) -> Any:
    return min((first, *others))


def _largest(first: Any, *others: Any) -> Any:
    return max((first, *others))


def _nearest(value: float) -> int:
    # Halves go up, in contrast to Python's rule.
    return math.floor(value + 0.5) if isinstance(value, float) else value


def _round_to(value: float, multiple: Any = 8, least: Any = None) -> int:
    least = multiple if least is None else least
    if not isinstance(multiple, int) or not isinstance(least, int) or multiple < 1:
        raise ValueError("multiple and least must be integers, the multiple above 0")
    rounded = max(least, int(value + multiple / 2) // multiple * multiple)
    # MobileNet's rule: never lose more than a tenth.
    return rounded + multiple if rounded < 0.9 * value else rounded


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": _numbers(operator.add),
    "-": _numbers(operator.sub),
    "*": _numbers(operator.mul),
    "/": _numbers(_divide),
    "//": _numbers(_floor_divide),
    "%": _numbers(operator.mod),
    "<": _numbers(operator.lt),
    "<=": _numbers(operator.le),
    ">": _numbers(operator.gt),
    ">=": _numbers(operator.ge),
    "==": operator.eq,
    "!=": operator.ne,
    "neg": _numbers(operator.neg),
    "not": operator.not_,
    "index": _index,
    "in": _contains,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": _numbers(_smallest),
    "max": _numbers(_largest),
    "abs": _numbers(abs),
    "ceil": _numbers(math.ceil),
    "floor": _numbers(math.floor),
    "int": _numbers(int),
    "round": _numbers(_nearest),
    "round_to": _numbers(_round_to),
    "count": _count,
}
