"""Part of an axis, in torch."""

from functools import partial

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.slice import Slice
from nasvid.modules.leaf import Operation


def part_of(x: Tensor, dim: int, start: int, stop: int | None, step: int) -> Tensor:
    """Elements of one axis."""
    return x[(slice(None),) * dim + (slice(start, stop, step),)]


def leaf(op: Slice, *inputs: Shape) -> Operation:
    """Square brackets."""
    dim = _dim(op.axis, inputs[0])
    start = op.start or ""
    stop = "" if op.stop is None else op.stop
    step = f":{op.step}" if op.step > 1 else ""
    return Operation(
        partial(part_of, dim=dim, start=op.start, stop=op.stop, step=op.step),
        f"{{0}}[{':, ' * dim}{start}:{stop}{step}]",
    )


def _dim(axis: str, shape: Shape) -> int:
    # The channels of tokens stand last.
    axes = ("N", "C") if "N" in shape.axes else shape.axes
    return axes.index(axis) + 1
