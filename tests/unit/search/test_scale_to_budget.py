"""Scaling a member until it just fits the budget."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import product
from typing import Any

import pytest

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.core.seeds import keyed_rng
from nasvid.search.mutation import MUTATIONS, NothingToChangeError
from nasvid.search.mutations.scale_to_budget import ScaleToBudget
from nasvid.search.operators import make_operators
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from tests.variation_spaces import everything, parent_of, view_of

WIDTHS = tuple(range(8, 136, 8))
TABLE = DecisionTable(
    [
        Decision("width", "choice", WIDTHS),
        Decision("depth", "choice", (1, 2, 3, 4, 5)),
        Decision("size", "choice", (32, 64, 96, 128)),
        Decision("op", "choice", ("conv", "pool")),
    ]
)


def cost(genotype: Genotype) -> Cost:
    width, depth, size = (genotype[name] for name in ("width", "depth", "size"))
    return Cost(macs=width * width * depth * size * size, params=width * width * depth)  # type: ignore[operator]


def scaled(
    values: Mapping[str, Any], limits: Mapping[str, int], seed: int, **options: Any
) -> Genotype:
    parent = TABLE.complete({**values, "op": "conv"}, keyed_rng(0))
    view = SpaceView(TABLE, limits, cost)
    return ScaleToBudget(**options).mutate(Parent(parent), view, keyed_rng(seed))


SMALL = {"width": 8, "depth": 1, "size": 32}
LARGE = {"width": 128, "depth": 5, "size": 128}
LIMITS = {"macs": 40_000_000, "params": 20_000}


@pytest.mark.parametrize("values", [SMALL, LARGE])
def test_it_grows_and_shrinks_to_just_under_the_budget(values: Mapping[str, int]) -> None:
    shares: list[float] = []
    for seed in range(30):
        child = scaled(values, LIMITS, seed)
        macs, params = cost(child).macs, cost(child).params
        shares.append(max(macs / LIMITS["macs"], params / LIMITS["params"]))
        assert child["op"] == "conv"
    assert 0.9 <= min(shares) <= max(shares) <= 1


COARSE = DecisionTable(
    [
        Decision("width", "choice", (16, 24, 32, 48)),
        Decision("depth", "choice", (1, 2, 3)),
        Decision("size", "choice", (32, 64, 96)),
    ]
)


@pytest.mark.parametrize("limit", [7_000_000, 3_500_000, 12_000_000])
def test_where_options_are_coarse_it_finds_the_member_that_is_closest(limit: int) -> None:
    sizes = product((16, 24, 32, 48), (1, 2, 3), (32, 64, 96))
    all_macs = {width**2 * depth * size**2 for width, depth, size in sizes}
    closest = max(macs for macs in all_macs if macs <= limit)
    view = SpaceView(COARSE, {"macs": limit}, cost)
    for seed in range(20):
        parent = Parent(COARSE.sample(keyed_rng(seed)))
        if cost(parent.genotype).macs != closest:
            child = ScaleToBudget().mutate(parent, view, keyed_rng(seed))
            assert cost(child).macs == closest


def test_any_member_within_the_budget_will_do_where_the_margin_is_all_of_it() -> None:
    for seed in range(10):
        child = scaled(LARGE, {"macs": 40_000_000}, seed, margin=1.0)
        assert cost(child).macs <= 40_000_000


def test_the_margin_is_an_option() -> None:
    for seed in range(10):
        share = cost(scaled(SMALL, {"macs": 40_000_000}, seed, margin=0.4)).macs / 40_000_000
        assert 0.6 <= share <= 1


def test_what_fits_already_is_balanced_in_another_way() -> None:
    values = {"width": 64, "depth": 2, "size": 64}
    limits = {"macs": 35_000_000}
    children: set[str] = set()
    for seed in range(20):
        with suppress(NothingToChangeError):
            children.add(scaled(values, limits, seed).id)
    assert TABLE.complete({**values, "op": "conv"}, keyed_rng(0)).id not in children
    assert len(children) > 1


def test_it_measures_no_more_networks_than_it_may() -> None:
    measured: list[Genotype] = []

    def measure(genotype: Genotype) -> Cost:
        measured.append(genotype)
        return cost(genotype)

    parent = TABLE.complete({**SMALL, "op": "conv"}, keyed_rng(0))
    view = SpaceView(TABLE, {"macs": 41_000_000}, measure)
    for seed in range(10):
        measured.clear()
        ScaleToBudget(steps=6).mutate(Parent(parent, cost=cost(parent)), view, keyed_rng(seed))
        assert len(measured) <= 6


def test_a_budget_that_no_step_reaches_is_told() -> None:
    with pytest.raises(NothingToChangeError):
        scaled(LARGE, {"macs": 10}, 0)


def test_networks_that_are_none_are_passed_over() -> None:
    def measure(genotype: Genotype) -> Cost | None:
        return None if genotype["depth"] in (2, 4) else cost(genotype)

    parent = TABLE.complete({**SMALL, "op": "conv"}, keyed_rng(0))
    view = SpaceView(TABLE, LIMITS, measure)
    found = 0
    for seed in range(20):
        try:
            child = ScaleToBudget().mutate(Parent(parent), view, keyed_rng(seed))
        except NothingToChangeError:
            continue
        assert child["depth"] not in (2, 4)
        found += 1
    assert found > 10


def test_it_has_nothing_to_aim_at_without_a_budget() -> None:
    assert not ScaleToBudget().applies(SpaceView(TABLE, {}, cost))
    assert ScaleToBudget().applies(SpaceView(TABLE, LIMITS, cost))


def test_members_of_a_real_space_stay_within_the_budget() -> None:
    space = everything()
    view = view_of(space)
    for seed in range(4):
        try:
            child = ScaleToBudget().mutate(parent_of(space, seed), view, keyed_rng(seed))
        except NothingToChangeError:
            continue
        found = view.measure(child)
        assert found is not None
        assert found.macs <= view.limits["macs"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"margin": 0.0}, "margin: got 0.0; accepts a number above 0, at most 1"),
        ({"steps": 1}, "steps: got 1; accepts a number of 2 or more"),
    ],
)
def test_options_of_a_file_are_checked(options: dict[str, Any], text: str) -> None:
    with pytest.raises(NasvidError, match=text):
        make_operators(MUTATIONS, {"scale_to_budget": options}, "search.mutations")
