"""Zeros at the end of a clip, in torch."""

from functools import partial

import torch.nn.functional as F
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.pad_to_multiple import PadToMultiple
from nasvid.modules.leaf import Operation


def padded(x_BCTHW: Tensor, pads: tuple[int, ...]) -> Tensor:
    """Zeros before and after on W, then on H, then on T."""
    return F.pad(x_BCTHW, pads)


def leaf(op: PadToMultiple, *inputs: Shape) -> Operation:
    """`F.pad`."""
    t, h, w = op.amounts(inputs[0])
    pads = (0, w, 0, h, 0, t)
    return Operation(partial(padded, pads=pads), f"F.pad({{0}}, {pads})")
