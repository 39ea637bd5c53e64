"""What is special to each search algorithm; what all keep to is in tests/contracts."""

from collections import Counter
from typing import Any

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import ALGORITHMS, Algorithm
from nasvid.search.history import Result
from nasvid.search.proposal import Job, JobKind, Origin
from nasvid.search.space_view import SpaceView
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


def test_parents_of_archive_evolution_are_on_the_front_of_score_and_macs() -> None:
    algorithm = make("archive_evolution")
    for number, (top1, macs) in enumerate([(0.5, 50), (0.4, 60), (0.9, 90), (0.1, 10), (0.1, 10)]):
        algorithm.fold(result(number, top1, macs))
    assert set(parents(algorithm)) == {0, 2, 3}


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


def test_a_repeat_is_no_child_of_its_architecture() -> None:
    repeated, plain = make("archive_evolution"), make("archive_evolution")
    for number, top1 in enumerate((0.1, 0.5, 0.9)):
        for algorithm in (repeated, plain):
            algorithm.fold(result(number, top1, round(100 * top1)))
    repeated.fold(result(3, 0.9, 90, kind="repeat", parents=(2,)))
    assert parents(repeated) == parents(plain)
