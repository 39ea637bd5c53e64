"""Mean over frames, weighted towards the frames with high values, in torch."""

from functools import partial

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.softmax_pool import SoftmaxPool
from nasvid.modules.leaf import Operation


def soft_maximum(x_BCTHW: Tensor, frames: int) -> Tensor:
    """Sum over T of x * softmax(x / sqrt(frames))."""
    return torch.sum(x_BCTHW * torch.softmax(x_BCTHW / frames**0.5, dim=2), dim=2, keepdim=True)


def soft_maximum_vector(x_BCTHW: Tensor, frames: int) -> Tensor:
    """The same for frames of one pixel, without axes of size 1."""
    return soft_maximum(x_BCTHW, frames).flatten(1)


def leaf(op: SoftmaxPool, *inputs: Shape) -> Operation:
    """`torch.sum` of shares by `torch.softmax`."""
    frames = inputs[0].frames
    source = f"torch.sum({{0}} * torch.softmax({{0}} / {frames}**0.5, dim=2), dim=2, keepdim=True)"
    if op.keep:
        return Operation(partial(soft_maximum, frames=frames), source)
    return Operation(partial(soft_maximum_vector, frames=frames), f"{source}.flatten(1)")
