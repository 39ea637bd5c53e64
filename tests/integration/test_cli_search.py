"""From search to hand-over through the command line, on real videos."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nasvid.api.load import load
from nasvid.api.zoo import zoo_network
from nasvid.search.algorithm import ALGORITHMS
from tests.command_line import REPOSITORY, call, call_ok, tree, write
from tests.search_fakes import job_records

# One of each kind: guided, of another package, without a population.
FAST_ALGORITHMS = ("archive_evolution", "optuna_tpe", "local_search")
BY_PARAMS = ["--evaluate", "tests.user_evaluations:by_params", "--executor", "inline"]


def test_progress_goes_to_standard_error_and_the_front_to_standard_output(
    tmp_path: Path, clips: Path, space_file: Path
) -> None:
    run = tmp_path / "run"
    called = call_ok("search", space_file, "--data", clips, "--out", run, "--executor", "inline")
    progress = called.err.splitlines()
    assert [line.split()[0] for line in progress] == [f"{job}/8" for job in range(1, 9)]
    assert all("MACs: top1 0." in line for line in progress)
    assert called.out.startswith("Pareto front\n")
    assert f"next: nasvid report {run}\n" in called.out
    assert "\x1b" not in called.out + called.err


def test_a_search_is_one_json_object(tmp_path: Path, space_file: Path) -> None:
    called = call_ok("search", space_file, "--out", tmp_path / "run", *BY_PARAMS, "--json")
    found = called.json
    assert found["state"] == "complete"
    assert found["finished"] == 4
    assert found["best"] in {row["id"] for row in found["pareto"]}
    assert "4/7 search 3" in called.err


def test_a_status_says_where_a_run_stands(finished_run: Path) -> None:
    assert "complete" in call_ok("status", finished_run).out
    found = call_ok("status", finished_run, "--json").json
    assert (found["state"], found["finished"], found["candidates"]) == ("complete", 4, 4)
    assert found["ended_early"] is None
    assert len(found["seed_noise"]["values"]) == 2
    assert found["best"]["job"] in range(4)
    assert 0 <= found["test"] <= 1


def test_a_report_is_one_file_with_tables_beside_it(tmp_path: Path, finished_run: Path) -> None:
    page = tmp_path / "page.html"
    words = ["report", finished_run, "--out", page, "--baseline", finished_run]
    shown = call_ok(*words).out
    assert "In comparison" in shown
    assert shown.endswith(f"report: {page}\n")
    assert "<html" in page.read_text()
    assert {path.name for path in tmp_path.glob("page.*")} == {
        "page.html",
        "page.pareto.csv",
        "page.summary.csv",
    }
    assert call_ok(*words, "--json").json == {"report": str(page)}


@pytest.mark.slow  # an export proves itself in a new interpreter
def test_an_export_runs_where_nasvid_cannot_be_imported(tmp_path: Path, finished_run: Path) -> None:
    out = tmp_path / "out"
    found = call_ok("export", finished_run, "--out", out, "--json").json
    assert {path.name for path in out.iterdir()} == {
        "README.md",
        "arch.yaml",
        "config.json",
        "model.py",
        "model.safetensors",
    }
    # Trained again with the seed of its job, so it scores what its job scored.
    best = call_ok("status", finished_run, "--json").json["best"]
    rows = job_records(finished_run / "ledger.jsonl")
    scored = next(
        row["evaluation"] for row in rows if "evaluation" in row and row["job"] == best["job"]
    )
    assert found["metrics"]["val"] == scored["metrics"]
    assert 0 <= found["metrics"]["test"]["top1"] <= 1
    program = (
        "import sys, torch; sys.modules['nasvid'] = None; sys.path.insert(0, sys.argv[1])\n"
        "import model; net = model.load().eval()\n"
        "print(tuple(net(torch.zeros(2, 3, 4, 16, 16)).shape))"
    )
    command = [sys.executable, "-I", "-c", program, str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == "(2, 8)\n", done.stderr
    assert call_ok("check", out / "arch.yaml", "--json").json["id"] == best["id"]


@pytest.mark.slow  # an export proves itself in a new interpreter
def test_an_export_without_training_has_no_weights(tmp_path: Path, finished_run: Path) -> None:
    out = tmp_path / "out"
    job = call_ok("status", finished_run, "--json").json["best"]["job"]
    called = call_ok("export", finished_run, job, "--out", out, "--no-train")
    assert "val: top1" in called.out
    assert called.err == ""
    assert not (out / "model.safetensors").exists()
    assert json.loads((out / "config.json").read_text())["weights"] is None
    call_ok("export", finished_run, "best", "--out", out, "--no-train", "--overwrite")


def test_a_device_that_is_not_there_is_refused_before_any_training(
    tmp_path: Path, clips: Path, space_file: Path, finished_run: Path
) -> None:
    arch, out = tmp_path / "arch.yaml", tmp_path / "out"
    call_ok("sample", space_file, "--out", arch)
    for arguments in (("train", arch, "--data", clips), ("export", finished_run, "best")):
        called = call(*arguments, "--out", out, "--device", "tpu")
        assert called.status == 2
        assert "device: got 'tpu'; accepts cpu, cuda or cuda:N." in called.err
        assert not out.exists()


@pytest.mark.slow  # an export proves itself in a new interpreter
def test_a_trained_architecture_is_scored_exported_and_a_reference_for_reports(
    tmp_path: Path, clips: Path, space_file: Path, finished_run: Path
) -> None:
    arch, out = tmp_path / "arch.yaml", tmp_path / "net"
    call_ok("sample", space_file, "--out", arch)
    called = call_ok("train", arch, "--data", clips, "--out", out, "--epochs", 2, "--json")
    assert [line.split(":")[0] for line in called.err.splitlines()] == ["epoch 1/2", "epoch 2/2"]
    found = called.json
    assert set(found["metrics"]) == {"val", "test"}
    assert found.pop("path") == str(out)
    result = tmp_path / "net.result.json"
    assert json.loads(result.read_text()) == found
    page = tmp_path / "page.html"
    assert "│ tiny" in call_ok("report", finished_run, "--out", page, "--reference", result).out


@pytest.mark.slow
def test_train_takes_a_network_of_the_zoo_at_another_width_and_clip(
    clips: Path, tmp_path: Path
) -> None:
    small = ("--width", "0.0625", "--clip", "4x32")
    out = tmp_path / "small"
    file = zoo_network("r2plus1d_18").path
    call_ok("train", file, "--data", clips, "--out", out, "--epochs", 1, *small)
    expected = load(file, clip="4x32", width=0.0625, classes=8).cost()
    found = load(out / "arch.yaml").cost()
    assert (found.macs, found.params) == (expected.macs, expected.params)


@pytest.mark.slow  # an export proves itself in a new interpreter
def test_a_folder_without_a_test_split_is_searched_and_exported(
    tmp_path: Path, clips: Path, space_file: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("train.csv", "val.csv", "classes.txt"):
        (data / name).write_text((clips / name).read_text())
    for split in ("train", "val"):
        (data / split).symlink_to(clips / split)
    run, out = tmp_path / "run", tmp_path / "out"
    words = ["--candidates", 2, "--repeats", 0, "--executor", "inline"]
    found = call_ok("search", space_file, "--data", data, "--out", run, *words, "--json").json
    assert (found["finished"], found["test"]) == (2, None)
    assert set(call_ok("export", run, "--out", out, "--json").json["metrics"]) == {"val"}


def test_a_dry_run_checks_and_writes_nothing(tmp_path: Path, clips: Path, space_file: Path) -> None:
    before = tree(clips), tree(space_file.parent), tree(tmp_path)
    words = ["search", space_file, "--data", clips, "--out", tmp_path / "run", "--dry-run"]
    shown = call_ok(*words, "--candidates", 3).out
    assert "size: 12 genotypes (exact)\n" in shown
    assert "candidates 3," in shown
    assert shown.endswith("nothing was written (--dry-run)\n")
    assert call_ok(*words, "--json").json["search"]["candidates"] == 4
    assert (tree(clips), tree(space_file.parent), tree(tmp_path)) == before


def test_a_run_goes_to_a_folder_of_its_name_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, space_file: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    call_ok("search", space_file, *BY_PARAMS)
    assert (tmp_path / "runs/tiny/ledger.jsonl").is_file()


def test_results_of_another_run_are_taken_over(
    tmp_path: Path, clips: Path, space_file: Path, finished_run: Path
) -> None:
    run = tmp_path / "run"
    words = ["search", space_file, "--data", clips, "--out", run, "--executor", "inline"]
    called = call_ok(*words, "--algorithm", "random_search", "--reuse", finished_run)
    # The initial population of 2 is shared by all algorithms of one seed.
    assert called.err.count("(taken over)") >= 2
    reused = [r for r in job_records(run / "ledger.jsonl") if r.get("reused_from")]
    assert {record["reused_from"]["run"] for record in reused} == {"finished"}


def test_a_finished_run_that_is_resumed_stays_as_it_is(tmp_path: Path, space_file: Path) -> None:
    run = tmp_path / "run"
    first = call_ok("search", space_file, "--out", run, *BY_PARAMS, "--json").json
    before = job_records(run / "ledger.jsonl")
    called = call_ok("search", "--resume", run, "--executor", "inline", "--json")
    assert called.json == first
    assert called.err == "all 7 jobs are finished already\n"
    assert job_records(run / "ledger.jsonl") == before


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("run.yaml", "seed: 0", "seed: 5", "search.seed was 0 and is 5"),
        ("space.yaml", "version: 1", "version: 1\n# mine", "space.yaml was '"),
    ],
)
def test_a_run_does_not_go_on_with_files_that_were_edited(
    tmp_path: Path, space_file: Path, file: str, old: str, new: str, told: str
) -> None:
    run = tmp_path / "run"
    call_ok("search", space_file, "--out", run, *BY_PARAMS)
    text = (run / file).read_text()
    assert old in text
    (run / file).write_text(text.replace(old, new, 1))
    called = call("search", "--resume", run, "--executor", "inline")
    assert called.status == 2
    assert f"{run}: it cannot go on: {told}" in called.err


def test_a_space_that_runs_out_ends_early_and_says_so(tmp_path: Path, space_file: Path) -> None:
    run = tmp_path / "run"
    called = call_ok("search", space_file, "--out", run, *BY_PARAMS, "--candidates", 50)
    early = "after 12 of 50 candidates: each of the 12 members of the space was tried"
    assert f"\nended {early}\n" in called.out
    assert f"\nended {early}\n" in call_ok("status", run).out
    assert call_ok("status", run, "--json").json["ended_early"] == early
    # A session that has nothing to do does not know why, those before it do.
    assert call_ok("search", "--resume", run, "--json").json["ended_early"] == early


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("raises", "error: ValueError: no such thing"),
        ("gives_nan", "error: evaluate(): metric 'top1': got nan; accepts"),
        ("gives_number", "error: evaluate(): got 0.5; accepts a dict of metric name"),
    ],
)
def test_where_no_candidate_can_be_scored_the_search_fails_and_says_why(
    tmp_path: Path, space_file: Path, function: str, reason: str
) -> None:
    run = tmp_path / "run"
    evaluate = ["--evaluate", f"tests.user_evaluations:{function}", "--executor", "inline"]
    called = call("search", space_file, "--out", run, *evaluate, "--json")
    assert called.status == 1
    assert called.json["best"] is None
    assert f"{run}: none of 4 candidates could be scored\n  job 0: {reason}" in called.err
    assert "Traceback" not in called.err
    assert call_ok("status", run, "--json").json["failed"] == {"error": 4}


@pytest.mark.slow  # starts an interpreter that imports torch
def test_the_installed_program_searches(tmp_path: Path, space_file: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("nasvid"), "search", space_file, *BY_PARAMS, "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "complete"


def test_the_best_of_a_custom_objective_is_kept(tmp_path: Path, space_file: Path) -> None:
    text = space_file.read_text().replace("search: {", "search: {objective: accuracy, ")
    path = write(tmp_path / "space.yaml", text)
    words = ["--evaluate", "tests.user_evaluations:other_metric", "--executor", "inline"]
    found = call_ok("search", path, "--out", tmp_path / "run", *words, "--json").json
    assert {row["metrics"]["accuracy"] for row in found["pareto"]} == {0.5}


def first_jobs(run: Path, count: int) -> list[dict[str, Any]]:
    records = job_records(run / "ledger.jsonl")
    return [record["job"] for record in records if record["record"] == "proposed"][:count]


def test_members_that_are_named_are_evaluated_first(
    tmp_path: Path, space_file: Path, finished_run: Path
) -> None:
    arch = tmp_path / "arch.yaml"
    call_ok("sample", space_file, "--seed", 5, "--out", arch)
    run = tmp_path / "run"
    words = ["search", space_file, "--out", run, *BY_PARAMS, "--candidates", 8]
    named = ["--warm-start", arch, "--warm-start", finished_run]
    shown = call_ok(*words, *named, "--dry-run")
    assert "warm start: " in shown.out
    assert not run.exists()
    called = call_ok(*words, *named)
    # The four candidates of the other run and the sample, unless that is one of them.
    told = re.search(r"warm start: ([45]) of 5 members", called.err)
    assert told is not None, called.err
    count = int(told[1])
    jobs = first_jobs(run, count + 1)
    assert [job["origin"]["how"] for job in jobs[:count]] == ["warm_start"] * count
    assert jobs[count]["origin"]["how"] != "warm_start"
    sample = call_ok("check", arch, "--json").json
    best = call_ok("status", finished_run, "--json").json["best"]
    assert [job["graph_id"] for job in jobs[:2]] == [sample["id"], best["id"]]


def test_a_run_that_is_resumed_does_not_need_the_files_of_its_warm_start(
    tmp_path: Path, space_file: Path
) -> None:
    arch, run = tmp_path / "arch.yaml", tmp_path / "run"
    call_ok("sample", space_file, "--seed", 5, "--out", arch)
    call_ok("search", space_file, "--out", run, *BY_PARAMS, "--warm-start", arch)
    whole = job_records(run / "ledger.jsonl")
    # As if the run had been killed before its first job.
    (run / "ledger.jsonl").unlink()
    arch.unlink()
    call_ok("search", "--resume", run, "--executor", "inline")
    assert job_records(run / "ledger.jsonl") == whole
    (run / "ledger.jsonl").unlink()
    (run / "warm_start.json").unlink()
    called = call("search", "--resume", run, "--executor", "inline")
    assert called.status == 2
    assert "warm_start.json: is not the warm start of a run" in called.err


def test_names_in_a_file_are_relative_to_it_and_mistakes_there_point(
    tmp_path: Path, space_file: Path
) -> None:
    folder = tmp_path / "spaces"
    folder.mkdir()
    text = space_file.read_text()
    call_ok("sample", space_file, "--seed", 5, "--out", folder / "arch.yaml")
    path = write(
        folder / "tiny.yaml", text.replace("search: {", "search: {warm_start: arch.yaml, ")
    )
    run = tmp_path / "run"
    call_ok("search", path, "--out", run, *BY_PARAMS)
    assert first_jobs(run, 1)[0]["origin"]["how"] == "warm_start"
    assert call_ok("check", path, "--json").json["warm_start"] == "1 of 1 members"
    assert "\n  starts   1 of 1 members\n" in call_ok("check", path).out
    # An architecture of the run is a file that needs no other one.
    call_ok("export", run, "best", "--out", tmp_path / "out", "--no-train")
    call_ok("check", tmp_path / "out" / "arch.yaml")
    (folder / "arch.yaml").unlink()
    line = text[: text.index("search: {")].count("\n") + 1
    for words in (("search", path, "--out", tmp_path / "other", *BY_PARAMS), ("check", path)):
        called = call(*words)
        assert called.status == 2
        assert f"{path}:{line}:22: search.warm_start: got 'arch.yaml'; accepts" in called.err
    assert not (tmp_path / "other").exists()


def test_a_member_of_another_space_is_no_warm_start(tmp_path: Path, space_file: Path) -> None:
    words = ["search", space_file, "--out", tmp_path / "run", *BY_PARAMS]
    called = call(*words, "--warm-start", "tvn_1")
    assert called.status == 2
    assert "warm_start: tvn_1: is made from" in called.err
    assert "no member of the space 'tiny': it decides on 'rgb." in called.err
    assert not (tmp_path / "run").exists()


def test_several_objectives_are_searched_told_and_reported(
    tmp_path: Path, space_file: Path
) -> None:
    objectives = "objective: loss, objectives: {loss: min, speed: max, params: min}, "
    text = space_file.read_text().replace("search: {", f"search: {{{objectives}")
    path = write(tmp_path / "space.yaml", text)
    run = tmp_path / "run"
    words = ["--evaluate", "tests.user_evaluations:with_loss", "--executor", "inline"]
    words += ["--algorithm", "archive_evolution", "--candidates", 8]
    called = call_ok("search", path, "--out", run, *words)
    best = [line.rpartition("best loss ")[2] for line in called.err.splitlines()]
    assert best[:8] == sorted(best[:8], reverse=True)
    assert "val loss" in called.out
    assert "speed" in called.out
    found = call_ok("status", run, "--json").json
    rows = [
        r["evaluation"]["metrics"] for r in job_records(run / "ledger.jsonl") if "evaluation" in r
    ]
    assert found["best"]["metrics"]["loss"] == min(row["loss"] for row in rows)
    # More parameters, lower loss: nothing is dominated.
    assert len(found["pareto"]) == 8
    page = run / "report.html"
    call_ok("report", run)
    assert "loss (down), params (down), speed (up)" in page.read_text()


def test_a_cost_alone_can_be_searched_for(tmp_path: Path, space_file: Path) -> None:
    text = space_file.read_text().replace("search: {", "search: {objective: params, ")
    path = write(tmp_path / "space.yaml", text)
    run = tmp_path / "run"
    called = call_ok("search", path, "--out", run, *BY_PARAMS, "--candidates", 12)
    assert "best params" in called.err
    params = [job["cost"]["params"] for job in first_jobs(run, 12)]
    assert call_ok("status", run, "--json").json["best"]["params"] == min(params)
    call_ok("report", run)


@pytest.mark.parametrize(
    "algorithm",
    [
        pytest.param(name, marks=() if name in FAST_ALGORITHMS else pytest.mark.slow)
        for name in ALGORITHMS
    ],
)
def test_every_algorithm_can_be_named(tmp_path: Path, space_file: Path, algorithm: str) -> None:
    run = tmp_path / "run"
    words = ["--algorithm", algorithm, "--candidates", 6]
    found = call_ok("search", space_file, "--out", run, *BY_PARAMS, *words, "--json").json
    assert (found["state"], found["finished"]) == ("complete", 6)


def test_an_algorithm_without_its_package_says_what_to_install(
    tmp_path: Path, space_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    words = ["--algorithm", "optuna_tpe", "--out", tmp_path / "run", *BY_PARAMS]
    called = call("search", space_file, *words, "--dry-run")
    assert called.status == 2
    assert "search.algorithm: optuna_tpe: package 'optuna' is not installed" in called.err
