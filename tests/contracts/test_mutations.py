"""What every mutation keeps to, whatever the space."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nasvid.core.errors import SpaceError
from nasvid.core.seeds import keyed_rng
from nasvid.lowering.load import load_space
from nasvid.search.mutation import MUTATIONS, Mutation, NothingToChangeError
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from nasvid.spec.search_space import SearchSpace
from tests.nested_tables import constrained_tables
from tests.search_strategies import tables
from tests.variation_spaces import everything, parent_of, view_of

SPACES = Path(__file__).parents[2] / "search_spaces"
SEEDS = st.integers(0, 1000)
# There are many mutations.
few = settings(max_examples=10)


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


@few
@given(table=tables(), seed=SEEDS)
def test_a_child_is_a_member_of_the_space(
    mutation: Mutation, table: DecisionTable, seed: int
) -> None:
    child = mutate_or_none(mutation, table.sample(keyed_rng(seed)), table, seed)
    if child is not None:
        for path, value in child.values:
            assert table.by_path[path].accepts(value), (path, value)


@few
@given(table=tables(), seed=SEEDS)
def test_a_child_differs_from_its_parent(
    mutation: Mutation, table: DecisionTable, seed: int
) -> None:
    parent = table.sample(keyed_rng(seed))
    child = mutate_or_none(mutation, parent, table, seed)
    assert child is None or child.id != parent.id


@few
@given(table=tables(), seed=SEEDS)
def test_a_parent_is_left_as_it_was(mutation: Mutation, table: DecisionTable, seed: int) -> None:
    parent = table.sample(keyed_rng(seed))
    before = parent.to_json()
    mutate_or_none(mutation, parent, table, seed)
    assert parent.to_json() == before


@few
@given(table=tables(), seed=SEEDS)
def test_the_same_seed_gives_the_same_child(
    mutation: Mutation, table: DecisionTable, seed: int
) -> None:
    parent = table.sample(keyed_rng(seed))
    children = [mutate_or_none(mutation, parent, table, seed) for _ in range(2)]
    assert children[0] == children[1]


@few
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


@few
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


def test_it_changes_something_in_a_space_of_everything(mutation: Mutation) -> None:
    space = everything()
    view = view_of(space)
    assert mutation.applies(view)
    children = {
        child.id for seed in range(12) if (child := child_or_none(mutation, space, view, seed))
    }
    assert len(children) > 1


def test_a_child_is_another_network_within_the_constraints(mutation: Mutation) -> None:
    space = everything()
    view = view_of(space)
    for seed in range(6):
        parent, child = parent_of(space, seed), child_or_none(mutation, space, view, seed)
        if child is not None:
            check_child(parent.genotype, child, view)


def test_it_says_so_where_nothing_can_change(mutation: Mutation) -> None:
    table = DecisionTable(
        [
            Decision("only", "choice", (3,), is_ordered=True),
            Decision("all", "subset", ("a", "b"), role="edge", least=2, most=2),
        ]
    )
    parent, view = Parent(table.sample(keyed_rng(0))), SpaceView(table)
    with pytest.raises(NothingToChangeError):
        mutation.mutate(parent, view, keyed_rng(0))
    with pytest.raises(NothingToChangeError):
        mutation.child(parent, view, keyed_rng(0))


def test_a_space_without_decisions_says_so(mutation: Mutation) -> None:
    view = SpaceView(DecisionTable([]), {"macs": 1})
    with pytest.raises(NothingToChangeError):
        mutation.mutate(Parent(Genotype(())), view, keyed_rng(0))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["four_stream", "two_stream", "tvn", "quickstart", "evanet", "x3d", "slowfast"]
)
def test_a_child_is_another_network_in_shipped_spaces(mutation: Mutation, name: str) -> None:
    space = load_space(str(SPACES / f"{name}.yaml"))
    view = view_of(space)
    if not mutation.applies(view):
        return
    for seed in range(2):
        child = child_or_none(mutation, space, view, seed)
        if child is not None:
            check_child(parent_of(space, seed).genotype, child, view)


def child_or_none(
    mutation: Mutation, space: SearchSpace, view: SpaceView, seed: int
) -> Genotype | None:
    try:
        return mutation.child(parent_of(space, seed), view, keyed_rng("child", seed))
    except NothingToChangeError:
        return None


def check_child(parent: Genotype, child: Genotype, view: SpaceView) -> None:
    table = view.table
    assert all(table.by_path[path].accepts(value) for path, value in child.values)
    assert table.complete(child.by_path, keyed_rng(0)) == child
    assert not table.broken(child.by_path)
    child_id = view.identify(child)
    # What is no valid network has no id; the search turns it down.
    assert child_id is None or child_id != view.identify(parent)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in SPACES.glob("*.yaml")))
def test_what_applies_to_a_shipped_space_changes_some_member(name: str) -> None:
    space = load_space(str(SPACES / f"{name}.yaml"))
    view = view_of(space)
    members = [space.decisions.sample(keyed_rng("member", number)) for number in range(400)]
    for mutation in (MUTATIONS[key]() for key in MUTATIONS):
        if mutation.applies(view):
            changed = (_changes(mutation, m, view, seed) for seed, m in enumerate(members))
            assert any(changed), mutation.name()


def _changes(mutation: Mutation, member: Genotype, view: SpaceView, seed: int) -> bool:
    try:
        return mutation.mutate(Parent(member), view, keyed_rng("change", seed)) is not None
    except NothingToChangeError:
        return False
