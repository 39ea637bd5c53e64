"""Attention inside windows of a clip, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.window_attention import WindowAttention
from nasvid.modules.leaf import Layer


class ShiftedWindowAttention(nn.Module):
    """Attention among the positions of a window.

    In the names of tensors P are the windows of a clip, h the heads, N the positions of a window, D
    the channels of a head.

    Args:
        heads: Groups of channels that attend apart.
        window: Length of the windows on T, H, W; divides the clip.
        shift: By how much the clip is rolled before it is cut; 0 where one window covers the axis.
        table: Distances on T, H, W for which there is a learned number, or None for no table.
    """

    def __init__(
        self,
        heads: int,
        window: tuple[int, int, int],
        shift: tuple[int, int, int],
        table: tuple[int, int, int] | None = None,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.window = window
        self.shift = shift
        self.is_shifted = any(shift)
        self.table = None if table is None else nn.Parameter(torch.empty(heads, *table))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        if self.table is not None:
            nn.init.trunc_normal_(self.table, std=0.02)

    def forward(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        bias = self.bias(q)
        q, k, v = (self.cut(x) for x in (q, k, v))
        batch, windows = q.shape[0], q.shape[1:4]
        # Where windows have masks of their own they stand beside the heads, so that one mask serves
        # the whole batch; else they are part of the batch.
        first, last = (1, 4) if self.is_shifted else (0, 3)
        q, k, v = (x.flatten(5, 7).flatten(first, last) for x in (q, k, v))
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        out = out.reshape(batch, *windows, self.heads, *self.window, -1)
        return self.joined(out)

    def cut(self, x_BCTHW: torch.Tensor) -> torch.Tensor:
        """As (B, windows on T, H, W, heads, positions on T, H, W, D)."""
        if self.is_shifted:
            x_BCTHW = x_BCTHW.roll([-step for step in self.shift], (2, 3, 4))
        x = x_BCTHW
        for axis, length in zip((4, 3, 2), self.window[::-1], strict=True):
            x = x.unflatten(axis, (-1, length))
        return x.unflatten(1, (self.heads, -1)).permute(0, 3, 5, 7, 1, 4, 6, 8, 2)

    def joined(self, x: torch.Tensor) -> torch.Tensor:
        """What was cut as a clip again."""
        x = x.permute(0, 1, 5, 2, 6, 3, 7, 4, 8)
        for axis in (7, 5, 3, 1):
            x = x.flatten(axis, axis + 1)
        x_BCTHW = x.permute(0, 4, 1, 2, 3)
        return x_BCTHW.roll(self.shift, (2, 3, 4)) if self.is_shifted else x_BCTHW

    def bias(self, x_BCTHW: torch.Tensor) -> torch.Tensor | None:
        """What is added before the softmax, (h, N, N), or (P * h, N, N) for shifted windows."""
        bias = None if self.table is None else self.relative(self.table).to(x_BCTHW.dtype)
        if not self.is_shifted:
            return bias
        regions_PN = self.regions(x_BCTHW)
        is_apart_PNN = regions_PN[:, :, None] != regions_PN[:, None, :]
        mask_PhNN = x_BCTHW.new_zeros(()).masked_fill(is_apart_PNN, float("-inf"))[:, None]
        mask_PhNN = mask_PhNN.expand(-1, self.heads, -1, -1)
        return (mask_PhNN if bias is None else mask_PhNN + bias).flatten(0, 1)

    def relative(self, table: torch.Tensor) -> torch.Tensor:
        """The numbers of the table for each pair of positions, (h, N, N)."""
        flat = torch.zeros((), dtype=torch.long, device=table.device)
        for axis, (length, size) in enumerate(zip(self.window, table.shape[1:], strict=True)):
            at = torch.arange(length, device=table.device)
            distance = at[:, None] - at[None, :] + size // 2
            shape = [1] * 6
            shape[axis] = shape[axis + 3] = length
            flat = flat * size + distance.reshape(shape)
        return table.flatten(1)[:, flat.flatten()].unflatten(1, (flat.shape[:3].numel(), -1))

    def regions(self, x_BCTHW: torch.Tensor) -> torch.Tensor:
        """A number for each position, equal where the rolled clip is of one piece, (P, N)."""
        numbers = torch.zeros((), dtype=torch.long, device=x_BCTHW.device)
        for axis, (length, step) in enumerate(zip(self.window, self.shift, strict=True)):
            size = x_BCTHW.shape[axis + 2]
            at = torch.arange(size, device=x_BCTHW.device)
            number = (at >= size - length).long() + (at >= size - step).long() if step else at * 0
            shape = [1] * 6
            shape[2 * axis : 2 * axis + 2] = [size // length, length]
            numbers = numbers * 3 + number.reshape(shape)
        return numbers.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(0, 2)


def leaf(op: WindowAttention, *inputs: Shape) -> Layer:
    """A `ShiftedWindowAttention`."""
    window, shift = op.windows(inputs[0])
    arguments = {"heads": op.heads, "window": window, "shift": shift}
    table = {"table": op.table} if op.relative_positions else {}
    return Layer(ShiftedWindowAttention, arguments | table)
