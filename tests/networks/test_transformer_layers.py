"""Layers of transformers against the same sums written down by hand, with the same weights."""

from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import nasvid
from nasvid.modules.assemble import build
from tests.networks.narrow import narrow

HEADS = 2


class Weights:
    """Layers of a network by name, applied by hand."""

    def __init__(self, network: nn.Module, prefix: str = "") -> None:
        self._network = network
        self._prefix = prefix

    def at(self, name: str) -> "Weights":
        return Weights(self._network, f"{self._prefix}{name}.")

    def get(self, name: str) -> Tensor:
        return self._network.get_parameter(self._prefix + name)

    def linear(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, self.get(f"{name}.weight"), self.get(f"{name}.bias"))

    def norm(self, name: str, x: Tensor, eps: float = 1e-6) -> Tensor:
        weight = self.get(f"{name}.weight")
        return F.layer_norm(x, weight.shape, weight, self.get(f"{name}.bias"), eps)

    def mlp(self, name: str, x: Tensor) -> Tensor:
        return self.linear(f"{name}.reduce", F.gelu(self.linear(f"{name}.expand", x)))

    def attention(self, name: str, x: Tensor) -> Tensor:
        """Self-attention of tokens (..., N, C)."""
        q, k, v = (
            self.linear(f"{name}.{which}", x).unflatten(-1, (HEADS, -1)).transpose(-2, -3)
            for which in ("queries", "keys", "values")
        )
        shares = (q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5).softmax(-1)
        return self.linear(f"{name}.projected", (shares @ v).transpose(-2, -3).flatten(-2))


def built(name: str, folder: Path) -> tuple[nn.Module, Tensor]:
    """A narrow network with random weights everywhere, and clips for it."""
    torch.manual_seed(0)
    graph = nasvid.load(narrow(name, folder), clip="4x64").sample().graph
    network = build(graph).eval()
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.2)
    return network, torch.randn(2, *graph.inputs[0].shape.sizes)


def patches_of(w: Weights, x: Tensor, name: str, **arguments: Any) -> Tensor:
    return F.conv3d(x, w.get(f"{name}.weight"), w.get(f"{name}.bias"), **arguments)


def test_timesformer_divides_attention_as_released(tmp_path: Path) -> None:
    network, clips = built("timesformer_divided", tmp_path)
    w = Weights(network)
    x = patches_of(w, clips, "patches.projection", stride=(1, 16, 16))
    batch, channels, frames, height, width = x.shape
    x = x.permute(0, 3, 4, 2, 1).flatten(1, 2)  # (B, places, T, C)
    space = w.get("space.weight")
    x = x + space[1:, None] + w.get("tokens.time.weight")[..., 0, 0].T
    token = (w.get("with_class.weight") + space[0]).expand(batch, channels)
    for layer in ("layers.0", "layers.1"):
        at = w.at(layer)
        seen = at.attention("time_attention", at.norm("time_norm", x))
        x = x + at.linear("time_linear", seen)
        row = torch.cat([token[:, None, None].expand(-1, frames, 1, -1), x.transpose(1, 2)], dim=2)
        seen = at.attention("space_attention", at.norm("space_norm", row))
        token = token + seen[:, :, 0].mean(1)
        x = x + seen[:, :, 1:].transpose(1, 2)
        token = token + at.mlp("mlp", at.norm("mlp_norm", token))
        x = x + at.mlp("mlp", at.norm("mlp_norm", x))
    assert x.shape == (batch, height * width, frames, channels)
    out = w.linear("head", w.norm("norm", token))
    torch.testing.assert_close(network(clips), out, rtol=1e-4, atol=1e-4)


def test_timesformer_of_space_averages_frames(tmp_path: Path) -> None:
    network, clips = built("timesformer_space", tmp_path)
    w = Weights(network)
    x = patches_of(w, clips, "patches.projection", stride=(1, 16, 16))
    x = x.flatten(3).permute(0, 2, 3, 1)
    token = w.get("with_class.weight").expand(*x.shape[:2], 1, -1)
    x = torch.cat([token, x], dim=2) + w.get("space.weight")
    for layer in ("frame_layers.0", "frame_layers.1"):
        at = w.at(layer)
        x = x + at.attention("attention", at.norm("norm1", x))
        x = x + at.mlp("mlp", at.norm("norm2", x))
    out = w.linear("head", w.norm("norm", x[:, :, 0].mean(1)))
    torch.testing.assert_close(network(clips), out, rtol=1e-4, atol=1e-4)


