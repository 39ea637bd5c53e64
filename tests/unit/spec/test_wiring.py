"""Who reads whom: defaults, order, circles."""

import time

import pytest

from nasvid.spec.wiring import MAX_EDGES, needs, reads
from tests.spaces import load_text, only_problem, small

TWO = "rgb: {frames: 4, size: 8}, flow: {frames: 4, size: 8}"


def order(nodes: str) -> list[str]:
    return [node.name for node in load_text(small(nodes)).network.nodes][:-1]


def test_a_node_reads_the_one_before_it_and_the_first_one_the_input() -> None:
    nodes = load_text(small("a: relu\nb: relu")).network.nodes
    assert [reads(node) for node in nodes] == [("rgb",), ("a",), ("b",)]


def test_nodes_stand_after_what_they_read_and_else_as_in_the_file() -> None:
    text = "d: {from: [c, a], block: add}\na: {from: rgb, block: relu}\nc: {from: a, block: relu}\nb: {from: rgb, block: relu}"
    assert order(text) == ["a", "c", "d", "b"]


def test_a_node_stands_after_those_whose_shape_it_looks_at() -> None:
    text = "a: {from: rgb, conv: {out: =b.channels}}\nb: {from: rgb, conv: 5}"
    assert order(text) == ["b", "a"]


@pytest.mark.parametrize(
    "text",
    [
        "repeat: =b.frames, block: relu",
        "when: =b.channels > 1, block: relu",
        "block: conv, out: {choice: [3, =b.channels]}",
        "block: conv, out: 3, kernel: [1, =b.height, 1]",
        "block: {conv3d: {out: =b.channels}}",
        "repeat: 2, block: conv2d, first: {out: =b.channels}",
    ],
)
def test_shapes_are_looked_at_anywhere_in_a_node(text: str) -> None:
    assert order(f"a: {{from: rgb, {text}}}\nb: {{from: rgb, block: relu}}") == ["b", "a"]


def test_what_stands_on_an_edge_looks_at_shapes_too() -> None:
    edge = (
        "{node: rgb, adaptive_pool: {frames: =b.frames, height: 1, width: 1}, gate: =b.frames / 9}"
    )
    node = load_text(small(f"a: {{from: {edge}, block: relu}}\nb: {{from: rgb, block: relu}}"))
    assert needs(node.network.nodes[1]) == {"rgb", "b"}


@pytest.mark.parametrize(
    ("nodes", "circle"),
    [
        ("a: {from: b, block: relu}\nb: {from: a, block: relu}", "a <- b <- a"),
        ("a: {from: rgb, conv: {out: =b.channels}}\nb: {from: a, block: relu}", "a <- b <- a"),
        ("a: {from: {any_of: [rgb, c]}, block: relu}\nb: relu\nc: relu", "a <- c <- b <- a"),
        ("x: relu\na: {from: [x, b], block: add}\nb: {from: a, block: relu}", "a <- b <- a"),
    ],
)
def test_a_circle_is_told_with_all_its_nodes(nodes: str, circle: str) -> None:
    assert f"nodes read one another in a circle: {circle}." in only_problem(small(nodes))


def test_with_several_inputs_the_first_node_must_say_what_it_reads() -> None:
    problem = only_problem(small("a: relu", inputs=TWO))
    assert problem.endswith("network.a: needs `from:`, as there are several inputs: rgb, flow.")
    load_text(small("a: {from: flow, block: relu}\nb: relu", inputs=TWO))


def test_any_earlier_is_every_input_and_node_above_in_the_file() -> None:
    text = small("a: {from: rgb, block: relu}\nb: {from: {any_earlier: }, block: relu}", inputs=TWO)
    assert reads(load_text(text).network.nodes[1]) == ("rgb", "flow", "a")


def test_edges_of_a_body_are_bounded() -> None:
    nodes = "\n".join(f"n{k}: {{from: {{any_earlier: }}, block: relu}}" for k in range(400))
    assert f"have more than {MAX_EDGES} edges" in only_problem(small(nodes))


def test_two_thousand_nodes_in_the_worst_order_are_sorted_in_no_time() -> None:
    number = 1_900
    nodes = "\n".join(f"n{k}: {{from: n{k + 1}, block: relu}}" for k in range(number))
    nodes += f"\nn{number}: {{from: rgb, block: relu}}\nlast: {{from: n0, block: relu}}"
    start = time.process_time()
    assert order(nodes)[0] == f"n{number}"
    assert time.process_time() - start < 5
