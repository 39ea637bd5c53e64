"""Children by a mix of mutations and crossovers: weights, options, counts."""

import random
from contextlib import suppress
from typing import Any

import pytest

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.core.seeds import keyed_rng
from nasvid.search.history import Result
from nasvid.search.mutation import MUTATIONS, NothingToChangeError
from nasvid.search.proposal import Job, Origin
from nasvid.search.space_view import Parent, SpaceView
from nasvid.search.variation import Variation
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from tests.search_fakes import TOY_TABLE, toy_settings


def variation(table: DecisionTable = TOY_TABLE, **settings: Any) -> Variation:
    return Variation(SpaceView(table), toy_settings(**settings))


def toy_result(number: int, genotype: Genotype | None = None) -> Result:
    genotype = genotype or TOY_TABLE.sample(keyed_rng("parent", number))
    job = Job(
        number=number,
        kind="search",
        genotype=genotype,
        graph_id="",
        cost=Cost(),
        origin=Origin("random"),
        fidelity=Fidelity(),
        seed=number,
    )
    return Result(job, Evaluation({"top1": 0.5}))


def test_the_order_in_which_mutations_are_named_does_not_matter() -> None:
    names = ("resample_decision", "nudge_ordered", "add_edge")
    forward = variation(mutations=dict.fromkeys(names, 1.0))
    backward = variation(mutations=dict.fromkeys(reversed(names), 1.0))
    parent = Parent(TOY_TABLE.sample(keyed_rng(0)))
    for seed in range(20):
        left = forward.mutated(parent, 0, keyed_rng(seed))
        assert left == backward.mutated(parent, 0, keyed_rng(seed))


def test_mutations_are_drawn_by_weight() -> None:
    mixed = variation(
        mutations={"resample_decision": {"weight": 3}, "nudge_ordered": 1.0, "add_edge": 0.0}
    )
    parent = Parent(TOY_TABLE.sample(keyed_rng(0)))
    names = [mixed.mutated(parent, 0, keyed_rng(seed))[1] for seed in range(400)]
    assert 250 < names.count("mutation:resample_decision") < 350
    assert "mutation:add_edge" not in names


def test_a_mutation_with_nothing_to_change_leaves_the_draw_to_the_others() -> None:
    table = DecisionTable([Decision("op", "choice", ("a", "b"))])
    weights = {"resample_decision": 0.01, "nudge_ordered": 1.0, "add_edge": 1.0}
    parent = Parent(Genotype((("op", "a"),)))
    child, how = variation(table, mutations=weights).mutated(parent, 0, keyed_rng(0))
    assert (child["op"], how) == ("b", "mutation:resample_decision")


def test_a_child_has_as_many_mutations_as_asked_for() -> None:
    mixed = variation(mutation_count=(3.0, 3.0))
    parent = Parent.of(toy_result(7))
    origins = [mixed.child(lambda _: parent, 0, keyed_rng(seed)).origin for seed in range(20)]
    assert all(origin.how.count("+") == 2 for origin in origins)
    assert {origin.parents for origin in origins} == {(7,)}


