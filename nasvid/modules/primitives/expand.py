"""An axis of size 1, repeated, in torch."""

from functools import partial

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.expand import Expand
from nasvid.modules.leaf import Operation


def expanded(x: Tensor, sizes: tuple[int, ...]) -> Tensor:
    """The tensor with axes of size 1 repeated; -1 keeps an axis."""
    return x.expand(sizes)


def leaf(op: Expand, *inputs: Shape) -> Operation:
    """`Tensor.expand`."""
    # The channels of tokens stand last.
    axes = ("N", "C") if "N" in inputs[0].axes else inputs[0].axes
    sizes = (-1, *(op.size if axis == op.axis else -1 for axis in axes))
    return Operation(partial(expanded, sizes=sizes), f"{{0}}.expand({', '.join(map(str, sizes))})")
