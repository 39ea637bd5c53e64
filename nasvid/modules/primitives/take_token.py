"""One token of a row as a vector, in torch."""

from functools import partial

from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.take_token import TakeToken
from nasvid.modules.leaf import Operation


def one_token(x_BNC: Tensor, index: int) -> Tensor:
    """The channels of the token."""
    return x_BNC[:, index]


def leaf(op: TakeToken, *inputs: Shape) -> Operation:
    """An index."""
    del inputs
    return Operation(partial(one_token, index=op.index), f"{{0}}[:, {op.index}]")