def test_a_space_where_nothing_can_change_says_so() -> None:
    table = DecisionTable([Decision("op", "choice", ("a",))])
    with pytest.raises(NothingToChangeError, match="nothing can be changed in this architecture"):
        variation(table).mutated(Parent(Genotype((("op", "a"),))), 0, keyed_rng(0))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"resample_decision": 0.0}, r"search\.mutations: got .* above 0"),
        ({"resample_decision": -1.0}, "accepts a number from 0 to 1,000,000"),
        ({"resample_decision": {"weight": float("inf")}}, "weight: got inf; accepts a number from"),
        ({"resample_decision": {"weight": float("nan")}}, "weight: got nan; accepts a number from"),
        ({"gate_guided": {"regrowth": float("inf")}}, "regrowth: got inf; accepts a value such as"),
        ({"gate_guided": {"regrowth": float("nan")}}, "regrowth: got nan; accepts a value such as"),
        ({"add_edgs": 1.0}, "Did you mean 'add_edge'"),
        ({"add_edge": {"wait": 1.0}}, "Did you mean 'weight'"),
    ],
)
def test_settings_that_make_no_mix_are_refused(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(NasvidError, match=text):
        variation(mutations=settings)


def test_an_option_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(NasvidError, match=r"crossovers\.uniform: swap: got 'x'; accepts .*0\.5"):
        variation(crossovers={"uniform": {"swap": "x"}})


@pytest.mark.parametrize("swap", [3.0, -5.0, 0.0, 1, float("nan")])
def test_a_share_that_is_none_is_refused(swap: float) -> None:
    with pytest.raises(NasvidError, match=r"crossovers\.uniform: swap: got .*; accepts a"):
        variation(crossovers={"uniform": {"swap": swap}})


def test_what_cannot_be_changed_is_told_as_the_mutation_says_it() -> None:
    parent = Parent(TOY_TABLE.sample(keyed_rng(0)))
    with pytest.raises(NothingToChangeError) as caught:
        variation(mutations={"add_stream": 1.0}).mutated(parent, 0, keyed_rng(0))
    told = "by add_stream, which can change nothing in any member of this space."
    assert str(caught.value).endswith(told)
    table = DecisionTable([Decision("inputs", "subset", ("a", "b"), role="edge", least=1, most=2)])
    full = Parent(Genotype((("inputs", ("a", "b")),)))
    with pytest.raises(NothingToChangeError, match="by add_edge, as the last one says: "):
        variation(table, mutations={"add_edge": 1.0}).mutated(full, 0, keyed_rng(0))


def test_the_number_of_mutations_falls_in_the_course_of_the_search() -> None:
    mixed = variation(mutation_count=(3.0, 1.0), candidates=101)

    def mean(number: int) -> float:
        parent = Parent(TOY_TABLE.sample(keyed_rng(0)))
        counts: list[int] = []
        for seed in range(200):
            # Several changes may undo one another.
            with suppress(NothingToChangeError):
                counts.append(1 + mixed.mutated(parent, number, keyed_rng(seed))[1].count("+"))
        return sum(counts) / len(counts)

    assert mean(0) == 3.0
    assert 1.9 < mean(50) < 2.1
    assert mean(75) == pytest.approx(1.5, abs=0.15)
    assert mean(100) == 1.0


def test_a_share_of_the_children_has_two_parents() -> None:
    mixed = variation(crossover_share=0.25)

    def select(rng: random.Random) -> Parent:
        return Parent.of(toy_result(rng.randrange(20)))

    children = [mixed.child(select, 0, keyed_rng(seed)) for seed in range(400)]
    crossed = [child for child in children if child.origin.how == "crossover:uniform"]
    assert 70 < len(crossed) < 130
    assert all(len(child.origin.parents) == 2 for child in crossed)


def graph_of(genotype: Genotype) -> str:
    """The toy graph has no `alias`."""
    return repr([(path, value) for path, value in genotype.values if path != "alias"])


def test_a_child_is_another_network_where_graphs_are_looked_at() -> None:
    weights = {"resample_decision": 1.0}
    parent = Parent(TOY_TABLE.sample(keyed_rng(0)))
    same: list[int] = []
    for view in (SpaceView(TOY_TABLE), SpaceView(TOY_TABLE, identify=graph_of)):
        mixed = Variation(view, toy_settings(mutations=weights))
        children = [mixed.mutated(parent, 0, keyed_rng(seed))[0] for seed in range(60)]
        same.append(sum(graph_of(child) == graph_of(parent.genotype) for child in children))
    assert same[0] > 0
    assert same[1] == 0


def test_several_changes_that_end_at_the_same_network_are_none() -> None:
    table = DecisionTable(
        [Decision("alias", "choice", ("a", "b")), Decision("op", "choice", (1, 2))]
    )
    view = SpaceView(table, identify=graph_of)
    mixed = Variation(view, toy_settings(mutation_count=(2.0, 2.0)))
    parent = Parent(Genotype((("alias", "a"), ("op", 1))))
    # Only `op` tells networks apart, so the second change undoes the first one.
    for seed in range(10):
        with pytest.raises(NothingToChangeError, match="several changes undid one another"):
            mixed.mutated(parent, 0, keyed_rng(seed))


def test_what_changes_nothing_but_names_says_so() -> None:
    table = DecisionTable([Decision("alias", "choice", ("a", "b"))])
    mutation = MUTATIONS["resample_decision"]()
    view = SpaceView(table, identify=graph_of)
    with pytest.raises(NothingToChangeError, match="no change that was tried makes another"):
        mutation.child(Parent(Genotype((("alias", "a"),))), view, keyed_rng(0))


def test_parents_whose_child_is_one_of_them_are_left_to_mutations() -> None:
    table = DecisionTable(
        [Decision("alias", "choice", ("a", "b")), Decision("op", "choice", (1, 2))]
    )
    mixed = Variation(
        SpaceView(table, identify=graph_of),
        toy_settings(crossover_share=1.0, crossovers={"uniform": 1.0}),
    )
    parents = [Parent.of(toy_result(0, Genotype((("alias", a), ("op", 1))))) for a in "ab"]
    for seed in range(10):
        waiting = iter(parents)
        child = mixed.child(lambda _, left=waiting: next(left), 0, keyed_rng(seed))
        assert child.origin.how.startswith("mutation:")
        assert child.genotype["op"] == 2
