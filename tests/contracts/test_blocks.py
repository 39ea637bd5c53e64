"""Every standard block: shape, parameters and MACs are torch's, whatever its settings and input."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from torch.utils.flop_counter import FlopCounterMode

from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of
from nasvid.graph.ir import Graph
from nasvid.lowering.lower import lower_block
from nasvid.modules.assemble import build
from nasvid.spec.signatures import standard_blocks
from nasvid.spec.syntax import Edge, Source
from tests.spaces import load_text, small
from tests.strategies import DRAWS

BATCH = 2
# Arguments of a block, and the shape of what it reads.
Case = tuple[dict[str, Any], Shape]

each_block = pytest.mark.parametrize("block", list(standard_blocks()))

# What a parameter of this name is tried with; the default is tried for all.
VALUES: Mapping[str, SearchStrategy[Any]] = {
    "activation": st.sampled_from(["relu", "silu", "gelu", "hard_swish"]),
    "bias": st.booleans(),
    "classes": st.integers(1, 9),
    "conv": st.sampled_from(["full_conv_norm", "factorised_conv_norm"]),
    "dilation": st.sampled_from([1, 2, [2, 1, 1]]),
    "dropout": st.sampled_from([0, 0.5]),
    "end": st.sampled_from([{"conv3d": {"kernel": 1, "temporal_kernel": 1}}, {"conv_norm": {}}]),
    "eps": st.floats(1e-6, 1e-2),
    "gate": st.sampled_from(["sigmoid", "hard_sigmoid"]),
    "groups": st.sampled_from([1, 2]),
    "hidden": st.integers(1, 9),
    "inner": st.integers(1, 12),
    "heads": st.sampled_from([1, 2, 4]),
    "kernel": st.sampled_from([1, 3, 5]),
    "middle": st.integers(1, 12),
    "mlp_ratio": st.sampled_from([1, 1.5, 2]),
    "out": st.sampled_from([4, 8, 12]),
    "padding": st.sampled_from(["half", "ceil"]),
    "point": st.sampled_from([{"conv3d": {"kernel": 1, "temporal_kernel": 1}}, {"conv_norm": {}}]),
    "pool": st.sampled_from([1, [1, 2, 2], 2]),
    "pool_stride": st.integers(1, 2),
    "pool_time": st.sampled_from([1, 3]),
    "over": st.sampled_from(["space", "time", "joint"]),
    "ratio": st.sampled_from([0, 0.0625, 0.25, 1]),
    "residual": st.booleans(),
    "size": st.integers(1, 9),
    "stride": st.integers(1, 3),
    "temporal_kernel": st.sampled_from([1, 3]),
    "temporal_stride": st.integers(1, 2),
    "widths": st.lists(st.integers(1, 8), min_size=6, max_size=6),
    "weights": st.sampled_from(["softmax", "mean"]),
    "zero_init": st.booleans(),
}
CHANNELS = st.sampled_from([4, 8])
MIDDLES = st.sampled_from([{"full_conv_norm": {"temporal_kernel": k}} for k in (1, 3)])


def clips() -> SearchStrategy[Shape]:
    return st.builds(Shape.clip, CHANNELS, st.integers(2, 5), st.integers(3, 9), st.integers(3, 9))


def tokens() -> SearchStrategy[Shape]:
    return st.builds(Shape.tokens, CHANNELS, st.integers(1, 9))


def drawn(
    block: str, shapes: SearchStrategy[Shape], **values: SearchStrategy[Any]
) -> SearchStrategy[Case]:
    """Arguments by the names of parameters; those named here are always given."""
    params = standard_blocks()[block].params
    others = {p.name: VALUES[p.name] for p in params if p.name in VALUES and p.name not in values}
    return st.tuples(st.fixed_dictionaries(values, optional=others), shapes)


@st.composite
def _grid(draw: DrawFn, block: str, **values: SearchStrategy[Any]) -> Case:
    """A class token and the tokens of a grid, whose size the block is told."""
    sides = {name: draw(st.integers(1, 4)) for name in ("frames", "height", "width")}
    number = 1 + sides["frames"] * sides["height"] * sides["width"]
    arguments, shape = draw(
        drawn(block, st.builds(Shape.tokens, CHANNELS, st.just(number)), **values)
    )
    return arguments | sides, shape


@st.composite
def _pooled_attention(draw: DrawFn) -> Case:
    """Queries and keys pooled from a grid, with or without a number for their distance."""
    arguments, shape = draw(
        _grid(
            "pooled_attention",
            pools_queries=st.booleans(),
            stride=st.integers(1, 2),
            key_stride=st.integers(1, 2),
            kernel=st.sampled_from([1, 3]),
        )
    )
    if draw(st.booleans()):
        stride = arguments["stride"] if arguments["pools_queries"] else 1
        relative = {
            name: [
                arguments["frames"],
                *(-(-arguments[side] // step) for side in ("height", "width")),
            ]
            for name, step in (("grid", stride), ("key_grid", arguments["key_stride"]))
        }
        arguments["attention"] = {"relative_attention": relative | {"class_token": True}}
    return arguments, shape


# Blocks that take other things than clips, or whose parameters are like no others.
CASES: Mapping[str, Callable[[], SearchStrategy[Case]]] = {
    "bottleneck": lambda: drawn("bottleneck", clips(), middle=MIDDLES),
    "depthwise_pool": lambda: drawn("depthwise_pool", clips(), stride=st.integers(1, 2)),
    "mlp": lambda: drawn("mlp", clips() | tokens(), ratio=st.sampled_from([0.5, 1, 4])),
    "patch_embed": lambda: drawn(
        "patch_embed",
        clips(),
        out=st.integers(1, 5),
        kernel=st.integers(1, 3),
        temporal_kernel=st.integers(1, 2),
    ),
    "pooled_attention": _pooled_attention,
    "self_attention": lambda: (
        drawn("self_attention", tokens(), heads=st.sampled_from([1, 2, 4]), over=st.just("joint"))
        | drawn("self_attention", clips(), heads=st.sampled_from([1, 2, 4]))
    ),
    "token_pool": lambda: _grid(
        "token_pool", pool=st.sampled_from(["relu", {"depthwise_pool": {"stride": 2}}])
    ),
    "transformer_layer": lambda: (
        drawn(
            "transformer_layer",
            clips() | tokens(),
            heads=st.sampled_from([1, 2, 4]),
            eps=st.floats(1e-6, 1e-2),
        )
        | drawn(
            "transformer_layer",
            clips(),
            heads=st.sampled_from([1, 2, 4]),
            attention=st.sampled_from(
                [
                    {"self_attention": {"over": "time"}},
                    {"window_self_attention": {"window": [1, 2, 2]}},
                ]
            ),
        )
    ),
    "window_self_attention": lambda: drawn(
        "window_self_attention",
        clips(),
        heads=st.sampled_from([1, 2, 4]),
        window=st.sampled_from([[1, 2, 2], [2, 3, 3]]),
        shift=st.sampled_from([[0, 0, 0], [0, 1, 1]]),
    ),
}


def block_graph(block: str, arguments: Mapping[str, Any], shape: Shape) -> Graph:
    """The block by itself."""
    space = load_text(small(f"it: {{{block}: {json.dumps(arguments)}}}"))
    node = space.network.nodes[0]
    node = replace(node, source=Source(node.mark, "all", (Edge(node.mark, "in"),)))
    network = replace(space.network, nodes=(node,), outputs=(("out", Edge(node.mark, "it")),))
    return lower_block(replace(space, network=network), space.only_genotype(), shape)


def draw_case(data: st.DataObject, block: str) -> Case:
    """Settings of a block, and an input that it accepts with them."""
    unknown = {p.name for p in standard_blocks()[block].params} - set(VALUES)
    if block not in CASES and unknown:
        pytest.fail(
            f"block {block!r} has parameters {sorted(unknown)} that no strategy knows. Add them to "
            "VALUES, or an entry for the block to CASES, in tests/contracts/test_blocks.py."
        )
    return data.draw(CASES[block]() if block in CASES else drawn(block, clips()))


def draw_graph(data: st.DataObject, block: str) -> Graph:
    """The block with such settings and such an input."""
    return block_graph(block, *draw_case(data, block))


@pytest.fixture(scope="module", autouse=True)
def _meta_rules() -> None:
    """Load torch's rules for tensors without memory, which takes seconds, outside of the tests."""
    with torch.device("meta"), FlopCounterMode(display=False):
        torch.nn.functional.adaptive_avg_pool3d(torch.empty(1, 1, 1, 1, 1).relu(), 1)


