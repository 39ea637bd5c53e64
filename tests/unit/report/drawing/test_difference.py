"""What a picture of two networks shows."""

from nasvid.api.zoo import zoo_network
from nasvid.graph.ir import Graph
from nasvid.report.drawing.difference import Side, draw_difference
from nasvid.report.drawing.model import Box, Drawing, Edge
from tests.spaces import graph_of, small

NODES = """
a: {from: rgb, conv: {out: 8}}
b: {from: a, conv: {out: 8}}
c: {from: [a, b], merge: gated_sum, conv: {out: 8}}
"""


def graph(nodes: str = NODES) -> Graph:
    return graph_of(small(nodes))


def draw(left: Graph, right: Graph) -> Drawing:
    return draw_difference(Side("left", left), Side("right", right))


def boxes_of(drawing: Drawing) -> dict[str, Box]:
    return {box.path: box for box in drawing.boxes}


def edges_of(drawing: Drawing) -> dict[tuple[str, str], Edge]:
    return {(edge.source, edge.target): edge for edge in drawing.edges}


def test_equal_networks_are_drawn_once_and_called_so() -> None:
    renamed = NODES.replace("b:", "other:").replace("[a, b]", "[a, other]")
    drawing = draw(graph(), graph(renamed))
    assert drawing.facts[0] == "the same architecture"
    assert drawing.title == "left → right"
    assert {item.mark for item in (*drawing.boxes, *drawing.edges)} == {"same"}
    assert list(boxes_of(drawing)) == ["rgb", "a", "b", "c", "head"]


def test_nodes_of_one_side_are_marked() -> None:
    more = NODES.replace("c: {from: [a, b]", "b2: {from: b, conv: {out: 8}}\nc: {from: [a, b2]")
    drawing = draw(graph(), graph(more))
    assert boxes_of(drawing)["b2"].mark == "added"
    edges = edges_of(drawing)
    assert edges["b", "c"].mark == "removed"
    assert edges["b", "b2"].mark == edges["b2", "c"].mark == "added"
    assert boxes_of(draw(graph(more), graph()))["b2"].mark == "removed"


def test_other_layers_are_told_from_other_shapes_alone() -> None:
    wider = NODES.replace("a: {from: rgb, conv: {out: 8}}", "a: {from: rgb, conv: {out: 16}}")
    boxes = boxes_of(draw(graph(), graph(wider)))
    assert boxes["a"].mark == "changed"
    assert boxes["a"].shapes == ("4 × 8² × 8 →", "4 × 8² × 16")
    halved = NODES.replace("conv: {out: 8}", "conv: {out: 8, stride: 2}", 1)
    boxes = boxes_of(draw(graph(), graph(halved)))
    assert (boxes["a"].mark, boxes["b"].mark) == ("changed", "reshaped")


def test_what_changes_inside_only_is_noted() -> None:
    left, right = (f"a: {{conv2d: {{out: 8, kernel: {kernel}}}}}" for kernel in (3, 5))
    box = boxes_of(draw(graph(left), graph(right)))["a"]
    assert (box.mark, box.kind) == ("changed", "conv2d: 1x3x3 → conv2d: 1x5x5")
    left, right = (
        f"a: {{conv2d: {{out: 8, stride: {stride}}}}}\nb: {{resize: {{height: 2, width: 2}}}}"
        for stride in (4, 3)
    )
    assert boxes_of(draw(graph(left), graph(right)))["a"].mark == "changed"


def test_gates_that_differ_are_told() -> None:
    fixed = NODES.replace("[a, b]", "[{node: a, gate: 0.5}, b]")
    edge = edges_of(draw(graph(), graph(fixed)))["a", "c"]
    assert (edge.mark, edge.before, edge.gate) == ("changed", "learned", 0.5)


def test_copies_more_are_told_by_their_number() -> None:
    three, five = (f"a: {{repeat: {n}, each: {{block: conv3d, out: 8}}}}" for n in (3, 5))
    box = boxes_of(draw(graph(three), graph(five)))["a"]
    assert (box.mark, box.count) == ("changed", "3 → 5")


def test_what_is_opened_on_one_side_is_opened_on_both() -> None:
    drawing = draw(
        graph("a: {repeat: 2, each: {block: conv3d, out: 8}}"),
        graph("a: {repeat: 4, each: {block: conv3d, out: '=8 * (i + 1)'}}"),
    )
    boxes = boxes_of(drawing)
    assert [boxes[f"a.{k}"].mark for k in range(4)] == ["same", "changed", "added", "added"]


def test_networks_that_read_each_other_in_circles_are_drawn() -> None:
    one = "a: {from: rgb, conv: {out: 8}}\nb: {from: a, conv: {out: 8, kernel: 3}}"
    other = "b: {from: rgb, conv: {out: 8, kernel: 3}}\na: {from: b, conv: {out: 8}}"
    edges = edges_of(draw(graph(one), graph(other)))
    assert (edges["a", "b"].mark, edges["b", "a"].mark) == ("removed", "added")


def test_decisions_that_differ_are_listed() -> None:
    left, right = (
        zoo_network(name).space.architecture() for name in ("slowfast_r50_4x16", "slowfast_r50_8x8")
    )
    one, other = (Side(a.space_name, a.graph, a.genotype) for a in (left, right))
    drawing = draw_difference(one, other)
    assert "slow.frames: 4 → 8" in drawing.shared
    boxes = boxes_of(drawing)
    assert boxes["stage2.lateral"].mark == "changed"
    assert boxes["stage2.slow_units"].mark == "reshaped"
    assert boxes["stage2.fast_units"].mark == "same"
