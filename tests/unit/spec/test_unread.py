"""What no output reads, whatever is chosen."""

from nasvid.spec.unread import unread, unread_in_blocks
from tests.spaces import load_text, small

TWO = "rgb: {frames: 4, size: 8}, flow: {frames: 4, size: 8}"
SENTENCE = "does not reach the output, whatever is chosen, and is left out."


def test_streams_and_nodes_that_no_member_has_are_told_with_their_places() -> None:
    space = load_text(
        small("a: {from: rgb, block: relu}\nb: {from: a, block: tanh}\nc: {from: a, conv: 4}")
        .replace("{frames: 4, size: 8}", "{frames: 4, size: 8}, flow: {frames: 4, size: 8}", 1)
        .replace("head: {", "head: {from: a, ")
    )
    assert [str(problem) for problem in unread(space.network)] == [
        f"space.yaml:3:43: inputs.flow: {SENTENCE}",
        f"space.yaml:8:8: b: {SENTENCE}",
        f"space.yaml:9:8: c: {SENTENCE}",
    ]


def test_what_some_choice_of_edges_reads_is_not_told() -> None:
    nodes = """
        a: {from: rgb, block: relu}
        b: {from: flow, block: relu}
        c: {from: {choice: [a, b]}, block: tanh}
        d: {from: {any_of: [a, c]}, block: tanh}
    """
    assert unread(load_text(small(nodes, inputs=TWO)).network) == ()


def test_nodes_of_a_block_that_its_outputs_do_not_read_are_told() -> None:
    top = """
blocks:
  two:
    nodes: {x: {from: in, block: relu}, y: {from: x, block: tanh}, z: {from: x, block: sigmoid}}
    outputs: {out: x, other: y}
"""
    (problem,) = unread_in_blocks(load_text(small("a: two", top=top)).network)
    assert str(problem) == f"space.yaml:4:71: blocks.two.z: {SENTENCE}"


def test_a_level_is_told_once_and_only_if_none_of_its_nodes_is_read() -> None:
    nodes = """
        stem: {conv: 4}
        level1: {repeat: 3, each: {block: conv, out: 4}, from: {any_below: {min: 1}}}
        level2: {repeat: 2, each: {block: conv, out: 4}, from: {any_below: {min: 1}}}
    """
    text = small(nodes).replace("head: {", "head: {from: level1, ")
    assert [problem.path for problem in unread(load_text(text).network)] == ["level2"]
    assert (
        unread(load_text(text.replace("from: level1, ", "from: level1_0, ")).network)[0].path
        == "level2"
    )
    assert unread(load_text(text.replace("from: level1", "from: {level: 2}")).network) == ()
