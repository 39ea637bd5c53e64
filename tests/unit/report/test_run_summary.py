import pytest
from hypothesis import given
from hypothesis import strategies as st

from nasvid.report.candidate_row import CandidateRow
from nasvid.report.run_summary import BestSoFar
from nasvid.spec.sections import Penalty
from tests.unit.report.synthetic_runs import make_row, make_summary


def test_the_front_holds_what_nothing_beats_cheapest_first() -> None:
    run = make_summary(
        make_row(0, 0.5, macs=200),
        make_row(1, 0.4, macs=100),
        make_row(2, 0.4, macs=300),
        make_row(3, None, macs=1),
        make_row(4, 0.9, macs=900),
    )
    assert [row.job for row in run.front] == [1, 0, 4]


scores = st.lists(
    st.tuples(st.none() | st.integers(0, 4).map(lambda n: n / 4), st.integers(1, 5)), max_size=12
)


@given(scores)
def test_every_scored_candidate_is_on_the_front_or_beaten_by_one_that_is(
    drawn: list[tuple[float | None, int]],
) -> None:
    run = make_summary(*(make_row(n, top1, macs=macs) for n, (top1, macs) in enumerate(drawn)))
    for row in run.scored:
        at_least_as_good = [
            other
            for other in run.front
            if other.metrics["top1"] >= row.metrics["top1"] and other.macs <= row.macs
        ]
        assert at_least_as_good
        if row in run.front:
            assert at_least_as_good == [row]


@given(scores)
def test_the_last_best_so_far_is_the_score_of_the_winner(
    drawn: list[tuple[float | None, int]],
) -> None:
    run = make_summary(*(make_row(n, top1, macs=macs) for n, (top1, macs) in enumerate(drawn)))
    if run.winner is None:
        assert run.best_so_far == ()
    else:
        assert run.best_so_far[-1].score == run.winner.metrics["top1"]


def test_of_equal_scores_the_cheaper_wins_then_the_earlier() -> None:
    run = make_summary(
        make_row(0, 0.5, macs=300),
        make_row(1, 0.5, macs=100),
        make_row(2, 0.5, macs=100),
    )
    assert run.winner is run.rows[1]


def test_failures_count_as_candidates_on_the_way_to_the_best() -> None:
    run = make_summary(make_row(0, None), make_row(1, 0.2), make_row(2, 0.1), make_row(3, 0.3))
    assert run.best_so_far == (BestSoFar(2, 0.2, 1), BestSoFar(4, 0.3, 3))


def test_repeats_and_the_final_test_are_no_candidates() -> None:
    run = make_summary(
        make_row(0, 0.5),
        make_row(1, 0.9, kind="repeat", repeat=1, id="g2-0000000000000000"),
        make_row(2, 0.99, kind="final", split="test", id="g2-0000000000000000"),
    )
    assert run.winner is not None
    assert (run.winner.job, run.winner_score) == (0, pytest.approx(0.7))
    assert len(run.candidates) == 1
    assert run.test_score == 0.99


def test_seed_noise_is_the_sample_standard_deviation_of_the_winners_trainings() -> None:
    winner = make_row(0, 0.6)
    run = make_summary(
        winner,
        make_row(1, 0.5),
        make_row(2, 0.5, kind="repeat", repeat=1, id=winner.id),
        make_row(3, 0.4, kind="repeat", repeat=2, id=winner.id),
        make_row(4, 0.1, kind="final", split="test", id=winner.id),
        make_row(5, None, kind="repeat", repeat=3, id=winner.id),
    )
    noise = run.seed_noise
    assert noise is not None
    assert noise.values == (0.6, 0.5, 0.4)
    assert noise.mean == pytest.approx(0.5)
    assert noise.std == pytest.approx(0.1)


