"""What is known of a space before anything is spent: bounds, ranges, verdicts on a budget."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nasvid.api.budget_check import check_profile
from nasvid.core.costs import Cost
from nasvid.core.errors import BudgetError, NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.cost.analytic import cost_of
from nasvid.lowering.lower import lower
from nasvid.search.lower_bound import all_genotypes, lower_bound
from nasvid.search.profile import profile_space
from nasvid.spec.search_space import SearchSpace
from tests.rich_spaces import RICH
from tests.spaces import load_text, read, small

SPACES = Path(__file__).parents[3] / "search_spaces"
TEXTS = RICH | {path.stem: read(path) for path in SPACES.glob("*.yaml")}
# Spaces whose members take longest to lower.
LONG = ("two_stream", "bench_36", "movinet")

TINY = small(
    """
    a: {conv: {out: {choice: [4, 8]}, kernel: {choice: [1, 3]}}}
    b: {block: {choice: [conv2d, relu]}}
    """
)


def costs(space: SearchSpace, number: int = 0) -> Iterator[Cost]:
    """Of all valid members, or of some drawn at random."""
    table = space.decisions
    genotypes = (
        all_genotypes(table)
        if not number
        else (table.sample(keyed_rng("bound", k)) for k in range(number))
    )
    for genotype in genotypes:
        try:
            yield cost_of(lower(space, genotype).graph)
        except NasvidError:
            continue


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in TEXTS]
)
def test_no_member_is_below_the_bound(name: str) -> None:
    space = load_text(TEXTS[name])
    bound = lower_bound(space)
    for cost in costs(space, 15):
        assert bound.macs <= cost.macs
        assert bound.params <= cost.params
        assert bound.activations <= cost.activations


def test_the_bound_of_a_small_space_is_exact() -> None:
    space = load_text(TINY)
    found = list(costs(space))
    bound = lower_bound(space)
    assert bound.is_exact
    assert (bound.macs, bound.params) == (min(c.macs for c in found), min(c.params for c in found))


@pytest.mark.parametrize(
    "nodes",
    [
        # The second input is not read where the node is left out.
        "a: {conv: 64}\nb: {from: [rgb, a], when: {choice: [true, false]}, block: relu}",
        "a: {from: rgb, conv: 64}\nb: {from: {choice: [rgb, a]}, block: relu}",
        "a: {from: rgb, conv: 64}\nb: {from: {any_of: [rgb, a], min: 1}, block: relu}",
        "a: {repeat: {min: 0, max: 3}, conv: 9}",
        "a: {block: =op}",
        # What one node costs hangs on the shape of another.
        "b: {conv: 64}\na: {from: rgb, conv: {out: {choice: [=b.channels, 96]}}}",
    ],
)  # fmt: skip
def test_the_bound_holds_for_every_member(nodes: str) -> None:
    top = "decisions: {op: {choice: [relu, {conv3d: {kernel: {choice: [1, 3]}, out: 8}}]}}"
    space = load_text(small(nodes, top=top))
    bound = lower_bound(space)
    found = list(costs(space))
    assert found
    assert bound.macs <= min(cost.macs for cost in found)
    assert bound.params <= min(cost.params for cost in found)
    if bound.is_exact:
        assert bound.macs == min(cost.macs for cost in found)


def test_a_profile_tells_ranges_and_how_many_architectures_are_different() -> None:
    space = load_text(TINY)
    profile = profile_space(space, samples=200)
    found = list(costs(space))
    assert (profile.size.count, profile.distinct, profile.decisions) == (8, 8, 3)
    macs = profile.ranges["macs"]
    assert (macs.least, macs.most) == (min(c.macs for c in found), max(c.macs for c in found))
    assert macs.least <= macs.median <= macs.most
    assert (profile.verdict, profile.hardest_limit, profile.invalid) == ("no_budget", None, {})


def test_a_profile_is_the_same_for_the_same_seed() -> None:
    space = load_text(TEXTS["quickstart"])
    first, second = (profile_space(space, samples=20, seed=3) for _ in range(2))
    assert first == second
    assert first.ranges != profile_space(space, samples=20, seed=4).ranges


def test_all_members_are_looked_at_where_there_are_no_more_than_samples() -> None:
    space = load_text(TINY)
    found = sorted(cost.macs for cost in costs(space))
    whole, part = (profile_space(space, samples=samples) for samples in (8, 7))
    assert (whole.is_whole, whole.samples, whole.distinct) == (True, 8, 8)
    assert (part.is_whole, part.samples) == (False, 7)
    macs = whole.ranges["macs"]
    assert (macs.least, macs.median, macs.most) == (found[0], found[3], found[-1])
    assert whole == profile_space(space, samples=500, seed=5)


def test_members_that_break_a_constraint_are_not_looked_at() -> None:
    text = small("a: {conv: {out: =x}}\nb: {conv: {out: =y}}", top="decisions: {x: {choice: [4, 8]}, "
                 "y: {choice: [4, 8]}}\nconstraints: [{equal: [x, y]}]")  # fmt: skip
    profile = profile_space(load_text(text), samples=50)
    assert (profile.is_whole, profile.samples, profile.distinct) == (True, 2, 2)


def test_limits_that_are_met_one_by_one_but_never_together_are_impossible() -> None:
    # Fewer weights at many places, or many weights at few.
    text = small("a: {block: {choice: [few, many]}}", top="blocks: {few: {body: [{conv: 2}]}, "
                 "many: {body: [{conv: {out: 4, stride: 2}}]}}")  # fmt: skip
    found = list(costs(load_text(text)))
    limits = {name: min(getattr(c, name) for c in found) for name in ("params", "activations")}
    assert len(found) == 2
    assert not any(all(getattr(c, n) <= m for n, m in limits.items()) for c in found)
    space = with_limits(text, **limits)
    profile = profile_space(space, samples=10)
    assert (profile.verdict, profile.bound) == ("impossible", limits)
    with pytest.raises(BudgetError, match="none of the 2 members meets all limits at once"):
        check_profile(space, profile)


def with_limits(text: str, **limits: int) -> SearchSpace:
    return replace(load_text(text), limits=limits)


def test_a_member_within_the_budget_is_a_witness() -> None:
    space = with_limits(TINY, macs=200_000, params=150)
    profile = profile_space(space, samples=50)
    assert profile.verdict == "witness"
    assert profile.witness is not None
    cost = cost_of(lower(space, profile.witness).graph)
    assert cost.macs <= 200_000
    assert cost.params <= 150
    assert profile.within_budget < profile.samples == 8
    assert profile.hardest_limit == "params"


def test_a_budget_below_the_bound_is_impossible() -> None:
    profile = profile_space(with_limits(TINY, params=10), samples=20)
    assert (profile.verdict, profile.witness) == ("impossible", None)
    assert profile.bound["params"] > 10
    assert profile.broken == {"params": 8}


# So many choices that no sample is the smallest member, and no bound is found.
WIDE = small(
    "x: {from: {choice: [rgb]}, conv: 4}\n"
    + "\n".join(
        f"a{k}: {{conv: {{out: {{integer: {{min: 4, max: 60, step: 4}}}}}}}}" for k in range(6)
    )
)


def test_a_witness_is_looked_for_downhill_where_no_sample_is_one() -> None:
    smallest = 4 * 3 + 6 * 16 + 4 * 3 + 3
    profile = profile_space(with_limits(WIDE, params=smallest + 50), samples=20)
    assert (profile.verdict, profile.within_budget) == ("witness", 0)
    assert profile.tries > 20
    none = profile_space(with_limits(WIDE, params=smallest - 1), samples=20)
    assert none.verdict in {"none_found", "impossible"}
    assert none.smallest["params"] >= smallest


def test_the_search_for_a_witness_is_bounded_where_a_decision_has_a_million_values() -> None:
    nodes = "\n".join(f"a{k}: {{from: rgb, conv: 4}}" for k in range(22))
    refs = ", ".join(f"a{k}" for k in range(22))
    text = small(f"{nodes}\nb: {{from: {{any_of: [{refs}]}}, block: relu}}")
    profile = profile_space(with_limits(text, params=1), samples=3)
    assert profile.verdict in {"none_found", "impossible"}
    assert profile.tries < 1_000


def test_what_is_invalid_is_counted_by_reason_whatever_the_numbers() -> None:
    text = small("a: {conv: {out: {choice: [4, 8, 12]}, groups: 5}}")
    profile = profile_space(load_text(text), samples=30)
    ((reason, (count, example)),) = profile.invalid.items()
    assert reason.startswith("conv: parameter 'groups': groups N does not divide N ")
    assert count == 3
    assert example.startswith(
        "space.yaml:7:8: a: conv: parameter 'groups': groups 5 does not divide"
    )
    assert (profile.ranges, profile.distinct) == ({}, 0)
