"""Level graphs: nodes side by side, edges from below, and nodes that are not there."""

from typing import Any

import pytest
import torch

from nasvid.core.seeds import keyed_rng
from nasvid.lowering.lower import lower
from nasvid.modules.assemble import build
from nasvid.search.lower_bound import lower_bound
from tests.spaces import flat, graph_of, load_text, problems_of, shapes_of, small
from tests.unit.lowering.test_lower import problem_of

TWO = "rgb: {frames: 4, size: 16}, flow: {frames: 2, size: 16}"
LEVELS = """
a: {from: rgb, conv3d: {out: 4, stride: 2}}
b: {from: flow, conv3d: {out: 4, stride: 2}}
one: {repeat: {min: 1, max: 3}, each: {block: conv3d, out: =8 + i}, from: {any_below: {min: 1}, merge: add}}
two: {repeat: {min: 0, max: 2}, each: {block: conv3d, out: {choice: [8, 16]}}, from: {any_below: {min: 1, max: 2}}}
last: {from: {any_of: [two, a], min: 1}, block: relu}
"""
SPACE = small(LEVELS, inputs=TWO)


def reads(text: str, node: str, **chosen: Any) -> set[str]:
    """What a node of the network reads, merges looked through."""
    nodes = {n.name: n for n in graph_of(text, **chosen).nodes}
    inputs = nodes[f"{node}_merge"].inputs if f"{node}_merge" in nodes else nodes[node].inputs
    return set(inputs)


def test_each_node_of_a_level_chooses_its_edges_and_its_arguments() -> None:
    table = load_text(SPACE).decisions
    assert table.by_path["one.repeat"].options == (1, 2, 3)
    assert table.by_path["one.repeat"].is_ordered
    assert table.by_path["one_2.from"].options == ("a", "b")
    assert [c.option for c in table.by_path["one_2.from"].conditions] == [3]
    assert not table.by_path["one_0.from"].conditions
    below = ("a", "b", "one_0", "one_1", "one_2")
    assert table.by_path["two_1.from"].options == below
    assert table.by_path["two_1.out"].options == (8, 16)
    assert table.by_path["last.from"].options == ("two_0", "two_1", "a")


def test_nodes_that_a_level_does_not_have_are_not_there() -> None:
    chosen = {"one__repeat": 2, "two__repeat": 1, "two_0__from": ["a", "one_1"]}
    graph = graph_of(SPACE, **chosen, last__from=["two_0"], two_0__out=8)
    assert "one_1" in shapes_of(graph)
    assert not {"one_2", "two_1"} & set(shapes_of(graph))
    assert shapes_of(graph)["one_1"].startswith("9x")


@pytest.mark.parametrize(("count", "read"), [(1, {"one_0"}), (2, {"one_0"}), (3, {"one_2"})])
def test_who_reads_a_missing_node_reads_that_of_the_remainder(count: int, read: set[str]) -> None:
    chosen = {"one__repeat": count, "two__repeat": 1, "last__from": ["two_0"]}
    assert reads(SPACE, "two_0", **chosen, two_0__from=["one_2"]) == read


def test_edges_that_then_coincide_are_one() -> None:
    chosen = {"one__repeat": 1, "two__repeat": 1, "last__from": ["two_0"]}
    assert reads(SPACE, "two_0", **chosen, two_0__from=["one_0", "one_2"]) == {"one_0"}
    assert reads(SPACE, "two_0", **chosen, two_0__from=["one_1", "one_2"]) == {"one_0"}


def test_an_empty_level_leaves_its_edges_out() -> None:
    assert reads(SPACE, "last", two__repeat=0, last__from=["two_0", "a"]) == {"a"}
    message = "last.from: cannot do without 'two_0', which is not there."
    assert message in problem_of(SPACE, two__repeat=0, last__from=["two_0"])


def test_a_query_reads_all_nodes_of_a_level() -> None:
    text = small(
        LEVELS.replace("last: {from: {any_of: [two, a], min: 1}, block: relu}", "")
        + "all: {from: {level: 1, merge: concat}, block: relu}",
        inputs=TWO,
    )
    assert reads(text, "all", one__repeat=3) == {"one_0", "one_1", "one_2"}
    assert reads(text, "all", one__repeat=1) == {"one_0"}
    assert shapes_of(graph_of(text, one__repeat=3))["all"].startswith(f"{8 + 9 + 10}x")
    named = text.replace("{level: 1, merge: concat}", "one, merge: concat")
    assert graph_of(named, one__repeat=3) == graph_of(text, one__repeat=3)
    behind = text.replace("all: {from: {level: 1, merge: concat}, block: relu}", "")
    assert reads(behind, "head", two__repeat=2) == {"two_0", "two_1"}


