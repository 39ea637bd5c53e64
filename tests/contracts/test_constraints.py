"""What every constraint promises: what it draws and counts is what trying all values would find."""

from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nasvid.core.errors import Mark, SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.search.lower_bound import all_genotypes
from nasvid.search.mutation import MUTATIONS, NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.constraint import CONSTRAINTS, Constraint
from nasvid.spec.constraint_reading import Reading
from nasvid.spec.decision import Condition, Decision, DecisionValue
from nasvid.spec.decisions import DecisionTable
from nasvid.spec.problems import Problems
from nasvid.spec.source import read_text
from nasvid.spec.transitions import Transitions
from nasvid.spec.ways import Ways, count_feasible

MARK = Mark("space.yaml", 1, 1)
OPTIONS = st.lists(st.integers(0, 4), min_size=1, max_size=4, unique=True)


def parsed(text: str, table: DecisionTable) -> Constraint:
    """The constraint that a line of YAML asks for."""
    problems = Problems()
    [(name, _, value)] = read_text(f"{{{text}}}", "space.yaml").entries  # type: ignore[union-attr]
    constraint = CONSTRAINTS[name].parse(value, name, Reading(table.by_path, {}, problems))
    problems.raise_any()
    assert constraint is not None
    return constraint


def texts(draw: st.DrawFn, table: DecisionTable) -> Mapping[str, str]:
    """A constraint of each kind over the decisions of a table."""
    paths = [decision.path for decision in table]
    options = sorted({o for d in table for o in d.options})  # type: ignore[type-var]
    one, other = draw(st.sampled_from(paths)), draw(st.sampled_from(paths))
    bounds = sorted(draw(st.lists(st.integers(0, len(paths)), min_size=2, max_size=2)))
    first = draw(st.sampled_from(table.by_path[one].options))
    second = draw(st.sampled_from(table.by_path[other].options))
    return {
        "nondecreasing": f"nondecreasing: [{', '.join(paths)}]",
        "equal": "equal: 'd*'",
        "sum_equals": f"sum_equals: {{of: 'd*', total: {draw(st.integers(0, 8))}}}",
        "implies": f"implies: {{if: {{{one}: {first}}}, then: {{{other}: {second}}}}}",
        "require": f"require: ={one} + 2 * {other} != {draw(st.integers(0, 8))}",
        "count_between": "count_between: {of: 'd*', "
        f"value: {draw(st.sampled_from(options))}, min: {bounds[0]}, max: {bounds[1]}}}",
    }


@st.composite
def constrained(draw: st.DrawFn, name: str) -> tuple[DecisionTable, Constraint]:
    """A few decisions that are always open, and a constraint between them."""
    sizes = draw(st.lists(OPTIONS, min_size=2, max_size=4))
    table = DecisionTable(Decision(f"d{k}", "choice", tuple(o)) for k, o in enumerate(sizes))
    return table, parsed(texts(draw, table)[name], table)


def right(constraint: Constraint, table: DecisionTable) -> list[dict[str, DecisionValue]]:
    """All values that meet a constraint, by a rule of their own."""
    every: list[dict[str, DecisionValue]] = [
        dict(zip(table.by_path, values, strict=True))
        for values in product(*(decision.options for decision in table))
    ]
    return [values for values in every if _meets(constraint, values)]


def _meets(constraint: Any, values: Mapping[str, Any]) -> bool:
    chosen = [values[path] for path in constraint.paths]
    if constraint.name() == "nondecreasing":
        return chosen == sorted(chosen)
    if constraint.name() == "equal":
        return len(set(chosen)) == 1
    if constraint.name() == "sum_equals":
        return sum(chosen) == constraint.total
    if constraint.name() == "count_between":
        count = sum(value in constraint.values for value in chosen)
        return constraint.least <= count <= constraint.most
    if constraint.name() == "require":
        one, sign, two, _, other, _, total = constraint.formula.text[1:].split()
        assert (sign, two) == ("+", "2")
        return values[one] + 2 * values[other] != int(total)
    is_due = all(values[path] in allowed for path, allowed in constraint.cases)
    return not is_due or all(values[path] in allowed for path, allowed in constraint.results)


each_kind = pytest.mark.parametrize("name", list(CONSTRAINTS))


def test_every_kind_has_a_strategy() -> None:
    table = DecisionTable([Decision("d0", "choice", (1, 2))])
    found = {}

    @settings(max_examples=1, database=None)
    @given(st.composite(texts)(table))
    def look(drawn: Mapping[str, str]) -> None:
        found.update(drawn)

    look()
    assert set(found) == set(CONSTRAINTS)


@each_kind
@settings(max_examples=40)
@given(data=st.data())
def test_it_holds_and_counts_as_trying_all_values_finds(name: str, data: st.DataObject) -> None:
    table, constraint = data.draw(constrained(name))
    expected = right(constraint, table)
    for values in product(*(decision.options for decision in table)):
        given_values = dict(zip(table.by_path, values, strict=True))
        assert constraint.holds(given_values) == (given_values in expected)
    read = [table.by_path[path] for path in constraint.paths]
    others = [d.num_values for d in table if d.path not in constraint.paths]
    ways = count_feasible(constraint, read)
    for number in others:
        ways *= number
    assert ways == len(expected)
    size = DecisionTable(table, [constraint]).size()
    assert (size.count, size.label) == (len(expected), "exact")
    listed = [g.by_path for g in all_genotypes(DecisionTable(table, [constraint]))]
    assert sorted(map(repr, listed)) == sorted(map(repr, expected))


