import json

from nasvid.report.summary_json import summary_json
from tests.unit.report.synthetic_runs import hostile_summary, make_row, make_summary


def test_a_run_comes_back_from_json_as_it_went_in() -> None:
    winner = make_row(0, 0.5, macs=200)
    run = make_summary(
        winner,
        make_row(1, None),
        make_row(2, 0.4, kind="repeat", repeat=1, id=winner.id),
        num_candidates=3,
        rejections={"repeat": 4},
        wall_seconds=36.0,
    )
    found = json.loads(json.dumps(summary_json(run), allow_nan=False))
    best = {
        "job": 0,
        "id": winner.id,
        "macs": 200,
        "params": 20,
        "activations": 40,
        "metrics": {"top1": 0.5},
    }
    assert found["candidates"] == {"wanted": 3, "finished": 2, "scored": 1}
    assert found["best"] == best
    assert found["pareto"] == [best]
    assert found["seed_noise"]["values"] == [0.5, 0.4]
    assert (found["rejections"], found["failures"]) == ({"repeat": 4}, {"diverged": 1})
    assert found["jobs_per_hour"] == 300.0


def test_runs_without_results_and_hostile_ones_are_plain_data_too() -> None:
    assert summary_json(make_summary())["best"] is None
    assert json.dumps(summary_json(hostile_summary()), allow_nan=False)
