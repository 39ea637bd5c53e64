"""Tables of decisions: what is open, how many genotypes there are, how they are drawn."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.seeds import keyed_rng
from nasvid.search.lower_bound import all_genotypes
from nasvid.spec.decision import Condition, Decision, is_same
from nasvid.spec.decisions import DecisionTable, Genotype
from tests.nested_tables import tables

SIZES = st.integers(0, 2**32)


def count(table: DecisionTable, most: int = 3_000) -> int | None:
    number = 0
    for number, _ in enumerate(all_genotypes(table), 1):
        if number > most:
            return None
    return number


@given(tables())
def test_the_size_is_the_number_of_genotypes(table: DecisionTable) -> None:
    number = count(table)
    if number is not None:
        assert (table.size().count, table.size().label) == (number, "exact")


@given(tables(), st.integers(0, 30))
def test_a_size_that_takes_too_long_is_an_upper_bound(table: DecisionTable, steps: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nasvid.spec.count.MAX_STEPS", steps)
        size = table.size()
    number = count(table)
    if number is not None:
        assert size.count == number if size.label == "exact" else size.count >= number


@given(tables(), SIZES)
def test_a_sample_answers_exactly_what_is_open(table: DecisionTable, seed: int) -> None:
    genotype = table.sample(random.Random(seed))
    values: dict[str, object] = {}
    for decision in table:
        is_open = table.is_active(decision, genotype.by_path)
        assert is_open == (decision.path in genotype)
        if is_open:
            assert decision.accepts(genotype[decision.path])
            values[decision.path] = genotype[decision.path]
    assert list(genotype.by_path) == list(values)
    assert table.open_given(genotype.by_path) == []


@given(tables(), SIZES, SIZES)
def test_completing_keeps_what_is_open_and_is_done_once(
    table: DecisionTable, first: int, second: int
) -> None:
    genotype = table.sample(random.Random(first))
    assert table.complete(genotype.by_path, random.Random(second)) == genotype
    changed = {**table.sample(random.Random(second)).by_path, "unknown": 3}
    child = table.complete(changed, random.Random(first))
    assert all(child[path] == value for path, value in changed.items() if path in child)
    assert "unknown" not in child


@given(tables(), SIZES)
def test_a_genotype_survives_json(table: DecisionTable, seed: int) -> None:
    genotype = table.sample(random.Random(seed))
    again = Genotype.from_json(genotype.to_json())
    assert again == genotype
    assert again.id == genotype.id


@given(tables())
def test_leaving_out_what_cannot_be_opened_changes_nothing(table: DecisionTable) -> None:
    smaller = table.reachable()
    if count(table) is not None:
        assert set(all_genotypes(smaller)) == set(all_genotypes(table))
        opened = {path for genotype in all_genotypes(table) for path in genotype.by_path}
        assert opened <= set(smaller.by_path)


@given(tables())
def test_every_value_is_accepted_and_no_other(table: DecisionTable) -> None:
    for decision in table:
        values = list(decision.values())
        assert len(values) == decision.num_values
        assert all(decision.accepts(value) for value in values)
        assert not decision.accepts("other")
        if decision.kind == "subset":
            assert not decision.accepts(decision.options * 2)
            assert not decision.accepts(list(decision.options))


def test_true_and_one_are_two_options() -> None:
    assert not is_same(True, 1)
    on = Decision("on", "choice", (1, True))
    below = Decision("below", "choice", (1, 2, 3), conditions=(Condition("on", True),))
    table = DecisionTable([on, below])
    assert table.size().count == 1 + 3
    assert not table.is_active(below, {"on": 1})
    assert table.is_active(below, {"on": True})
    assert not on.accepts(1.0)


def test_a_subset_is_given_in_declared_order() -> None:
    edges = Decision("edges", "subset", ("a", "b", "c"), least=1, most=2)
    assert edges.accepts(("a", "c"))
    assert not edges.accepts(("c", "a"))
    assert not edges.accepts(("a", "a"))
    assert not edges.accepts(())
    assert not edges.accepts(("a", "b", "c"))


def test_all_values_are_drawn_equally_often() -> None:
    edges = Decision("edges", "subset", ("a", "b", "c"), least=1, most=3)
    drawn = [edges.draw(keyed_rng("draw", k)) for k in range(7_000)]
    assert all(900 < drawn.count(value) < 1_100 for value in edges.values())


def test_a_condition_within_others_asks_for_both() -> None:
    here = (Condition("a", 1), Condition("a", 2))
    below = Decision("below", "choice", (1, 2), conditions=(Condition("op", "x", here),))
    choices = [Decision("op", "choice", ("x", "y")), Decision("a", "choice", (1, 2, 3)), below]
    table = DecisionTable(choices)
    assert table.is_active(below, {"op": "x", "a": 2})
    assert not table.is_active(below, {"op": "x", "a": 3})
    assert not table.is_active(below, {"op": "y", "a": 1})
    assert table.size().count == 2 * 2 + 1 + 3


def test_a_thousand_decisions_that_hang_on_each_other_are_counted() -> None:
    chain = [Decision("d0", "choice", (0, 1))]
    for k in range(1, 1_000):
        on_two = (Condition(f"d{k - 1}", 1), Condition("d0", 0))
        chain.append(Decision(f"d{k}", "choice", (0, 1), conditions=on_two))
    size = DecisionTable(chain).size()
    assert size.label in {"exact", "upper bound"}
    assert size.count >= 2**999


def test_genotypes_of_very_many_settled_decisions_are_listed() -> None:
    table = DecisionTable(Decision(f"d{k}", "choice", (k,)) for k in range(3_000))
    (genotype,) = all_genotypes(table)
    assert len(genotype.values) == 3_000
