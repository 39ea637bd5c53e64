"""The `constraints:` section, and what it does to a space."""

import pytest

from nasvid.core.errors import Mark, SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.search.variation import Variation
from tests.spaces import load_text, problems_of, small

NODES = """
a: {conv: {out: {choice: [8, 16, 32]}, kernel: {choice: [1, 3]}}}
b: {conv: {out: {choice: [8, 16, 32]}, kernel: {choice: [1, 3]}}}
c: {block: {choice: [relu, gelu]}}
"""
LEVEL = """
x: {repeat: {min: 1, max: 4}, each: {block: conv3d, out: {choice: [8, 16, 24]}}, from: {any_below: {min: 1}}, totals: {out: 32}}
"""


def constrained(*lines: str, nodes: str = NODES) -> str:
    return small(nodes, top="constraints: [" + ", ".join(f"{{{line}}}" for line in lines) + "]")


def test_it_narrows_the_space() -> None:
    free = load_text(small(NODES)).decisions.size()
    space = load_text(constrained("nondecreasing: [a.out, b.out]", "equal: ['*.kernel']"))
    assert (free.count, free.label) == (3 * 3 * 2 * 2 * 2, "exact")
    size = space.decisions.size()
    assert (size.count, size.label) == (6 * 2 * 2, "exact")


def test_what_is_chosen_must_meet_it() -> None:
    space = load_text(constrained("nondecreasing: [a.out, b.out]"))
    with pytest.raises(
        SpaceError, match=r"a\.out, b\.out cannot meet the constraint nondecreasing"
    ):
        space.choose({"a.out": 32, "b.out": 8}, {"a.out": _mark(), "b.out": _mark()})
    half = space.choose({"a.out": 32}, {})
    assert {half.decisions.sample(keyed_rng(s))["b.out"] for s in range(20)} == {32}


def _mark() -> Mark:
    return load_text(small("a: relu")).network.outputs[0][1].mark


def test_a_closed_file_that_breaks_one_is_told() -> None:
    text = constrained("equal: [a.out, b.out]")
    closed = "version: 1\nspace: base.yaml\nchoose: {a.out: 8, b.out: 16}\n"
    [problem] = problems_of(closed, base=text)
    assert "a.out, b.out cannot meet the constraint equal of base.yaml:2:23" in problem


def test_children_meet_it_too() -> None:
    space = load_text(constrained("sum_equals: {of: [a.out, b.out], total: 40}"))
    parent = space.decisions.sample(keyed_rng(1))
    variation = Variation({"resample_decision": 1, "nudge_ordered": 1})
    sums = set()
    for seed in range(60):
        child, _ = variation.vary(parent, space.decisions, keyed_rng("child", seed))
        assert child.id != parent.id
        sums.add((child["a.out"], child["b.out"]))
    assert sums == {(8, 32), (32, 8)}


def test_totals_of_a_level_hold_whatever_its_number_of_nodes() -> None:
    space = load_text(small(LEVEL))
    numbers = set()
    for seed in range(80):
        values = space.decisions.sample(keyed_rng(seed)).by_path
        widths = [v for path, v in values.items() if path.endswith(".out")]
        assert sum(widths) == 32  # type: ignore[arg-type]
        numbers.add(len(widths))
    # One node alone has 24 at most, so a level of one node is no member.
    assert numbers == {2, 3, 4}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nondecreasing: [a.out, b.wide]", "no decision named 'b.wide'"),
        ("nondecreasing: 3", "accepts a list of addresses"),
        ("nondecreasing: [c.block, a.out]", "c.block has the option 'relu', which is no number."),
        ("sum_equals: {of: [a.out, b.out]}", "lacks 'total'."),
        ("sum_equals: {of: [a.out, b.out], total: many}", "got 'many'; accepts a number."),
        ("sum_equals: {of: [a.out, b.out], total: 7}", "no choice of options meets this constraint."),
        ("sum_equals: 7", "got 7; accepts a mapping with of, total."),
        ("equal: ['z*']", "no decision named 'z*'"),
        ("implies: {if: {a.out: 8}}", "lacks 'then'."),
        ("implies: {if: {a.out: 9}, then: {b.out: 8}}", "got 9, which is no option; there are 8, 16, 32."),
        ("implies: {if: [a.out], then: {b.out: 8}}", "accepts addresses with values, {width: 32}."),
        ("implies: {if: {a.out: {x: 8}}, then: {b.out: 8}}", "accepts a value or a list of them."),
        ("count_between: {of: [a.out], value: 8, min: 2}", "needs min <= max; got 2 and 1."),
        ("count_between: {of: [a.out], value: 8, min: x}", "got 'x'; accepts a count."),
        ("count_between: {of: [a.out], value: 9}", "which is no option"),
        ("equals: [a.out, b.out]", "no constraint named 'equals'"),
        ("equal: [a.out], nondecreasing: [a.out]", "accepts one of count_between, equal, implies"),
        ("equal: [a.out, [b.out]]", "accepts a list of addresses"),
    ],
)  # fmt: skip
def test_a_wrong_constraint_is_told(line: str, message: str) -> None:
    found = problems_of(constrained(line))
    assert any(message in problem for problem in found), found
    assert all(problem.startswith("space.yaml:2:") for problem in found)


