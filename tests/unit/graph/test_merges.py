"""Ways to merge inputs: the numbers of published networks, and what cannot be merged."""

from typing import Any

import pytest

from nasvid.core.errors import ShapeError
from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of
from nasvid.graph.expander import make_merge
from nasvid.graph.ir import Graph

CLIP = Shape.clip(64, 8, 14, 14)
VECTOR = Shape.vector(64)

# AssembleNet-50, as released: level and inputs of every block, and filters by level.
# Nodes 0 to 3 are stems of 32 channels; frames are never dropped.
BLOCKS = {
    4: (0, [1]),
    5: (0, [0]),
    6: (0, [0, 1, 2, 3]),
    7: (0, [2, 3]),
    8: (1, [0, 4, 5, 6, 7]),
    9: (1, [0, 2, 4, 7]),
    10: (1, [0, 5, 7]),
    11: (1, [0, 5]),
    12: (2, [4, 8, 10, 11]),
    13: (2, [8, 9]),
    14: (3, [12, 13]),
}
FILTERS = (32, 64, 256, 512)
REPEATS = (3, 4, 6, 3)
SIZES = (56, 28, 14, 7)


def shape_of(node: int) -> Shape:
    if node < 4:
        return Shape.clip(32, 32, 56, 56)
    level = BLOCKS[node][0]
    return Shape.clip(4 * FILTERS[level], 32, SIZES[level], SIZES[level])


def fused(node: int, merge: str, gate: float | None = None, **parameters: Any) -> Graph:
    """What stands in front of a block."""
    level, inputs = BLOCKS[node]
    nodes = list(inputs)
    if parameters.get("kind") == "peer":
        below = [k for k in range(15) if k < 4 or BLOCKS[k][0] < level]
        nodes += [k for k in below if k not in inputs]
        parameters["peers"] = len(nodes) - len(inputs)
    shapes = [shape_of(k) for k in nodes]
    gates = [gate] * len(nodes)
    return make_merge(merge, parameters).expand(shapes, gates, is_aligned=True)


def block_params(node: int) -> int:
    """Weights of a block of residual units, 2D and (2+1)D in turn, by its description."""
    level, _ = BLOCKS[node]
    channels = fused(node, "grouped_sum", 1.0).output_shapes[0][1].channels
    filters, inner = FILTERS[level], 64 * 2**level
    out = 4 * filters
    total = channels * out + 2 * out
    for copy in range(REPEATS[level]):
        total += (3 if copy % 2 else 1) * channels * filters + 2 * filters
        total += 9 * filters * inner + 2 * inner + inner * out + 2 * out
        channels = out
    return total


def test_the_grouped_sum_gives_assemblenet_50_its_published_number_of_weights() -> None:
    rgb_stem = 7 * 7 * 3 * 32 + 5 * 32 * 32 + 4 * 32
    flow_stem = 7 * 7 * 2 * 32 + 2 * 32
    blocks = sum(block_params(node) for node in BLOCKS)
    fusions = sum(cost_of(fused(node, "grouped_sum", 0.5)).params for node in BLOCKS)
    head = 2048 * 339 + 339
    assert 2 * rgb_stem + 2 * flow_stem + blocks + fusions + head == 37_273_875


def test_assemblenet_50_has_28_gated_edges() -> None:
    several = [node for node in BLOCKS if len(BLOCKS[node][1]) > 1]
    learned = sum(cost_of(fused(node, "grouped_sum")).params for node in several)
    fixed = sum(cost_of(fused(node, "grouped_sum", 0.5)).params for node in several)
    assert learned - fixed == 28


@pytest.mark.parametrize(
    # The TensorFlow port has 1,056 and 4,128 weights less: of inputs of equal channels that need a
    # convolution it takes the first alone, which happens before node 9. Its mixtures are not
    # learned; here they are, as in the paper, with one number for each edge and candidate.
    ("kind", "expected"),
    [
        ("self", 39_506_937 - 36_900_985 + 1_056),
        ("peer", 44_557_817 - 36_900_985 + 4_128 + (8 * 4 + 14 * 8 + 6 * 12 + 2 * 14)),
    ],
)
def test_attention_adds_the_weights_of_assemblenet_plus_plus(kind: str, expected: int) -> None:
    plain = sum(cost_of(fused(node, "grouped_sum", 0.5)).params for node in BLOCKS)
    attended = sum(cost_of(fused(node, "attention_sum", 0.5, kind=kind)).params for node in BLOCKS)
    assert attended - plain == expected


