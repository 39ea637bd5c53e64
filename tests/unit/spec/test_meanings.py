"""What decisions are for, and which blocks of lists they stand in."""

import pytest

from nasvid.spec.decision import Decision
from tests.spaces import load_text, small

BLOCKS = """
decisions: {width: {choice: [4, 8]}, op: {choice: [relu, silu]}, deep: {choice: [true, false]}}
blocks:
  unit:
    params: {filters: 4, factor: 1, time: 1, kind: full, copies: 1, gated: true}
    nodes:
      wide: {from: in, conv: {out: =filters * factor, kernel: [=time, 3, 3]}}
      act: {from: wide, block: =op}
      kind: {from: act, block: =kind, length: =time if factor > 1 else 3}
      gate: {from: kind, when: =gated, squeeze_excite: 0.5}
      last: {from: gate, repeat: =copies, conv: =filters}
  full:
    params: {length: 3}
    body: [{conv3d: {out: 4, temporal_kernel: =length}}]
"""


def decision_at(path: str, nodes: str, top: str = BLOCKS) -> Decision:
    return load_text(small(nodes, top=top)).decisions.by_path[path]


def uses(path: str, nodes: str) -> set[str]:
    """Each use as text; `~` where it is a part."""
    return {
        f"{use.owner}.{use.name}{use.axis and f'.{use.axis}'}{'~' * use.is_part}"
        for use in decision_at(path, nodes).meaning.uses
    }


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("filters: {choice: [4, 8]}", {"conv.out", "conv.out~"}),
        ("factor: {choice: [1, 2]}", {"conv.out~", "conv.kernel.time~"}),
        ("time: {choice: [1, 3]}", {"conv.kernel.time"}),
        ("kind: {choice: [full, relu]}", {"node.block"}),
        ("copies: {choice: [1, 2]}", {"node.repeat"}),
        ("gated: {choice: [true, false]}", {"node.when"}),
    ],
)
def test_a_parameter_is_for_what_a_body_passes_it_on_to(argument: str, expected: set[str]) -> None:
    name = argument.split(":", maxsplit=1)[0]
    assert uses(f"a.{name}", f"a: {{unit: {{{argument}}}}}") == expected


def test_a_named_decision_is_for_all_that_reads_it() -> None:
    nodes = "a: {conv: =width}\nb: {unit: {time: 3}}\nc: {linear: {out: =width}, when: =deep}"
    assert uses("width", nodes) == {"conv.out", "linear.out"}
    assert uses("op", nodes) == {"node.block"}
    assert decision_at("deep", nodes).meaning.names == {"c", "linear"}


def test_items_of_a_list_of_three_are_for_time_and_space() -> None:
    nodes = "a: {conv: {out: 4, kernel: [{choice: [1, 3]}, {choice: [1, 3]}, 3]}}"
    assert uses("a.kernel.0", nodes) == {"conv.kernel.time"}
    assert uses("a.kernel.1", nodes) == {"conv.kernel.space"}


def test_what_options_leave_open_is_for_its_own_block() -> None:
    nodes = "a: {block: {choice: [relu, {conv3d: {stride: {choice: [1, 2]}}}]}}"
    assert uses("a.block.conv3d.stride", nodes) == {"conv.stride.space"}


def test_inputs_edges_merges_and_branches_are_told_apart() -> None:
    text = small(
        """
        a: {conv3d: {out: 4}}
        b: {from: rgb, conv3d: {out: 4}, when: {choice: [true, false]}, otherwise: nothing}
        c: {from: {any_of: [a, {node: rgb, gate: {choice: [0.5, 1.0]}}]}, merge: {choice: [gated_sum, mean]}, block: relu}
        d: {from: [b, c], merge: mean, block: relu}
        """,
        inputs="rgb: {frames: {choice: [4, 8]}, size: 8}",
    )
    table = load_text(text).decisions
    found = {d.path: {(use.owner, use.name) for use in d.meaning.uses} for d in table}
    assert found == {
        "rgb.frames": {("input", "frames")},
        "b.when": {("node", "branch")},
        "c.from": {("node", "from")},
        "c.from.rgb.gate": {("node", "gate")},
        "c.merge": {("node", "merge")},
    }


def test_what_a_first_copy_has_for_itself_is_for_its_parameter() -> None:
    nodes = "a: {repeat: 2, each: {block: conv3d, out: 4}, first: {stride: {choice: [1, 2]}}}"
    assert uses("a.first.stride", nodes) == {"conv.stride.space"}


LISTS = """
blocks:
  stage:
    params: {out: 4}
    body:
      - {name: units, repeat: {min: 1, max: 2}, per_copy: true, each: {conv: {choice: [3, 4]}}}
"""


def test_decisions_know_the_copies_that_they_stand_in() -> None:
    nodes = "a: {repeat: {min: 1, max: 2}, per_copy: true, each: stage}"
    found = decision_at("a.1.units.0.out", nodes, LISTS).elements
    assert [(e.address, e.owner, e.index, e.count, e.is_parallel) for e in found] == [
        ("a.1", "a", 1, "a.repeat", False),
        ("a.1.units.0", "a.1.units", 0, "a.1.units.repeat", False),
    ]
    assert decision_at("a.repeat", nodes, LISTS).elements == ()


def test_decisions_know_the_node_of_a_level_that_they_stand_in() -> None:
    nodes = "a: {repeat: 2, each: {block: conv3d, out: {choice: [3, 4]}}, from: {any_below: {min: 1}}}\nb: {from: a, block: add}"
    (element,) = decision_at("a_1.out", nodes, "").elements
    assert (element.address, element.owner, element.index) == ("a_1", "a", 1)
    assert (element.count, element.is_parallel) == ("", True)


def test_a_number_of_blocks_may_be_a_named_decision() -> None:
    nodes = "a: {repeat: =copies, per_copy: true, each: {conv: {choice: [3, 4]}}}"
    top = "decisions: {copies: {choice: [1, 2]}}"
    assert decision_at("a.1.out", nodes, top).elements[0].count == "copies"
