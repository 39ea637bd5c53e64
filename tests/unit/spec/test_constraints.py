"""The `constraints:` section, and what it does to a space."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from nasvid.core.errors import Mark, SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.search.lower_bound import all_genotypes
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.variation import Variation
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.sections import SearchSettings
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


def child_of(parent: Genotype, table: DecisionTable, seed: int, *mutations: str) -> Genotype:
    settings = SearchSettings(mutations=dict.fromkeys(mutations, 1.0))
    variation = Variation(SpaceView(table), settings)
    return variation.mutated(Parent(parent), 0, keyed_rng("child", seed))[0]


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
    sums = set()
    for seed in range(60):
        child = child_of(parent, space.decisions, seed, "resample_decision", "nudge_ordered")
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
        ("sum_equals: {of: [a.out, b.out], total: many}", "got 'many'; accepts a number, or arithmetic"),
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
        ("sum_equals: {of: [a.out], total: =a.out}", "a.out is one of those that are added; the total must be another."),
        ("sum_equals: {of: [a.out], total: =c.block}", "=c.block is 'relu'; accepts a number."),
        ("require: a.out > 8", "got 'a.out > 8'; accepts arithmetic, such as =width * copies <= 256."),
        ("require: =a.out >", "ends too early"),
        ("require: =a.wide > 8", "no decision named 'a.wide'"),
        ("require: =a.out > 32", "no choice of options meets this constraint."),
        ("require: =a.out + c.block", "'+' cannot take"),
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
        top="constraints: [{nondecreasing: [a.out]}]",
    )
    assert "a.out takes several options; numbers are asked for here" in problems_of(spread)[0]
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


DECISIONS = """
decisions:
  width: {choice: {narrow: 8, wide: {choice: [16, 32]}}}
  copies: {integer: {min: 1, max: 4}}
  streams: {subset: [rgb, flow, depth], min: 1}
"""


def named(line: str, nodes: str = NODES) -> DecisionTable:
    return load_text(small(nodes, top=f"{DECISIONS}constraints: [{{{line}}}]")).decisions


def members(table: DecisionTable) -> list[dict[str, Any]]:
    return [dict(genotype.by_path) for genotype in all_genotypes(table)]


def width_of(values: Mapping[str, Any]) -> int:
    return 8 if values["width"] == "narrow" else values["width.wide"]


def test_arithmetic_speaks_of_what_named_decisions_stand_for() -> None:
    table = named("require: \"=width * copies <= 32 and ('rgb' in streams or copies == 1)\"")
    found = members(table)
    assert len(found) == table.size().count
    assert {(width_of(m), m["copies"]) for m in found if "rgb" in m["streams"]} == {
        (8, 1), (8, 2), (8, 3), (8, 4), (16, 1), (16, 2), (32, 1)
    }  # fmt: skip
    assert {m["copies"] for m in found if "rgb" not in m["streams"]} == {1}
    assert all(dict(table.sample(keyed_rng(k)).by_path) in found for k in range(50))


def test_a_total_may_hang_on_named_decisions() -> None:
    table = named("sum_equals: {of: [a.out, b.out], total: =2 * width}")
    found = members(table)
    assert table.size().count == len(found)
    assert {(m["a.out"], m["b.out"], width_of(m)) for m in found} == {
        (8, 8, 8), (16, 16, 16), (32, 32, 32)
    }  # fmt: skip
    parent = table.sample(keyed_rng(0))
    for seed in range(20):
        child = child_of(parent, table, seed, "resample_decision")
        assert dict(child.by_path) in found


def test_what_named_decisions_hang_on_besides_is_told() -> None:
    text = small(
        NODES,
        top="decisions: {wide: {choice: [=classes, 8]}}\nconstraints: [{require: =wide > 4}]",
    )
    assert "'wide' hangs on 'classes', of which constraints know nothing." in problems_of(text)[0]


def test_arithmetic_over_closed_decisions_says_nothing() -> None:
    table = load_text(constrained("require: =b.out >= a.first.out", nodes="""
