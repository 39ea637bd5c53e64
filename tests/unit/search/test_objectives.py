"""What is optimised: metrics and costs, up or down, with soft limits."""

from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nasvid
from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError, SpaceError
from nasvid.core.evaluations import MOST_METRIC, Evaluation
from nasvid.search.objectives import Objectives
from nasvid.spec.sections import Direction, Penalty, SearchSettings
from tests.spaces import small

COST = Cost(macs=2_000, params=300, activations=40)


def score(objectives: Objectives, cost: Cost = COST, **metrics: float) -> float:
    return objectives.score(Evaluation(metrics), cost)


def of(*, several: bool = False, **settings: Any) -> Objectives:
    return Objectives.of(SearchSettings(**settings), several=several)


def test_a_metric_is_maximised_and_costs_and_the_loss_minimised_unless_said_otherwise() -> None:
    assert score(of(), top1=0.5) == 0.5
    assert score(of(objective="accuracy"), accuracy=0.5) == 0.5
    assert score(of(objective="loss"), loss=0.5) == -0.5
    assert score(of(objective="params")) == -300
    assert score(of(objective="loss", objectives={"loss": "max"}), loss=0.5) == 0.5


def test_a_vector_has_the_objective_first_and_the_others_by_name_all_to_be_maximised() -> None:
    directions = {"params": "min", "top1": "max", "loss": "min", "activations": "max"}
    objectives = of(objectives=directions)
    evaluation = Evaluation({"top1": 0.5, "loss": 2.0, "top5": 0.9})
    assert objectives.vector(evaluation, COST) == (0.5, 40, -2.0, -300)
    assert list(objectives.directions) == ["top1", "activations", "loss", "params"]
    backward = of(objectives=dict(reversed(directions.items())))
    assert backward.vector(evaluation, COST) == objectives.vector(evaluation, COST)


def test_a_front_of_one_objective_weighs_it_against_macs() -> None:
    assert of(several=True).directions == {"top1": "max", "macs": "min"}
    assert of(objective="loss", several=True).directions == {"loss": "min", "macs": "min"}
    two = {"top1": "max", "params": "min"}
    assert of(objectives=two, several=True).directions == two


def test_a_lone_objective_keeps_its_direction_where_a_front_is_looked_for() -> None:
    most = {"macs": "max"}
    assert of(objective="macs", objectives=most, several=True).directions == most
    assert of(objective="macs", several=True).directions == {"macs": "min"}


def test_an_evaluation_lacks_metrics_but_never_costs() -> None:
    objectives = of(objectives={"top1": "max", "loss": "min", "macs": "min"})
    assert objectives.metrics == ("top1", "loss")
    assert objectives.missing(Evaluation({"top1": 0.5})) == ("loss",)
    assert objectives.missing(Evaluation({"loss": 0.5, "top1": 0.5})) == ()


def test_the_objective_is_one_of_the_objectives() -> None:
    with pytest.raises(NasvidError, match=r"got 'loss', which is none of the objectives top1; "):
        Objectives("loss", {"top1": "max"})


def limited(target: int, exponent: float = -0.5, *, rewards: bool = False) -> dict[str, Penalty]:
    return {"macs": Penalty(target, exponent, rewards)}


def test_a_soft_limit_scales_the_score_by_how_much_it_is_exceeded() -> None:
    assert score(of(penalties=limited(500)), top1=0.6) == pytest.approx(0.6 * 4**-0.5)
    assert score(of(penalties=limited(2_000)), top1=0.6) == 0.6
    assert score(of(penalties=limited(8_000)), top1=0.6) == 0.6


def test_a_soft_limit_may_reward_what_is_below_it() -> None:
    rewarded = of(penalties=limited(8_000, rewards=True))
    assert score(rewarded, top1=0.3) == pytest.approx(0.3 * 2)
    assert score(rewarded, Cost(macs=0), top1=0.3) == 0.3


def test_twice_the_cost_is_worth_five_percent_by_default() -> None:
    objectives = of(penalties={"macs": Penalty(1_000)})
    assert score(objectives, top1=1.0) == pytest.approx(0.953, abs=0.001)


def test_soft_limits_of_several_costs_add_up() -> None:
    both = of(penalties={"macs": Penalty(1_000, -1.0), "params": Penalty(100, -1.0)})
    assert score(both, top1=0.6) == pytest.approx(0.1)


def test_a_soft_limit_makes_a_score_below_zero_worse() -> None:
    assert score(of(objective="loss", penalties=limited(500)), loss=2.0) == pytest.approx(-4.0)
    assert score(of(objective="fit", penalties=limited(500)), fit=-2.0) == pytest.approx(-4.0)
    rewarded = of(objective="loss", penalties=limited(8_000, rewards=True))
    assert score(rewarded, loss=2.0) == pytest.approx(-1.0)


@given(
    st.sampled_from(("max", "min")),
    st.floats(-10, 10),
    st.floats(-3, -0.01),
    st.booleans(),
    st.lists(st.integers(1, 10**9), min_size=2, max_size=6, unique=True),
)
def test_a_higher_cost_never_makes_a_score_better(
    direction: Any, value: float, exponent: float, rewards: bool, costs: list[int]
) -> None:
    penalties = limited(10**5, exponent, rewards=rewards)
    objectives = of(objective="m", objectives={"m": direction}, penalties=penalties)
    scores = [score(objectives, Cost(macs=macs), m=value) for macs in sorted(costs)]
    assert all(cheap >= dear for cheap, dear in pairwise(scores))