def test_every_case_belongs_to_a_block() -> None:
    assert set(CASES) <= set(standard_blocks())


@each_block
def test_every_parameter_is_tried_with_several_values(block: str) -> None:
    params = standard_blocks()[block].params
    tried: dict[str, set[str]] = {param.name: set() for param in params}

    @DRAWS
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        arguments, _ = draw_case(data, block)
        for name, values in tried.items():
            values.add(json.dumps(arguments.get(name, "default")))

    draw()
    assert [name for name, values in tried.items() if len(values) < 2] == []


@each_block
@settings(max_examples=15)
@given(data=st.data())
def test_shape_parameters_and_macs_are_those_of_torch(block: str, data: st.DataObject) -> None:
    graph = draw_graph(data, block)
    with torch.device("meta"):
        module = build(graph).eval()
        x = torch.empty(BATCH, *graph.inputs[0].shape.tensor_sizes)
        with FlopCounterMode(display=False) as counter:
            y = module(x)
    cost = cost_of(graph)
    assert tuple(y.shape[1:]) == graph.output_shapes[0][1].tensor_sizes
    assert sum(p.numel() for p in module.parameters()) == cost.params
    assert sum(b.numel() for b in module.buffers()) == cost.buffers
    assert counter.get_total_flops() == cost.flops * BATCH


