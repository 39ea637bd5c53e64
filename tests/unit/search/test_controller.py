import json
from collections.abc import Callable

import pytest

from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity, training_seed
from nasvid.core.seeds import keyed_rng
from nasvid.graph.ir import Graph
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.controller import PATIENCE, Controller
from nasvid.spec.decisions import Condition, Decision, DecisionTable, Genotype
from nasvid.spec.sections import SurrogateSettings
from tests.search_fakes import (
    TOY_TABLE,
    evaluate_job,
    play,
    toy_candidates,
    toy_controller,
    toy_graph,
    toy_settings,
)

WINDOW = 5


@pytest.mark.parametrize("algorithm", ["aging_evolution", "random_search"])
def test_the_order_of_arrival_and_the_jobs_in_flight_change_no_job(algorithm: str) -> None:
    expected = play(toy_controller(algorithm=algorithm))
    assert len(expected) == 67
    for order in range(12):
        jobs = play(toy_controller(algorithm=algorithm), order, in_flight=1 + order % 7)
        assert jobs == expected


def test_the_window_is_part_of_the_experiment() -> None:
    assert play(toy_controller(window=1)) != play(toy_controller(window=WINDOW))


def test_another_seed_gives_other_jobs() -> None:
    first, second = (play(toy_controller(seed=seed)) for seed in (1, 2))
    assert [job.graph_id for job in first] != [job.graph_id for job in second]


def test_both_algorithms_share_the_initial_population() -> None:
    evolution = play(toy_controller())
    at_random = play(toy_controller(algorithm="random_search"))
    first = [[job.graph_id for job in jobs[:10]] for jobs in (evolution, at_random)]
    assert first[0] == first[1]
    assert [job.seed for job in evolution[:10]] == [job.seed for job in at_random[:10]]
    assert evolution[10:60] != at_random[10:60]


def test_no_more_jobs_are_in_flight_than_the_window_allows() -> None:
    controller = toy_controller()
    jobs = [controller.ask() for _ in range(WINDOW + 2)]
    assert [job is None for job in jobs] == [False] * WINDOW + [True, True]
    controller.tell(1, evaluate_job(controller.history.jobs[1]))
    assert controller.ask() is None
    controller.tell(0, evaluate_job(controller.history.jobs[0]))
    assert controller.ask() is not None


def test_a_job_sees_the_results_up_to_its_number_less_the_window() -> None:
    jobs = play(toy_controller())
    assert [job.known for job in jobs[:60]] == [max(0, n - WINDOW + 1) for n in range(60)]
    for job in jobs[:60]:
        assert all(parent < job.known for parent in job.origin.parents)


def test_a_result_that_a_job_may_not_see_does_not_change_it() -> None:
    late = toy_controller(population=1)
    early = toy_controller(population=1)
    for controller in (late, early):
        for _ in range(WINDOW):
            controller.ask()
    late.tell(0, Evaluation({"top1": 0.1}))
    for number in range(WINDOW):
        early.tell(number, Evaluation({"top1": 0.1 + number}))
    assert late.ask() == early.ask()


def test_no_architecture_is_searched_twice() -> None:
    ids = [job.graph_id for job in play(toy_controller()) if job.kind == "search"]
    assert len(set(ids)) == len(ids) > 50


def test_rejections_are_counted_by_reason_and_not_numbered() -> None:
    jobs = play(toy_controller(members=toy_candidates(limit=20_000)))
    reasons = {reason for job in jobs for reason in job.rejections}
    assert {"budget.macs", "invalid.ShapeError", "repeat"} <= reasons
    assert [job.number for job in jobs] == list(range(67))
    assert all(job.attempts == 1 + sum(job.rejections.values()) for job in jobs)
    assert all(job.cost.macs <= 20_000 for job in jobs)


def test_equal_architectures_train_with_equal_seeds() -> None:
    job = play(toy_controller())[0]
    assert job.seed == training_seed(7, job.graph_id, Fidelity(), 0)


def test_the_winner_is_trained_again_with_fresh_seeds_and_scored_on_the_final_split() -> None:
    controller = toy_controller(surrogate=SurrogateSettings(share=0))
    jobs = play(controller)
    closing = jobs[60:]
    winner = controller.winner
    assert winner is not None
    found = [r for r in controller.history.results() if r.is_candidate]
    leaders = sorted(found, key=lambda r: -r.evaluation.metrics["top1"])[:3]
    ids = [result.job.graph_id for result in leaders]
    assert [(job.kind, job.repeat, job.graph_id) for job in closing[:6]] == [
        ("finalist", repeat, graph) for repeat in (1, 2) for graph in ids
    ]
    assert len({job.seed for job in [*closing[:6], *(r.job for r in leaders)]}) == 9
    assert (closing[6].kind, closing[6].graph_id) == ("final", winner.job.graph_id)
    # The model scored on the final split is the one that was scored first.
    assert closing[6].seed == winner.job.seed
    assert closing[6].fidelity.split == "test"
    assert winner.job.graph_id in ids


