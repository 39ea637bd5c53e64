"""Runs side by side: groups, curves, fronts, and the paired test."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.stats import permutation_test

from nasvid.core.errors import RunError
from nasvid.core.seeds import keyed_rng
from nasvid.report.comparison import compare
from nasvid.report.comparison_tables import score_title, verdict_text
from nasvid.report.paired_test import paired_test
from nasvid.report.run_summary import RunSummary
from nasvid.search.posterior import noise_of
from nasvid.spec.sections import Penalty
from tests.unit.report.synthetic_runs import make_row, make_summary


def make_run(
    scores: list[float],
    algorithm: str,
    seed: int = 0,
    search: Mapping[str, Any] | None = None,
    **other: Any,
) -> RunSummary:
    rows = [make_row(job, score, macs=100 + job) for job, score in enumerate(scores)]
    known = {
        "name": f"{algorithm}{seed}",
        "rows": tuple(rows),
        "algorithm": algorithm,
        "settings": {"search": {"seed": seed} | dict(search or {})},
    }
    return make_summary(**(known | other))


def test_runs_of_one_algorithm_go_together_and_the_baseline_is_last() -> None:
    runs = [make_run([0.5], name, seed) for name in ("random_search", "nsga2") for seed in (0, 1)]
    found = compare(runs)
    assert [(g.name, len(g.courses)) for g in found.groups] == [("nsga2", 2), ("random_search", 2)]


def test_other_settings_of_one_algorithm_make_another_group_that_is_named_by_them() -> None:
    off = {"surrogate": {"share": 0.0}}
    runs = [
        make_run([0.5], "a"),
        make_run([0.5], "a", 1),
        make_run([0.6], "a", search=off, name="x"),
    ]
    found = compare([*runs, make_run([0.4], "b")])
    assert [(g.name, len(g.courses)) for g in found.groups] == [
        ("a (surrogate.share 0.9)", 2),
        ("a (surrogate.share 0.0)", 1),
        ("b", 1),
    ]


def test_settings_that_random_search_ignores_do_not_tell_its_runs_apart() -> None:
    off = {"surrogate": {"share": 0.0}}
    runs = [make_run([0.5], "random_search"), make_run([0.5], "random_search", 1, off)]
    assert [len(group.courses) for group in compare(runs).groups] == [2]


def test_one_experiment_counts_once() -> None:
    runs = [make_run([0.5], "a"), make_run([0.5], "a", name="copy")]
    with pytest.raises(RunError, match="compare: copy: has the settings and the seed 0 of a0, so"):
        compare(runs)


def test_a_curve_is_the_mean_of_the_leading_candidates_with_its_standard_error() -> None:
    runs = [make_run([0.2, 0.6, 0.4], "a", 0), make_run([0.4, 0.3, 0.8], "a", 1)]
    group = compare([*runs, make_run([0.1] * 3, "b")]).groups[0]
    points = group.scores([1, 2, 3, 4])
    assert [point.trainings for point in points] == [1, 2, 3]
    assert [point.mean for point in points] == pytest.approx([0.3, 0.5, 0.7])
    assert [point.error for point in points] == pytest.approx([0.1, 0.1, 0.1])


def test_a_front_is_that_of_all_runs_of_a_group() -> None:
    runs = [make_run([0.2, 0.6], "a", 0), make_run([0.4, 0.5], "a", 1)]
    front = compare(runs).groups[0].front(2)
    assert [(run.name, known.score, known.row.macs) for run, known in front] == [
        ("a1", 0.4, 100),
        ("a0", 0.6, 101),
    ]


def test_a_lucky_score_that_was_corrected_by_then_leads_no_curve_and_no_front() -> None:
    lucky = make_row(0, 0.9)
    again = make_row(2, 0.3, kind="repeat", repeat=1, id=lucky.id)
    run = make_run([], "a", rows=(lucky, make_row(1, 0.8, macs=90), again))
    calm = make_row(0, 0.5)
    others = [make_row(k, 0.5 + 0.01 * k, kind="repeat", repeat=k, id=calm.id) for k in (1, 2)]
    found = compare([run, make_run([], "b", rows=(calm, *others))])
    group, other = found.groups
    # How noisy a training is, is the same in all runs.
    noise = noise_of([[0.9, 0.3], [0.5, 0.51, 0.52]])
    assert f"trainings of one candidate vary by {noise:.3g} in top1" in found.notes[-1]
    scores = [point.mean + 2 * noise for point in group.scores([1, 2, 3])]
    assert scores == pytest.approx([0.9, 0.9, 0.8])
    assert other.scores([1])[0].mean == pytest.approx(0.5 - 2 * noise)
    assert [known.first.job for _, known in group.front(3)] == [1]


def test_soft_limits_count_in_curves_and_tests() -> None:
    soft = {"macs": Penalty(100, exponent=-1.0)}
    search = {"penalties": {"macs": {"target": 100, "exponent": -1.0}}}
    heavy = make_run([], "a", rows=(make_row(0, 0.8, macs=400),), penalties=soft, search=search)
    light = make_run([0.5], "random_search", penalties=soft, search=search)
    found = compare([heavy, light])
    assert found.groups[0].scores([1])[0].mean == pytest.approx(0.2)
    assert found.verdicts[0].test.mean == pytest.approx(-0.3)
    assert "top-1 with soft limits 30.0 points worse on average" in verdict_text(
        found, found.verdicts[0]
    )
    assert score_title(found) == "val top-1 with the soft limits of MACs"


def test_fronts_are_tested_by_their_hypervolume() -> None:
    two = {"top1": "max", "params": "min"}
    search = {"objectives": two}

    def run(algorithm: str, seed: int, params: int) -> RunSummary:
        rows = (make_row(0, 0.5, params=params), make_row(1, 0.25, params=params // 2))
        return make_run([], algorithm, seed, search, rows=rows, directions=two)

    mine = [run("archive_evolution", seed, 40 + seed) for seed in range(5)]
    others = [run("random_search", seed, 80 + seed) for seed in range(5)]
    found = compare([*mine, *others])
    assert found.looks_for_front
    verdict = found.verdicts[0]
    assert verdict.test.p_value == 1 / 32
    assert "hypervolume" in verdict_text(found, verdict)
    curve = found.volumes(found.groups[0], [1, 2])
    assert 0 < curve[0].mean < curve[1].mean <= 1
    assert curve[1].mean > found.volumes(found.groups[1], [2])[0].mean


@pytest.mark.parametrize(
    ("algorithm", "search", "looks"),
    [
        ("aging_evolution", {}, False),
        ("archive_evolution", {}, True),
        ("aging_evolution", {"objectives": {"top1": "max", "macs": "min"}}, True),
        ("aging_evolution", {"objectives": {"top1": "max"}}, False),
    ],
)
def test_a_front_is_compared_where_one_was_looked_for(
    algorithm: str, search: dict[str, Any], looks: bool
) -> None:
    runs = [make_run([0.5], algorithm, 0, search), make_run([0.4], "random_search", 0, search)]
    assert compare(runs).looks_for_front == looks


def test_runs_of_unequal_length_are_cut_where_the_shortest_ends_and_it_is_named() -> None:
    found = compare([make_run([0.5, 0.6, 0.9], "a"), make_run([0.4, 0.7], "random_search")])
    assert found.trainings == 2
    assert found.notes == (
        "all runs are compared after 2 trainings, where random_search0 ends; a0 has 3.",
    )
    assert found.verdicts[0].test.mean == pytest.approx(-0.1)
    assert [known.first.job for _, known in found.groups[0].front(2)] == [0, 1]


def test_what_is_known_behind_a_job_without_a_result_does_not_count() -> None:
    waiting = make_row(1, None, failure=None, state="in flight")
    run = make_run([], "a", rows=(make_row(0, 0.5), waiting, make_row(2, 0.9)))
    assert compare([run, make_run([0.4] * 3, "b")]).trainings == 1


@pytest.mark.parametrize("name", ["window", "population"])
def test_what_makes_a_comparison_unfair_is_noted(name: str) -> None:
    found = compare([make_run([0.5], "a"), make_run([0.5], "b", search={name: 5})])
    assert len(found.notes) == 1
    assert f"the runs differ in {name}, so" in found.notes[0]
    assert "5 in b0" in found.notes[0]


def test_a_loss_that_falls_is_a_better_one() -> None:
    low = make_run([0.9, 0.2], "a", directions={"top1": "min"})
    high = make_run([0.8, 0.4], "random_search", directions={"top1": "min"})
    found = compare([low, high])
    assert found.shown(found.groups[0].scores([2])[0].mean) == 0.2
    assert found.verdicts[0].test.mean == pytest.approx(0.2)


def test_runs_of_equal_seed_are_pairs() -> None:
    mine = [make_run([0.5 + 0.01 * seed], "a", seed) for seed in range(6)]
    others = [make_run([0.4], "random_search", seed) for seed in range(1, 9)]
    found = compare([*mine, *others])
    verdict = found.verdicts[0]
    assert (verdict.test.num_pairs, verdict.test.p_value) == (5, 1 / 32)
    assert verdict.test.mean == pytest.approx(0.13)
    assert verdict.left_out == ("a0", "random_search6", "random_search7", "random_search8")
    text = verdict_text(found, verdict)
    assert "p = 0.0312 (one-sided sign-flip test, exact)" in text
    assert text.endswith(
        "partner of equal seed: a0, random_search6, random_search7, random_search8."
    )


def test_a_run_without_a_score_by_then_has_no_pair() -> None:
    late = make_run([], "a", rows=(make_row(0, None), make_row(1, 0.9)))
    found = compare([late, make_run([0.4], "random_search")])
    assert found.verdicts[0].test.num_pairs == 0
    assert "nothing is tested" in verdict_text(found, found.verdicts[0])


def test_many_pairs_say_that_flips_were_drawn() -> None:
    runs = [
        make_run([0.4 + (name == "a") / 10], name, seed)
        for seed in range(15)
        for name in ("a", "random_search")
    ]
    found = compare(runs)
    assert "sign-flip test, 20,000 flips drawn" in verdict_text(found, found.verdicts[0])


def test_too_few_pairs_give_no_verdict() -> None:
    found = compare([make_run([0.5], "a"), make_run([0.4], "random_search")])
    text = verdict_text(found, found.verdicts[0])
    assert "a against random search after 1 training: top-1 10.0 points better" in text
    assert "1 pair of equal seed" in text
    assert text.endswith("too few pairs for a test, which takes 5.")


@pytest.mark.parametrize("count", [6, 12])
def test_the_test_is_that_of_scipy(count: int) -> None:
    rng = keyed_rng("differences", count)
    differences = [rng.gauss(0.3, 1.0) for _ in range(count)]
    expected = permutation_test(
        (np.array(differences),),
        lambda values, axis: np.mean(values, axis=axis),
        permutation_type="samples",
        alternative="greater",
        n_resamples=10_000,
        vectorized=True,
    )
    assert paired_test(differences).p_value == pytest.approx(expected.pvalue)


def test_many_pairs_are_tested_by_draws_that_repeat() -> None:
    differences = [0.1] * 20
    assert paired_test(differences) == paired_test(differences)
    assert 0 < (paired_test(differences).p_value or 0) < 0.001


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"objective": "loss"}, r"got the objective 'loss'; accepts that of a0, 'top1'"),
        (
            {"directions": {"top1": "min"}},
            r"got the objectives {top1 'min'}; accepts that of a0, {top1 'max'}",
        ),
        ({"space": "tvn"}, r"got the space 'tvn'; accepts that of a0, ''\."),
        ({"space_digest": "1"}, r"got the content of the space '1'; accepts"),
        ({"data": "1"}, r"got the data '1'; accepts"),
        ({"budget": {"macs": 9}}, r"got the budget {macs 9}; accepts that of a0, {}"),
        ({"evaluate": "m:f"}, r"got the evaluation 'm:f'; accepts that of a0, 'training'"),
        ({"classes": 5}, r"got the number of classes 5"),
        ({"training": {"epochs": 2}}, r"got the recipe of training {epochs 2}"),
        ({"rungs": [1, 9]}, r"got the epochs of the longest training 9; accepts that of a0, 0"),
        (
            {"penalties": {"macs": {"target": 5}}},
            r"got the soft limits {macs {target 5, exponent -0\.07, rewards False}}",
        ),
        ({"rows": ()}, "no candidate has been scored yet"),
    ],
)
def test_what_cannot_be_compared_is_refused(other: dict[str, Any], text: str) -> None:
    in_settings = ("evaluate", "classes", "training")
    in_search = ("rungs", "penalties")
    settings = {name: value for name, value in other.items() if name in in_settings}
    search = {name: value for name, value in other.items() if name in in_search}
    changes = {n: v for n, v in other.items() if n not in settings and n not in search}
    settings["search"] = search
    if "penalties" in search:
        changes["penalties"] = {"macs": Penalty(5)}
    if "objective" in changes:
        changes["rows"] = (make_row(0, 0.5, metrics={"loss": 1.0}),)
    changed = make_run([0.5], "b", settings=settings, **changes)
    with pytest.raises(RunError, match=f"compare: b0: .*{text}"):
        compare([make_run([0.5], "a"), changed])