def test_the_winner_is_told_by_the_mean_of_the_trainings_with_the_most_epochs() -> None:
    first = make_row(0, 0.6, epochs=1)
    run = make_summary(
        first,
        make_row(1, 0.7, kind="promotion", epochs=9, id=first.id),
        make_row(2, 0.8, kind="finalist", epochs=9, repeat=1, id=first.id),
        winner_job=0,
    )
    assert run.scores_of(first) == (0.7, 0.8)
    assert run.winner_score == pytest.approx(0.75)
    assert make_summary(make_row(0, 0.6)).winner_score == 0.6


def test_repeats_and_promotions_are_trainings_of_the_search() -> None:
    first = make_row(0, 0.5)
    run = make_summary(
        first,
        make_row(1, 0.9, kind="repeat", repeat=1, id=first.id),
        make_row(2, 0.9, kind="promotion", epochs=3, id=first.id),
        make_row(3, 0.6),
        make_row(4, 0.9, kind="finalist", repeat=2, id=first.id),
    )
    assert (run.num_finished, len(run.candidates)) == (4, 2)
    # The promotion is at the highest level, with which no score of fewer epochs competes.
    assert run.best_so_far == (BestSoFar(1, 0.5, 0), BestSoFar(2, 0.7, 0), BestSoFar(3, 0.9, 0))


def test_the_curve_falls_where_a_lucky_score_is_corrected() -> None:
    lucky = make_row(0, 0.9)
    run = make_summary(
        lucky,
        make_row(1, 0.84),
        make_row(2, 0.7, kind="repeat", repeat=1, id=lucky.id),
        make_row(3, 0.5, kind="repeat", repeat=2, id=lucky.id),
        # From here on it is only known how noisy trainings are.
        make_row(4, 0.9, kind="finalist", repeat=3, id=lucky.id),
        calm := make_row(5, 0.3),
        make_row(6, 0.31, kind="finalist", repeat=1, id=calm.id),
        make_row(7, 0.29, kind="finalist", repeat=2, id=calm.id),
    )
    assert [(step.candidates, step.job) for step in run.best_so_far] == [(1, 0), (3, 0), (4, 1)]
    assert [step.score for step in run.best_so_far] == pytest.approx([0.9, 0.8, 0.84])


def test_a_front_is_that_of_means_not_of_the_luckiest_scores() -> None:
    lucky = make_row(0, 0.9, macs=100)
    run = make_summary(
        lucky,
        make_row(1, 0.8, macs=90),
        make_row(2, 0.5, kind="repeat", repeat=1, id=lucky.id),
        make_row(3, 0.4, kind="finalist", repeat=2, id=lucky.id),
        calm := make_row(4, 0.1, macs=200),
        make_row(5, 0.11, kind="finalist", repeat=1, id=calm.id, macs=200),
        make_row(6, 0.09, kind="finalist", repeat=2, id=calm.id, macs=200),
    )
    assert [row.job for row in run.front] == [1]
    assert [run.score(row) for row in run.scored] == pytest.approx([0.6, 0.8, 0.1])


def test_candidates_are_judged_where_they_were_trained_longest() -> None:
    first, second = make_row(0, 0.2, macs=90, epochs=1), make_row(1, 0.3, macs=100, epochs=1)
    run = make_summary(
        first,
        second,
        make_row(2, 0.8, kind="promotion", epochs=9, id=first.id),
        make_row(3, 0.7, kind="promotion", epochs=3, id=second.id),
    )
    assert run.winner is not None
    assert (run.winner.job, run.winner.metrics, run.winner.epochs) == (0, {"top1": 0.8}, 9)
    assert [(row.job, row.metrics["top1"]) for row in run.front] == [(0, 0.8)]
    assert run.best_so_far[-1] == BestSoFar(3, 0.8, 0)


def test_soft_limits_rank_and_bare_metrics_are_shown() -> None:
    run = make_summary(
        make_row(0, 0.5, macs=100),
        make_row(1, 0.6, macs=400),
        make_row(2, 0.8, macs=200),
        penalties={"macs": Penalty(100, exponent=-1.0)},
    )
    assert run.winner is run.rows[0]
    assert run.front == (run.rows[0],)
    assert run.best_so_far == (BestSoFar(1, 0.5, 0),)
    assert run.winner_score == 0.5
    assert not run.has_plain_front


