"""Optuna's samplers as search algorithms."""

import random
import sys
from typing import Any

import pytest

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.controller import SLOW_PATIENCE
from nasvid.search.history import Result
from nasvid.search.proposal import Job, Origin
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from tests.rich_spaces import RICH
from tests.search_fakes import TOY_TABLE, play, toy_candidates, toy_controller, toy_settings
from tests.spaces import load_text

NAMES = ("optuna_tpe", "optuna_nsga2")
LINE = DecisionTable(
    [Decision(f"x{k}", "choice", tuple(range(10)), is_ordered=True) for k in range(3)]
)


def make(name: str, table: DecisionTable = LINE, **settings: Any) -> Algorithm:
    return ALGORITHMS[name](SpaceView(table), toy_settings(**{"population": 5} | settings))


def result(number: int, genotype: Genotype, top1: float, macs: int = 0) -> Result:
    job = Job(
        number=number,
        kind="search",
        genotype=genotype,
        graph_id=str(number),
        cost=Cost(macs=macs),
        origin=Origin("random"),
        fidelity=Fidelity(),
        seed=number,
    )
    return Result(job, Evaluation({"top1": top1}))


def distance(genotype: Genotype) -> int:
    """How far all values are from 7."""
    return sum(abs(int(str(value)) - 7) for _, value in genotype.values)


@pytest.mark.parametrize("name", NAMES)
def test_it_learns_where_good_values_are(name: str) -> None:
    algorithm = make(name)
    drawn: list[int] = []
    for number in range(60):
        genotype = algorithm.propose(number, keyed_rng("learn", number)).genotype
        drawn.append(distance(genotype))
        algorithm.fold(result(number, genotype, 1 - distance(genotype) / 30))
    assert sum(drawn[-20:]) < 0.6 * sum(drawn[:20])


@pytest.mark.parametrize("name", NAMES)
def test_asking_often_changes_no_later_proposal(name: str) -> None:
    often, once = make(name, TOY_TABLE), make(name, TOY_TABLE)
    for number in range(30):
        genotype = TOY_TABLE.sample(keyed_rng("often", number))
        for algorithm in (often, once):
            algorithm.fold(result(number, genotype, random.Random(number).random(), number))
        for attempt in range(3):
            often.propose(number, keyed_rng("attempt", number, attempt))
    for number in range(30, 36):
        left, right = (a.propose(number, keyed_rng(number)) for a in (often, once))
        assert left == right


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("space", RICH)
def test_it_proposes_members_of_every_kind_of_space(name: str, space: str) -> None:
    table = load_text(RICH[space]).decisions
    algorithm = make(name, table)
    for number in range(8):
        genotype = table.sample(keyed_rng(space, number))
        algorithm.fold(result(number, genotype, number / 10, number))
    for number in range(8, 11):
        genotype = algorithm.propose(number, keyed_rng(number)).genotype
        assert table.complete(genotype.by_path, keyed_rng(0)) == genotype
        assert not table.broken(genotype.by_path)


@pytest.mark.parametrize("name", NAMES)
def test_what_has_too_many_values_is_refused(name: str) -> None:
    options = tuple(f"o{k}" for k in range(12))
    table = DecisionTable([Decision("edges", "subset", options, least=0, most=12)])
    with pytest.raises(
        NasvidError, match=rf"{name}: 'edges' has 4,096 values; accepts at most 1,000\. Use another"
    ):
        make(name, table)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(NasvidError, match=rf"{name}: package 'optuna' .*'nasvid\[search\]'"):
        make(name)


@pytest.mark.parametrize("name", NAMES)
def test_where_hardly_anything_is_new_members_are_drawn_at_random(name: str) -> None:
    table = DecisionTable([Decision(f"x{k}", "choice", tuple(range(12))) for k in range(2)])
    settings = {"population": 5, "candidates": 40, "finalists": 1, "repeats": 0, "seed": 0}
    controller = toy_controller(table, toy_candidates(5_000), algorithm=name, **settings)
    jobs = [job for job in play(controller) if job.kind == "search"]
    # Those before see no result and are drawn at random anyway.
    late = [job for job in jobs if job.attempts > SLOW_PATIENCE and job.number >= 5]
    assert late
    assert {job.origin.how for job in late} == {"random"}
    assert "each of the 144 members of the space was tried" in controller.exhausted
