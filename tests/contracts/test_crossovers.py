"""What every crossover keeps to, whatever the space."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.search.crossover import CROSSOVERS, Crossover
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import DecisionTable, Genotype
from tests.nested_tables import constrained_tables
from tests.search_fakes import TOY_TABLE
from tests.search_strategies import tables
from tests.variation_spaces import everything, parent_of, view_of

SEEDS = st.integers(0, 1000)


@pytest.fixture(scope="module", params=list(CROSSOVERS))
def crossover(request: pytest.FixtureRequest) -> Crossover:
    return CROSSOVERS[request.param]()


def parents(table: DecisionTable, seed: int) -> tuple[Genotype, Genotype]:
    return table.sample(keyed_rng("first", seed)), table.sample(keyed_rng("second", seed))


def cross_or_none(
    crossover: Crossover, first: Genotype, second: Genotype, table: DecisionTable, seed: int
) -> Genotype | None:
    try:
        return crossover.cross(Parent(first), Parent(second), SpaceView(table), keyed_rng(seed))
    except NothingToChangeError:
        return None


@given(table=tables(), seed=SEEDS)
def test_a_child_is_another_member_with_the_values_of_its_parents(
    crossover: Crossover, table: DecisionTable, seed: int
) -> None:
    first, second = parents(table, seed)
    child = cross_or_none(crossover, first, second, table, seed)
    if child is None:
        return
    assert child.id not in (first.id, second.id)
    assert table.complete(child.by_path, keyed_rng(0)) == child
    for path, value in child.values:
        known = [repr(p[path]) for p in (first, second) if path in p]
        assert not known or repr(value) in known


@given(table=constrained_tables(), seed=SEEDS)
def test_a_child_meets_the_constraints(
    crossover: Crossover, table: DecisionTable, seed: int
) -> None:
    if not table.size().count:
        return
    try:
        first, second = parents(table, seed)
    except SpaceError:
        return
    child = cross_or_none(crossover, first, second, table, seed)
    if child is not None:
        assert not table.broken(child.by_path)
        assert all(table.by_path[path].accepts(value) for path, value in child.values)


@given(table=tables(), seed=SEEDS)
def test_parents_are_left_as_they_were_and_the_same_seed_gives_the_same_child(
    crossover: Crossover, table: DecisionTable, seed: int
) -> None:
    first, second = parents(table, seed)
    before = first.to_json(), second.to_json()
    children = [cross_or_none(crossover, first, second, table, seed) for _ in range(2)]
    assert children[0] == children[1]
    assert (first.to_json(), second.to_json()) == before


def test_members_that_are_one_have_no_child(crossover: Crossover) -> None:
    one = TOY_TABLE.sample(keyed_rng(0))
    with pytest.raises(NothingToChangeError):
        crossover.cross(Parent(one), Parent(one), SpaceView(TOY_TABLE), keyed_rng(0))


def test_it_makes_members_of_a_space_of_everything_that_are_none_of_both(
    crossover: Crossover,
) -> None:
    space = everything()
    view = view_of(space)
    assert crossover.applies(view)
    found: set[str] = set()
    for seed in range(20):
        first, second = parent_of(space, seed), parent_of(space, seed + 100)
        with suppress(NothingToChangeError):
            child = crossover.cross(first, second, view, keyed_rng(seed))
            assert not view.table.broken(child.by_path)
            found.add(child.id)
    assert len(found) > 5
