"""Every standard block: shape, parameters and MACs are torch's, whatever its settings."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from nasvid.core.errors import NasvidError
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph
from nasvid.lowering.load import load_space, standard_catalogue
from nasvid.lowering.lower import lower
from nasvid.modules.assemble import build
from nasvid.spec.signatures import standard_blocks

# Names of parameters to values worth trying; every parameter of every block has to be here.
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "activation": st.sampled_from(["relu", "silu", "gelu", "hard_swish"]),
    "classes": st.integers(1, 9),
    "dropout": st.sampled_from([0, 0.5]),
    "groups": st.just(1),
    "heads": st.sampled_from([1, 2, 4]),
    "kernel": st.sampled_from([1, 3, 5]),
    "middle": st.integers(1, 12),
    "out": st.sampled_from([4, 8, 12]),
    "over": st.sampled_from(["space", "time", "joint"]),
    "ratio": st.sampled_from([0, 0.0625, 0.25, 1]),
    "stride": st.integers(1, 3),
    "temporal_kernel": st.sampled_from([1, 3]),
    "temporal_stride": st.integers(1, 2),
}
# Blocks over tokens need settings that fit one another; whole transformers test them.
CLIP_BLOCKS = [
    "attention", "classifier", "conv2d", "conv2plus1d", "conv3d", "separable3d", "squeeze_excite"
]  # fmt: skip
TOKEN_BLOCKS = [
    "depthwise_pool", "mlp", "patch_embed", "pooled_attention", "self_attention", "token_pool",
    "transformer_layer", "window_self_attention",
]  # fmt: skip


def _lowered(
    block: str, chosen: Mapping[str, Any], channels: int = 4, frames: int = 4, size: int = 8
) -> Graph:
    """A network of a convolution, which gives the channels, and the block."""
    text = ", ".join(f"{name}: {value}" for name, value in chosen.items())
    space = (
        f"version: 1\ninputs: {{rgb: {{frames: {frames}, size: {size}}}}}\nnetwork:\n  nodes:\n"
        f"    first: {{conv: {{out: {channels}}}}}\n    it: {{block: {block}, {text}}}\n"
        "  output: it\n"
    )
    loaded = load_space("space.yaml", {"space.yaml": space})
    return lower(loaded, loaded.only_genotype()).graph


@st.composite
def cases(draw: st.DrawFn, block: str) -> Graph:
    """A network with the block; settings that do not fit give way to the defaults."""
    signature = standard_catalogue().signature(block)
    chosen = {name: draw(VALUES[name]) for name in signature.params if draw(st.booleans())}
    clip = (draw(st.sampled_from([4, 8])), draw(st.integers(2, 5)), draw(st.integers(3, 9)))
    try:
        return _lowered(block, chosen, *clip)
    except NasvidError:
        return _lowered(block, {}, *clip)


def test_every_standard_block_is_looked_at() -> None:
    # A new block over clips joins CLIP_BLOCKS, its parameters VALUES.
    assert {*CLIP_BLOCKS, *TOKEN_BLOCKS} == set(standard_blocks())
    names = {p.name for b in CLIP_BLOCKS for p in standard_blocks()[b].params}
    assert names <= set(VALUES)


@pytest.mark.parametrize("block", CLIP_BLOCKS)
@settings(max_examples=15)
@given(data=st.data())
def test_shape_parameters_and_macs_are_those_of_torch(block: str, data: st.DataObject) -> None:
    graph = data.draw(cases(block))
    with torch.device("meta"):
        module = build(graph).eval()
        x_BCTHW = torch.empty(1, *graph.inputs[0].shape.sizes)
    with FlopCounterMode(display=False) as counter:
        y = module(x_BCTHW)
    cost = cost_of(graph)
    assert tuple(y.shape[1:]) == graph.output_shapes[0][1].sizes
    assert sum(p.numel() for p in module.parameters()) == cost.params
    assert sum(b.numel() for b in module.buffers()) == cost.buffers
    assert counter.get_total_flops() == cost.flops


@pytest.mark.parametrize("block", CLIP_BLOCKS)
@settings(max_examples=4)
@given(data=st.data())
def test_every_parameter_gets_a_gradient(block: str, data: st.DataObject) -> None:
    graph = data.draw(cases(block))
    torch.manual_seed(0)
    module = build(graph)
    module(torch.randn(3, *graph.inputs[0].shape.sizes)).square().sum().backward()
    assert all(p.grad is not None for p in module.parameters())


def test_the_middle_of_conv2plus1d_has_the_published_width() -> None:
    # 64 to 64 channels with a 3x3x3 kernel: 144, Tran et al. 2018, section 3.5.
    body = _lowered("conv2plus1d", {"out": 64}, channels=64).nodes[1].body
    assert body is not None
    assert body.shape_of["spatial"].channels == 144
