"""Which decisions a file has: their addresses, and when they are open."""

import pytest

from nasvid.spec.decision import Condition, Decision
from tests.spaces import load_text, only_problem, small

CONV = "{conv3d: {kernel: {choice: [1, 3]}}}"


def decisions(
    nodes: str, *, top: str = "", inputs: str = "rgb: {frames: 4, size: 8}"
) -> dict[str, Decision]:
    return dict(load_text(small(nodes, top=top, inputs=inputs)).decisions.by_path)


def opened(decision: Decision) -> list[str]:
    """What opens a decision, as text."""
    return [_shown(condition) for condition in decision.conditions]


def _shown(condition: Condition) -> str:
    within = " or ".join(map(_shown, condition.within))
    return f"{condition.path}={condition.option}" + (f" within ({within})" if within else "")


@pytest.mark.parametrize(
    ("nodes", "addresses"),
    [
        ("a: {conv: {out: {choice: [3, 4]}}}", ["a.out"]),
        ("a: {conv: {choice: [3, 4]}}", ["a.out"]),
        ("a: {block: conv, out: {choice: [3, 4]}}", ["a.out"]),
        ("a: {conv: {out: 3, kernel: [{choice: [1, 3]}, 3, 3]}}", ["a.kernel.0"]),
        (f"a: {{block: {{choice: [conv2d, {CONV}]}}}}", ["a.block", "a.block.conv3d.kernel"]),
        (
            "a: {block: {choice: [conv2d, relu]}, when: {choice: [true, false]}}",
            ["a.when", "a.block"],
        ),
        ("a: {from: {choice: [rgb, b]}, block: relu}\nb: {from: rgb, block: relu}", ["a.from"]),
        ("a: {repeat: {min: 1, max: 2}, conv: {choice: [3, 4]}}", ["a.repeat", "a.out"]),
        ("a: {repeat: 2, per_copy: true, conv: {choice: [3, 4]}}", ["a.0.out", "a.1.out"]),
        (
            "a: {from: {node: rgb, subsample_frames: {choice: [1, 2]}, gate: {choice: [0, 1]}}, block: relu}",
            ["a.from.rgb.gate", "a.from.rgb.subsample_frames.step"],
        ),
        ("a: {inner: {}}", ["a.conv.out"]),
        ("a: {block: {choice: [inner, relu]}}", ["a.block", "a.inner.conv.out"]),
        ("a: {repeat: 2, each: {block: inner}}", ["a.conv.out"]),
        ("a: {outer: {}}", ["a.op", "a.x.inner.conv.out"]),
        ("a: {outer: {op: inner}}", ["a.x.inner.conv.out"]),
        ("a: {outer: {op: {choice: [relu, inner]}}}", ["a.op", "a.x.inner.conv.out"]),
    ],
)
def test_addresses_are_made_of_names(nodes: str, addresses: list[str]) -> None:
    blocks = """
blocks:
  inner: {body: [{conv: {out: {choice: [3, 4]}}}]}
  outer: {params: {op: {choice: [inner, relu]}}, body: [{name: x, block: =op}]}
"""
    assert list(decisions(nodes, top=blocks)) == addresses


def test_inputs_and_named_decisions_come_first() -> None:
    found = decisions(
        "a: {conv: {out: =width}}\nb: {conv: {out: =width}}",
        top="decisions: {width: {choice: {a: 3, b: {choice: [4, 5]}}}}",
        inputs="rgb: {frames: {choice: [4, 8]}, size: 8}",
    )
    assert list(found) == ["width", "width.b", "rgb.frames"]


def test_roles_tell_edges_repeats_and_blocks_from_values() -> None:
    found = decisions(
        "a: {block: {choice: [conv2d, relu]}}\n"
        "b: {from: {any_of: [rgb, a]}, repeat: {min: 1, max: 2}, conv: {choice: [3, 4]}}\n"
        "c: {outer: {op: {choice: [{conv2d: {}}, relu]}}}",
        top="blocks: {outer: {params: {op: relu}, body: [{block: =op}]}}",
    )
    roles = {path: decision.role for path, decision in found.items()}
    assert roles == {
        "a.block": "block", "b.from": "edge", "b.repeat": "repeat", "b.out": "value", "c.op": "block",
    }  # fmt: skip
    assert found["b.from"].kind == "subset"
    assert (found["b.from"].least, found["b.from"].most) == (1, 2)


