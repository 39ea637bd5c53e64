import json
from pathlib import Path

import pytest

from nasvid.core.errors import RunError
from nasvid.report.read_run import read_run
from nasvid.report.timeline import read_timeline
from tests.unit.report.synthetic_runs import Step, complete_steps, make_job, scored, write_run


def test_a_complete_run_is_read_as_its_ledger_tells(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "evolution", complete_steps()))
    assert (run.name, run.state, run.objective) == ("evolution", "complete", "top1")
    assert (run.num_finished, run.num_candidates, run.algorithm) == (4, 4, "aging_evolution")
    assert [row.state for row in run.rows] == ["scored", "failed", *["scored"] * 5]
    assert run.rejections_by_reason == {"budget.macs": 4, "repeat": 1}
    assert run.budget == {"macs": 1000, "params": 500}
    assert run.versions == {"nasvid": "0.1.0"}
    assert run.space == "quickstart"
    assert run.winner is not None
    assert run.winner.job == 2
    assert run.winner.metrics == {"top1": pytest.approx(0.7)}
    assert (run.winner.origin, run.winner.parents) == ("mutation:edge", (0,))
    assert run.seed_noise is not None
    assert run.seed_noise.values == (0.75, 0.7, 0.65)
    assert run.test_scores == (0.6,)


def test_a_run_without_an_end_that_nobody_writes_was_interrupted(tmp_path: Path) -> None:
    steps = [Step(make_job(0), scored(0.5)), Step(make_job(1), None)]
    run = read_run(write_run(tmp_path / "run", steps, ended=""))
    assert run.state == "interrupted"
    assert run.rows[1].state == "in flight"


def test_a_run_whose_lock_is_held_is_running(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", [Step(make_job(0), None)], ended="")
    with folder.lock():
        assert read_run(folder).state == "running"


def test_a_run_that_was_stopped_is_interrupted(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", [Step(make_job(0), scored(0.5))], ended="stopped")
    assert read_run(folder).state == "interrupted"


def test_a_complete_run_that_was_resumed_in_vain_is_still_complete(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", complete_steps())
    first = folder.ledger_file.read_text().splitlines()[0]
    with folder.ledger_file.open("a") as file:
        file.write(first + "\n")
    assert read_run(folder).state == "complete"


def test_reading_leaves_a_torn_last_line_alone(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", complete_steps(), ended="")
    torn = folder.ledger_file.read_bytes() + b'{"record": "fini'
    folder.ledger_file.write_bytes(torn)
    assert len(read_run(folder).rows) == 7
    assert folder.ledger_file.read_bytes() == torn


def test_a_damaged_ledger_names_its_line(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", complete_steps())
    lines = folder.ledger_file.read_text().splitlines()
    lines[2] = "garbage"
    folder.ledger_file.write_text("\n".join(lines) + "\n")
    with pytest.raises(RunError, match=r"ledger\.jsonl:3: got 'garbage'"):
        read_run(folder)


def test_pauses_between_sessions_are_no_time_of_the_run(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    records = [("session", 100.0), ("finished", 130.0), ("session", 5000.0), ("ended", 5010.0)]
    ledger.write_text(
        "".join(
            json.dumps({"record": record, "time": at, "job": 0, "how": "complete"}) + "\n"
            for record, at in records
        )
    )
    timeline = read_timeline(ledger)
    assert timeline.seconds == 40.0
    assert timeline.finished_at == {0: 130.0}
    assert timeline.ended == "complete"
