"""A search that is killed or stopped in the middle goes on and ends as if nothing had happened."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import TINY_SPACE, call_ok, start, write
from tests.search_fakes import job_records

pytestmark = pytest.mark.slow  # processes that import torch and are waited for

PATIENCE_SECONDS = 60
# Candidates, three finalists once more each, and the winner on the final split.
NUM_JOBS = 8 + 3 + 1
SLOWLY = ["--evaluate", "tests.user_evaluations:by_params_slowly", "--executor", "inline"]


@pytest.fixture
def space(tmp_path: Path) -> Path:
    return write(tmp_path / "space.yaml", TINY_SPACE.replace("candidates: 4", "candidates: 8"))


def finished_jobs(run: Path) -> list[int]:
    """Jobs with a whole record of their result."""
    ledger = run / "ledger.jsonl"
    lines = ledger.read_text().split("\n")[:-1] if ledger.exists() else []
    records = [json.loads(line) for line in lines]
    return [record["job"] for record in records if record["record"] == "finished"]


def wait_until(claim: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_killed_search_goes_on_and_ends_like_an_unbroken_one(
    tmp_path: Path, clips: Path, space: Path
) -> None:
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    words = ["search", space, "--data", clips, "--executor", "inline"]
    call_ok(*words, "--out", unbroken)
    process = start(*words, "--out", broken, folder=tmp_path)
    wait_until(lambda: len(finished_jobs(broken)) >= 2, process)
    process.kill()
    process.communicate()
    kept = (broken / "ledger.jsonl").read_bytes()
    num_kept = len(finished_jobs(broken))
    assert 2 <= num_kept < NUM_JOBS

    called = call_ok("search", "--resume", broken, "--executor", "inline", "--json")
    assert called.err.startswith(f"going on: {num_kept} jobs are finished, ")
    assert called.json["state"] == "complete"
    ledger = broken / "ledger.jsonl"
    assert ledger.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    assert sorted(finished_jobs(broken)) == list(range(NUM_JOBS))
    assert job_records(ledger) == job_records(unbroken / "ledger.jsonl")


def test_no_finished_candidate_is_evaluated_again(tmp_path: Path, space: Path) -> None:
    run, calls = tmp_path / "run", tmp_path / "calls.txt"
    environment = {"NASVID_TEST_CALLS": str(calls)}
    process = start("search", space, "--out", run, *SLOWLY, folder=tmp_path, **environment)
    wait_until(lambda: len(finished_jobs(run)) >= 3, process)
    process.kill()
    process.communicate()
    num_before = len(calls.read_text().splitlines())
    num_kept = len(finished_jobs(run))
    process = start(
        "search", "--resume", run, "--executor", "inline", folder=tmp_path, **environment
    )
    _, messages = process.communicate()
    assert process.returncode == 0, messages
    seeds = calls.read_text().splitlines()
    # Without a final score; only what was running when it was killed was called twice.
    assert len(seeds) - num_before == NUM_JOBS - 1 - num_kept
    assert len(set(seeds)) == NUM_JOBS - 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_search_that_is_asked_to_stop_says_how_to_go_on(
    tmp_path: Path, space: Path, number: signal.Signals
) -> None:
    run, calls = tmp_path / "run", tmp_path / "calls.txt"
    process = start(
        "search", space, "--out", run, *SLOWLY, folder=tmp_path, NASVID_TEST_CALLS=str(calls)
    )
    wait_until(lambda: len(finished_jobs(run)) >= 2, process)
    process.send_signal(number)
    shown, messages = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert shown == ""
    assert messages.endswith(
        f"{run}: stopped; nothing that was finished is lost. Go on with: nasvid search "
        f"--resume {run}\n"
    )
    assert "Traceback" not in messages
    assert call_ok("status", run, "--json").json["state"] == "interrupted"
    assert f"go on with: nasvid search --resume {run}\n" in call_ok("status", run).out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_search_that_is_asked_to_stop_before_the_first_candidate_leaves_nothing(
    tmp_path: Path, clips: Path, space: Path, number: signal.Signals
) -> None:
    run = tmp_path / "runs" / "first"
    process = start("search", space, "--data", clips, "--out", run, folder=tmp_path)
    # The folder is there as soon as everything is checked; then Ray starts, which takes seconds.
    wait_until((run / "run.yaml").exists, process)
    process.send_signal(number)
    shown, messages = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1, messages
    assert messages.endswith("stopped before the search began; nothing was written\n")
    assert shown == ""
    assert not run.parent.exists()
