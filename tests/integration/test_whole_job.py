"""The whole job through the real command line, on real video files, in this process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nasvid.cli.main import status_of

INLINE = ["--executor", "inline"]
PROGRAM = "import sys; from nasvid.cli.main import run; run(sys.argv[1:])"


def _search(space: Path, clips: Path, run: Path, *more: str) -> list[str]:
    return ["search", str(space), "--data", str(clips), "--out", str(run), *INLINE, *more]


def _records(run: Path) -> list[dict[str, object]]:
    lines = (run / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _history(run: Path) -> list[object]:
    """What a run is promised to repeat: jobs as proposed and their metrics."""
    jobs = [r["job"] for r in _records(run) if r["record"] == "proposed"]
    finished = {r["job"]: r["evaluation"] for r in _records(run) if r["record"] == "finished"}
    metrics = [finished[number]["metrics"] for number in sorted(finished)]  # type: ignore[index, type-var]
    return [jobs, metrics]


@pytest.mark.slow
def test_search_status_report_and_export(
    space: Path, clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = tmp_path / "run", tmp_path / "out"
    assert status_of([*_search(space, clips, run), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["state"] == "complete"
    assert found["pareto"]
    assert status_of(["status", str(run), "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert len(status["seed_noise"]["values"]) == 2
    assert status["test"] is not None
    assert status_of(["report", str(run)]) == 0
    assert "Pareto" in (run / "report.html").read_text(encoding="utf-8")
    assert list((run / "tb").iterdir())
    assert status_of(["export", str(run), "best", "--out", str(out)]) == 0
    assert {p.name for p in out.iterdir()} == {
        "README.md", "arch.yaml", "config.json", "model.py", "model.safetensors",
    }  # fmt: skip
    metrics = json.loads((out / "config.json").read_text(encoding="utf-8"))["metrics"]
    # The weights that are handed over are those that the score came from.
    assert metrics["val"]["top1"] == status["best"]["metrics"]["top1"]
    assert metrics["test"]["top1"] == status["test"]
    capsys.readouterr()
    assert status_of(["cost", str(out / "arch.yaml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["macs"] == status["best"]["macs"]


@pytest.mark.slow
def test_a_killed_search_goes_on_where_it_was(space: Path, clips: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert status_of(_search(space, clips, whole)) == 0
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *_search(space, clips, killed)],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 60
    ledger = killed / "ledger.jsonl"
    while time.monotonic() < deadline:
        if ledger.is_file() and '"finished"' in ledger.read_text(encoding="utf-8"):
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {r["job"] for r in _records(killed) if r["record"] == "finished"}
    assert before
    assert status_of(["search", "--resume", str(killed), *INLINE]) == 0
    finished = [r["job"] for r in _records(killed) if r["record"] == "finished"]
    assert len(finished) == len(set(finished))
    assert before <= set(finished)
    assert _history(killed) == _history(whole)


@pytest.mark.slow
@pytest.mark.ray
def test_ray_and_inline_give_equal_histories(space: Path, clips: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "inline", tmp_path / "ray"
    assert status_of(_search(space, clips, one)) == 0
    arguments = ["search", str(space), "--data", str(clips), "--out", str(two)]
    assert status_of([*arguments, "--executor", "ray", "--workers", "2"]) == 0
    assert _history(one) == _history(two)


@pytest.mark.slow
def test_a_random_run_takes_over_the_first_population(
    space: Path, clips: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "evolution", tmp_path / "random"
    assert status_of(_search(space, clips, first)) == 0
    more = ["--algorithm", "random_search", "--reuse", str(first), "--repeats", "0"]
    assert status_of(_search(space, clips, second, *more)) == 0
    reused = [r for r in _records(second) if r["record"] == "finished" and r["reused_from"]]
    assert len(reused) >= 2


@pytest.mark.slow
def test_train_writes_a_result_that_a_report_can_show(
    clips: Path, space: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arch, out = tmp_path / "arch.yaml", tmp_path / "trained"
    assert status_of(["sample", str(space), "--out", str(arch)]) == 0
    assert status_of(["train", str(arch), "--data", str(clips), "--out", str(out)]) == 0
    result = json.loads((tmp_path / "trained.result.json").read_text(encoding="utf-8"))
    assert set(result["metrics"]) == {"val", "test"}
    capsys.readouterr()


def test_files_of_architectures_and_what_differs(
    space: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left, right = tmp_path / "left.yaml", tmp_path / "right.yaml"
    assert status_of(["sample", str(space), "--seed", "1", "--out", str(left)]) == 0
    assert status_of(["sample", str(space), "--seed", "2", "--out", str(right)]) == 0
    capsys.readouterr()
    assert status_of(["diff", str(left), str(left)]) == 0
    assert "the same architecture" in capsys.readouterr().out
    assert status_of(["diff", str(left), str(right), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"]
    assert status_of(["check", str(left)]) == 0
    assert "ok" in capsys.readouterr().out


def test_profile_tells_size_range_and_budget(
    space: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["profile", str(space), "--samples", "50", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["size"] == {"count": 3 * 3 * 3, "label": "exact"}
    assert found["budget"]["verdict"] == "witness"
    assert set(found["ranges"]["macs"]) == {"min", "median", "max"}


def test_a_dry_run_writes_nothing(space: Path, clips: Path, tmp_path: Path) -> None:
    assert status_of([*_search(space, clips, tmp_path / "run"), "--dry-run"]) == 0
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "command",
    ["check", "profile", "sample", "cost", "diff", "search", "status", "report", "export",
     "train", "schema", "data"],
)  # fmt: skip
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of([command, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out