def test_only_the_objective_is_penalised() -> None:
    objectives = of(objectives={"top1": "max", "top5": "max"}, penalties=limited(500))
    vector = objectives.vector(Evaluation({"top1": 0.6, "top5": 0.8}), COST)
    assert vector == (pytest.approx(0.3), 0.8)


@pytest.mark.parametrize("first", ["max", "min"])
@pytest.mark.parametrize("second", ["max", "min"])
def test_a_metric_and_a_cost_are_read_with_their_directions(
    first: Direction, second: Direction
) -> None:
    directions: dict[str, Direction] = {"top1": first, "macs": second}
    evaluation, signs = Evaluation({"top1": 0.6}), {"max": 1, "min": -1}
    expected = signs[first] * 0.6, signs[second] * 1000
    assert of(objectives=directions).vector(evaluation, Cost(macs=1000)) == expected
    limited_too = of(objectives=directions, penalties=limited(500))
    vector = limited_too.vector(evaluation, Cost(macs=1000))
    assert vector == (limited_too.score(evaluation, Cost(macs=1000)), expected[1])
    assert vector[0] < expected[0]


def load(tmp_path: Path, search: str) -> SearchSettings:
    path = tmp_path / "space.yaml"
    path.write_text(small(top=f"search: {search}"))
    return nasvid.load(path).spec.search


def test_a_soft_limit_may_be_a_number_alone(tmp_path: Path) -> None:
    assert load(tmp_path, "{penalties: {macs: 2G, params: 4000}}").penalties == {
        "macs": Penalty(2 * 10**9),
        "params": Penalty(4000),
    }


def test_objectives_of_a_file_arrive(tmp_path: Path) -> None:
    settings = load(tmp_path, "{objective: map, objectives: {macs: min, map: max}}")
    assert Objectives.of(settings).directions == {"map": "max", "macs": "min"}
    assert SearchSettings.from_json(settings.to_json()) == settings


@pytest.mark.parametrize(
    ("search", "column", "text"),
    [
        (
            "{objectives: {map: max, macs: min}}",
            22,
            (
                "search.objectives: got {'map': 'max', 'macs': 'min'}; lacks 'top1', by which the winner"
                " is found; add it, or say `objective` with one of 'map', 'macs'."
            ),
        ),
        (
            "{objective: loss, objectives: {top1: max}}",
            39,
            "search.objectives: got {'top1': 'max'}; lacks 'loss', by which",
        ),
        (
            "{objectives: {top1: up}}",
            29,
            "search.objectives.top1: got 'up'; should be 'max' or 'min'.",
        ),
        ("{objectives: [top1]}", 22, "search.objectives: got ['top1']; accepts a mapping."),
        ("{objective: ''}", 21, "search.objective: got ''; accepts a text that is not empty."),
        (
            "{penalties: {latency: 2}}",
            22,
            "search.penalties: got 'latency'; should be 'macs', 'params' or 'activations'.",
        ),
        (
            "{penalties: {macs: {target: 2G, exponent: 0.1}}}",
            51,
            "search.penalties.macs.exponent: got 0.1; should be less than 0.",
        ),
        ("{penalties: {macs: {}}}", 28, "search.penalties.macs: lacks the key 'target'; add it."),
        (
            "{penalties: {macs: lots}}",
            28,
            "search.penalties.macs: got 'lots'; accepts a positive count such as 2G, 4.5M or 1000.",
        ),
        ("{penalties: {macs: [2]}}", 28, "search.penalties.macs: got [2]; accepts a mapping."),
    ],
)
def test_settings_that_make_no_objectives_are_refused_where_they_stand(
    tmp_path: Path, search: str, column: int, text: str
) -> None:
    with pytest.raises(SpaceError) as caught:
        load(tmp_path, search)
    assert f"{tmp_path}/space.yaml:2:{column}: {text}" in str(caught.value)


def test_objectives_given_by_hand_are_checked_alike() -> None:
    space = nasvid.load(Path(__file__).parents[3] / "search_spaces/quickstart.yaml")
    with pytest.raises(NasvidError, match=r"objectives: got .*; lacks 'loss', by which the winner"):
        space.with_search(objective="loss", objectives={"top1": "max"})
    found = space.with_search(objective="loss", penalties={"macs": 10**6}).spec.search
    assert found.penalties == {"macs": Penalty(10**6)}


def test_a_soft_limit_never_makes_a_score_that_cannot_be_squared() -> None:
    huge = Cost(macs=1, params=1, activations=10**18)
    for sign in (1, -1):
        names = ("macs", "params", "activations")
        targets = {name: Penalty(10 ** (9 + 9 * sign), -10.0, rewards=True) for name in names}
        found = score(of(penalties=targets), huge, top1=MOST_METRIC * sign)
        assert isfinite(found * found * 1e6)


@pytest.mark.parametrize("exponent", ["-11", "-1e300", "0"])
def test_an_exponent_that_makes_no_soft_limit_is_refused(tmp_path: Path, exponent: str) -> None:
    search = f"search: {{penalties: {{macs: {{target: 1G, exponent: {exponent}}}}}}}"
    path = tmp_path / "space.yaml"
    path.write_text(small("a: {conv2d: {out: 8}}", top=search))
    with pytest.raises(SpaceError, match=r"search\.penalties\.macs\.exponent: got "):
        nasvid.load(path)
