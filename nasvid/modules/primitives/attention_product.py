"""Scaled dot-product attention over space, over time or over both, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.attention_product import AttentionProduct
from nasvid.modules.leaf import Layer


class ClipAttention(nn.Module):
    """Attention of clips over the positions of a frame, over the frames of a place, or over all.

    In the names of tokens B is the batch times the positions that do not see each other, N are the
    positions that do, h the heads, D the channels of a head.

    Args:
        heads: Groups of channels that attend apart.
        over: `space`, `time` or `joint`.
    """

    def __init__(self, heads: int, over: str) -> None:
        super().__init__()
        self.heads = heads
        # Axes apart from the channels, those that do not see each other first.
        self.order = (0, 3, 4, 2) if over == "time" else (0, 2, 3, 4)
        self.num_apart = {"space": 2, "time": 3, "joint": 1}[over]

    def forward(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        q_BhND, k_BhND, v_BhND = self.tokens(q), self.tokens(k), self.tokens(v)
        out_BhND = F.scaled_dot_product_attention(q_BhND, k_BhND, v_BhND)
        sizes = [v.shape[axis] for axis in self.order]
        out = out_BhND.transpose(1, 2).reshape(*sizes, v.shape[1])
        return out.permute(0, 4, 3, 1, 2) if self.num_apart == 3 else out.permute(0, 4, 1, 2, 3)

    def tokens(self, x_BCTHW: torch.Tensor) -> torch.Tensor:
        x = x_BCTHW.permute(*self.order, 1)
        x_BNC = x.flatten(self.num_apart, 3).flatten(0, self.num_apart - 1)
        return x_BNC.unflatten(2, (self.heads, -1)).transpose(1, 2)


def leaf(op: AttentionProduct, *inputs: Shape) -> Layer:
    """A `ClipAttention`."""
    del inputs
    return Layer(ClipAttention, {"heads": op.heads, "over": op.over})