def test_closing_jobs_wait_for_every_search_job() -> None:
    controller = toy_controller(candidates=4)
    for _ in range(4):
        controller.ask()
    for number in (3, 2, 1):
        controller.tell(number, Evaluation({"top1": 0.5}))
        assert controller.ask() is None
    controller.tell(0, Evaluation({"top1": 0.5}))
    job = controller.ask()
    assert job is not None
    assert job.kind == "finalist"


def test_a_run_of_failures_ends_without_a_winner() -> None:
    controller = toy_controller(candidates=12)
    while not controller.is_done:
        job = controller.ask()
        assert job is not None
        controller.tell(job.number, Evaluation(failure=Failure("error", "does not fit")))
    assert controller.winner is None
    assert len(controller.history) == 12


def test_a_failed_candidate_is_no_parent() -> None:
    controller = toy_controller(candidates=50)
    jobs = play(controller)
    failed = {r.job.number for r in controller.history.results() if not r.evaluation.ok}
    parents = {parent for job in jobs for parent in job.origin.parents}
    assert failed
    assert parents
    assert not failed & parents


TINY = DecisionTable([Decision("a", "choice", (1, 2, 3)), Decision("b", "choice", (1, 2))])
# Hangs on two decisions, so that the size of the space takes some steps to count.
ENTANGLED = DecisionTable(
    [
        *TINY,
        Decision("c", "choice", (1, 2), conditions=(Condition("a", 1), Condition("b", 1))),
    ]
)


@pytest.mark.parametrize("algorithm", ["aging_evolution", "random_search"])
def test_a_space_of_which_all_is_taken_ends_the_search(algorithm: str) -> None:
    controller = toy_controller(TINY, toy_candidates(10**9), algorithm=algorithm, population=2)
    jobs = play(controller, in_flight=3)
    assert [job.kind for job in jobs] == ["search"] * 6 + ["finalist"] * 6 + ["final"]
    assert "exhausted after 6 candidates: each of the 6 members" in controller.exhausted


def test_members_that_were_named_come_first_even_where_others_are_trained_again() -> None:
    named = [TOY_TABLE.complete({"source": "rgb", "alias": False}, keyed_rng(k)) for k in range(20)]
    controller = Controller(
        TOY_TABLE,
        toy_settings(rungs=(1, 3), window=2, population=5),
        toy_candidates(10**9),
        warm_start=named,
    )
    jobs = [job for job in play(controller) if not job.is_closing]
    assert [job.kind for job in jobs[:23]].count("promotion") >= 1
    found = [job.genotype for job in jobs if job.origin.how == "warm_start"]
    assert found == list({job.id: job for job in named}.values())
    last = max(job.number for job in jobs if job.origin.how == "warm_start")
    assert all(job.kind == "promotion" for job in jobs[:last] if job.origin.how != "warm_start")


def test_members_that_were_named_are_left_out_over_the_budget_and_where_they_are_one_graph() -> (
    None
):
    genotypes = [
        TOY_TABLE.complete({"source": "rgb", "alias": alias}, keyed_rng(0))
        for alias in (False, True)
    ]
    cost = toy_candidates().measure(genotypes[0])
    assert cost is not None
    for limit, count in ((cost.macs, 1), (cost.macs - 1, 0)):
        controller = Controller(
            TOY_TABLE, toy_settings(), toy_candidates(limit), warm_start=genotypes
        )
        hows = [job.origin.how for job in play(controller)]
        assert hows.count("warm_start") == count


def test_a_space_of_unknown_size_ends_the_search_by_the_cap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nasvid.spec.count.MAX_STEPS", 0)
    controller = toy_controller(ENTANGLED, toy_candidates(10**9), attempts=50, population=2)
    jobs = play(controller, in_flight=3)
    assert len([job for job in jobs if job.kind == "search"]) == 10
    assert "no new architecture in" in controller.exhausted
    assert "repeat" in controller.exhausted


def test_where_all_children_are_taken_changes_of_them_are_tried_before_a_job_waits() -> None:
    # The best few stay where scores are drawn at random, so their neighbours are soon all taken.
    controller = toy_controller(algorithm="worst_dies_evolution", candidates=300, population=5)
    jobs = [job for job in play(controller) if job.kind == "search"]
    assert any(job.attempts > PATIENCE for job in jobs)
    assert max(job.attempts for job in jobs) < 6 * PATIENCE
    assert [job.known for job in jobs] == [max(0, n - WINDOW + 1) for n in range(300)]
    further = [job for job in jobs if job.attempts > PATIENCE and job.origin.how.count(":") > 1]
    assert further
    assert all(job.origin.parents for job in further)


