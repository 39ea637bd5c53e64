"""Mean over sliding windows, in torch."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.avg_pool import AvgPool
from nasvid.modules.leaf import Layer


class PaddedAvgPool3d(nn.Module):
    """A mean without the padding, which may differ between the two sides of an axis.

    Args:
        kernel_size: Length on T, H, W.
        stride: Step on T, H, W.
        pads: Before and after on W, then on H, then on T, as `F.pad` takes them.
    """

    def __init__(
        self,
        kernel_size: tuple[int, int, int],
        stride: tuple[int, int, int],
        pads: tuple[int, ...],
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.pads = pads

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # The share of real elements in each window undoes the zeros in its mean.
        ones = F.pad(torch.ones_like(x[:1, :1]), self.pads)
        share = F.avg_pool3d(ones, self.kernel_size, self.stride)
        return F.avg_pool3d(F.pad(x, self.pads), self.kernel_size, self.stride) / share


def leaf(op: AvgPool, *inputs: Shape) -> Layer:
    """`nn.AvgPool3d`, or a `PaddedAvgPool3d` where torch has no such pool."""
    arguments: dict[str, Any] = {"kernel_size": op.kernel, "stride": op.stride}
    pads = op.windows.pads(inputs[0])
    if op.is_plain(inputs[0]):
        padding = tuple(before for before, _ in pads)
        return Layer(nn.AvgPool3d, arguments | {"padding": padding, "count_include_pad": False})
    flat = tuple(amount for pair in reversed(pads) for amount in pair)
    return Layer(PaddedAvgPool3d, arguments | {"pads": flat})
