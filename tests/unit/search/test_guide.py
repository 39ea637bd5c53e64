"""Searches that a model of the scores guides: what it brings, repeats, finalists, fronts."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.seeds import keyed_rng
from nasvid.search.candidates import Candidates, Prepared
from nasvid.search.controller import Controller
from nasvid.search.front_gain import best_of, gains
from nasvid.search.proposal import Job
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from nasvid.spec.sections import SurrogateSettings
from tests.search_fakes import toy_candidates, toy_controller, toy_graph

TABLE = DecisionTable([Decision(f"d{k}", "choice", (0, 1, 2, 3)) for k in range(8)])


def quality(genotype: Genotype) -> float:
    return sum(int(value == 1) for _, value in genotype.values) / 8


def play(controller: Controller, noise: float) -> list[Job]:
    while not controller.is_done:
        job = controller.ask()
        assert job is not None
        luck = noise * keyed_rng("luck", job.seed).gauss(0, 1)
        controller.tell(job.number, Evaluation({"top1": quality(job.genotype) + luck}))
    return controller.history.jobs


def make(seed: int = 0, **settings: object) -> Controller:
    given = {"candidates": 100, "population": 16, "window": 1, "seed": seed, "final_split": ""}
    return toy_controller(TABLE, toy_candidates(10**9), **(given | settings))


def best_after(controller: Controller, noise: float) -> float:
    jobs = [job for job in play(controller, noise) if job.kind == "search"]
    return max(quality(job.genotype) for job in jobs[:50])


@pytest.mark.parametrize("window", [1, 8])
def test_it_finds_better_members_in_as_many_evaluations(window: int) -> None:
    off = SurrogateSettings(share=0)
    alone, guided = (
        fmean(best_after(make(seed, window=window, **settings), 0.05) for seed in range(6))
        for settings in ({"surrogate": off}, {})
    )
    assert guided > alone + 0.03


def first_guided(window: int) -> int:
    jobs = play(make(population=2, window=window), 0.05)
    return next(job.number for job in jobs if job.origin.how.endswith(" guided"))


def test_jobs_under_way_count_for_the_scores_that_it_waits_for() -> None:
    """As many jobs are drawn without it, as far as half of the scores are there."""
    assert {first_guided(window) for window in (1, 4, 8)} <= {16, 17}
    # Eight scores are there when job 8 + 15 - 1 is asked for.
    assert first_guided(16) in (23, 24)


def test_the_incumbent_counts_what_the_next_job_must_not_see() -> None:
    controller = make(window=8)
    scores = {}
    for _ in range(30):
        job = controller.ask()
        assert job is not None
        scores[job.number] = quality(job.genotype)
        controller.tell(job.number, Evaluation({"top1": scores[job.number]}))
    job = controller.ask()
    assert job is not None
    before = controller.history.num_folded
    assert before == 31 - 8
    controller.tell(job.number, Evaluation({"top1": 2.0}))
    assert controller.incumbent is not None
    assert controller.incumbent.job.number == job.number
    # To look changes nothing.
    assert controller.history.num_folded == before
    other = make(window=8)
    for number in range(31):
        assert other.ask() is not None
        other.tell(number, controller.history.result(number).evaluation)
    later = [next(iter([c.ask()])) for c in (controller, other)]
    assert later[0] == later[1]


def test_a_share_of_the_jobs_stays_unguided() -> None:
    jobs = [j for j in play(make(), 0.05) if j.kind == "search" and j.number >= 16]
    guided = [job for job in jobs if job.origin.how.endswith(" guided")]
    assert 0.75 < len(guided) / len(jobs) < 1.0


def test_the_first_jobs_are_those_of_random_search() -> None:
    first = [play(make(algorithm=name), 0.05)[:16] for name in ("aging_evolution", "random_search")]
    assert [j.graph_id for j in first[0]] == [j.graph_id for j in first[1]]


def test_promising_candidates_are_trained_again_where_trainings_are_noisy() -> None:
    jobs = play(make(), 0.1)
    repeats = [job for job in jobs if job.kind == "repeat"]
    assert 3 < len(repeats) < 25
    assert min(job.number for job in repeats) >= 50
    assert all(job.repeat >= 1 and job.seed != jobs[job.origin.parents[0]].seed for job in repeats)


def test_a_metric_without_noise_is_not_measured_again() -> None:
    repeats = [job for job in play(make(), 0.0) if job.kind == "repeat"]
    assert len(repeats) <= 3


def test_random_search_is_left_alone() -> None:
    jobs = play(make(algorithm="random_search"), 0.1)
    assert {job.kind for job in jobs} == {"search", "finalist"}
    assert {job.origin.how for job in jobs if job.kind == "search"} == {"random"}


def test_the_incumbent_is_better_than_the_luckiest_draw() -> None:
    led = lucky = 0.0
    for seed in range(12):
        controller = make(seed=seed)
        play(controller, 0.3)
        results = [r for r in controller.history.results() if r.is_candidate]
        luckiest = max(results, key=lambda r: r.evaluation.metrics["top1"])
        assert controller.incumbent is not None
        led += quality(controller.incumbent.job.genotype)
        lucky += quality(luckiest.job.genotype)
    assert led > lucky


def size(genotype: Genotype) -> int:
    return sum(int(str(value)) ** 2 for _, value in genotype.values)


class Sized(Candidates):
    """Members whose cost is their size, with a graph each."""

    def __init__(self) -> None:
        super().__init__(
            lower=toy_graph,
            measure=lambda graph: Cost(),
            find_broken_limits=lambda cost: (),
            identify=lambda graph: graph.inputs[0].name,
        )

    def prepare(self, genotype: Genotype) -> Prepared:
        prepared = super().prepare(genotype)
        assert isinstance(prepared, Prepared)
        return replace(prepared, cost=Cost(macs=size(genotype)))


def gain_of(genotype: Genotype) -> float:
    """Grows with the size at first, and falls behind the best."""
    return 1 - sum((int(str(value)) - 2) ** 2 for _, value in genotype.values) / 32


def play_for_front(seed: int = 0, noise: float = 0.0, **settings: Any) -> Controller:
    given = {"algorithm": "archive_evolution", "candidates": 60, "window": 1, "seed": seed}
    controller = toy_controller(
        TABLE, Sized(), **({"population": 16, "final_split": "", "finalists": 0} | given | settings)
    )
    while not controller.is_done:
        job = controller.ask()
        assert job is not None
        luck = noise * keyed_rng("luck", job.seed).gauss(0, 1)
        metrics = {"top1": gain_of(job.genotype) + luck, "calm": float(job.genotype["d0"] == 3)}
        controller.tell(job.number, Evaluation(metrics))
    return controller


def volume(controller: Controller) -> float:
    """Area of score and size that the candidates dominate."""
    points = [(gain_of(job.genotype), size(job.genotype)) for job in controller.history.jobs]
    found, fewest = 0.0, 72.0
    for score, cost in sorted(points, key=lambda point: (-point[0], point[1])):
        if cost < fewest:
            found += (score + 1) * (fewest - cost)
            fewest = cost
    return found


def test_a_front_is_pushed_out_further_in_as_many_evaluations() -> None:
    unguided = SurrogateSettings(share=0.0)
    alone = [volume(play_for_front(seed, surrogate=unguided)) for seed in range(3)]
    guided = [volume(play_for_front(seed, surrogate=SurrogateSettings())) for seed in range(3)]
    assert sum(guided) > sum(alone)


def test_a_search_for_a_front_leaves_a_share_unguided() -> None:
    jobs = [job for job in play_for_front().history.jobs if job.kind == "search"]
    guided = [job for job in jobs[16:] if job.origin.how.endswith(" guided")]
    assert 0.7 < len(guided) / len(jobs[16:]) < 1.0


def test_members_of_a_noisy_front_are_trained_again() -> None:
    chosen: list[float] = []
    others: list[float] = []
    num_again = num_repeats = 0
    for seed in range(3):
        jobs = play_for_front(seed, noise=0.1, candidates=120).history.jobs
        repeats = [job for job in jobs if job.kind == "repeat"]
        assert 3 < len(repeats) < 30
        assert min(job.number for job in repeats) >= 50
        again = {job.graph_id: job for job in repeats}
        num_again, num_repeats = num_again + len(again), num_repeats + len(repeats)
        known = [job for job in jobs if job.kind == "search"]
        chosen += [share_ahead(job, known) for job in again.values()]
        others += [share_ahead(job, known) for job in known]
    assert 3 < num_again < num_repeats
    # Of the front at that time, so of few members that cost little for what they score.
    assert fmean(chosen) < 0.7 * fmean(others)


def share_ahead(job: Job, known: Sequence[Job]) -> float:
    """How many score as much for less."""
    score = gain_of(job.genotype)
    ahead = [gain_of(k.genotype) >= score and k.cost.macs < job.cost.macs for k in known]
    return sum(ahead) / len(known)


def test_a_front_without_noise_is_not_measured_again() -> None:
    jobs = play_for_front(candidates=100).history.jobs
    assert sum(job.kind == "repeat" for job in jobs) <= 2


def test_some_finalists_of_a_front_are_from_all_over_it() -> None:
    controller = play_for_front(noise=0.05, candidates=80, finalists=4, repeats=1)
    finalists = [job for job in controller.history.jobs if job.kind == "finalist"]
    costs = [job.cost.macs for job in finalists]
    assert len(costs) == 4
    assert min(costs) < max(costs) / 2


def test_costs_are_not_measured_again() -> None:
    objectives = {"macs": "min", "params": "min"}
    for algorithm in ("archive_evolution", "aging_evolution"):
        given = {"objective": "macs", "objectives": objectives, "algorithm": algorithm}
        jobs = play_for_front(candidates=90, **given).history.jobs
        assert {job.kind for job in jobs} == {"search"}, algorithm


def test_lucky_single_draws_do_not_push_others_out_of_the_front() -> None:
    controller = play_for_front(noise=0.3, candidates=100)
    results = [r for r in controller.history.results() if r.is_candidate]
    lucky = max(results, key=lambda r: r.evaluation.metrics["top1"])
    told = {result.job.graph_id for result in controller.front}
    assert 1 < len(told) < len(results) / 2
    flattery = [
        result.evaluation.metrics["top1"] - gain_of(result.job.genotype)
        for result in (lucky, *controller.front)
    ]
    assert flattery[0] > sum(flattery[1:]) / len(told)


def test_without_the_model_nothing_of_a_front_is_guided() -> None:
    jobs = play_for_front(surrogate=SurrogateSettings(share=0.0)).history.jobs
    assert not any(job.origin.how.endswith(" guided") for job in jobs)


def test_a_front_of_two_metrics_and_a_cost_is_guided_too() -> None:
    objectives = {"top1": "max", "calm": "max", "macs": "min"}
    jobs = play_for_front(objectives=objectives).history.jobs
    guided = [job for job in jobs if job.origin.how.endswith(" guided")]
    assert len(guided) > 20
    assert any(job.genotype["d0"] == 3 for job in guided)


def test_a_front_of_costs_alone_needs_no_luck() -> None:
    controller = play_for_front(objective="macs", objectives={"macs": "min", "params": "min"})
    assert min(size(job.genotype) for job in controller.history.jobs) <= 2


def test_a_failed_candidate_is_no_part_of_the_model_of_a_front() -> None:
    controller = toy_controller(TABLE, Sized(), algorithm="archive_evolution", window=1)
    for _ in range(50):
        job = controller.ask()
        assert job is not None
        failed = Evaluation(failure=Failure("error", "too small"))
        works = size(job.genotype) % 2
        controller.tell(job.number, Evaluation({"top1": 0.5}) if works else failed)
    assert controller.incumbent is not None
    known = [r.job.graph_id for r in controller.history.results() if r.is_candidate]
    leaders = [result.job.graph_id for result in controller._guide.leaders()]
    assert sorted(leaders) == sorted(known)


def test_a_child_gains_the_least_by_which_it_is_ahead_of_a_member_in_some_objective() -> None:
    front = np.array([[0.0, 10.0], [4.0, 0.0]])
    children = np.array([[2.0, 5.0], [4.0, 0.0], [8.0, 0.0], [-4.0, 0.0], [4.0, 10.0]])
    assert gains(children, front).tolist() == [0.5, 0.0, 1.0, -1.0, 1.0]


def test_a_front_of_one_member_is_scaled_by_nothing() -> None:
    assert gains(np.array([[3.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 1.0]])).tolist() == [2.0, -1.0]


def test_the_best_of_three_objectives_come_front_by_front() -> None:
    vectors = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, 1.0, 0.0), (2.0, 2.0, 2.0)]
    assert best_of(vectors, 3) == [4, 1, 2]
    assert best_of([(1.0,), (3.0,), (2.0,), (3.0,)], 3) == [1, 3, 2]
