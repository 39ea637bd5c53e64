"""Scaled dot-product attention over any axes of a clip, or over tokens, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.attention_product import AttentionProduct
from nasvid.modules.leaf import Layer


class ClipAttention(nn.Module):
    """Attention of clips among positions that differ on some axes alone.

    In the names of tokens B is the batch times the positions that do not see each other, N are the
    positions that do, h the heads, D the channels of a head.

    Args:
        heads: Groups of channels that attend apart.
        over: `space`, `time`, `joint`, or the axes over which positions see each other.
        has_softmax: Whether weights are a softmax of the products, else they are divided by the
            number of keys.
    """

    def __init__(self, heads: int, over: str, *, has_softmax: bool = True) -> None:
        super().__init__()
        self.heads = heads
        self.has_softmax = has_softmax
        over = {"space": "HW", "time": "T", "joint": "THW"}.get(over, over)
        # Axes apart from the channels, those that do not see each other first.
        axes = [axis for is_seen in (False, True) for axis in "THW" if (axis in over) == is_seen]
        self.order = (0, *("BCTHW".index(axis) for axis in axes))
        self.num_apart = 4 - len(over)
        self.back = (0, 4, *(1 + axes.index(axis) for axis in "THW"))

    def forward(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        q_BhND, k_BhND, v_BhND = self.tokens(q), self.tokens(k), self.tokens(v)
        if self.has_softmax:
            out_BhND = F.scaled_dot_product_attention(q_BhND, k_BhND, v_BhND)
        else:
            out_BhND = (q_BhND @ k_BhND.transpose(2, 3)) @ v_BhND / k_BhND.shape[2]
        sizes = [q.shape[axis] for axis in self.order]
        return out_BhND.transpose(1, 2).reshape(*sizes, v.shape[1]).permute(self.back)

    def tokens(self, x_BCTHW: torch.Tensor) -> torch.Tensor:
        x = x_BCTHW.permute(*self.order, 1)
        x_BNC = x.flatten(self.num_apart, 3).flatten(0, self.num_apart - 1)
        return x_BNC.unflatten(2, (self.heads, -1)).transpose(1, 2)


class TokenAttention(nn.Module):
    """Attention of all tokens of a row.

    Args:
        heads: Groups of channels that attend apart.
        has_softmax: As in `ClipAttention`.
    """

    def __init__(self, heads: int, *, has_softmax: bool = True) -> None:
        super().__init__()
        self.heads = heads
        self.has_softmax = has_softmax

    def forward(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        # From (B, N, C) to (B, heads, N, D) and back.
        q, k, v = (x.unflatten(2, (self.heads, -1)).transpose(1, 2) for x in (q, k, v))
        if self.has_softmax:
            out = F.scaled_dot_product_attention(q, k, v)
        else:
            out = (q @ k.transpose(2, 3)) @ v / k.shape[2]
        return out.transpose(1, 2).flatten(2)


def leaf(op: AttentionProduct, *inputs: Shape) -> Layer:
    """A `ClipAttention`, or a `TokenAttention`."""
    rule = {} if op.weights == "softmax" else {"has_softmax": False}
    if inputs[0].is_tokens:
        return Layer(TokenAttention, {"heads": op.heads} | rule)
    return Layer(ClipAttention, {"heads": op.heads, "over": op.over} | rule)