def head_pool(w: Weights, name: str, x: Tensor, grid: tuple[int, ...], stride: int) -> Tensor:
    """A pool of (B, heads, 1 + positions, D) by a convolution that heads share, and its norm."""
    token, rest = x[:, :, :1], x[:, :, 1:]
    clip = rest.transpose(2, 3).flatten(0, 1).unflatten(2, grid)
    weight = w.get(f"{name}_pool.pooled.conv.weight")
    clip = F.conv3d(clip, weight, stride=(1, stride, stride), padding=1, groups=clip.shape[1])
    rest = clip.flatten(2).transpose(1, 2).unflatten(0, x.shape[:2])
    return w.norm(f"{name}_norm", torch.cat([token, rest], dim=2))


def max_pool(x: Tensor, grid: tuple[int, ...]) -> Tensor:
    """A pool of (B, 1 + positions, C) that halves height and width."""
    clip = x[:, 1:].transpose(1, 2).unflatten(2, grid)
    clip = F.max_pool3d(clip, (1, 3, 3), (1, 2, 2), (0, 1, 1))
    return torch.cat([x[:, :1], clip.flatten(2).transpose(1, 2)], dim=1)


def pooled_attention(
    w: Weights, x: Tensor, grid: tuple[int, ...], heads: int, stride: int, key_stride: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, the logits and the values of an attention of MViT."""
    q, k, v = (
        w.linear(which, x).unflatten(2, (heads, -1)).transpose(1, 2)
        for which in ("queries", "keys", "values")
    )
    k, v = (head_pool(w, n, t, grid, key_stride) for n, t in (("key", k), ("value", v)))
    if stride:
        q = head_pool(w, "query", q, grid, stride)
    return q, q @ k.transpose(2, 3) / q.shape[-1] ** 0.5, v


def test_mvit_pools_queries_keys_and_values_of_each_head(tmp_path: Path) -> None:
    network, clips = built("mvit_b_16x4", tmp_path)
    w = Weights(network)
    x = patches_of(w, clips, "patches", stride=(2, 4, 4), padding=(1, 3, 3))
    x = (x + w.get("space.weight") + w.get("time.weight")).flatten(2).transpose(1, 2)
    token = w.get("with_class.weight") + w.get("class_position.weight")
    x = torch.cat([token.expand(2, 1, -1), x], dim=1)
    grid, stages = (2, 16, 16), ((1, 1, 8), (2, 2, 4), (3, 2, 2), (2, 2, 1))
    for stage, (layers, heads, key_stride) in enumerate(stages, 1):
        for layer in range(layers):
            at = w.at(f"stage{stage}.layers.{layer}")
            stride = 2 if stage > 1 and layer == 0 else 0
            inner = at.at("attention")
            _, logits, v = pooled_attention(
                inner, at.norm("norm", x), grid, heads, stride, key_stride
            )
            seen = (logits.softmax(-1) @ v).transpose(1, 2).flatten(2)
            if stride:
                x, grid = max_pool(x, grid), (grid[0], grid[1] // 2, grid[2] // 2)
            x = x + inner.linear("projected", seen)
            normed = at.norm("mlp.norm", x)
            is_wider = layer == layers - 1 and stage < 4
            x = at.linear("mlp.shortcut", normed) if is_wider else x
            x = x + at.mlp("mlp.mlp", normed)
    out = w.linear("head", w.norm("norm", x[:, 0]))
    torch.testing.assert_close(network(clips), out, rtol=1e-4, atol=1e-4)


def relative_logits(
    w: Weights, q: Tensor, grid: tuple[int, ...], key_grid: tuple[int, ...]
) -> Tensor:
    """Products of patch queries with the vectors of their distances, (B, heads, queries, keys)."""
    total = torch.zeros(())
    for axis, (m, n) in enumerate(zip(grid, key_grid, strict=True)):
        a = torch.arange(m)[:, None] * max(n / m, 1.0)
        b = (torch.arange(n)[None] + 1.0 - n) * max(m / n, 1.0)
        vectors = w.get(f"table_{'thw'[axis]}")[(a - b).long()]
        along = torch.einsum(
            f"bnthwc,{'thw'[axis]}kc->bnthwk", q.unflatten(2, grid), vectors
        )  # fmt: skip
        shape = [1, 1, 1]
        shape[axis] = n
        total = total + along.unflatten(-1, shape)
    return total.flatten(5).flatten(2, 4)


def test_mvit_v2_adds_relative_positions_and_pooled_queries(tmp_path: Path) -> None:
    network, clips = built("mvit_v2_s", tmp_path)
    w = Weights(network)
    x = patches_of(w, clips, "patches", stride=(2, 4, 4), padding=(1, 3, 3))
    x = x.flatten(2).transpose(1, 2)
    x = torch.cat([w.get("tokens.weight").expand(2, 1, -1), x], dim=1)
    grid = (2, 16, 16)
    layers = [("stage1", 1, 1, 8), ("stage2.first", 2, 2, 4), ("stage2.others.0", 2, 1, 4)]
    layers += [
        ("stage3.first", 2, 2, 2),
        ("stage3.others.0", 2, 1, 2),
        ("stage3.others.1", 2, 1, 2),
    ]
    layers += [("stage4.first", 2, 2, 1), ("stage4.others.0", 2, 1, 1)]
    for name, heads, stride, key_stride in layers:
        at = w.at(name)
        inner = at.at("attention.pooled_attention")
        normed = at.norm("norm", x)
        key_grid = (grid[0], grid[1] // key_stride, grid[2] // key_stride)
        q, logits, v = pooled_attention(inner, normed, grid, heads, stride, key_stride)
        if stride > 1:
            x = max_pool(at.linear("widened", normed), grid)
            grid = (grid[0], grid[1] // 2, grid[2] // 2)
        relative = relative_logits(inner.at("attended"), q[:, :, 1:], grid, key_grid)
        logits = logits + F.pad(relative, (1, 0, 1, 0))
        seen = logits.softmax(-1) @ v
        seen = torch.cat([seen[:, :, :1], seen[:, :, 1:] + q[:, :, 1:]], dim=2)
        x = x + inner.linear("projected", seen.transpose(1, 2).flatten(2))
        x = x + at.mlp("mlp.mlp", at.norm("mlp.norm", x))
    out = w.linear("head", w.norm("norm", x[:, 0]))
    torch.testing.assert_close(network(clips), out, rtol=1e-4, atol=1e-4)


def shifted_logits(size: int, window: int, step: int) -> Tensor:
    """0 for two places on one axis that share a window after the shift, else minus infinity."""
    places = torch.arange(size)
    number = (places - step) % size // window * 2 + (places < step)
    is_same = number[:, None] == number[None, :]
    return torch.zeros(size, size).masked_fill(~is_same, float("-inf"))


@pytest.mark.parametrize("layer", [0, 1])
def test_video_swin_shifts_every_second_window(layer: int, tmp_path: Path) -> None:
    network, _ = built("swin3d_t", tmp_path)
    at = Weights(network, f"stage1.layers.{layer}.")
    x = torch.randn(2, 8, 2, 16, 16)  # (B, C, T, H, W), padded to 21 x 21 for windows of 7
    module = network.get_submodule(f"stage1.layers.{layer}")
    channels_last = x.movedim(1, -1)
    normed = F.pad(at.norm("norm1", channels_last, eps=1e-5), (0, 0, 0, 5, 0, 5))
    inner = at.at("attention")
    q, k, v = (
        inner.linear(which, normed).unflatten(4, (HEADS, -1)).flatten(1, 3).transpose(1, 2)
        for which in ("queries", "keys", "values")
    )
    step = 3 * layer
    mask_h = mask_w = shifted_logits(21, 7, step)
    mask = mask_h[None, :, None, None, :, None] + mask_w[None, None, :, None, None, :]
    table = inner.get("attended.table")
    t, p = torch.arange(2), torch.arange(21)
    # Distances inside a window; those that are longer belong to places that do not see each other.
    rows = (p[:, None] - p[None, :]).clamp(-6, 6) + 6
    times = t[:, None] - t[None, :] + 7
    bias = table[
        :,
        times[:, None, None, :, None, None],
        rows[None, :, None, None, :, None],
        rows[None, None, :, None, None, :],
    ]
    logits = q @ k.transpose(2, 3) / q.shape[-1] ** 0.5 + (bias + mask).flatten(4).flatten(1, 3)
    seen = (logits.softmax(-1) @ v).transpose(1, 2).flatten(2).unflatten(1, (2, 21, 21))
    out = channels_last + inner.linear("projected", seen)[:, :, :16, :16]
    out = out + at.mlp("mlp", at.norm("norm2", out, eps=1e-5))
    torch.testing.assert_close(module(x), out.movedim(-1, 1), rtol=1e-4, atol=1e-4)