def test_inputs_of_equal_channels_share_one_convolution() -> None:
    wide = Shape.clip(64, 4, 14, 14)
    narrow = Shape.clip(16, 4, 28, 28)
    graph = make_merge("grouped_sum", {}).expand(
        [narrow, wide, narrow], [None] * 3, is_aligned=True
    )
    assert [(node.name, node.op.name()) for node in graph.nodes if node.op is not None] == [
        ("pool_0", "max_pool"),
        ("pool_2", "max_pool"),
        ("gate_0", "gate"),
        ("gate_1", "gate"),
        ("gate_2", "gate"),
        ("sum_16", "add"),
        ("project_16", "conv"),
        ("sum", "add"),
    ]
    # Both small sums are projected at once, and nothing but the gates besides.
    assert cost_of(graph).params == 16 * 64 + 3


@pytest.mark.parametrize(("size", "smallest"), [(56, 28), (57, 28), (7, 4), (10, 4), (9, 1)])
def test_a_grouped_sum_pools_to_the_smallest_size(size: int, smallest: int) -> None:
    clips = [Shape.clip(8, 4, size, size), Shape.clip(8, 4, smallest, smallest)]
    graph = make_merge("grouped_sum", {}).expand(clips, [1.0, 1.0], is_aligned=True)
    assert graph.output_shapes[0][1] == clips[1]


def test_the_second_input_of_scale_shift_takes_frames_and_size_of_the_first() -> None:
    first, second = Shape.clip(16, 8, 14, 14), Shape.clip(4, 4, 28, 14)
    graph = make_merge("scale_shift", {}).expand([first, second], [None] * 2, is_aligned=True)
    assert graph.output_shapes[0][1] == first
    assert cost_of(graph).params == 2 * (4 * 16 + 16)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("grouped_sum", {"channels": 0}, "parameter 'channels': got 0; accepts an integer of at"),
        ("grouped_sum", {"chanels": 8}, "no parameter named 'chanels'. Did you mean 'channels'?"),
        ("attention_sum", {"kind": "both"}, "got 'both'; accepts 'self' or 'peer'."),
        ("attention_sum", {"kind": "self", "peers": 2}, "got 2 with kind 'self', which looks at"),
        ("attention_sum", {"peers": -1}, "parameter 'peers': got -1; accepts an integer of at"),
        ("max", {"over": "T"}, "no parameter named 'over'; known: space, time."),
    ],
)
def test_a_parameter_that_cannot_be_is_named(
    name: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        make_merge(name, parameters)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "parameters", "inputs", "message"),
    [
        ("scale_shift", {}, [CLIP] * 3, "scale_shift takes two inputs, what is changed and what"),
        (
            "scale_shift",
            {},
            [CLIP, VECTOR],
            "cannot align clips with pooled vectors: CTHW 64x8x14x14",
        ),
        ("attention_sum", {}, [CLIP, VECTOR], "attention_sum takes clips (C, T, H, W); got C 64."),
        ("attention_sum", {"peers": 2}, [CLIP] * 2, "got 2 of 2 inputs; at least one must join"),
        ("grouped_sum", {}, [CLIP, VECTOR], "cannot align clips with pooled vectors"),
        ("max", {}, [CLIP, VECTOR], "cannot align clips with pooled vectors"),
    ],
)
def test_inputs_that_do_not_fit_are_shown(
    name: str, parameters: dict[str, Any], inputs: list[Shape], message: str
) -> None:
    merge = make_merge(name, parameters)
    with pytest.raises(ShapeError) as caught:
        merge.expand(inputs, [None] * len(inputs), is_aligned=True)
    assert message in str(caught.value)
