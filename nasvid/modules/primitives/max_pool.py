"""Maximum over sliding windows, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.max_pool import MaxPool
from nasvid.modules.leaf import Layer


class PaddedMaxPool3d(nn.Module):
    """A max pool whose padding may differ between the two sides of an axis.

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
        padded = F.pad(x, self.pads, value=float("-inf"))
        return F.max_pool3d(padded, self.kernel_size, self.stride)


def leaf(op: MaxPool, *inputs: Shape) -> Layer:
    """`nn.MaxPool3d`, or a `PaddedMaxPool3d` where the two sides differ."""
    arguments = {"kernel_size": op.kernel, "stride": op.stride}
    pads = op.windows.pads(inputs[0])
    if op.windows.is_even(inputs[0]):
        return Layer(nn.MaxPool3d, arguments | {"padding": tuple(before for before, _ in pads)})
    flat = tuple(amount for pair in reversed(pads) for amount in pair)
    return Layer(PaddedMaxPool3d, arguments | {"pads": flat})
