"""What is special to each search algorithm; what all keep to is in tests/contracts."""

import sys
from collections import Counter
from dataclasses import replace
from typing import Any, cast

import pytest

from nasvid.core.costs import Cost
from nasvid.core.errors import NasvidError
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.algorithms.archive_evolution import ArchiveEvolution
from nasvid.search.history import Result
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.neighbours import neighbours
from nasvid.search.proposal import Job, JobKind, Origin
from nasvid.search.space_view import SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from tests.search_fakes import TOY_TABLE, toy_settings


def make(name: str, **settings: Any) -> Algorithm:
    return ALGORITHMS[name](SpaceView(TOY_TABLE), toy_settings(**{"population": 1} | settings))


def result(
    number: int,
    top1: float,
    macs: int = 0,
    *,
    kind: JobKind = "search",
    parents: tuple[int, ...] = (),
) -> Result:
    job = Job(
        number=number,
        kind=kind,
        genotype=TOY_TABLE.sample(keyed_rng("algorithms", number)),
        graph_id=str(number),
        cost=Cost(macs=macs),
        origin=Origin("random", parents),
        fidelity=Fidelity(),
        seed=number,
    )
    return Result(job, Evaluation({"top1": top1}))


def parents(algorithm: Algorithm, count: int = 200) -> Counter[int]:
    """How often each job becomes the parent of a child."""
    proposals = [algorithm.propose(100, keyed_rng("parents", k)) for k in range(count)]
    return Counter(parent for proposal in proposals for parent in proposal.origin.parents)


def test_parents_of_archive_evolution_are_on_the_fronts_of_score_and_macs() -> None:
    algorithm = make("archive_evolution")
    points = [(0.5, 50), (0.4, 60), (0.9, 90), (0.1, 10), (0.3, 70)]
    for number, (top1, macs) in enumerate(points):
        algorithm.fold(result(number, top1, macs))
    counts = parents(algorithm)
    # Job 1 is dominated by job 0 alone, job 4 by job 1 too.
    assert set(counts) == {0, 1, 2, 3}
    assert 20 < counts[1] < 60


def test_a_gap_in_the_front_has_more_children_than_a_crowd() -> None:
    algorithm = make("archive_evolution", tournament=3)
    points = [(0.1, 10), (0.5, 50), (0.51, 51), (0.52, 52), (0.53, 53), (0.9, 90)]
    for number, (top1, macs) in enumerate(points):
        algorithm.fold(result(number, top1, macs))
    counts = parents(algorithm)
    assert counts[0] + counts[5] > 2 * (counts[2] + counts[3])


def test_a_candidate_that_has_children_leaves_the_next_ones_to_others() -> None:
    algorithm = make("archive_evolution", tournament=3)
    for number, top1 in enumerate((0.1, 0.5, 0.9)):
        algorithm.fold(result(number, top1, round(100 * top1)))
    before = parents(algorithm)
    for number in range(3, 9):
        algorithm.fold(result(number, 0.0, 999, parents=(0,)))
    after = parents(algorithm)
    assert 40 < before[0] < 90
    assert after[0] < before[0] / 3


def test_where_all_neighbours_are_children_one_of_those_takes_their_parents_place() -> None:
    algorithm = make("archive_evolution")
    algorithm.fold(result(0, 0.9, 1))
    assert set(parents(algorithm)) == {0}
    # More children than TOY_TABLE has neighbours; all of them are worse in both.
    for number in range(1, 31):
        algorithm.fold(result(number, 0.1 - number / 1000, 10 + number, parents=(0,)))
    counts = parents(algorithm)
    assert not counts[0]
    assert len(counts) > 20


def test_archive_evolution_takes_a_space_of_one_member() -> None:
    view = SpaceView(DecisionTable([Decision("op", "choice", ("conv2d",))]))
    algorithm = ALGORITHMS["archive_evolution"](view, toy_settings())
    algorithm.fold(result(0, 0.5, 10))
    algorithm.fold(result(1, 0.6, 10, parents=(0,)))
    algorithm.fold(result(2, 0.7, 10, parents=(0,)))
    with pytest.raises(NothingToChangeError):
        algorithm.propose(1000, keyed_rng(0))


def test_a_child_that_is_a_job_already_is_changed_again() -> None:
    first = result(0, 0.9, 1)
    around = {g.key for g in neighbours(first.job.genotype, TOY_TABLE, keyed_rng("around"))}
    view = SpaceView(TOY_TABLE, is_taken=lambda genotype: genotype.key in around)
    for is_known in (False, True):
        algorithm = ArchiveEvolution(
            view if is_known else SpaceView(TOY_TABLE), toy_settings(population=1)
        )
        algorithm.fold(first)
        found = [algorithm.propose(100, keyed_rng("known", k)) for k in range(60)]
        taken = [proposal.genotype.key in around for proposal in found]
        # One mutation leads to most of those around it, three of them seldom do.
        assert sum(taken) < 20 if is_known else sum(taken) > 40
        assert {proposal.origin.parents for proposal in found} == {(0,)}
        again = [proposal.origin.how.count("mutation:") for proposal in found]
        assert max(again) == (3 if is_known else 1)


