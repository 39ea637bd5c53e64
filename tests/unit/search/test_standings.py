"""Which architectures are best, given that trainings are noisy."""

from statistics import fmean
from typing import Any

import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from nasvid.search.posterior import noise_of
from nasvid.search.proposal import JobKind
from nasvid.search.standings import Standings, find_leaders, find_winner
from tests.search_fakes import toy_settings
from tests.search_results import scored


def ranked(*results: Result, rungs: tuple[int, ...] = (), **settings: Any) -> list[str]:
    standings = Standings(Objectives.of(toy_settings(**settings)), rungs)
    for result in results:
        standings.fold(result)
    return [entry.first.job.graph_id for entry in standings.ranked()]


def test_without_repeats_the_best_score_wins() -> None:
    results = [scored(k, graph, top1) for k, (graph, top1) in enumerate([("a", 0.3), ("b", 0.6)])]
    assert ranked(*results) == ["b", "a"]


def test_of_equals_the_cheapest_then_the_earliest_is_first() -> None:
    results = [
        scored(0, "a", 0.5, macs=20),
        scored(1, "b", 0.5, macs=10),
        scored(2, "c", 0.5, macs=10),
    ]
    assert ranked(*results) == ["b", "c", "a"]


def test_a_lucky_single_score_does_not_win_over_a_good_mean_of_several() -> None:
    results = [
        *(scored(k, f"g{k}", 0.50 + 0.01 * k) for k in range(8)),
        scored(8, "lucky", 0.64),
        scored(9, "good", 0.60),
        # What scores of one architecture vary by is known from here.
        *(scored(k, "good", top1, kind="repeat") for k, top1 in enumerate((0.64, 0.65), start=10)),
    ]
    standings = Standings(Objectives("top1"))
    for result in results:
        standings.fold(result)
    first, second = standings.ranked()[:2]
    assert (first.first.job.graph_id, second.first.job.graph_id) == ("good", "lucky")
    assert (first.num_scores, second.num_scores) == (3, 1)
    # Both are drawn towards the middle, the single score more so.
    assert 0.60 < first.mean < fmean((0.60, 0.64, 0.65))
    assert 0.64 - second.mean > fmean((0.60, 0.64, 0.65)) - first.mean


def test_without_noise_scores_are_what_they_are() -> None:
    standings = Standings(Objectives("top1"))
    for result in (
        scored(0, "a", 0.5),
        scored(1, "b", 0.7),
        scored(2, "b", 0.7, kind="repeat"),
    ):
        standings.fold(result)
    assert [entry.mean for entry in standings.ranked()] == [0.7, 0.5]


def test_failures_and_scores_on_the_final_split_say_nothing() -> None:
    results = [
        scored(0, "a", 0.5),
        scored(1, "b", None),
        scored(2, "c", 0.4),
        scored(3, "c", 0.9, kind="final", split="test"),
        scored(4, "a", None, kind="repeat"),
    ]
    assert ranked(*results) == ["a", "c"]


def test_what_is_minimised_wins_by_its_lowest() -> None:
    results = [scored(0, "a", 2.5), scored(1, "b", 0.5)]
    assert ranked(*results, objectives={"top1": "min"}) == ["b", "a"]


def test_a_soft_limit_decides_too() -> None:
    results = [scored(0, "dear", 0.60, macs=4_000), scored(1, "cheap", 0.58, macs=1_000)]
    assert ranked(*results) == ["dear", "cheap"]
    penalties = toy_settings().from_json({"penalties": {"macs": {"target": 1_000}}}).penalties
    assert ranked(*results, penalties=penalties) == ["cheap", "dear"]


def test_a_cost_can_be_what_wins() -> None:
    results = [scored(0, "dear", 0.9, macs=40), scored(1, "cheap", 0.1, macs=10)]
    assert ranked(*results, objective="macs") == ["cheap", "dear"]


def test_only_those_of_the_highest_level_are_compared() -> None:
    results = [
        scored(0, "a", 0.9, epochs=1),
        scored(1, "b", 0.8, epochs=1),
        scored(2, "c", 0.7, epochs=1),
        scored(3, "b", 0.75, kind="promotion", epochs=3),
        scored(4, "c", 0.85, kind="promotion", epochs=3),
    ]
    assert ranked(*results[:3], rungs=(1, 3, 9)) == ["a", "b", "c"]
    assert ranked(*results, rungs=(1, 3, 9)) == ["c", "b"]


def test_finalists_are_compared_among_themselves() -> None:
    results = [
        scored(0, "lucky", 0.9),
        scored(1, "b", 0.6),
        scored(2, "c", 0.5),
        *(scored(3 + k, "b", 0.5, kind="finalist") for k in range(2)),
        *(scored(5 + k, "c", 0.6, kind="finalist") for k in range(2)),
    ]
    assert ranked(*results) == ["c", "b"]


def test_leaders_are_finalists_then_those_of_the_highest_level_then_all_others() -> None:
    results = [
        *(
            scored(k, graph, top1, epochs=1)
            for k, (graph, top1) in enumerate(
                [("a", 0.9), ("b", 0.8), ("c", 0.7), ("d", 0.6), ("e", None)]
            )
        ),
        scored(5, "c", 0.75, kind="promotion", epochs=3),
        scored(6, "d", 0.85, kind="promotion", epochs=3),
        scored(7, "b", 0.86, kind="promotion", epochs=3),
        *(scored(k, "c", 0.9, kind="finalist", epochs=3) for k in (8, 9)),
    ]
    leaders = find_leaders(results, toy_settings(rungs=(1, 3)))
    assert [result.job.number for result in leaders] == [2, 1, 3, 0]


