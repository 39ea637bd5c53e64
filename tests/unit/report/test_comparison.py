"""Runs side by side: groups, curves, fronts, and the paired test."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import permutation_test

from nasvid.core.errors import RunError
from nasvid.core.seeds import keyed_rng
from nasvid.report.comparison import compare
from nasvid.report.comparison_tables import verdict_text
from nasvid.report.paired_test import paired_test
from nasvid.report.run_summary import RunSummary
from tests.unit.report.synthetic_runs import make_row, make_summary


def make_run(scores: list[float], algorithm: str, seed: int = 0, **other: Any) -> RunSummary:
    rows = [make_row(job, score, macs=100 + job) for job, score in enumerate(scores)]
    settings = {"search": {"seed": seed}}
    name = f"{algorithm}{seed}"
    return make_summary(*rows, name=name, algorithm=algorithm, settings=settings, **other)


def test_runs_of_one_algorithm_go_together_and_the_baseline_is_last() -> None:
    runs = [make_run([0.5], name, seed) for name in ("random_search", "nsga2") for seed in (0, 1)]
    found = compare(runs)
    assert [(g.name, len(g.runs)) for g in found.groups] == [("nsga2", 2), ("random_search", 2)]


def test_a_curve_is_the_mean_of_the_best_so_far_with_its_standard_error() -> None:
    runs = [make_run([0.2, 0.6, 0.4], "a", 0), make_run([0.4, 0.3, 0.8], "a", 1)]
    group = compare([*runs, make_run([0.1] * 3, "b")]).groups[0]
    points = group.curve([1, 2, 3, 4])
    assert [point.candidates for point in points] == [1, 2, 3]
    assert [point.mean for point in points] == pytest.approx([0.3, 0.5, 0.7])
    assert [point.error for point in points] == pytest.approx([0.1, 0.1, 0.1])


def test_a_front_is_that_of_all_runs_of_a_group() -> None:
    runs = [make_run([0.2, 0.6], "a", 0), make_run([0.4, 0.5], "a", 1)]
    assert compare(runs).groups[0].front == [(0.4, 100), (0.6, 101)]


def test_a_loss_that_falls_is_a_better_one() -> None:
    low = make_run([0.9, 0.2], "a", directions={"top1": "min"})
    high = make_run([0.8, 0.4], "random_search", directions={"top1": "min"})
    found = compare([low, high])
    assert found.groups[0].curve([2])[0].mean == 0.2
    assert found.tests["a"].mean == pytest.approx(0.2)


def test_runs_of_equal_seed_are_pairs() -> None:
    mine = [make_run([0.5 + 0.01 * seed], "a", seed) for seed in range(6)]
    others = [make_run([0.4], "random_search", seed) for seed in range(1, 9)]
    test = compare([*mine, *others]).tests["a"]
    assert (test.num_pairs, test.p_value) == (5, 1 / 32)
    assert test.mean == pytest.approx(0.13)


def test_too_few_pairs_give_no_verdict() -> None:
    found = compare([make_run([0.5], "a"), make_run([0.4], "random_search")])
    text = verdict_text(found, "a", found.tests["a"])
    assert "10.0 points better" in text
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
        ({"objective": "loss"}, "got the objective 'loss'; accepts runs with that of a0, 'top1'"),
        ({"space": "tvn"}, "is a run of the space 'tvn'; accepts runs of that of a0"),
        ({"rows": ()}, "no candidate has been scored yet"),
    ],
)
def test_what_cannot_be_compared_is_refused(other: dict[str, Any], text: str) -> None:
    run = make_run([0.5], "b")
    changed = (
        make_summary(*run.rows, **({"name": "b0", "algorithm": "b"} | other))
        if "rows" not in other
        else make_summary(name="b0", algorithm="b")
    )
    with pytest.raises(RunError, match=f"compare: b0: .*{text}"):
        compare([make_run([0.5], "a"), changed])
