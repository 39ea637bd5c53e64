"""One use of a block: what it is given, and the values of its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nasvid.core.errors import Mark, SpaceError
from nasvid.core.registry import unknown_name
from nasvid.core.shapes import Shape
from nasvid.lowering.scope import BlockValue, Scope
from nasvid.lowering.site import Chosen
from nasvid.lowering.values import Values
from nasvid.spec.addresses import argument_path
from nasvid.spec.syntax import BlockSpec, ParamSpec

_KINDS: Mapping[str, tuple[type, ...]] = {
    "number": (int, float),
    # What a default such as 3 stands for: kernels and strides may also be given per axis.
    "numbers": (int, float, tuple),
    "boolean": (bool,),
    "text": (str,),
    "list": (tuple,),
    "block": (str, BlockValue),
    "any": (object,),
}
_ARTICLES = {"boolean": "true or false", "numbers": "a number or a list of numbers"}


@dataclass(frozen=True, slots=True)
class Instance:
    """One use of a block.

    Args:
        spec: The block.
        arguments: What it is given.
        shapes: What comes in.
        path: Address of its body.
        mark: Place of the node that it is.
        chosen: What is chosen inside it.
    """

    spec: BlockSpec
    arguments: Mapping[str, Any]
    shapes: tuple[Shape, ...]
    path: str
    mark: Mark
    chosen: Chosen


def check_arguments(instance: Instance) -> None:
    """Raise a SpaceError where the block has no parameter of some name that it is given."""
    spec = instance.spec
    known = [param.name for param in spec.params]
    for name in instance.arguments:
        if name not in known:
            message = unknown_name(f"parameter of {spec.name}", name, known)
            raise SpaceError.at(instance.mark, instance.path, message)


def parameter_value(instance: Instance, param: ParamSpec, values: Values, scope: Scope) -> Any:
    """The value of a parameter of a block.

    Raises:
        SpaceError: It has none, or one of another kind.
    """
    if param.name in instance.arguments:
        value = instance.arguments[param.name]
    elif param.default is not None:
        at = argument_path(instance.path, param.name)
        value = values.evaluate(param.default, at, scope)
    else:
        message = f"{instance.spec.name} needs {param.name!r}; give it a value."
        raise SpaceError.at(instance.mark, argument_path(instance.path, param.name), message)
    is_right = isinstance(value, _KINDS[param.kind]) and not (
        isinstance(value, bool) and param.kind in ("number", "numbers")
    )
    if not is_right and value is not None:
        block, at = instance.spec.name, argument_path(instance.path, param.name)
        article = _ARTICLES.get(param.kind, f"a {param.kind}")
        message = f"got {value!r}; {block} accepts {article} here."
        raise SpaceError.at(instance.mark, at, message)
    return value