def test_levels_may_be_numbered_and_a_level_without_repeat_is_one_node() -> None:
    text = small(
        "a: {from: rgb, conv: {out: 4}}\n"
        "top: {level: 7, from: {any_below: {}}, block: relu}\n"
        "low: {level: 5, from: {any_below: {}}, block: relu}\n"
        "end: {from: {level: 7}, block: relu}"
    )
    table = load_text(text).decisions
    assert table.by_path["top.from"].options == ("a", "low")
    assert table.by_path["low.from"].options == ("a",)
    graph = graph_of(text, top__from=["low"])
    assert [node.name for node in graph.nodes][:4] == ["a", "low", "top", "end"]


def test_a_level_on_the_inputs_alone_reads_them() -> None:
    text = small(
        "one: {repeat: 2, each: {block: conv3d, out: 4}, from: {any_below: {}}}", inputs=TWO
    )
    assert load_text(text).decisions.by_path["one_0.from"].options == ("rgb", "flow")


def test_a_block_may_hold_levels() -> None:
    text = small(
        "a: {cell: {count: {choice: [1, 3]}}}",
        top="blocks: {cell: {params: {count: 2}, nodes: {x: relu, "
        "mid: {repeat: {min: 1, max: 3}, each: {block: conv3d, out: 4}, from: {any_below: {}}}, "
        "sum: {from: mid, block: relu}}}}",
    )
    assert load_text(text).decisions.by_path["a.mid.repeat"].options == (1, 2, 3)
    names = flat(graph_of(text.replace("count: {choice: [1, 3]}", "count: 1"), a__mid__repeat=2))
    assert "a.mid_1.conv" in names
    assert "a.mid_2.conv" not in names


def test_every_sample_is_a_network_that_runs() -> None:
    space = load_text(SPACE.replace("min: 0, max: 2", "min: 1, max: 2"))
    bound = lower_bound(space)
    for seed in range(40):
        graph = lower(space, space.decisions.sample(keyed_rng("levels", seed))).graph
        if seed < 4:
            streams = {entry.name: torch.randn(1, *entry.shape.sizes) for entry in graph.inputs}
            assert build(graph)(streams).shape == (1, 3)
        assert sum(node.op.cost(*node.input_shapes).params for node in flat(graph).values()) >= (
            bound.params
        )


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ("x: {level: 1, block: relu}", "'level' needs `from: {any_below: ...}`"),
        ("x: {level: a, from: {any_below: {}}, block: relu}", "got 'a'; accepts a number."),
        ("x: {from: {level: 2}, block: relu}", "no level named '2'"),
        ("x: {from: {level: a}, block: relu}", "accepts the number of a level, {level: 3}."),
        ("x: {from: {level: 1, min: 2}, block: relu}", "'min' does not go with `level:`."),
        ("x: {from: {any_below: {}, min: 2}, block: relu}", "'min' stands inside, as in {any_below:"),
        ("x: {from: {any_below: {min: 3}}, block: relu}", "wants at least 3 of 1 nodes of lower levels"),
        ("x: {from: {any_below: {}}, repeat: =classes, each: relu}", "a level has a number of nodes"),
        ("x: {from: {any_below: {}}, repeat: 0, each: relu}", "a level has a number of nodes"),
        ("x: {from: {any_below: {}}, repeat: 1000, each: relu}", "at most 100."),
        ("x: {from: {any_below: {}}, repeat: 2, each: relu, first: {}}", "'first' goes with copies in a chain"),
        ("x_0: relu\nx: {from: {any_below: {}}, repeat: 2, each: relu}", "are called 'x_0'"),
        ("x: {from: {any_below: {}}, repeat: 2, each: relu}\ny: {from: {ports: {in: x}}, block: relu}", "an input of a block reads one node"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_level_is_told(nodes: str, message: str) -> None:
    found = problems_of(small(nodes))
    assert any(message in problem for problem in found), found


def test_a_block_cannot_end_in_a_level() -> None:
    top = "blocks: {odd: {nodes: {x: {from: {any_below: {}}, repeat: 2, each: relu}}}}"
    found = problems_of(small("a: relu", top=top))
    assert any("ends in the level 'x'; add a node that reads it." in p for p in found), found
