"""Streams of other rates, sizes and widths that meet: on edges by hand, and by merges."""

from itertools import product

import pytest
import torch

from nasvid.graph.expander import MERGES
from nasvid.graph.ir import Graph
from nasvid.lowering.lower import lower
from nasvid.modules.assemble import build
from tests.spaces import load_text, small

# A fast stream of 8 frames at 16 pixels and 4 channels; a slow one of 2 frames at 8 and 6 channels.
TWO = "fast: {modality: rgb, frames: 8, size: 16}, slow: {modality: flow, frames: 2, frame_stride: 4, size: 8}"
UNITS = "a: {from: fast, conv2d: {out: 4}}\nb: {from: slow, conv2d: {out: 6}}\n"

# Steps on an edge from the fast stream that bring it to the rate, size and width of the slow one.
FEWER = {
    "stride": "conv: {out: 4, kernel: [5, 1, 1], stride: [4, 1, 1]}",
    "pool": "max_pool: {kernel: [4, 1, 1], stride: [4, 1, 1], padding: 0}",
    "mean": "avg_pool: {kernel: [4, 1, 1], stride: [4, 1, 1], padding: 0}",
    "subsample": "subsample_frames: 4",
    "cells": "adaptive_pool: {frames: =b.frames, height: =a.height, width: =a.width}",
}
SMALLER = {
    "stride": "conv2d: {out: 4, stride: 2}",
    "pool": "stem_pool: {}",
    "depth": "space_to_depth: 2",
    "resize": "resize: {height: =b.height, width: =b.width}",
}
# The same from the slow stream to the fast one.
MORE = {
    "repeat": "repeat_frames: 4",
    "nearest": "resize: {frames: =a.frames}",
    "linear": "resize: {frames: =a.frames, kind: linear}",
    "transposed": "conv_transposed: {out: 6, kernel: [4, 1, 1], stride: [4, 1, 1]}",
}
LARGER = {
    "nearest": "up: {}",
    "transposed": "up_transposed: {}",
}
BLOCKS = """
blocks:
  stem_pool: {body: [{max_pool: {kernel: [1, 2, 2], stride: [1, 2, 2], padding: 0}}]}
  up: {body: [{resize: {factor: [1, 2, 2]}}]}
  up_transposed: {body: [{conv_transposed: {out: 6, kernel: [1, 2, 2], stride: [1, 2, 2]}}]}
  widen: {params: {out: 8}, body: [{conv: {out: =out}}]}
"""


def run(graph: Graph) -> torch.Tensor:
    """Scores of a batch of two, from a network in training."""
    torch.manual_seed(0)
    network = build(graph)
    out = network({i.name: torch.randn(2, *i.shape.sizes) for i in graph.inputs})
    out.square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
    return out


def graph_of(nodes: str, inputs: str = TWO) -> Graph:
    space = load_text(small(nodes, top=BLOCKS, inputs=inputs))
    return lower(space, space.only_genotype()).graph


@pytest.mark.parametrize(("time", "space"), list(product(FEWER, SMALLER)))
def test_an_edge_brings_the_fast_stream_to_the_slow_one(time: str, space: str) -> None:
    steps = f"{FEWER[time]}, {SMALLER[space]}, widen: 6"
    graph = graph_of(
        f"{UNITS}c: {{from: [{{node: a, {steps}}}, b], merge: add, align: none, block: relu}}"
    )
    assert str(graph.shape_of["c"]) == "6x2x8x8"
    assert run(graph).shape == (2, 3)


@pytest.mark.parametrize(("time", "space"), list(product(MORE, LARGER)))
def test_an_edge_brings_the_slow_stream_to_the_fast_one(time: str, space: str) -> None:
    steps = f"{MORE[time]}, {LARGER[space]}, widen: 4"
    graph = graph_of(
        f"{UNITS}c: {{from: [a, {{node: b, {steps}}}], merge: add, align: none, block: relu}}"
    )
    assert str(graph.shape_of["c"]) == "4x8x16x16"
    assert run(graph).shape == (2, 3)


