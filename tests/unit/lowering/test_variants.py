"""Copies that differ, blocks by condition, and nodes with an alternative."""

from typing import Any

import pytest

from nasvid.spec.search_space import SearchSpace
from tests.spaces import flat, graph_of, load_text, problems_of, shapes_of, small
from tests.unit.lowering.test_lower import problem_of


def kernels(text: str, **chosen: Any) -> list[int]:
    """Temporal kernel of each copy."""
    return [
        operation.op.to_json()["kernel"][0]
        for name, operation in flat(graph_of(text, **chosen)).items()
        if name.startswith("a.")
    ]


def addresses(space: SearchSpace) -> list[str]:
    return [decision.path for decision in space.decisions]


def test_every_nth_copy_may_have_arguments_of_its_own() -> None:
    text = small(
        "a: {repeat: 5, each: {block: conv, out: 4, kernel: [1, 1, 1]}, "
        "every: {2: {kernel: [3, 1, 1]}, 3+1: {kernel: [5, 1, 1]}}, last: {kernel: [7, 1, 1]}}"
    )
    # 0, 2, 4 by the first, 1, 4 by the second, which stands later; the last copy wins over both.
    assert kernels(text) == [3, 5, 3, 1, 7]


def test_choices_of_every_nth_copy_have_an_address() -> None:
    text = small(
        "a: {repeat: {min: 1, max: 4}, each: {block: conv, out: 4, kernel: 1}, "
        "every: {2+1: {kernel: [{choice: [3, 5]}, 1, 1]}}}"
    )
    assert addresses(load_text(text)) == ["a.repeat", "a.every_2_from_1.kernel.0"]
    chosen = {"a__repeat": 4, "a__every_2_from_1__kernel__0": 5}
    assert kernels(text, **chosen) == [1, 5, 1, 5]


def test_a_copy_may_be_another_block() -> None:
    text = small(
        "a: {repeat: 3, each: {block: conv2d, out: 4}, "
        "first: {block: conv3d, stride: 2}, last: {block: {choice: [separable3d, conv3d]}}}"
    )
    assert addresses(load_text(text)) == ["a.last.block"]
    graph = graph_of(text, a__last__block="separable3d")
    assert [name for name in flat(graph) if "conv" in name or "wise" in name][:3] == [
        "a.0.conv",
        "a.1.conv",
        "a.2.depthwise",
    ]
    assert flat(graph)["a.0.conv"].op.to_json()["kernel"] == [3, 3, 3]
    assert flat(graph)["a.1.conv"].op.to_json()["kernel"] == [1, 3, 3]


def test_choices_inside_another_block_stand_behind_its_variant() -> None:
    text = small(
        "a: {repeat: 2, per_copy: true, each: {block: wide, out: {choice: [4, 8]}}, "
        "first: {block: tall}}",
        top="blocks: {wide: {params: {out: 4}, body: [{conv: =out}]}, "
        "tall: {params: {out: 4, kernel: {choice: [1, 3]}}, "
        "body: [{conv: {out: =out, kernel: =kernel}}]}}",
    )
    assert addresses(load_text(text)) == ["a.0.out", "a.0.first.kernel", "a.1.out"]
    graph = graph_of(text, a__0__first__kernel=3, a__0__out=8, a__1__out=4)
    assert [str(node.shape) for node in flat(graph).values()][:2] == ["8x4x8x8", "4x4x8x8"]


def test_the_block_may_hang_on_the_copy() -> None:
    text = small(
        "a: {stage: {depth: 2}}",
        top="blocks: {stage: {params: {depth: 1, other: {conv2plus1d: {out: 4}}}, "
        "body: [{name: x, repeat: 4, each: {block: \"='conv3d' if i < depth else other\"}}]}}",
    )
    names = [name for name in flat(graph_of(text)) if name.endswith(("conv", "spatial"))]
    assert names == ["a.x.0.conv", "a.x.1.conv", "a.x.2.spatial", "a.x.3.spatial"]


