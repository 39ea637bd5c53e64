"""Members that are one step away."""

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.neighbours import neighbours, steps
from nasvid.spec.decisions import Decision, DecisionValue, Genotype
from tests.rich_spaces import RICH
from tests.search_fakes import TOY_TABLE
from tests.spaces import load_text


def test_neighbours_differ_by_one_step_of_one_decision() -> None:
    for seed in range(20):
        genotype = TOY_TABLE.sample(keyed_rng("neighbours", seed))
        found = neighbours(genotype, TOY_TABLE, keyed_rng(0))
        keys = {child.key for child in found}
        assert len(keys) == len(found)
        assert genotype.key not in keys
        for child in found:
            in_both = [path for path in child.by_path if path in genotype]
            assert sum(child[path] != genotype[path] for path in in_both) == 1


@pytest.mark.parametrize("name", RICH)
def test_neighbours_are_members_that_meet_the_constraints(name: str) -> None:
    table = load_text(RICH[name]).decisions
    for seed in range(3):
        found = neighbours(table.sample(keyed_rng(name, seed)), table, keyed_rng(0))
        assert found
        for child in found:
            assert table.complete(child.by_path, keyed_rng(1)) == child
            assert not table.broken(child.by_path)


def test_an_ordered_choice_has_the_options_beside_it_as_neighbours() -> None:
    decision = Decision("width", "choice", (8, 16, 32, 64), is_ordered=True)
    assert [list(steps(decision, value)) for value in (8, 16, 64)] == [[16], [8, 32], [32]]


def test_another_choice_has_all_other_options() -> None:
    decision = Decision("op", "choice", (1, True, "a", None))
    assert list(steps(decision, True)) == [1, "a", None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (("a",), [("a", "b"), ("a", "c"), ("b",), ("c",)]),
        (("a", "c"), [("c",), ("a",), ("b", "c"), ("a", "b")]),
    ],
)
def test_a_subset_gains_loses_or_swaps_an_option(
    value: DecisionValue, expected: list[DecisionValue]
) -> None:
    decision = Decision("inputs", "subset", ("a", "b", "c"), least=1, most=2)
    assert list(steps(decision, value)) == expected


def test_a_space_of_one_member_has_no_neighbours() -> None:
    space = load_text(
        "version: 1\ninputs: {rgb: {frames: 4, size: 8}}\nclasses: 3\n"
        "network: {nodes: {a: relu}, head: {classes: =classes}}\n"
    )
    assert neighbours(Genotype(()), space.decisions, keyed_rng(0)) == []
