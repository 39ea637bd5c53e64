"""What every merge promises: its graph fits any clips, and its cost is that of torch."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from torch.utils.flop_counter import FlopCounterMode

from nasvid.core.shapes import Shape
from nasvid.cost.analytic import cost_of
from nasvid.graph.expander import MERGES, make_merge
from nasvid.graph.ir import Graph, graph_from_json
from nasvid.graph.parameters import parameters_of
from nasvid.modules.assemble import build
from tests.strategies import DRAWS, SIZES, clips
from tests.unit.export.networks import assert_same

BATCH = 2
EXAMPLES = settings(max_examples=10)

each_merge = pytest.mark.parametrize("name", list(MERGES))


@pytest.fixture(scope="module", autouse=True)
def _meta_rules() -> None:
    """Load torch's rules for tensors without memory, which takes seconds, outside of the tests."""
    F.relu(torch.empty(1, device="meta"))
    with FlopCounterMode(display=False):
        F.adaptive_avg_pool3d(torch.empty(1, 1, 1, 1, 1, device="meta"), 1)


CHANNELS = {"channels": st.none() | st.integers(1, 4)}
ALIGNMENT = {
    "time": st.sampled_from(["pool", "stride", "repeat"]),
    "space": st.sampled_from(["pool", "resize"]),
}


@st.composite
def _attention_sum(draw: DrawFn) -> tuple[dict[str, Any], int]:
    number = draw(st.integers(1, 4))
    given = draw(st.fixed_dictionaries({}, optional=CHANNELS | ALIGNMENT))
    if draw(st.booleans()):
        return given | {"kind": "self"}, number
    return given | {"peers": draw(st.integers(0, number - 1))}, number


def _two() -> SearchStrategy[tuple[dict[str, Any], int]]:
    return st.just(({}, 2))


def _grouped_sum() -> SearchStrategy[tuple[dict[str, Any], int]]:
    parameters = st.fixed_dictionaries({}, optional=CHANNELS | ALIGNMENT)
    return st.tuples(parameters, st.integers(2, 4))


# Parameters and a number of inputs, for merges with more parameters than those of alignment.
SETTINGS: dict[str, Callable[[], SearchStrategy[tuple[dict[str, Any], int]]]] = {
    "attention_sum": _attention_sum,
    "grouped_sum": _grouped_sum,
    "scale_shift": _two,
}


# They weigh frames.
CLIPS_ALONE = {"attention_sum"}


def _case(name: str) -> SearchStrategy[tuple[dict[str, Any], int]]:
    if name in SETTINGS:
        return SETTINGS[name]()
    return st.tuples(st.fixed_dictionaries({}, optional=ALIGNMENT), st.integers(2, 4))


def draw_graph(data: st.DataObject, name: str) -> Graph:
    """The merge of clips, or of vectors, that need not fit."""
    if name not in SETTINGS and set(parameters_of(MERGES[name])) > set(ALIGNMENT):
        pytest.fail(f"merge {name!r} has parameters; add a strategy for them to SETTINGS.")
    parameters, number = data.draw(_case(name))
    shapes = data.draw(st.lists(clips(), min_size=number, max_size=number))
    if name not in CLIPS_ALONE and data.draw(st.booleans()):
        shapes = [Shape.vector(shape.channels) for shape in shapes]
    gates = data.draw(st.lists(st.none() | st.floats(0, 1), min_size=number, max_size=number))
    return make_merge(name, parameters).expand(shapes, gates, is_aligned=True)


def test_every_strategy_belongs_to_a_merge() -> None:
    assert set(SETTINGS) <= set(MERGES)


@each_merge
def test_every_parameter_is_tried_with_several_values(name: str) -> None:
    tried: dict[str, set[str]] = {parameter: set() for parameter in parameters_of(MERGES[name])}

    @DRAWS
    @given(case=_case(name))
    def draw(case: tuple[dict[str, Any], int]) -> None:
        for parameter, values in tried.items():
            values.add(repr(case[0].get(parameter, "default")))

    draw()
    assert [parameter for parameter, values in tried.items() if len(values) < 2] == []


@each_merge
@EXAMPLES
@given(data=st.data())
def test_shape_weights_and_operations_are_those_of_torch(name: str, data: st.DataObject) -> None:
    graph = draw_graph(data, name)
    with torch.device("meta"):
        network = build(graph)
        streams = {i.name: torch.empty(BATCH, *i.shape.tensor_sizes) for i in graph.inputs}
        with FlopCounterMode(display=False) as counter:
            out = network(streams)
    cost = cost_of(graph)
    assert tuple(out.shape) == (BATCH, *graph.output_shapes[0][1].sizes)
    assert cost.params == sum(weight.numel() for weight in network.parameters())
    assert cost.flops * BATCH == counter.get_total_flops()


@each_merge
@EXAMPLES
@given(data=st.data())
def test_gradients_reach_every_weight(name: str, data: st.DataObject) -> None:
    network = build(draw_graph(data, name))
    streams = {
        i.name: torch.randn(BATCH, *i.shape.sizes, requires_grad=True) for i in network.graph.inputs
    }
    network(streams).sum().backward()
    assert all(weight.grad is not None for weight in network.parameters())


@each_merge
@settings(max_examples=8)
@given(data=st.data())
def test_a_merge_survives_json_and_export(name: str, data: st.DataObject) -> None:
    graph = draw_graph(data, name)
    assert graph_from_json(graph.to_json()) == graph
    assert_same(graph)


@each_merge
@EXAMPLES
@given(data=st.data())
def test_inputs_that_fit_need_no_alignment(name: str, data: st.DataObject) -> None:
    shape = data.draw(clips())
    shapes = [shape] * 2
    merge = make_merge(name, {})
    plain = merge.expand(shapes, [0.5, None], is_aligned=False)
    assert plain == merge.expand(shapes, [0.5, None], is_aligned=True)


@each_merge
@EXAMPLES
@given(frames=SIZES, size=SIZES)
def test_the_merged_clip_is_as_small_as_the_smallest(name: str, frames: int, size: int) -> None:
    first, second = Shape.clip(2, frames, size, 5), Shape.clip(2, 5, 5, 5)
    graph = make_merge(name, {}).expand([first, second], [None] * 2, is_aligned=True)
    assert graph.output_shapes[0][1].replace(C=2) == first
