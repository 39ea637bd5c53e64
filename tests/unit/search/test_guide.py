"""Searches that a model of the scores guides: what it brings, repeats, finalists."""

import pytest

from nasvid.core.evaluations import Evaluation
from nasvid.core.seeds import keyed_rng
from nasvid.search.controller import Controller
from nasvid.search.proposal import Job
from nasvid.spec.decisions import Decision, DecisionTable, Genotype
from nasvid.spec.sections import SurrogateSettings
from tests.search_fakes import toy_candidates, toy_controller

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
    return max(quality(job.genotype) for job in jobs[:60])


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_better_members_in_as_many_evaluations(seed: int) -> None:
    alone = best_after(make(seed, surrogate=SurrogateSettings(share=0)), 0.05)
    guided = best_after(make(seed), 0.05)
    assert guided > alone


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


def test_the_incumbent_is_not_the_luckiest_draw() -> None:
    controller = make(seed=1)
    play(controller, 0.3)
    results = [r for r in controller.history.results() if r.is_candidate]
    luckiest = max(results, key=lambda r: r.evaluation.metrics["top1"])
    assert controller.incumbent is not None
    assert quality(controller.incumbent.job.genotype) >= quality(luckiest.job.genotype)