def test_a_run_without_a_success_has_no_winner() -> None:
    assert find_winner([scored(0, "a", None)], toy_settings()) is None
    assert find_winner([], toy_settings()) is None


def test_the_winner_is_the_job_that_found_it() -> None:
    first = scored(0, "a", 0.6)
    results = [first, scored(1, "b", 0.5), scored(2, "a", 0.7, kind="finalist")]
    assert find_winner(results, toy_settings()) == first


def test_a_posterior_mean_finds_better_architectures_than_the_luckiest_draw() -> None:
    rounds: list[tuple[JobKind, int]] = [("search", 20), ("repeat", 5)]
    by_mean: list[float] = []
    by_luck: list[float] = []
    for run in range(200):
        rng = keyed_rng("standings", run)
        quality = {f"g{k}": rng.gauss(0.5, 0.01) for k in range(20)}
        results = [
            scored(number, graph, value + rng.gauss(0, 0.02), kind=kind)
            for kind, count in rounds
            for number, (graph, value) in enumerate(list(quality.items())[:count])
        ]
        by_mean.append(quality[ranked(*results)[0]])
        luckiest = max(results, key=lambda r: r.evaluation.metrics["top1"])
        by_luck.append(quality[luckiest.job.graph_id])
    assert fmean(by_mean) > fmean(by_luck)


def test_the_posterior_mean_of_one_score_lies_between_it_and_the_middle() -> None:
    standings = Standings(Objectives("top1"))
    for number, top1 in enumerate((0.1, 0.5, 0.52, 0.54, 0.6)):
        standings.fold(scored(number, f"g{number}", top1))
    standings.fold(scored(5, "g1", 0.56, kind="repeat"))
    means = {entry.first.job.graph_id: entry.mean for entry in standings.ranked()}
    assert 0.52 < means["g4"] < 0.6
    assert 0.1 < means["g0"] < 0.52
    assert means["g3"] == pytest.approx(0.535, abs=0.015)


def test_a_lucky_single_score_pushes_nobody_out_of_the_front() -> None:
    standings = Standings(Objectives("top1", {"top1": "max", "macs": "min"}))
    for result in (
        scored(0, "low", 0.20, macs=10),
        scored(1, "middle", 0.50, macs=40),
        scored(2, "good", 0.62, macs=60),
        scored(3, "lucky", 0.66, macs=50),
    ):
        standings.fold(result)
    assert [r.job.graph_id for r, _ in standings.front()] == ["low", "middle", "lucky"]
    for number, top1 in enumerate((0.68, 0.66, 0.64), start=4):
        standings.fold(scored(number, "good", top1, kind="repeat", macs=60))
    front = {r.job.graph_id: vector for r, vector in standings.front()}
    assert list(front) == ["low", "middle", "good", "lucky"]
    # Costs are exact; a score moves by two standard errors of its own, wherever the others are.
    noise = noise_of([[0.62, 0.68, 0.66, 0.64]])
    assert front["lucky"] == (pytest.approx(0.66 - 2 * noise), -50)
    assert front["low"] == (pytest.approx(0.20 - 2 * noise), -10)
    assert front["good"] == (pytest.approx(0.65 - noise), -60)


def test_a_training_that_went_wrong_does_not_change_how_noisy_the_others_are() -> None:
    rng = keyed_rng("noise")
    groups = [[quality + rng.gauss(0, 0.01) for _ in range(3)] for quality in range(40)]
    noise = noise_of(groups)
    assert noise == pytest.approx(0.01, rel=0.3)
    groups[3][2] = -1.0
    assert noise <= noise_of(groups) < 1.5 * noise
    assert noise_of([[0.5], [0.7]]) == 0


def test_who_was_lucky_at_first_does_not_make_trainings_noisier() -> None:
    rng = keyed_rng("luck")
    groups = [
        [max(rng.gauss(0, 0.01) for _ in range(30)), *(rng.gauss(0, 0.01) for _ in range(2))]
        for _ in range(60)
    ]
    assert noise_of(groups) == pytest.approx(0.01, rel=0.2)
    # A few tell it by all of their scores, too high rather than too roughly.
    assert noise_of(groups[:5]) > 0.012


def test_finalists_are_compared_alone_once_all_of_them_are_back() -> None:
    settings = toy_settings(finalists=2, repeats=1)
    results = [scored(k, graph, top1) for k, (graph, top1) in enumerate([("a", 0.9), ("b", 0.8)])]
    results.append(scored(2, "c", 0.3))

    def winner() -> str:
        found = find_winner(results, settings)
        assert found is not None
        return found.job.graph_id

    results.append(scored(3, "b", 0.7, kind="finalist"))
    assert winner() == "a"
    results.append(scored(4, "a", 0.2, kind="finalist"))
    assert winner() == "b"


def test_a_finalist_whose_last_trainings_fail_is_judged_by_those_before() -> None:
    settings = toy_settings(finalists=2, repeats=1)
    results = [scored(k, graph, top1) for k, (graph, top1) in enumerate([("a", 0.9), ("b", 0.8)])]
    results += [scored(2, "a", None, kind="finalist"), scored(3, "b", 0.79, kind="finalist")]
    found = find_winner(results, settings)
    assert found is not None
    assert found.job.graph_id == "a"