def test_a_job_that_finds_nothing_waits_for_more_results() -> None:
    controller = toy_controller(TINY, toy_candidates(10**9), attempts=1, candidates=6)
    jobs = play(controller)
    waited = [job.known > max(0, job.number - WINDOW + 1) for job in jobs if job.kind == "search"]
    assert any(waited)
    for order in range(8):
        other = toy_controller(TINY, toy_candidates(10**9), attempts=1, candidates=6)
        assert play(other, order, in_flight=1 + order % 5) == jobs


@pytest.mark.parametrize("cut", range(7))
def test_a_job_after_one_that_waited_sees_no_less_even_when_rebuilt(cut: int) -> None:
    def make() -> Controller:
        return toy_controller(TINY, toy_candidates(10**9), attempts=1, candidates=6, population=1)

    expected = play(make())
    known = [job.known for job in expected]
    assert known == sorted(known)
    rebuilt = make()
    rebuilt.restore(expected[:cut])
    for job in expected[:cut]:
        rebuilt.tell(job.number, evaluate_job(job))
    assert play(rebuilt) == expected


def test_a_budget_that_nothing_meets_ends_the_search_before_it_began() -> None:
    controller = toy_controller(members=toy_candidates(limit=-1), attempts=20)
    assert controller.ask() is None
    assert controller.is_done
    assert "exhausted after 0 candidates" in controller.exhausted
    assert "budget.macs" in controller.exhausted


def tight_controller(algorithm: str) -> Controller:
    """Members whose numbers add up to 81 on average, of which those of 20 at most may be evaluated."""
    table = DecisionTable(
        [Decision(f"d{k}", "choice", tuple(range(10)), is_ordered=True) for k in range(18)]
    )

    def total(graph: Graph) -> Cost:
        return Cost(macs=sum(json.loads(graph.inputs[0].name).values()))

    members = Candidates(
        lower=toy_graph,
        measure=total,
        find_broken_limits=lambda cost: ("macs",) if cost.macs > 20 else (),
        identify=lambda graph: graph.inputs[0].name,
    )
    settings = toy_settings(algorithm=algorithm, candidates=20)
    return Controller(table, settings, members, limits={"macs": 20})


@pytest.mark.parametrize("algorithm", ["aging_evolution", "random_search", "optuna_tpe"])
def test_where_the_budget_leaves_little_members_are_found_step_by_step(algorithm: str) -> None:
    jobs = play(tight_controller(algorithm))
    searched = [job for job in jobs if job.kind == "search"]
    assert len(searched) == 20
    assert all(job.cost.macs <= 20 for job in searched)
    # Each begins with a draw of its own and is not told at endless length.
    assert searched[0].origin.how.split(" ")[0] == "random"
    assert max(len(job.origin.how.split(" ")) for job in searched) == 4
    rebuilt = tight_controller(algorithm)
    rebuilt.restore(jobs[:7])
    for job in jobs[:7]:
        rebuilt.tell(job.number, evaluate_job(job))
    assert play(rebuilt) == jobs


@pytest.mark.parametrize("cut", range(0, 68, 9))
def test_a_controller_rebuilt_from_its_jobs_goes_on_alike(cut: int) -> None:
    expected = play(toy_controller())
    rebuilt = toy_controller()
    rebuilt.restore(expected[:cut])
    pending = expected[max(0, cut - 3) : cut]
    for job in expected[: max(0, cut - 3)]:
        rebuilt.tell(job.number, evaluate_job(job))
    for job in reversed(pending):
        rebuilt.tell(job.number, evaluate_job(job))
    assert play(rebuilt) == expected


def test_a_rebuilt_controller_keeps_an_early_end() -> None:
    def make() -> Controller:
        return toy_controller(TINY, toy_candidates(10**9))

    expected = play(make())
    rebuilt = make()
    rebuilt.restore(expected)
    for job in expected:
        rebuilt.tell(job.number, evaluate_job(job))
    assert rebuilt.is_done
    assert "earlier session" in rebuilt.exhausted


def give_unknown(controller: Controller) -> None:
    controller.tell(0, Evaluation({"top1": 0.5}))


def give_twice(controller: Controller) -> None:
    controller.ask()
    controller.tell(0, Evaluation({"top1": 0.5}))
    controller.tell(0, Evaluation({"top1": 0.5}))


def give_without_objective(controller: Controller) -> None:
    controller.ask()
    controller.tell(0, Evaluation({"loss": 0.5}))


@pytest.mark.parametrize(
    ("misuse", "text"),
    [
        (give_unknown, "not proposed"),
        (give_twice, "second result"),
        (give_without_objective, "no metric 'top1'"),
    ],
)
def test_misuse_is_refused(misuse: Callable[[Controller], None], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        misuse(toy_controller())


def test_the_same_genotype_is_not_lowered_twice() -> None:
    lowered: list[str] = []
    candidates = toy_candidates()
    prepare = candidates.prepare

    def counting(genotype: Genotype) -> Prepared | Rejection:
        lowered.append(genotype.id)
        return prepare(genotype)

    candidates.prepare = counting
    play(toy_controller(TOY_TABLE, candidates))
    assert len(lowered) == len(set(lowered))