def test_what_an_option_holds_is_open_where_it_is_taken() -> None:
    found = decisions(f"a: {{block: {{choice: [conv2d, {CONV}, inner]}}}}", top=_INNER)
    assert opened(found["a.block"]) == []
    assert opened(found["a.block.conv3d.kernel"]) == ["a.block=conv3d"]
    assert opened(found["a.inner.conv.out"]) == ["a.block=inner"]


_INNER = "blocks: {inner: {body: [{conv: {out: {choice: [3, 4]}}}]}}"


def test_what_stands_on_an_edge_is_open_where_the_edge_is_taken() -> None:
    edge = "{node: b, max_pool: {choice: [1, 2]}}"
    nodes = f"b: relu\na: {{from: {{any_of: [rgb, {edge}]}}, merge: {{choice: [add, mean]}}, block: relu}}"
    found = decisions(nodes)
    assert opened(found["a.from.b.max_pool.kernel"]) == ["a.from=b"]
    assert opened(found["a.merge"]) == []


def test_copies_are_open_where_there_are_that_many() -> None:
    found = decisions("a: {repeat: {min: 0, max: 2}, per_copy: true, conv: {choice: [3, 4]}}")
    assert opened(found["a.0.out"]) == ["a.repeat=1", "a.repeat=2"]
    assert opened(found["a.1.out"]) == ["a.repeat=2"]
    shared = decisions("a: {repeat: {min: 0, max: 2}, conv: {choice: [3, 4]}}")
    assert opened(shared["a.out"]) == ["a.repeat=1", "a.repeat=2"]


def test_a_node_that_a_choice_leaves_out_has_nothing_open() -> None:
    nodes = "b: relu\na: {from: {choice: [rgb, b]}, conv: {choice: [3, 4]}, when: {choice: [true, false]}}"
    found = decisions(nodes)
    assert opened(found["a.out"]) == ["a.when=True"]
    # A node that is left out still passes on what it reads.
    assert opened(found["a.from"]) == []


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("=number > 1", ["number=2", "number=3"]),
        ("=number == 1 or number == 3", ["number=1", "number=3"]),
        # Both must be true, and of the other part lowering alone can tell.
        ("=number > 1 and in.frames > 1", ["number=2", "number=3"]),
        (
            "=number > 1 and other == 2",
            ["other=2 within (number=2 or number=3)"],
        ),
        (
            "=number > 1 and (other == 1 and number < 3)",
            ["other=1 within (number=2)"],
        ),
        ("=number > other", []),
    ],
)
def test_a_node_that_arithmetic_over_choices_leaves_out_has_nothing_open(
    when: str, opens: list[str]
) -> None:
    top = f"""
decisions: {{number: {{integer: {{min: 1, max: 3}}}}, other: {{choice: [1, 2]}}}}
blocks:
  unit:
    params: {{n: 1}}
    nodes:
      a: {{from: in, conv: {{out: {{choice: [3, 4]}}}}, when: {when}}}
      b: {{from: in, conv: {{out: {{choice: [3, 4]}}}}, when: =n < 2, otherwise: {{linear: {{out: {{choice: [5, 6]}}}}}}}}
      sum: {{from: [a, b], block: add}}
"""
    found = decisions("u: {unit: {n: =number}}", top=top)
    assert opened(found["u.a.out"]) == opens
    assert opened(found["u.b.out"]) == ["number=1"]
    assert opened(found["u.b.otherwise.out"]) == ["number=2", "number=3"]