def losses(*values: float) -> list[CandidateRow]:
    return [
        make_row(job, 0.5, macs=100 + job, metrics={"loss": value})
        for job, value in enumerate(values)
    ]


def test_of_what_is_minimised_the_lowest_is_best() -> None:
    run = make_summary(*losses(0.9, 1.2, 0.4), objective="loss", directions={"loss": "min"})
    assert run.winner is run.rows[2]
    assert [step.score for step in run.best_so_far] == [0.9, 0.4]
    assert run.front == (run.rows[0], run.rows[2])


def test_a_cost_can_be_the_objective() -> None:
    rows = [make_row(0, 0.5, macs=90), make_row(1, None, macs=10), make_row(2, 0.4, macs=50)]
    run = make_summary(*rows, objective="macs", directions={"macs": "min", "top1": "max"})
    assert run.winner is run.rows[2]
    assert [step.score for step in run.best_so_far] == [90, 50]
    assert run.front == (run.rows[2], run.rows[0])


def test_a_lucky_single_training_pushes_nobody_off_the_front() -> None:
    rows = (
        make_row(0, 0.4, macs=10),
        make_row(1, 0.5, macs=40),
        make_row(2, 0.62, macs=60),
        make_row(3, 0.66, macs=50),
    )
    assert [row.job for row in make_summary(*rows).front] == [0, 1, 3]
    again = [
        make_row(job, top1, macs=60, kind="repeat", repeat=job, id=rows[2].id)
        for job, top1 in enumerate((0.68, 0.66, 0.64), start=4)
    ]
    front = make_summary(*rows, *again).front
    # What is shown are the means themselves.
    assert [(row.job, row.metrics["top1"]) for row in front] == [
        (0, 0.4),
        (1, 0.5),
        (3, 0.66),
        (2, pytest.approx(0.65)),
    ]


def test_a_front_is_that_of_all_objectives() -> None:
    both = {"top1": "max", "fps": "max", "macs": "min"}
    rows = [
        make_row(0, 0.5, macs=10, metrics={"top1": 0.5, "fps": 9.0}),
        make_row(1, 0.5, macs=20, metrics={"top1": 0.5, "fps": 99.0}),
        make_row(2, 0.4, macs=20, metrics={"top1": 0.4, "fps": 9.0}),
        make_row(3, 0.9, macs=5, metrics={"top1": 0.9}),
    ]
    run = make_summary(*rows, directions=both)
    assert run.front == (run.rows[0], run.rows[1])
    assert not run.has_plain_front
    assert make_summary(*rows, directions={"top1": "max"}).has_plain_front


def test_one_training_says_nothing_about_noise() -> None:
    assert make_summary(make_row(0, 0.6), make_row(1, 0.5)).seed_noise is None


def test_an_empty_run_has_no_winner_no_front_and_no_rate() -> None:
    run = make_summary()
    assert run.winner is None
    assert run.front == ()
    assert run.seed_noise is None
    assert run.test_score is None
    assert run.jobs_per_hour is None


def test_counts_stand_most_first() -> None:
    run = make_summary(
        make_row(0, None),
        make_row(1, None),
        rejections={"repeat": 2, "budget.macs": 9, "invalid.ShapeError": 2},
    )
    assert list(run.rejections_by_reason) == ["budget.macs", "invalid.ShapeError", "repeat"]
    assert run.num_rejected == 13
    assert run.failures_by_kind == {"diverged": 2}


def test_the_rate_counts_jobs_that_came_back() -> None:
    waiting = make_row(2, None, failure=None, state="in flight")
    run = make_summary(make_row(0, 0.5), make_row(1, None), waiting, wall_seconds=36.0)
    assert run.jobs_per_hour == pytest.approx(200.0)
    assert run.num_finished == 2