@each_block
@settings(max_examples=4)
@given(data=st.data())
def test_every_parameter_gets_a_gradient(block: str, data: st.DataObject) -> None:
    graph = draw_graph(data, block)
    torch.manual_seed(0)
    module = build(graph)
    out = module(torch.randn(3, *graph.inputs[0].shape.tensor_sizes))
    if out.requires_grad:
        out.square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in module.parameters())


@pytest.mark.parametrize("block", sorted(set(standard_blocks()) - set(CASES)))
def test_a_block_of_clips_needs_no_arguments(block: str) -> None:
    graph = block_graph(block, {}, Shape.clip(8, 4, 9, 9))
    assert graph.output_shapes[0][1].channels >= 1


def test_the_middle_of_conv2plus1d_has_the_published_width() -> None:
    # 64 to 64 channels with a 3x3x3 kernel: 144, Tran et al. 2018, section 3.5.
    body = block_graph("conv2plus1d", {"out": 64}, Shape.clip(64, 4, 8, 8)).nodes[0].body
    assert body is not None
    assert body.shape_of["spatial"].channels == 144


def test_names_that_torch_and_python_use_make_a_network() -> None:
    names = ("forward", "half", "class", "self", "type", "train", "weight", "lambda_")
    nodes = "\n".join(f"{name}: {{conv2d: {{out: 2}}}}" for name in names)
    space = load_text(small(nodes))
    mark = space.network.outputs[0][1].mark
    source = Source(mark, "all", (Edge(mark, "in"),))
    first = replace(space.network.nodes[0], source=source)
    network = replace(space.network, nodes=(first, *space.network.nodes[1:]))
    graph = lower_block(
        replace(space, network=network), space.only_genotype(), Shape.clip(3, 2, 4, 4)
    )
    assert build(graph)(torch.zeros(2, 3, 2, 4, 4)).shape == (2, 3)
