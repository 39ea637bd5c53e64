"""The small parts: history, candidates, mutations, front, job records."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity
from nasvid.core.seeds import keyed_rng
from nasvid.search.candidates import Prepared, Rejection
from nasvid.search.history import History, Result
from nasvid.search.mutations.nudge_ordered import NudgeOrdered
from nasvid.search.objectives import Objectives
from nasvid.search.pareto import non_dominated, pareto_front
from nasvid.search.proposal import Job, JobKind, Origin
from nasvid.search.space_view import Parent, SpaceView
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from tests.search_fakes import TOY_TABLE, toy_candidates


def make_job(number: int, kind: JobKind = "search", macs: int = 10) -> Job:
    return Job(
        number=number,
        kind=kind,
        genotype=TOY_TABLE.sample(keyed_rng(number)),
        graph_id=f"g{number}",
        cost=Cost(macs=macs),
        origin=Origin("mutation:x", (0, 1)),
        rejections={"repeat": 2, "budget.macs": 1},
        known=number,
        fidelity=Fidelity(epochs=3),
        seed=number,
    )


def make_result(number: int, score: float, macs: int, kind: JobKind = "search") -> Result:
    return Result(make_job(number, kind, macs), Evaluation({"top1": score}))


def test_a_job_reads_back_from_json() -> None:
    job = make_job(3)
    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job
    assert job.attempts == 4


def test_results_are_folded_in_job_order_and_once() -> None:
    history = History()
    for number in range(3):
        history.propose(make_job(number))
    history.tell(1, Evaluation({"top1": 0.1}))
    assert (history.num_known, history.num_in_flight) == (0, 2)
    history.tell(0, Evaluation({"top1": 0.0}))
    assert history.num_known == 2
    assert [result.job.number for result in history.fold(1)] == [0]
    assert [result.job.number for result in history.fold(2)] == [1]
    assert list(history.fold(2)) == []
    with pytest.raises(ValueError, match="asked for 3 results; 2 are known"):
        list(history.fold(3))


def test_a_job_without_a_result_has_none() -> None:
    history = History()
    for number in range(2):
        history.propose(make_job(number))
    history.tell(1, Evaluation({"top1": 0.5}))
    assert [history.is_told(number) for number in (-1, 0, 1, 2)] == [False, False, True, False]
    assert history.result(1) is next(history.results())
    for number in (-1, 0, 2):
        with pytest.raises(KeyError):
            history.result(number)


def test_jobs_are_numbered_without_gaps() -> None:
    with pytest.raises(ValueError, match="got job 1; the next one is 0"):
        History().propose(make_job(1))


def test_a_candidate_over_budget_is_rejected_with_the_limit() -> None:
    genotype = TOY_TABLE.complete({"source": "rgb"}, keyed_rng(0))
    assert toy_candidates(limit=-1).prepare(genotype) == Rejection("budget.macs")


def test_an_invalid_candidate_is_rejected_with_the_error() -> None:
    values = {"source": "flow", "repeats": 4}
    genotype = TOY_TABLE.complete(values, keyed_rng(0))
    rejection = toy_candidates().prepare(genotype)
    assert rejection == Rejection("invalid.ShapeError", "flow is too short for four copies.")


def test_a_valid_candidate_comes_with_graph_cost_and_id() -> None:
    genotype = TOY_TABLE.complete({"source": "rgb"}, keyed_rng(0))
    prepared = toy_candidates(limit=10**9).prepare(genotype)
    assert isinstance(prepared, Prepared)
    assert prepared.genotype == genotype
    assert prepared.cost.macs > 0


def test_a_nudge_is_one_step() -> None:
    table = DecisionTable([Decision("width", "choice", (8, 16, 32), is_ordered=True)])
    reached = {
        start: {
            NudgeOrdered().mutate(
                Parent(Genotype((("width", start),))), SpaceView(table), keyed_rng(seed)
            )["width"]
            for seed in range(20)
        }
        for start in (8, 16, 32)
    }
    assert reached == {8: {16}, 16: {8, 32}, 32: {16}}


BOTH = Objectives("top1", {"top1": "max", "macs": "min"})
POINTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20)


@given(POINTS)
def test_the_front_holds_no_dominated_point_and_leaves_none_out(
    points: list[tuple[int, int]],
) -> None:
    def dominates(left: tuple[int, int], right: tuple[int, int]) -> bool:
        return left != right and left[0] >= right[0] and left[1] <= right[1]

    front = {points[index] for index in pareto_front(points)}
    assert front == {p for p in points if not any(dominates(q, p) for q in points)}


VECTORS = st.lists(st.tuples(*[st.integers(0, 3)] * 3), max_size=20)


@given(VECTORS)
def test_of_several_objectives_what_no_other_dominates_is_kept(
    vectors: list[tuple[int, int, int]],
) -> None:
    def dominates(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
        return left != right and all(a >= b for a, b in zip(left, right, strict=True))

    kept = [vectors[index] for index in non_dominated(vectors)]
    assert len(set(kept)) == len(kept)
    assert set(kept) == {v for v in vectors if not any(dominates(w, v) for w in vectors)}
