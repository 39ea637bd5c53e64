"""Blocks with several inputs, and what goes into which."""

import pytest
import torch

from nasvid.modules.assemble import build
from tests.spaces import flat, graph_of, load_text, problems_of, shapes_of, small
from tests.unit.export.networks import assert_same
from tests.unit.lowering.test_lower import problem_of

TWO = "slow: {modality: rgb, frames: 2, size: 8}, fast: {modality: rgb, frames: 8, size: 8}"
BLOCKS = """
blocks:
  unit:
    inputs: [slow, fast]
    params: {out: 8, is_open: true}
    nodes:
      f: {from: fast, conv: {out: =fast.channels}}
      lateral: {from: f, conv: {out: =slow.channels, kernel: [5, 1, 1], stride: [4, 1, 1]}}
      joined: {from: [slow, lateral], block: concat}
      s: {conv: {out: =out}}
    outputs: {slow: s, fast: f}
    when: =is_open
  gated:
    inputs: [x, control]
    nodes:
      weight: {from: control, conv: {out: =x.channels}}
      product: {from: [x, weight], block: multiply}
  ignores:
    inputs: [x, y]
    nodes: {kept: {from: x, block: relu}}
"""


def test_inputs_are_given_in_order_or_by_name() -> None:
    ordered = small(
        "a: {from: [slow, fast], block: unit}\nb: {from: a.slow, block: relu}",
        top=BLOCKS,
        inputs=TWO,
    )
    named = small(
        "a: {from: {ports: {fast: fast, slow: slow}}, block: unit}\nb: {from: a.slow, block: relu}",
        top=BLOCKS,
        inputs=TWO,
    )
    assert graph_of(ordered) == graph_of(named)
    assert str(flat(graph_of(ordered))["a.joined"].shape) == "6x2x8x8"


def test_an_edge_to_a_port_may_hold_blocks() -> None:
    text = small(
        "a: {from: {ports: {fast: {node: fast, conv: {out: 4}}, slow: slow}}, block: unit}\n"
        "b: {from: a.fast, block: relu}",
        top=BLOCKS,
        inputs=TWO,
    )
    assert shapes_of(graph_of(text))["b"] == "4x8x8x8"


@pytest.mark.parametrize("count", [1, 3])
def test_copies_hand_on_each_port_by_its_name(count: int) -> None:
    text = small(
        f"a: {{from: [slow, fast], repeat: {count}, each: {{block: unit, out: =8 * (i + 1)}}}}\n"
        "b: {from: [a.slow, a.fast], block: gated}",
        top=BLOCKS,
        inputs=TWO,
    )
    with pytest.raises(Exception, match="do not fit on axis T"):
        graph_of(text)
    graph = graph_of(text.replace("block: gated", "merge: concat, block: relu"))
    assert shapes_of(graph)["b"] == f"{8 * count + 3}x2x8x8"
    assert str(flat(graph)[f"a.{count - 1}.s"].shape) == f"{8 * count}x2x8x8"


def test_an_input_that_no_output_feeds_is_the_same_for_all_copies() -> None:
    text = small(
        "a: {from: rgb, conv: {out: 5}}\nb: {from: [a, rgb], repeat: 3, each: {block: gated}}",
        top=BLOCKS,
    )
    graph = graph_of(text)
    reads = {node.name: node.operands for node in flat(graph).values()}
    assert reads["b.0.weight"] == reads["b.2.weight"] == (0,)


def test_without_copies_or_where_a_block_is_off_what_comes_in_goes_out() -> None:
    nodes = (
        "a: {from: [slow, fast], repeat: 0, each: {block: unit}}\nb: {from: a.slow, block: relu}"
    )
    off = "a: {from: [slow, fast], unit: {is_open: false}}\nb: {from: a.slow, block: relu}"
    for text in (nodes, off):
        graph = graph_of(small(text, top=BLOCKS, inputs=TWO))
        assert [i.name for i in graph.inputs] == ["slow"]
        assert shapes_of(graph)["b"] == "3x2x8x8"


def test_what_only_an_ignored_input_reads_is_left_out() -> None:
    text = small("a: {from: rgb, conv: {out: 5}}\nb: {from: [rgb, a], block: ignores}", top=BLOCKS)
    assert list(flat(graph_of(text))) == ["b.kept", "head.pool", "head.linear"]


def test_a_choice_of_blocks_keeps_its_inputs() -> None:
    text = small("a: {from: [rgb, rgb], block: {choice: [gated, multiply]}}", top=BLOCKS)
    assert "a.weight" not in flat(graph_of(text, a__block="multiply"))
    assert "a.product" in flat(graph_of(text, a__block="gated"))


def test_a_network_of_such_blocks_runs_and_is_exported() -> None:
    text = small(
        "a: {from: [slow, fast], repeat: 2, each: {block: unit}}\n"
        "b: {from: a.fast, conv: {out: 8, stride: [4, 1, 1]}}\n"
        "c: {from: [a.slow, b], repeat: 2, each: gated}",
        top=BLOCKS,
        inputs=TWO,
    )
    graph = graph_of(text)
    streams = {entry.name: torch.randn(2, *entry.shape.sizes) for entry in graph.inputs}
    network = build(graph)
    network(streams).sum().backward()
    assert all(p.grad is not None for p in network.parameters())
    assert "a.0.lateral.weight" in network.state_dict()
    assert_same(graph)


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("{from: [slow, fast, slow], block: unit}", "reads 3 nodes; the block has the inputs slow"),
        ("{from: slow, block: unit}", "reads 1 nodes; the block has the inputs slow, fast."),
        ("{from: {ports: {slow: slow}}, block: unit}", "the input fast of the block reads nothing"),
        ("{from: {ports: {slo: slow, fast: fast}}, block: unit}", "no input of the block named 'slo'"),
        ("{from: {ports: {in: slow, x: fast}}, block: relu}", "no input of the block named 'x'"),
    ],
)  # fmt: skip
def test_inputs_that_do_not_fit_are_told(node: str, message: str) -> None:
    text = small(f"a: {node}\nb: {{from: fast, block: relu}}", top=BLOCKS, inputs=TWO)
    problem = problem_of(text)
    assert message in problem
    assert problem.startswith("space.yaml:")


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("{inputs: 3, nodes: {x: relu}}", "got 3; accepts a list of names, [fast, slow]."),
        ("{inputs: [], nodes: {x: relu}}", "accepts a list of names"),
        ("{inputs: [a, a], nodes: {x: {from: a, block: relu}}}", "names 'a' twice."),
        ("{inputs: [a b], nodes: {x: relu}}", "a name is at most"),
        ("{inputs: [[a]], nodes: {x: relu}}", "accepts a name."),
        ("{inputs: [a, b], nodes: {x: relu}}", "needs `from:`, as there are several inputs: a, b."),
        ("{inputs: [a], nodes: {a: relu}}", "two nodes or inputs are called 'a'."),
    ],
)
def test_wrong_inputs_of_a_block_are_told(block: str, message: str) -> None:
    found = problems_of(small("a: relu", top=f"blocks: {{odd: {block}}}"))
    assert any(message in problem for problem in found), found


def test_a_named_input_lends_its_shape() -> None:
    text = small(
        "a: {from: rgb, odd: {}}",
        top="blocks: {odd: {inputs: [clip], params: {out: =clip.channels * 2}, "
        "body: [{conv: =out}]}}",
    )
    assert shapes_of(graph_of(text))["a"] == "6x4x8x8"
    assert load_text(text).is_closed
