"""Attention among the right positions, against sums over all pairs of positions."""

from collections.abc import Callable
from itertools import product

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.primitive import make_primitive
from nasvid.modules.leaf import Layer, leaf_of
from nasvid.modules.primitives.attention_product import ClipAttention
from nasvid.modules.primitives.relative_attention import DecomposedAttention
from nasvid.modules.primitives.window_attention import ShiftedWindowAttention

Place = tuple[int, ...]
Sizes = tuple[int, int, int]
HEADS = 2


def queries_keys_values(sizes: Sizes, channels: int = 6) -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, channels, *sizes, generator=generator) for _ in range(3)]


def dense_attention(
    q: Tensor, k: Tensor, v: Tensor, bias: Callable[[Place, Place], Tensor | None]
) -> Tensor:
    """Attention of all positions with all, where None stands for two that do not see each other."""
    places = list(product(*map(range, q.shape[2:])))
    mask = torch.full((HEADS, len(places), len(places)), float("-inf"))
    for (i, query), (j, key) in product(enumerate(places), enumerate(places)):
        found = bias(query, key)
        if found is not None:
            mask[:, i, j] = found
    heads = [x.flatten(2).unflatten(1, (HEADS, -1)).transpose(2, 3) for x in (q, k, v)]
    out = F.scaled_dot_product_attention(*heads, attn_mask=mask)
    return out.transpose(2, 3).flatten(1, 2).unflatten(2, q.shape[2:])


@pytest.mark.parametrize("over", ["space", "time", "joint", "H", "W", "TH", "TW"])
def test_positions_see_those_that_differ_on_the_named_axes_alone(over: str) -> None:
    q, k, v = queries_keys_values((2, 3, 4))
    seen = {"space": "HW", "time": "T", "joint": "THW"}.get(over, over)

    def bias(query: Place, key: Place) -> Tensor | None:
        places = zip("THW", query, key, strict=True)
        is_seen = all(a == b or axis in seen for axis, a, b in places)
        return torch.zeros(HEADS) if is_seen else None

    out = ClipAttention(HEADS, over)(q, k, v)
    torch.testing.assert_close(out, dense_attention(q, k, v, bias))


@pytest.mark.parametrize("shift", [(0, 0, 0), (1, 1, 2), (0, 1, 0), (1, 0, 0)])
@pytest.mark.parametrize("has_table", [False, True])
def test_shifted_windows_hold_neighbours_alone(shift: Sizes, *, has_table: bool) -> None:
    window, sizes = (2, 2, 3), (4, 4, 6)
    q, k, v = queries_keys_values(sizes)
    attention = ShiftedWindowAttention(HEADS, window, shift, (3, 3, 5) if has_table else None)
    table = attention.table

    def bias(query: Place, key: Place) -> Tensor | None:
        for a, b, length, step, size in zip(query, key, window, shift, sizes, strict=True):
            # What is rolled from the front to the end is no neighbour of what was at the end.
            is_one_window = (a - step) % size // length == (b - step) % size // length
            if not is_one_window or (a < step) != (b < step):
                return None
        if table is None:
            return torch.zeros(HEADS)
        t, h, w = (a - b + n - 1 for a, b, n in zip(query, key, window, strict=True))
        return table.detach()[:, t, h, w]

    torch.testing.assert_close(attention(q, k, v), dense_attention(q, k, v, bias))


def test_a_window_as_long_as_the_clip_is_not_shifted() -> None:
    clip = Shape.clip(6, 2, 4, 3)
    op = make_primitive(
        "window_attention", {"window": (4, 2, 4), "shift": (2, 1, 2), "heads": HEADS}
    )
    leaf = leaf_of(op, clip, clip, clip)
    assert isinstance(leaf, Layer)
    assert leaf.arguments["window"] == (2, 2, 3)
    assert leaf.arguments["shift"] == (0, 1, 0)
    # The table is that of the whole window, as the weights of a network are for clips of any size.
    assert leaf.arguments["table"] == (7, 3, 7)


def test_windows_in_the_batch_are_windows_of_attention() -> None:
    q, k, v = queries_keys_values((2, 4, 6))
    clip = Shape.clip(6, 2, 4, 6)
    cut = make_primitive(
        "rearrange",
        {"pattern": "B C (T t) (H h) (W w) -> (B T H W) (t h w) C", "window": (1, 2, 3)},
    )
    joined = make_primitive(
        "rearrange",
        {"pattern": "(B T H W) (t h w) C -> B C (T t) (H h) (W w)", "window": (1, 2, 3)},
    )
    row = cut.output_shape(clip)
    attend = leaf_of(make_primitive("attention_product", {"heads": HEADS}), row, row, row)
    cut_leaf, joined_leaf = leaf_of(cut, clip), leaf_of(joined, row)
    assert isinstance(attend, Layer)
    assert not isinstance(cut_leaf, Layer)
    assert not isinstance(joined_leaf, Layer)
    rows = [cut_leaf.function(x) for x in (q, k, v)]
    out = joined_leaf.function(attend.make()(*rows))
    expected = ShiftedWindowAttention(HEADS, (1, 2, 3), (0, 0, 0))(q, k, v)
    torch.testing.assert_close(out, expected)


@pytest.mark.parametrize(
    ("grid", "key_grid"), [((2, 4, 4), (2, 2, 1)), ((2, 3, 2), (2, 3, 4)), ((1, 5, 3), (2, 2, 3))]
)
@pytest.mark.parametrize("num_class_tokens", [0, 1])
def test_relative_positions_are_those_of_the_finer_grid(
    grid: Sizes, key_grid: Sizes, num_class_tokens: int
) -> None:
    torch.manual_seed(0)
    channels = 3
    attention = DecomposedAttention(HEADS, channels, grid, key_grid, num_class_tokens)
    for table in attention.parameters():
        torch.nn.init.normal_(table)
    counts = [num_class_tokens + torch.Size(g).numel() for g in (grid, key_grid)]
    q = torch.randn(2, counts[0], HEADS * channels)
    k, v = (torch.randn(2, counts[1], HEADS * channels) for _ in range(2))
    tables = (attention.table_t, attention.table_h, attention.table_w)
    heads = [x.unflatten(2, (HEADS, -1)).transpose(1, 2) for x in (q, k, v)]
    bias = torch.zeros(2, HEADS, *counts)
    for i, query in enumerate(product(*map(range, grid)), num_class_tokens):
        for j, key in enumerate(product(*map(range, key_grid)), num_class_tokens):
            for a, b, m, n, table in zip(query, key, grid, key_grid, tables, strict=True):
                # As in the released code; exact here, since the ratios are sums of halves.
                row = int(a * max(n / m, 1) + (n - 1 - b) * max(m / n, 1))
                bias[:, :, i, j] += heads[0][:, :, i] @ table[row]
    out = F.scaled_dot_product_attention(*heads, attn_mask=bias).transpose(1, 2).flatten(2)
    torch.testing.assert_close(attention(q, k, v), out)
