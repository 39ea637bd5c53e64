"""Squares of pixels laid into channels, in torch."""

from functools import partial

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.space_to_depth import SpaceToDepth
from nasvid.modules.leaf import Operation


def squares_to_channels(x_BCTHW: Tensor, block: int) -> Tensor:
    """Rows and columns of squares laid behind their channel."""
    x_BCTHiWj = x_BCTHW.unflatten(4, (-1, block)).unflatten(3, (-1, block))
    return x_BCTHiWj.permute(0, 1, 4, 6, 2, 3, 5).flatten(1, 3)


def leaf(op: SpaceToDepth, *inputs: Shape) -> Operation:
    """Squares as axes of their own, moved to the channels."""
    del inputs
    return Operation(
        partial(squares_to_channels, block=op.block),
        f"{{0}}.unflatten(4, (-1, {op.block})).unflatten(3, (-1, {op.block}))"
        ".permute(0, 1, 4, 6, 2, 3, 5).flatten(1, 3)",
    )
