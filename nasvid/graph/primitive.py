"""The contract of a primitive: parameters, shape rule and exact cost, without torch.

A primitive is two files of one name: `graph/primitives/X.py` (this contract) and
`modules/primitives/X.py` (the torch module).
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Literal

from nasvid.core.costs import Cost
from nasvid.core.errors import ShapeError
from nasvid.core.registry import Registry
from nasvid.core.shapes import Shape
from nasvid.graph.kept import VIEW, Kept
from nasvid.graph.parameters import Value, check_parameters


class Primitive(ABC):
    """One operation with its parameters fixed; a frozen dataclass whose fields are the parameters.

    Class attributes say how it behaves in a graph:
        operands: Least and most inputs; most is None where any number goes.
        is_commutative: Whether the order of the inputs does not matter.
        is_view: Whether the output shares memory with the input, so that it is no activation.
        sees_folded: Whether it is told which axes are folded into the batch; all others work on
            each position of those apart, and `nasvid.graph.folding` takes care of it.
    """

    operands: ClassVar[tuple[int, int | None]] = (1, 1)
    is_commutative: ClassVar[bool] = False
    is_view: ClassVar[bool] = False
    sees_folded: ClassVar[bool] = False

    @classmethod
    def name(cls) -> str:
        """Name in YAML and in graphs: that of the file."""
        return cls.__module__.rsplit(".", 1)[-1]

    @abstractmethod
    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape that comes out.

        Raises:
            ShapeError: The inputs do not fit.
        """

    @abstractmethod
    def cost(self, *inputs: Shape) -> Cost:
        """Exact cost for one clip; `activations` is left to the caller, who knows the output."""

    def kept(self, *inputs: Shape) -> Kept:
        """What autograd keeps of one pass of a clip, as torch does it on a CPU.

        Clips lie in memory with their channels last, as they do in training. By default the first
        input is the memory of a view, and all others keep all of their inputs.
        """
        return VIEW if self.is_view else Kept(inputs=tuple(range(len(inputs))))

    def module_sizes(self, *inputs: Shape) -> Hashable:
        """What its module hangs on besides parameters, axes and channels: equal here, one module.

        By default it takes any frames, height and width.
        """
        del inputs
        return None

    def mixed_precision(self) -> Literal["as inputs", "bf16", "fp32", "promoted"]:
        """What it runs in where precision is mixed.

        `bf16` and `fp32` bring all inputs there first; `promoted` leaves them as they are and gives
        fp32, because a weight is.
        """
        return "as inputs"

    def check_operands(self, inputs: tuple[Shape, ...]) -> None:
        """Raise a ShapeError unless the number of inputs is one that this primitive takes."""
        least, most = self.operands
        if len(inputs) < least or (most is not None and len(inputs) > most):
            accepted = f"{least}" if least == most else f"{least} to {most or 'any number'}"
            raise ShapeError(f"{self.name()} got {len(inputs)} inputs; accepts {accepted}.")

    def to_json(self) -> dict[str, Any]:
        """Name and all parameters; `primitive_from_json` reads it back."""
        names = [field.name for field in dataclasses.fields(self)]  # type: ignore[arg-type]
        values: dict[str, Value] = {name: getattr(self, name) for name in names}
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
        return {"op": self.name()} | plain


PRIMITIVES: Registry[Primitive] = Registry("primitive", "nasvid.graph.primitives")


def make_primitive(name: str, given: Mapping[str, Value]) -> Primitive:
    """A primitive from its name and parameters.

    Raises:
        ShapeError: A parameter is unknown, missing or of the wrong kind.
        UnknownPluginError: There is no primitive of that name.
    Example:
        >>> make_primitive("max_pool", {"kernel": 2, "stride": 2}).kernel
        (2, 2, 2)
    """
    primitive = PRIMITIVES[name]
    return primitive(**check_parameters(primitive, given))


def primitive_from_json(data: dict[str, Any]) -> Primitive:
    """Read what `Primitive.to_json` wrote."""
    return make_primitive(data["op"], {k: v for k, v in data.items() if k != "op"})


def require_clip(name: str, shape: Shape) -> None:
    """Raise a ShapeError unless the shape has the axes C, T, H, W."""
    if not shape.is_clip:
        raise ShapeError(
            f"{name} takes clips (C, T, H, W); got {''.join(shape.axes)} {shape}. "
            "Put it before the pooling, or use linear."
        )


def require_tokens(name: str, shape: Shape) -> None:
    """Raise a ShapeError unless the shape has the axes C, N."""
    if not shape.is_tokens:
        raise ShapeError(
            f"{name} takes tokens (C, N); got {''.join(shape.axes)} {shape}. Make tokens of a clip "
            "with rearrange: 'B C T H W -> B (T H W) C'."
        )
