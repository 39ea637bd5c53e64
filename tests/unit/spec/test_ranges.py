"""Ranges of numbers and subsets as values."""

import pytest

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.search.mutations.add_edge import AddEdge
from nasvid.search.mutations.nudge_ordered import NudgeOrdered
from nasvid.search.mutations.rewire_edge import RewireEdge
from nasvid.search.space_view import Parent, SpaceView
from tests.spaces import flat, graph_of, load_text, problems_of, shapes_of, small


def options(text: str) -> tuple[object, ...]:
    return (
        load_text(small("a: relu", top=f"decisions: {{x: {text}}}")).decisions.by_path["x"].options
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{float: {min: 0, max: 0.5, step: 0.1}}", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)),
        ("{float: {min: 0, max: 0.5, step: 0.2}}", (0.0, 0.2, 0.4)),
        ("{float: {min: -1, max: 1, values: 5}}", (-1.0, -0.5, 0.0, 0.5, 1.0)),
        ("{float: {min: 1e-4, max: 0.1, log: true, values: 4}}", (1e-4, 1e-3, 1e-2, 0.1)),
        ("{integer: {min: 2, max: 8, step: 3}}", (2, 5, 8)),
    ],
)
def test_a_range_is_an_ordered_choice(text: str, expected: tuple[object, ...]) -> None:
    assert options(text) == expected
    table = load_text(small("a: relu", top=f"decisions: {{x: {text}}}")).decisions
    assert table.by_path["x"].is_ordered
    parent = table.complete({"x": expected[0]}, keyed_rng(0))  # type: ignore[dict-item]
    assert NudgeOrdered().mutate(Parent(parent), SpaceView(table), keyed_rng(0))["x"] == expected[1]


@pytest.mark.parametrize(
    ("value", "start", "near"),
    [
        ("{choice: {low: relu, middle: silu, high: gelu}, ordered: true}", "low", {"middle"}),
        ("{choice: [gelu, silu, relu], ordered: true}", "silu", {"gelu", "relu"}),
    ],
)
def test_ordered_labels_are_nudged_to_their_neighbours(
    value: str, start: str, near: set[str]
) -> None:
    table = load_text(small(f"a: {{block: {value}}}")).decisions
    parent = table.complete({"a.block": start}, keyed_rng(0))
    assert {
        NudgeOrdered().mutate(Parent(parent), SpaceView(table), keyed_rng(k))["a.block"]
        for k in range(20)
    } == near


def test_without_a_step_there_are_twenty() -> None:
    found = options("{float: {min: 0.25, max: 4}}")
    assert len(found) == 21
    assert (found[0], found[-1]) == (0.25, 4.0)


def test_a_float_reaches_its_parameter() -> None:
    text = small("a: {dropout: {rate: {float: {min: 0.1, max: 0.3, step: 0.1}}}}")
    assert flat(graph_of(text, a__rate=0.3))["a"].op.to_json()["rate"] == 0.3


def test_a_subset_is_a_list_in_the_order_of_the_file() -> None:
    text = small(
        'a: {conv: {out: "=widths[0] + count(widths)"}}\n'
        "b: {conv: {out: \"=4 if 'flow' in streams else 2\"}}",
        top="decisions: {widths: {subset: [8, 16, 32], min: 1, max: 2}, "
        "streams: {subset: [rgb, flow]}}",
    )
    space = load_text(text)
    assert space.decisions.size().count == (3 + 3) * 4
    graph = graph_of(text, widths=[16, 32], streams=["flow"])
    assert (shapes_of(graph)["a"], shapes_of(graph)["b"]) == ("18x4x8x8", "4x4x8x8")
    assert shapes_of(graph_of(text, widths=[8], streams=[]))["b"] == "2x4x8x8"


def test_options_of_a_subset_may_hold_choices() -> None:
    text = small(
        'a: {repeat: =count(ops), each: {block: "=ops[i]"}}',
        top="decisions: {ops: {subset: [{conv3d: {out: {choice: [4, 8]}}}, relu], min: 1}}",
    )
    table = load_text(text).decisions
    assert [d.path for d in table] == ["ops", "ops.conv3d.out"]
    assert table.size().count == 1 + 2 + 2
    assert next(iter(flat(graph_of(text, ops=["relu"])))) == "a.0"
    assert "a.0.conv" in flat(graph_of(text, ops=["conv3d", "relu"]))


def test_a_subset_changes_by_one_option() -> None:
    table = load_text(
        small("a: relu", top="decisions: {x: {subset: [a, b, c], min: 1, max: 2}}")
    ).decisions
    parent = table.complete({"x": ("a",)}, keyed_rng(0))
    children = {
        mutation.mutate(Parent(parent), SpaceView(table), keyed_rng(seed))["x"]
        for mutation in (AddEdge(), RewireEdge())
        for seed in range(40)
    }
    assert children == {("a", "b"), ("a", "c"), ("b",), ("c",)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{float: 3}", "got 3; accepts {min: 0, max: 0.5, step: 0.1}."),
        ("{float: {min: 1}}", "is missing; accepts a number."),
        ("{float: {min: 1, max: x}}", "got 'x'; accepts a number."),
        ("{float: {min: 2, max: 1}}", "needs min below max"),
        ("{float: {min: 0, max: 1, log: true}}", "above 0 where `log: true`"),
        ("{float: {min: 0, max: 1, log: 3}}", "accepts true or false."),
        ("{float: {min: 0, max: 1, step: 0}}", "needs a step above 0"),
        ("{float: {min: 0, max: 1, step: 1e-9}}", "needs a step above 0 that gives at most"),
        ("{float: {min: 0, max: 1, values: 1}}", "accepts how many values there are"),
        ("{float: {min: 0, max: 1, values: 3, step: 0.1}}", "'step' goes with min and max alone."),
        ("{float: {min: 0, max: 1e300}}", "accepts a number."),
        ("{float: {min: 0, max: .inf}}", "which is no float."),
        ("{float: {min: 0, max: 1, most: 2}}", "no key named 'most'"),
        ("{subset: 3}", "subset needs a list of options, such as [32, 64]."),
        ("{subset: []}", "subset needs a list of options"),
        ("{subset: [1, 2], min: 3}", "needs 0 <= min <= max <= 2; got min 3, max 2."),
        ("{subset: [1, 2], max: x}", "got 'x'; accepts a count."),
        ("{subset: [1, 1]}", "two options are called 1"),
        ("{subset: [1, 2], step: 2}", "no key named 'step'"),
    ],
)
def test_a_wrong_range_is_told(text: str, message: str) -> None:
    found = problems_of(small("a: relu", top=f"decisions: {{x: {text}}}"))
    assert any(message in problem for problem in found), found


def test_only_lists_have_members() -> None:
    with pytest.raises(SpaceError, match=r"'in' cannot take 3, 3 \(3 is no list\)"):
        graph_of(small('a: {conv: {out: "=4 if 3 in classes else 2"}}'))
