"""Pooling over all frames so far, in torch."""

from functools import partial

import torch
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.cumulative_pool import CumulativePool
from nasvid.modules.leaf import Operation


def running_mean(x_BCTHW: Tensor, frames: int) -> Tensor:
    """Mean of frames 0 to t, for every t."""
    num_seen = torch.arange(1, frames + 1, device=x_BCTHW.device)
    return torch.cumsum(x_BCTHW, dim=2) / num_seen.view(-1, 1, 1)


def running_max(x_BCTHW: Tensor) -> Tensor:
    """Largest element of frames 0 to t, for every t."""
    return torch.cummax(x_BCTHW, dim=2).values


def leaf(op: CumulativePool, *inputs: Shape) -> Operation:
    """`torch.cumsum` over the number of frames, or `torch.cummax`."""
    if op.kind == "max":
        return Operation(running_max, "torch.cummax({0}, dim=2).values")
    frames = inputs[0].frames
    return Operation(
        partial(running_mean, frames=frames),
        f"torch.cumsum({{0}}, dim=2) / "
        f"torch.arange(1, {frames + 1}, device={{0}}.device).view(-1, 1, 1)",
    )