def test_a_block_chosen_further_out_is_open_where_both_are_taken() -> None:
    top = """
decisions: {op: {choice: [conv2d, inner]}}
blocks:
  inner: {body: [{conv: {out: {choice: [3, 4]}}}]}
  outer: {body: [{name: x, block: =op}]}
"""
    found = decisions("a: {block: {choice: [outer, relu]}}\nb: {block: =op}", top=top)
    assert opened(found["a.outer.x.inner.conv.out"]) == ["op=inner within (a.block=outer)"]
    assert opened(found["b.inner.conv.out"]) == ["op=inner"]
    # conv2d everywhere: 2; inner at b twice, at a twice too where it stands.
    assert load_text(
        small("a: {block: {choice: [outer, relu]}}\nb: {block: =op}", top=top)
    ).decisions.size().count == 2 + 2 * (1 + 2)


def test_a_block_reached_in_two_ways_is_open_in_either() -> None:
    choice = "{choice: {small: {inner: {width: 3}}, big: {inner: {width: 9}}, none: relu}}"
    blocks = "blocks: {inner: {params: {width: 1}, body: [{conv: {out: =width, bias: {choice: [true, false]}}}]}}"
    found = decisions(f"a: {{block: {choice}}}", top=blocks)
    assert opened(found["a.inner.conv.bias"]) == ["a.block=small", "a.block=big"]


def test_a_decision_stands_behind_those_that_open_it() -> None:
    blocks = """
blocks:
  inner: {body: [{conv: {out: {choice: [3, 4]}}}]}
  wrap: {params: {op: {choice: [relu, inner]}}, body: [{name: x, block: =op}]}
"""
    choice = "{choice: {given: {wrap: {op: {choice: [relu, inner]}}}, own: wrap}}"
    table = load_text(small(f"a: {{block: {choice}}}", top=blocks)).decisions
    places = list(table.by_path)
    paths = [condition.path for condition in table.by_path["a.wrap.x.inner.conv.out"].conditions]
    assert paths == ["a.block.given.op", "a.wrap.op"]
    for decision in table:
        above = places[: places.index(decision.path)]
        assert all(condition.path in above for condition in decision.conditions)


def test_two_decisions_of_one_address_are_told() -> None:
    # Parameter `x` of the node holds `kernel`, and so does node `x` of the body.
    clash = "a: {two: {x: {conv3d: {kernel: {choice: [1, 3]}}}}}"
    blocks = "blocks: {two: {params: {x: relu}, body: [{name: x, block: conv3d, kernel: {choice: [3, 5]}}]}}"
    assert "two decisions have this address; rename a node or parameter." in only_problem(
        small(clash, top=blocks)
    )


@pytest.mark.parametrize(
    ("nodes", "blocks", "message"),
    [
        (
            "a: b0",
            "".join(f"  b{k}: {{body: [b{k + 1}]}}\n" for k in range(40)) + "  b40: {body: [relu]}",
            "blocks stand in blocks more than 30 deep.",
        ),
        (
            "a: b0",
            "".join(f"  b{k}: {{body: [b{k + 1}, b{k + 1}]}}\n" for k in range(25))
            + "  b25: {body: [relu]}",
            "the network grows beyond 20000 nodes, options and conditions.",
        ),
        (
            "a: {b0: {op: {b0: {}}}}",
            "  b0: {params: {op: relu}, body: [{block: c, op: b0}]}\n  c: {params: {op: relu}, body: [{block: =op}]}",
            "blocks stand in blocks more than 30 deep.",
        ),
        (
            "a: {repeat: {min: 1, max: 1000}, per_copy: true, conv: {choice: [3, 4]}}",
            "  b: {body: [relu]}",
            "grows beyond 20000",
        ),
    ],
    ids=["deep", "powers", "through parameters", "copies"],
)
def test_what_grows_without_end_is_told_at_the_node_of_the_network(
    nodes: str, blocks: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The real bound takes seconds to reach.
    monkeypatch.setattr("nasvid.spec.enumerate.MAX_WALKED", 20_000)
    problem = only_problem(small(nodes, top=f"blocks:\n{blocks}"))
    assert message in problem
    line = small(nodes, top=f"blocks:\n{blocks}").splitlines().index(f"    {nodes}") + 1
    assert problem.startswith(f"space.yaml:{line}:")