a: {repeat: {min: 0, max: 1}, first: {out: {choice: [8, 16]}}, each: conv2d}
b: {conv: {out: {choice: [8, 16]}}}
""")).decisions  # fmt: skip
    assert {(m["a.repeat"], m.get("a.first.out"), m["b.out"]) for m in members(table)} == {
        (0, None, 8), (0, None, 16), (1, 8, 8), (1, 8, 16), (1, 16, 16)
    }  # fmt: skip


def test_arithmetic_over_very_many_values_is_tried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nasvid.spec.members.MAX_STEPS", 10_000)
    nodes = "\n".join(
        f"n{k}: {{conv: {{out: {{integer: {{min: 1, max: 30}}}}}}}}" for k in range(5)
    )
    terms = " + ".join(f"n{k}.out" for k in range(5))
    text = constrained(f"require: ={terms} <= 60", "nondecreasing: [n0.out, n1.out]", nodes=nodes)
    table = load_text(text).decisions
    assert table.size().label == "upper bound"
    parent = table.sample(keyed_rng(0))
    assert not table.broken(parent.by_path)
    for seed in range(20):
        child = child_of(parent, table, seed, "resample_decision")
        assert not table.broken(child.by_path)


LABELS = """
a: {conv: {out: {choice: {small: 8, big: 32}}}}
b: {conv: {out: {choice: [8, 16, 32]}}}
"""


def test_labels_count_as_the_numbers_that_they_stand_for() -> None:
    for line, expected in {
        "nondecreasing: [a.out, b.out]": {("small", 8), ("small", 16), ("small", 32), ("big", 32)},
        "sum_equals: {of: [a.out, b.out], total: 40}": {("small", 32), ("big", 8)},
    }.items():
        table = load_text(constrained(line, nodes=LABELS)).decisions
        assert {(m["a.out"], m["b.out"]) for m in members(table)} == expected
    space = load_text(constrained("nondecreasing: [b.out, a.out]", nodes=LABELS))
    assert space.choose({"a.out": "big"}, {}).decisions.size().count == 3


EDGES = """
a: {from: {any_of: [rgb, flow], min: 1}, conv3d: {out: 8}}
b: {from: {any_of: [rgb, flow, a], min: 1, max: 2}, conv3d: {out: 8}}
c: {from: {any_of: [rgb, flow, a, b], min: 1, max: 2}, conv3d: {out: 8}}
"""
STREAMS = "rgb: {frames: 4, size: 8}, flow: {frames: 4, size: 8}"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (
            "count_between: {of: '*.from', value: flow, min: 1, max: 1}",
            lambda m: sum("flow" in m[f"{n}.from"] for n in "abc") == 1,
        ),
        (
            "implies: {if: {a.from: flow}, then: {c.from: [a, b]}}",
            lambda m: "flow" not in m["a.from"] or {"a", "b"} & set(m["c.from"]),
        ),
        ("equal: [a.from, b.from]", lambda m: m["a.from"] == m["b.from"]),
    ],
)
def test_a_list_of_options_takes_each_of_them(
    line: str, rule: Callable[[Mapping[str, Any]], bool]
) -> None:
    free = load_text(small(EDGES, inputs=STREAMS)).decisions
    text = small(EDGES, inputs=STREAMS, top=f"constraints: [{{{line}}}]")
    table = load_text(text).decisions
    expected = [member for member in members(free) if rule(member)]
    assert (table.size().count, table.size().label) == (len(expected), "exact")
    assert sorted(map(repr, members(table))) == sorted(map(repr, expected))
    seen = Counter(table.sample(keyed_rng(k)).id for k in range(20 * len(expected)))
    assert len(seen) == len(expected)
    assert max(seen.values()) < 50
    parent = table.sample(keyed_rng(0))
    for seed in range(30):
        child = child_of(parent, table, seed, "add_edge", "remove_edge", "rewire_edge")
        assert child.by_path in expected
        assert child.id != parent.id


def test_a_level_of_many_nodes_is_drawn_without_listing_their_edges() -> None:
    nodes = "x: {repeat: 8, each: conv3d, from: {any_below: {min: 1}}}\n" * 1
    lower = "".join(f"n{k}: {{from: rgb, conv3d: {{out: 8}}}}\n" for k in range(20))
    line = "count_between: {of: 'x_*.from', value: [n0, n1], min: 2, max: 3}"
    table = load_text(constrained(line, nodes=lower + nodes)).decisions
    assert table.size().label == "exact"
    member = table.sample(keyed_rng(0)).by_path
    assert 2 <= sum(bool({"n0", "n1"} & set(edges)) for edges in member.values()) <= 3  # type: ignore[arg-type]


def test_a_number_may_be_chosen_without_its_point() -> None:
    nodes = "a: {dropout: {float: {min: 0, max: 1, step: 0.5}}}"
    line = "implies: {if: {a.rate: 0}, then: {a.rate: [0, 1]}}"
    space = load_text(constrained(line, nodes=nodes)).choose({"a.rate": 0}, {})
    assert repr(space.only_genotype()["a.rate"]) == "0.0"


def test_a_star_takes_the_first_copy_first_and_the_last_one_last() -> None:
    nodes = """
a:
  repeat: {min: 3, max: 4}
  per_copy: true
  each: {block: conv2d, kernel: {choice: [1, 3]}}
  last: {out: {choice: [8, 16]}}
  first: {out: {choice: [8, 16]}}
  every: {2+1: {out: {choice: [8, 16]}}}
"""
    table = load_text(constrained("nondecreasing: ['a.*.out']", nodes=nodes)).decisions
    assert table.constraints[0].paths == ("a.first.out", "a.every_2_from_1.out", "a.last.out")
    kernels = load_text(constrained("equal: ['a.*.kernel']", nodes=nodes)).decisions
    assert kernels.constraints[0].paths == tuple(f"a.{k}.kernel" for k in range(4))