@each_kind
@settings(max_examples=40)
@given(data=st.data(), seed=st.integers(0, 99))
def test_a_sample_meets_it_or_there_is_none(name: str, data: st.DataObject, seed: int) -> None:
    table, constraint = data.draw(constrained(name))
    space = DecisionTable(table, [constraint])
    if right(constraint, table):
        assert dict(space.sample(keyed_rng(seed)).by_path) in right(constraint, table)
    else:
        with pytest.raises(SpaceError, match="meets all constraints"):
            space.sample(keyed_rng(seed))


@each_kind
@settings(max_examples=40)
@given(data=st.data(), seed=st.integers(0, 99))
def test_as_few_values_change_as_can_be(name: str, data: st.DataObject, seed: int) -> None:
    table, constraint = data.draw(constrained(name))
    kept = table.sample(keyed_rng("kept", seed)).by_path
    read = [table.by_path[path] for path in constraint.paths]
    drawn = Ways(Transitions(constraint, read), kept, {}).draw(keyed_rng(seed))
    expected = right(constraint, table)
    if not expected:
        assert drawn is None
        return
    assert drawn is not None
    fewest = min(sum(kept[path] != values[path] for path in kept) for values in expected)
    assert sum(kept[path] != value for path, value in drawn.items()) == fewest
    assert constraint.holds(drawn)


@each_kind
@settings(max_examples=40)
@given(data=st.data(), seed=st.integers(0, 99))
def test_a_mutation_stays_inside(name: str, data: st.DataObject, seed: int) -> None:
    table, constraint = data.draw(constrained(name))
    if not right(constraint, table):
        return
    space = DecisionTable(table, [constraint])
    parent = space.sample(keyed_rng(seed))
    for mutation in MUTATIONS:
        try:
            child = MUTATIONS[mutation]().mutate(
                Parent(parent), SpaceView(space), keyed_rng(mutation, seed)
            )
        except NothingToChangeError:
            continue
        assert dict(child.by_path) in right(constraint, table)
        assert child.id != parent.id


@each_kind
def test_every_member_is_equally_likely(name: str) -> None:
    table = DecisionTable(Decision(f"d{k}", "choice", (0, 1, 2)) for k in range(3))
    text = {
        "nondecreasing": "nondecreasing: [d0, d1, d2]",
        "equal": "equal: [d0, d1, d2]",
        "sum_equals": "sum_equals: {of: [d0, d1, d2], total: 3}",
        "implies": "implies: {if: {d0: 0}, then: {d1: [1, 2], d2: 0}}",
        "require": "require: =d0 + 2 * d1 != 4",
        "count_between": "count_between: {of: 'd*', value: [1, 2], min: 1, max: 2}",
    }[name]
    constraint = parsed(text, table)
    space = DecisionTable(table, [constraint])
    num_members, draws = len(right(constraint, table)), 3000
    seen = Counter(space.sample(keyed_rng(name, seed)).id for seed in range(draws))
    assert len(seen) == num_members
    expected = draws / num_members
    # Five standard deviations of a count, with draws that are always the same.
    assert all(abs(n - expected) < 5 * expected**0.5 for n in seen.values())


def test_several_constraints_over_the_same_decisions_are_met_together() -> None:
    table = DecisionTable(Decision(f"d{k}", "choice", (8, 16, 24, 32)) for k in range(5))
    lines = [
        "nondecreasing: [d0, d1, d2, d3, d4]",
        "sum_equals: {of: 'd*', total: 96}",
        "implies: {if: {d0: 8}, then: {d4: 32}}",
        "count_between: {of: 'd*', value: 16, max: 2}",
    ]
    constraints = [parsed(line, table) for line in lines]
    space = DecisionTable(table, constraints)
    for seed in range(50):
        values = space.sample(keyed_rng(seed)).by_path
        assert all(_meets(constraint, values) for constraint in constraints)


def test_closed_decisions_do_not_count() -> None:
    count = Decision("n", "choice", (1, 2, 3))
    widths = [
        Decision(
            f"w{k}",
            "choice",
            (8, 16, 24),
            conditions=tuple(Condition("n", c) for c in range(k + 1, 4)),
        )
        for k in range(3)
    ]
    table = DecisionTable([count, *widths])
    space = DecisionTable(table, [parsed("sum_equals: {of: 'w*', total: 24}", table)])
    seen = Counter[int]()
    for seed in range(200):
        values = dict(space.sample(keyed_rng(seed)).by_path)
        number: Any = values.pop("n")
        seen[number] += 1
        chosen: list[Any] = list(values.values())
        assert len(chosen) == number
        assert sum(chosen) == 24
    assert set(seen) == {1, 2, 3}
