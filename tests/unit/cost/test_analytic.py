import pickle
from collections.abc import Mapping

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import nasvid
from nasvid.core.costs import ZERO_COST, Cost
from nasvid.core.shapes import Shape
from nasvid.cost import analytic
from nasvid.cost.analytic import cost_of, cost_rows, node_cost
from nasvid.graph.ir import Graph, Input, primitive_node
from nasvid.graph.parameters import Value
from nasvid.graph.primitive import make_primitive
from nasvid.modules.assemble import build
from tests.command_line import REPOSITORY
from tests.spaces import flat, graph_of, small

QUICKSTART = REPOSITORY / "search_spaces/quickstart.yaml"
TWO_BLOCKS = small("a: {conv3d: {out: 4, stride: 2}}\nb: {repeat: 2, conv2plus1d: {out: 4}}")


def one_node(name: str, parameters: Mapping[str, Value], shape: Shape) -> Graph:
    """A network of one primitive."""
    node = primitive_node("a", make_primitive(name, parameters), ("x",), (shape,))
    return Graph((Input("x", shape),), (node,), (("out", "a"),))


def test_a_graph_without_nodes_costs_nothing() -> None:
    clip = Shape.clip(3, 4, 8, 8)
    assert cost_of(Graph((Input("x", clip),), (), (("out", "x"),))) == ZERO_COST


def test_a_known_3d_layer_has_its_weights() -> None:
    graph = one_node("conv", {"out": 32, "kernel": 3}, Shape.clip(1, 4, 8, 8))
    cost = cost_of(graph)
    assert cost.params == 864
    assert cost.macs == 864 * 4 * 8 * 8
    assert cost.activations == 32 * 4 * 8 * 8


def test_a_factored_block_has_the_published_number_of_middle_channels() -> None:
    nodes = "stem: {conv: {out: 64}}\na: {conv2plus1d: {out: 64}}"
    assert flat(graph_of(small(nodes)))["a.spatial"].shape.channels == 144


@pytest.mark.parametrize("name", ["batch_norm", "layer_norm"])
def test_a_norm_counts_its_elements_apart_from_multiply_adds(name: str) -> None:
    cost = cost_of(one_node(name, {}, Shape.clip(6, 4, 5, 5)))
    assert (cost.norm_elements, cost.macs, cost.params) == (600, 0, 12)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("identity", {}), ("subsample_frames", {"step": 2})],
)
def test_views_write_no_activations(name: str, parameters: Mapping[str, Value]) -> None:
    assert cost_of(one_node(name, parameters, Shape.clip(3, 4, 8, 8))) == ZERO_COST


def test_what_is_folded_into_the_batch_counts_for_each_position_but_shares_weights() -> None:
    frame = Shape.clip(3, 1, 8, 8)
    one, many = (cost_of(one_node("conv", {"out": 8}, s)) for s in (frame, frame.fold(T=4)))
    assert many.macs == 4 * one.macs > 0
    assert many.activations == 4 * one.activations
    assert many.params == one.params


def test_the_nodes_of_a_network_cost_what_it_costs() -> None:
    graph = graph_of(TWO_BLOCKS)
    total = ZERO_COST
    for node in graph.nodes:
        total += node_cost(graph, node)
    assert total == cost_of(graph)


def test_a_body_that_stands_in_several_places_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = graph_of(small("a: {repeat: 7, conv3d: {out: 3}}"))
    counted: list[Graph] = []
    count = analytic._counted
    monkeypatch.setattr(analytic, "_counted", lambda body: counted.append(body) or count(body))
    cost = cost_of(graph)
    # The network, the chain of copies, the one body of all of them, and the head.
    assert len(counted) == 4
    assert cost_of(graph) is cost
    assert len(counted) == 4


def test_what_is_known_of_a_graph_does_not_travel_with_it() -> None:
    graph = graph_of(TWO_BLOCKS)
    cost = cost_of(graph)
    again = pickle.loads(pickle.dumps(graph))
    assert again == graph
    assert (graph.findings, again.findings) == ({"cost": cost}, {})


def test_the_innermost_rows_of_a_table_add_up_to_the_network() -> None:
    graph = graph_of(TWO_BLOCKS)
    rows = list(cost_rows(graph))
    parents = {row.path.rpartition(".")[0] for row in rows}
    total = ZERO_COST
    for row in rows:
        if row.path not in parents:
            total += row.cost
    assert total == cost_of(graph)


def test_a_row_of_a_block_stands_before_the_rows_inside_it() -> None:
    rows = [row for row in cost_rows(graph_of(TWO_BLOCKS)) if row.path.startswith("b")]
    assert [(r.path, r.depth, r.kind) for r in rows[:3]] == [
        ("b", 0, "repeat"),
        ("b.0", 1, "conv2plus1d"),
        ("b.0.spatial", 2, "conv"),
    ]
    assert rows[0].cost == rows[1].cost + next(r.cost for r in rows if r.path == "b.1")


def test_rows_stop_at_the_depth_that_was_asked_for() -> None:
    paths = [row.path for row in cost_rows(graph_of(TWO_BLOCKS), max_depth=0)]
    assert paths == ["a", "b", "head"]


def test_a_two_stream_network_costs_what_torch_counts() -> None:
    samples = map(nasvid.load(QUICKSTART).sample, range(99))
    graph = next(sample.graph for sample in samples if len(sample.graph.inputs) == 2)
    assert_counted_alike(graph, cost_of(graph))


def assert_counted_alike(graph: Graph, cost: Cost) -> None:
    """Compare with torch's own counters on a module that holds no data."""
    with torch.device("meta"):
        model = build(graph).eval()
        streams = {i.name: torch.empty(1, *i.shape.sizes) for i in graph.inputs}
    with FlopCounterMode(display=False) as counter:
        model(streams)
    assert cost.flops == counter.get_total_flops() > 0
    assert cost.params == sum(p.numel() for p in model.parameters())
    assert cost.buffers == sum(b.numel() for b in model.buffers())
