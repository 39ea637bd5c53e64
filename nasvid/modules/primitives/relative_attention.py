"""Attention of tokens with relative positions on each axis of their grid, in torch."""

import torch
import torch.nn.functional as F
from torch import nn

from nasvid.core.shapes import Shape
from nasvid.graph.primitives.relative_attention import RelativeAttention
from nasvid.modules.leaf import Layer


class DecomposedAttention(nn.Module):
    """Attention whose weights depend on the query and the distance on T, H and W too.

    In the names of tensors h are the heads, D the channels of a head, t, h, w a query's place.

    Args:
        heads: Groups of channels that attend apart.
        channels: Those of a head.
        grid: Frames, height and width of the queries.
        key_grid: Frames, height and width of the keys.
        num_class_tokens: Tokens before each grid that have no position, 0 or 1.
    """

    def __init__(
        self,
        heads: int,
        channels: int,
        grid: tuple[int, int, int],
        key_grid: tuple[int, int, int],
        num_class_tokens: int = 0,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.grid = grid
        self.key_grid = key_grid
        self.num_class_tokens = num_class_tokens
        t, h, w = (2 * max(pair) - 1 for pair in zip(grid, key_grid, strict=True))
        self.table_t = nn.Parameter(torch.empty(t, channels))
        self.table_h = nn.Parameter(torch.empty(h, channels))
        self.table_w = nn.Parameter(torch.empty(w, channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for table in (self.table_t, self.table_h, self.table_w):
            nn.init.trunc_normal_(table, std=0.02)

    def forward(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        # From (B, N, C) to (B, heads, N, D) and back.
        q, k, v = (x.unflatten(2, (self.heads, -1)).transpose(1, 2) for x in (q, k, v))
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=self.bias(q))
        return out.transpose(1, 2).flatten(2)

    def bias(self, q_BhND: torch.Tensor) -> torch.Tensor:
        """What is added before the softmax, (B, heads, queries, keys)."""
        q = q_BhND[:, :, self.num_class_tokens :].unflatten(2, self.grid)
        along_t = self.along(0, q, self.table_t)[..., :, None, None]
        along_h = self.along(1, q, self.table_h)[..., None, :, None]
        along_w = self.along(2, q, self.table_w)[..., None, None, :]
        bias = (along_t + along_h + along_w).flatten(5).flatten(2, 4)
        # The class token stands first, among the queries and among the keys.
        return F.pad(bias, (self.num_class_tokens, 0, self.num_class_tokens, 0))

    def along(self, axis: int, q_BhthwD: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
        """Products of each query with the vectors for the keys' places on one axis."""
        q = q_BhthwD.transpose(2, 2 + axis)
        found = q.flatten(3, 4) @ self.vectors(axis, table).transpose(1, 2)
        return found.unflatten(3, q.shape[3:5]).transpose(2, 2 + axis)

    def vectors(self, axis: int, table: torch.Tensor) -> torch.Tensor:
        """The vector for each query and key place on an axis."""
        queries, keys = self.grid[axis], self.key_grid[axis]
        finer = max(queries, keys)
        query = torch.arange(queries, device=table.device)[:, None] * finer // queries
        key = (keys - 1 - torch.arange(keys, device=table.device)[None, :]) * finer // keys
        return table[query + key]


def leaf(op: RelativeAttention, *inputs: Shape) -> Layer:
    """A `DecomposedAttention`."""
    return Layer(
        DecomposedAttention,
        {
            "heads": op.heads,
            "channels": inputs[0].channels // op.heads,
            "grid": op.grid,
            "key_grid": op.key_grid,
            "num_class_tokens": int(op.class_token),
        },
    )