@pytest.mark.parametrize("is_there", [True, False])
def test_otherwise_stands_in_place_of_a_node(is_there: bool) -> None:
    text = small(
        "a: {conv3d: {out: 4, kernel: {choice: [1, 3]}}, when: {choice: [true, false]}, "
        "otherwise: {conv2d: {out: 6, kernel: {choice: [5, 7]}}}}"
    )
    space = load_text(text)
    assert addresses(space) == ["a.when", "a.kernel", "a.otherwise.kernel"]
    assert space.decisions.size().count == 4
    assert shapes_of(graph_of(text, a__when=is_there))["a"] == f"{4 if is_there else 6}x4x8x8"


def test_otherwise_joins_what_the_node_reads() -> None:
    text = small(
        "a: relu\nb: {from: [rgb, a], merge: concat, conv3d: {out: 4}, when: =classes > 3, "
        "otherwise: relu}"
    )
    assert shapes_of(graph_of(text))["b"] == "6x4x8x8"


def test_a_node_may_vanish_with_all_that_it_reads() -> None:
    text = small(
        "a: {from: rgb, conv3d: {out: 4}}\n"
        "b: {from: a, conv3d: {out: 4}, when: {choice: [true, false]}, otherwise: nothing}\n"
        "c: {from: [rgb, b], merge: concat, block: relu}"
    )
    assert shapes_of(graph_of(text, b__when=True))["c"] == "7x4x8x8"
    graph = graph_of(text, b__when=False)
    assert shapes_of(graph)["c"] == "3x4x8x8"
    assert next(iter(flat(graph))) == "c"


def test_a_node_that_reads_only_what_vanished_says_so() -> None:
    text = small(
        "a: {conv3d: {out: 4}, when: {choice: [true, false]}, otherwise: nothing}\nb: relu"
    )
    message = "b.from: cannot do without 'a', which is not there."
    assert message in problem_of(text, a__when=False)


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("{repeat: 2, block: relu, every: 3}", "accepts arguments of every n-th copy"),
        ("{repeat: 2, block: relu, every: {x: {}}}", "got 'x'; accepts the distance of two such"),
        ("{repeat: 2, block: relu, every: {2+2: {}}}", "got '2+2'; accepts the distance"),
        ("{repeat: 2, block: relu, every: {0: {}}}", "got '0'; accepts the distance"),
        ("{repeat: 2, block: relu, every: {2: 3}}", "got 3; accepts arguments, {stride: 2}."),
        ("{block: relu, every: {2: {}}}", "'every' needs `repeat:`, the number of copies."),
        ("{repeat: 2, block: conv3d, out: 4, every: {2: {kernle: 3}}}", "no parameter of conv3d named 'kernle'"),
        ("{repeat: 2, block: conv3d, out: 4, last: {block: conv5d}}", "no block named 'conv5d'"),
        ("{repeat: 2, block: conv3d, temporal_kernel: 3, last: {block: conv2d}}", "no parameter of conv2d named 'temporal_kernel'"),
        ("{block: relu, otherwise: nothing}", "'otherwise' needs `when:`"),
        ("{block: relu, when: =classes > 1, otherwise: {block: relu, from: rgb}}", "'from' belongs to the node"),
        ("{block: relu, when: =classes > 1, otherwise: conv5d}", "no block named 'conv5d'"),
        ("{block: relu, when: =classes > 1, otherwise: {conv3d: {kernle: 3}}}", "no parameter of conv3d named 'kernle'"),
        ('{repeat: 2, block: "=\'conv5d\' if i > 0 else \'relu\'"}', "no block named 'conv5d'"),
        ("{repeat: 2, block: =i + 1}", "accepts a block's name, a choice of blocks, or =NAME"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(node: str, message: str) -> None:
    found = problems_of(small(f"a: {node}"))
    assert any(message in problem for problem in found), found
