"""Which decisions a place shares with others, and what they change in the graph."""

from nasvid.graph.ir import Graph
from tests.spaces import graph_of, shapes_of, small

TWO = "a: {from: rgb, conv: {out: 4}}\nb: {from: rgb, conv: {out: 4}}\n"


def inputs_of(graph: Graph, name: str) -> tuple[str, ...]:
    """What a node of a network reads."""
    return next(node.inputs for node in graph.nodes if node.name == name)


def test_chosen_edges_come_in_the_order_of_their_list_not_of_the_nodes() -> None:
    text = small(TWO + "c: {from: {any_of: [b, a]}, block: add}")
    assert inputs_of(graph_of(text, c__from=["b", "a"]), "c") == ("b", "a")


def test_a_node_can_read_any_earlier_ones() -> None:
    text = small(TWO + "c: {from: {any_earlier: {min: 1}}, block: add}\nd: relu")
    assert inputs_of(graph_of(text, c__from=["a", "b"]), "c") == ("a", "b")


def test_blocks_on_an_edge_can_have_choices() -> None:
    text = small("a: relu\nb: {from: {node: a, subsample_frames: {choice: [1, 4]}}, block: tanh}")
    graph = graph_of(text, b__from__a__subsample_frames__step=4)
    assert shapes_of(graph)["b"] == "3x1x8x8"


def test_a_merge_takes_parameters() -> None:
    text = small(TWO + "c: {from: [a, b], merge: {grouped_sum: {channels: 6}}, block: relu}")
    assert shapes_of(graph_of(text))["c_merge"] == "6x4x8x8"


def test_parameters_of_a_merge_can_be_chosen() -> None:
    merge = "{grouped_sum: {channels: {choice: [6, 8]}}}"
    text = small(TWO + f"c: {{from: [a, b], merge: {merge}, block: relu}}")
    assert shapes_of(graph_of(text, c__merge__channels=8))["c_merge"] == "8x4x8x8"


def test_a_condition_can_be_chosen() -> None:
    text = small("a: {when: {choice: [true, false]}, block: relu}")
    assert "a" in shapes_of(graph_of(text, a__when=True))
    assert "a" not in shapes_of(graph_of(text, a__when=False))


def test_a_named_decision_is_the_same_wherever_it_is_used() -> None:
    top = "decisions: {width: {choice: [4, 8]}}"
    text = small("a: {conv: {out: =width}}\nb: {conv: {out: =width * 2}}", top=top)
    shapes = shapes_of(graph_of(text, width=8))
    assert (shapes["a"], shapes["b"]) == ("8x4x8x8", "16x4x8x8")


def test_each_use_of_a_block_chooses_for_itself() -> None:
    top = "blocks: {unit: {body: [{conv: {out: {choice: [4, 8]}}}]}}"
    text = small("a: unit\nb: unit", top=top)
    shapes = shapes_of(graph_of(text, a__conv__out=8, b__conv__out=4))
    assert (shapes["a"], shapes["b"]) == ("8x4x8x8", "4x4x8x8")