def test_other_mistakes_of_the_section_are_told() -> None:
    assert "accepts a list such as" in problems_of(small(NODES, top="constraints: 3"))[0]
    many = "constraints: [" + ", ".join(["{equal: [a.out]}"] * 201) + "]"
    assert "at most 200 are accepted" in problems_of(small(NODES, top=many))[0]
    spread = small(
        NODES.replace("a: {conv: {out: {choice: [8, 16, 32]}", "a: {conv: {out: {subset: [8, 16]}"),
        top="constraints: [{equal: [a.out]}]",
    )
    assert "a.out takes several options" in problems_of(spread)[0]
    fixed = small(LEVEL.replace("{choice: [8, 16, 24]}", "8"))
    assert "each node of the level has to choose 'out' among numbers" in problems_of(fixed)[0]
    assert (
        "'totals' goes with levels" in problems_of(small("a: {block: relu, totals: {out: 3}}"))[0]
    )
    assert "accepts a number" in problems_of(small(LEVEL.replace("out: 32}", "out: x}")))[0]
    assert (
        "accepts parameters and what they add up to"
        in (problems_of(small(LEVEL.replace("{out: 32}", "3")))[0])
    )


def test_constraints_that_exclude_each_other_are_told() -> None:
    text = constrained(
        "equal: [a.out, b.out]",
        "equal: [a.kernel, b.kernel]",
        "implies: {if: {a.out: [8, 16, 32]}, then: {b.out: 8}}",
        "count_between: {of: [a.out, b.out], value: 8, max: 1}",
    )
    [problem] = problems_of(text)
    assert problem.startswith("space.yaml:2:")
    assert problem.endswith(
        "constraints.equal: no choice of options meets these constraints together: "
        "equal of space.yaml:2:23, implies of space.yaml:2:81, count_between of space.yaml:2:144."
    )


COPIES = """
a: {repeat: {min: 0, max: 3}, per_copy: true, conv: {out: {choice: [8, 16, 32]}}}
b: {conv: {out: {choice: [8, 16, 32]}}}
"""


def test_what_is_chosen_must_leave_a_member_whatever_it_closes() -> None:
    text = constrained("nondecreasing: ['a.*.out', b.out]", nodes=COPIES)
    size = load_text(text).decisions.size()
    assert (size.count, size.label) == (3 + 6 + 10 + 15, "exact")
    closed = "version: 1\nspace: base.yaml\nchoose:\n  a.0.out: 32\n  b.out: 8\n  a.repeat: 1"
    [problem] = problems_of(closed, base=text)
    assert problem.startswith("space.yaml:5:")
    assert "choose: a.0.out, b.out cannot meet the constraint nondecreasing of base" in problem
    assert not problems_of(closed.replace("repeat: 1", "repeat: 2").replace("32", "8"), base=text)


def test_what_closes_decisions_is_told_where_it_leaves_no_member() -> None:
    text = constrained("sum_equals: {of: ['a.*.out'], total: 64}", nodes=COPIES)
    closed = "version: 1\nspace: base.yaml\nchoose: {a.repeat: 1}"
    assert (
        "choose: a.repeat cannot meet the constraint sum_equals"
        in problems_of(closed, base=text)[0]
    )
    # With no copy there is nothing that could add up.
    assert not problems_of(closed.replace("1}", "0}"), base=text)


def test_a_constraint_of_what_is_left_out_says_nothing() -> None:
    nodes = NODES + "d: {conv: {out: {choice: [8, 16]}}, when: {choice: [true, false]}}"
    text = constrained("nondecreasing: [b.out, d.out]", nodes=nodes)
    space = load_text(text).choose({"d.when": False}, {})
    assert (space.decisions.size().count, space.decisions.size().label) == (
        3 * 2 * 3 * 2 * 2,
        "exact",
    )
    assert not space.decisions.broken(space.decisions.sample(keyed_rng(0)).by_path)


def test_a_sum_of_too_many_different_numbers_is_told() -> None:
    rates = "\n".join(
        f"n{k}: {{dropout: {{float: {{min: 1e-4, max: 0.1, log: true}}}}}}" for k in range(9)
    )
    text = constrained("sum_equals: {of: ['*.rate'], total: 0.3}", nodes=rates)
    [problem] = problems_of(text)
    assert "numbers with a common step" in problem
    assert problem.startswith("space.yaml:2:28: constraints.sum_equals: ")
    stepped = text.replace("min: 1e-4, max: 0.1, log: true", "min: 0, max: 0.1, step: 0.02")
    assert load_text(stepped).decisions.size().label == "exact"