ALIGNED = [name for name in MERGES if name != "scale_shift"]
FRAMES = {"pool": 2, "stride": 2, "repeat": 8}
PIXELS = {"pool": 8, "resize": 16}


@pytest.mark.parametrize(("merge", "time", "space"), list(product(ALIGNED, FRAMES, PIXELS)))
def test_a_merge_brings_streams_together(merge: str, time: str, space: str) -> None:
    chosen = f"{{{merge}: {{time: {time}, space: {space}}}}}"
    graph = graph_of(f"{UNITS}c: {{from: [a, b], merge: {chosen}, block: relu}}")
    channels = 10 if merge == "concat" else 6
    pixels = PIXELS[space]
    assert str(graph.shape_of["c"]) == f"{channels}x{FRAMES[time]}x{pixels}x{pixels}"
    assert run(graph).shape == (2, 3)


def test_without_a_word_the_smaller_stream_is_the_target() -> None:
    graph = graph_of(f"{UNITS}c: {{from: [a, b], conv2d: {{out: 5}}}}")
    plain = graph_of(f"{UNITS}c: {{from: [a, b], merge: add, align: auto, conv2d: {{out: 5}}}}")
    assert graph == plain
    assert str(graph.shape_of["c_merge"]) == "6x2x8x8"


def test_flow_changes_rgb_features_at_the_rate_of_those() -> None:
    graph = graph_of(f"{UNITS}c: {{from: [a, b], merge: scale_shift, block: relu}}")
    assert str(graph.shape_of["c"]) == "4x8x16x16"
    assert run(graph).shape == (2, 3)


# Four streams, each with its own modality, rate, distance of frames and size.
FOUR = """\
near: {modality: rgb, frames: 12, size: 16}, far: {modality: rgb, frames: 3, frame_stride: 8, size: 32}, \
flow: {modality: flow, frames: 6, frame_stride: 2, size: 12}, late: {modality: flow, frames: 5, size: 8}"""
STEMS = """\
s0: {from: near, conv2d: {out: 4}}
s1: {from: far, conv3d: {out: 6, stride: 2}}
s2: {from: flow, conv3d: {out: 4}}
s3: {from: {node: near, frame_difference: }, conv2d: {out: 3}}
s4: {from: {node: far, representation_flow: 2}, conv2d: {out: 3, stride: 4}}
s5: {from: late, conv2d: {out: 5}}
"""


@pytest.mark.parametrize("merge", ALIGNED)
@pytest.mark.parametrize(("time", "frames"), [("pool", 3), ("stride", 3), ("repeat", 12)])
@pytest.mark.parametrize("number", [3, 4, 6])
def test_any_number_of_streams_of_any_rates_meet(
    merge: str, time: str, frames: int, number: int
) -> None:
    read = ", ".join(f"s{k}" for k in range(number))
    nodes = f"{STEMS}c: {{from: [{read}], merge: {{{merge}: {{time: {time}}}}}, block: relu}}"
    graph = graph_of(nodes, inputs=FOUR)
    assert graph.shape_of["c"].frames == frames
    assert graph.shape_of["c"].height == (8 if number == 6 else 12)
    assert run(graph).shape == (2, 3)


def test_what_aligns_streams_may_be_chosen() -> None:
    merge = "{choice: [concat, {add: {time: {choice: [pool, repeat]}, space: resize}}]}"
    space = load_text(
        small(f"{UNITS}c: {{from: [a, b], merge: {merge}, block: relu}}", top=BLOCKS, inputs=TWO)
    )
    assert [(d.path, d.options) for d in space.decisions] == [
        ("c.merge", ("concat", "add")),
        ("c.merge.add.time", ("pool", "repeat")),
    ]
    chosen = space.choose({"c.merge": "add", "c.merge.add.time": "repeat"}, {})
    assert str(lower(chosen, chosen.only_genotype()).graph.shape_of["c"]) == "6x8x16x16"
