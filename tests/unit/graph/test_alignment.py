"""How inputs of a merge come to one number of frames and one size, and what that keeps of them."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from nasvid.core.shapes import Shape
from nasvid.graph.expander import MERGES, make_merge
from nasvid.graph.ir import Graph
from nasvid.graph.parameters import parameters_of
from nasvid.modules.assemble import build
from tests.strategies import clips

ALIGNED = [name for name in MERGES if "time" in parameters_of(MERGES[name])]
FAST, SLOW = Shape.clip(1, 6, 4, 4), Shape.clip(1, 3, 8, 8)


def merged(name: str, *shapes: Shape, **parameters: Any) -> Graph:
    gates = [1.0] * len(shapes)
    return make_merge(name, parameters).expand(shapes, gates, is_aligned=True)


def ops(graph: Graph) -> list[str]:
    return [f"{node.name}: {node.op.name()}" for node in graph.nodes if node.op is not None]


def feed(graph: Graph, *xs: Tensor) -> Tensor:
    return build(graph)({i.name: x for i, x in zip(graph.inputs, xs, strict=True)})


def test_every_merge_but_one_can_be_aligned_in_all_ways() -> None:
    assert set(MERGES) - set(ALIGNED) == {"scale_shift"}


@pytest.mark.parametrize("name", ALIGNED)
@pytest.mark.parametrize("time", ["pool", "stride", "repeat"])
@pytest.mark.parametrize("space", ["pool", "resize"])
@settings(max_examples=10)
@given(data=st.data())
def test_frames_and_size_are_the_fewest_or_the_most(
    name: str, time: str, space: str, data: st.DataObject
) -> None:
    shapes = data.draw(st.lists(clips(), min_size=2, max_size=4))
    out = merged(name, *shapes, time=time, space=space).output_shapes[0][1]
    for axis, is_most in (
        ("T", time == "repeat"),
        ("H", space == "resize"),
        ("W", space == "resize"),
    ):
        sizes = [shape.axis(axis) for shape in shapes]
        assert out.axis(axis) == (max(sizes) if is_most else min(sizes))


@pytest.mark.parametrize(
    ("time", "space", "expected"),
    [
        ("pool", "pool", ["pool_0: max_pool", "pool_1: max_pool", "sum: add"]),
        ("stride", "pool", ["stride_0: subsample_frames", "pool_1: max_pool", "sum: add"]),
        ("repeat", "pool", ["pool_1: max_pool", "repeat_1: repeat_frames", "sum: add"]),
        ("pool", "resize", ["pool_0: max_pool", "resize_0: resize", "sum: add"]),
        ("repeat", "resize", ["resize_0: resize", "repeat_1: repeat_frames", "sum: add"]),
    ],
)
def test_each_input_gets_what_it_needs_and_no_more(
    time: str, space: str, expected: list[str]
) -> None:
    assert ops(merged("add", FAST, SLOW, time=time, space=space)) == expected


def test_a_stride_takes_frames_where_a_pool_takes_the_largest() -> None:
    fast = torch.arange(6.0).view(1, 1, 6, 1, 1)
    slow = torch.zeros(1, 1, 3, 1, 1)
    shapes = Shape.clip(1, 6, 1, 1), Shape.clip(1, 3, 1, 1)
    assert feed(merged("add", *shapes), fast, slow).flatten().tolist() == [1, 3, 5]
    strided = merged("add", *shapes, time="stride")
    assert feed(strided, fast, slow).flatten().tolist() == [0, 2, 4]


def test_slow_frames_stand_as_long_as_they_last() -> None:
    shapes = Shape.clip(1, 6, 1, 1), Shape.clip(1, 3, 1, 1)
    repeated = merged("add", *shapes, time="repeat")
    slow = torch.tensor([10.0, 20.0, 30.0]).view(1, 1, 3, 1, 1)
    out = feed(repeated, torch.zeros(1, 1, 6, 1, 1), slow)
    assert out.flatten().tolist() == [10, 10, 20, 20, 30, 30]


def test_rates_that_are_no_multiples_take_the_frame_at_or_before_each_place() -> None:
    shapes = Shape.clip(1, 5, 1, 1), Shape.clip(1, 3, 1, 1)
    five, three = torch.arange(5.0).view(1, 1, 5, 1, 1), torch.arange(3.0).view(1, 1, 3, 1, 1)
    strided = feed(merged("add", *shapes, time="stride"), five, torch.zeros_like(three))
    assert strided.flatten().tolist() == [0, 1, 3]
    repeated = feed(merged("add", *shapes, time="repeat"), torch.zeros_like(five), three)
    assert repeated.flatten().tolist() == [0, 0, 1, 1, 2]


def test_a_gate_of_one_is_no_gate() -> None:
    assert ops(merged("gated_sum", FAST, FAST)) == ["sum: add"]