def test_a_repeat_is_no_child_of_its_architecture() -> None:
    repeated, plain = [make("archive_evolution", tournament=2) for _ in range(2)]
    for number, top1 in enumerate((0.1, 0.5, 0.9)):
        for algorithm in (repeated, plain):
            algorithm.fold(result(number, top1, round(100 * top1)))
    repeated.fold(result(3, 0.9, 90, kind="repeat", parents=(2,)))
    assert parents(repeated) == parents(plain)
    # Jobs behind it are told apart by their own numbers.
    for algorithm, number in ((repeated, 4), (plain, 3)):
        algorithm.fold(result(number, 0.95, 95, parents=(2,)))
        for child in range(number + 1, number + 5):
            algorithm.fold(result(child, 0.0, 999, parents=(number,)))
    counts = parents(plain)
    assert counts[3]
    assert parents(repeated) == {n + (n > 2): count for n, count in counts.items()}


def test_the_worst_dies_whatever_its_age() -> None:
    algorithm = make("worst_dies_evolution", population=3)
    for number, top1 in enumerate((0.9, 0.1, 0.8, 0.7, 0.2)):
        algorithm.fold(result(number, top1))
    assert set(parents(algorithm)) == {0, 2, 3}


def test_of_equally_bad_candidates_the_oldest_dies() -> None:
    algorithm = make("worst_dies_evolution", population=2, tournament=1)
    for number in range(5):
        algorithm.fold(result(number, 0.5))
    assert set(parents(algorithm)) == {3, 4}


def test_the_oldest_dies_in_aging_evolution_however_good_it_is() -> None:
    algorithm = make("aging_evolution", population=3, tournament=1)
    for number, top1 in enumerate((0.9, 0.1, 0.8, 0.7)):
        algorithm.fold(result(number, top1))
    assert set(parents(algorithm)) == {1, 2, 3}


LINE = DecisionTable([Decision("x", "choice", tuple(range(9)), is_ordered=True)])


def at(number: int, x: int, *, how: str = "random", parent: int | None = None) -> Result:
    """A candidate on a line whose score falls with the distance from 6."""
    job = result(number, 0.0).job
    origin = Origin(how, () if parent is None else (parent,))
    job = replace(job, genotype=Genotype((("x", x),)), origin=origin)
    return Result(job, Evaluation({"top1": 1 - abs(x - 6) / 10}))


def proposed(algorithm: Algorithm) -> set[object]:
    return {algorithm.propose(100, keyed_rng("line", k)).genotype["x"] for k in range(60)}


def climber() -> Algorithm:
    return ALGORITHMS["local_search"](SpaceView(LINE), toy_settings(population=2))


def test_local_search_tries_the_neighbours_of_the_best_and_moves_on() -> None:
    algorithm = climber()
    algorithm.fold(at(0, 4))
    algorithm.fold(at(1, 1))
    assert proposed(algorithm) == {3, 5}
    algorithm.fold(at(2, 3, how="neighbour", parent=0))
    assert proposed(algorithm) == {5}
    algorithm.fold(at(3, 5, how="neighbour", parent=0))
    # Back is known.
    assert proposed(algorithm) == {6}


def test_local_search_begins_anew_where_no_neighbour_is_better() -> None:
    algorithm = climber()
    for number, x in enumerate((6, 1)):
        algorithm.fold(at(number, x))
    for number, x in enumerate((5, 7), start=2):
        algorithm.fold(at(number, x, how="neighbour", parent=0))
    assert len(proposed(algorithm)) == 9
    algorithm.fold(at(4, 3))
    assert proposed(algorithm) == {2, 4}
    # The climb is not left for another draw that was under way, unless that one is better.
    algorithm.fold(at(5, 0))
    assert proposed(algorithm) == {2, 4}
    algorithm.fold(at(6, 8))
    assert len(proposed(algorithm)) == 9


def test_local_search_leaves_neighbours_over_the_budget_alone() -> None:
    view = SpaceView(LINE, {"macs": 5}, lambda genotype: Cost(macs=cast("int", genotype["x"])))
    algorithm = ALGORITHMS["local_search"](view, toy_settings(population=1))
    algorithm.fold(at(0, 5))
    assert proposed(algorithm) == {4}


def test_nsga2_makes_children_of_the_generation_before_until_the_next_is_complete() -> None:
    algorithm = make("nsga2", population=3)
    points = [(0.9, 90), (0.5, 50), (0.1, 10), (0.95, 20), (0.99, 15)]
    for number, (top1, macs) in enumerate(points):
        algorithm.fold(result(number, top1, macs))
    assert set(parents(algorithm)) == {0, 1, 2}
    algorithm.fold(result(5, 0.2, 80))
    # Jobs 4 and 2 are the front now, and 3 is the one behind it.
    assert set(parents(algorithm)) == {2, 3, 4}
    assert parents(algorithm)[3] < parents(algorithm)[4]


def test_nsga2_draws_at_random_until_its_first_generation_is_complete() -> None:
    algorithm = make("nsga2", population=3)
    for number in range(2):
        algorithm.fold(result(number, 0.5))
    assert not parents(algorithm)


def test_nsga2_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymoo.util.nds.non_dominated_sorting", None)
    with pytest.raises(NasvidError, match=r"pip install 'nasvid\[search\]'"):
        make("nsga2")
