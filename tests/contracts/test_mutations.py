"""What every mutation keeps to, whatever the space."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from tests.nested_tables import constrained_tables
from tests.search_fakes import TOY_TABLE
from tests.search_strategies import tables

SEEDS = st.integers(0, 1000)


@pytest.fixture(scope="module", params=list(MUTATIONS))
def mutation(request: pytest.FixtureRequest) -> Mutation:
    return MUTATIONS[request.param]()


def mutate_or_none(
    mutation: Mutation, parent: Genotype, table: DecisionTable, seed: int
) -> Genotype | None:
    try:
        return mutation.mutate(Parent(parent), SpaceView(table), keyed_rng("mutate", seed))
    except NothingToChangeError:
        return None


@given(table=tables(), seed=SEEDS)
def test_a_child_is_a_member_of_the_space(
    mutation: Mutation, table: DecisionTable, seed: int
) -> None:
    child = mutate_or_none(mutation, table.sample(keyed_rng(seed)), table, seed)
    if child is not None:
        for path, value in child.values:
            assert table.by_path[path].accepts(value), (path, value)


@given(table=tables(), seed=SEEDS)
def test_a_child_differs_from_its_parent(
    mutation: Mutation, table: DecisionTable, seed: int
) -> None:
    parent = table.sample(keyed_rng(seed))
    child = mutate_or_none(mutation, parent, table, seed)
    assert child is None or child.id != parent.id


@given(table=tables(), seed=SEEDS)
def test_a_parent_is_left_as_it_was(mutation: Mutation, table: DecisionTable, seed: int) -> None:
    parent = table.sample(keyed_rng(seed))
    before = parent.to_json()
    mutate_or_none(mutation, parent, table, seed)
    assert parent.to_json() == before


@given(table=tables(), seed=SEEDS)
def test_the_same_seed_gives_the_same_child(
    mutation: Mutation, table: DecisionTable, seed: int
) -> None:
    parent = table.sample(keyed_rng(seed))
    children = [mutate_or_none(mutation, parent, table, seed) for _ in range(2)]
    assert children[0] == children[1]


@given(table=tables(), seed=SEEDS)
def test_a_child_answers_exactly_the_decisions_that_it_opens(
    mutation: Mutation, table: DecisionTable, seed: int
) -> None:
    child = mutate_or_none(mutation, table.sample(keyed_rng(seed)), table, seed)
    if child is not None:
        found: dict[str, object] = {}
        for decision in table:
            if table.is_active(decision, found):  # type: ignore[arg-type]
                found[decision.path] = child[decision.path]
        assert list(found) == [path for path, _ in child.values]


@given(table=constrained_tables(), seed=SEEDS)
def test_a_child_meets_the_constraints(mutation: Mutation, table: DecisionTable, seed: int) -> None:
    if not table.size().count:
        return
    try:
        parent = table.sample(keyed_rng(seed))
    except SpaceError:
        return
    child = mutate_or_none(mutation, parent, table, seed)
    if child is not None:
        assert not table.broken(child.by_path)
        assert all(table.by_path[path].accepts(value) for path, value in child.values)
        assert child.id != parent.id


def test_it_changes_something_in_a_space_of_every_kind_of_decision(mutation: Mutation) -> None:
    parent = TOY_TABLE.complete({"width": 16, "repeats": 2}, keyed_rng(0))
    children = {
        mutation.mutate(Parent(parent), SpaceView(TOY_TABLE), keyed_rng(seed)).id
        for seed in range(30)
    }
    assert len(children) > 2


def test_it_says_so_where_nothing_can_change(mutation: Mutation) -> None:
    table = DecisionTable(
        [
            Decision("only", "choice", (3,), is_ordered=True),
            Decision("all", "subset", ("a", "b"), role="edge", least=2, most=2),
        ]
    )
    with pytest.raises(NothingToChangeError):
        mutation.mutate(Parent(table.sample(keyed_rng(0))), SpaceView(table), keyed_rng(0))
