"""The programs on a machine with a GPU: search, train, export, and devices that are not there."""

import json
from pathlib import Path

import pytest
import torch

import nasvid
from nasvid.api.machine import Machine, describe_machine
from nasvid.core.errors import EvaluationError
from nasvid.training.placement import device_type_of
from tests.command_line import call, call_ok, start
from tests.gpu.device import DEVICE, may_be_rehearsed

INLINE = ("--executor", "inline")


@may_be_rehearsed
def test_a_search_runs_on_a_gpu_without_ray_and_its_winner_is_exported(
    colours: Path, space_file: Path, tmp_path: Path
) -> None:
    run, out = tmp_path / "run", tmp_path / "model"
    # Trained once, so that its metrics are of that training and no mean.
    words = (*INLINE, "--device", DEVICE, "--repeats", 0)
    call_ok("search", space_file, "--data", colours, "--out", run, *words)
    found = nasvid.Run(run)
    assert found.best().metrics["top1"] > 0.5
    assert found.summary.failures == ()
    call_ok("export", run, "best", "-o", out)
    metrics = json.loads((out / "config.json").read_text())["metrics"]
    # Trained again on the device of the search.
    assert metrics["val"]["loss"] == pytest.approx(found.best().metrics["loss"], rel=0.02)


@may_be_rehearsed
def test_an_architecture_is_trained_where_there_is_a_gpu(colours: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    call_ok("train", "r3d_18", "--data", colours, "-o", out, "--clip", "4x8", "--width", "0.125")
    assert (out / "model.safetensors").is_file()


@pytest.mark.gpu
def test_auto_is_the_gpu() -> None:
    assert describe_machine(Machine())["device"] == "cuda"
    assert describe_machine(Machine())["threads"] is None


@pytest.mark.gpu
def test_a_gpu_that_is_not_there_is_named(colours: Path, space_file: Path, tmp_path: Path) -> None:
    number = torch.cuda.device_count()
    with pytest.raises(EvaluationError, match=f"got 'cuda:{number}', but torch sees {number} GPU"):
        device_type_of(f"cuda:{number}")
    arguments = ("--data", colours, "--out", tmp_path / "run", *INLINE)
    called = call("search", space_file, *arguments, "--device", f"cuda:{number}")
    assert called.status == 2
    assert f"device: got 'cuda:{number}'" in called.err


@pytest.mark.gpu
def test_a_gpu_that_is_hidden_is_an_error_that_says_so(
    colours: Path, space_file: Path, tmp_path: Path
) -> None:
    arguments = ("--data", colours, "--out", tmp_path / "run", *INLINE, "--device", "cuda")
    program = start("search", space_file, *arguments, folder=tmp_path, CUDA_VISIBLE_DEVICES="")
    _, err = program.communicate(timeout=120)
    assert program.returncode == 2
    assert "device: got 'cuda', but torch sees no GPU here; use cpu." in err
    assert "Traceback" not in err
