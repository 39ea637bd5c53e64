"""Mistakes of users through the real command line: one clear message, status 2, nothing written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nasvid.cli.main import status_of

SIX = """\
version: 1
inputs:
  rgb: {modality: rbg, frames: 8, size: 32}
blocks:
  unit:
    params: {out: 8}
    body:
      - {block: conv2plus1, out: =out}
      - {conv: {out: =outt}}
network:
  nodes:
    stem: {conv2d: {out: 8, strid: 2}}
    main: {from: stm, block: unit}
  head: {classes: "=max(1, 2"}
budgets: {macs: 1G}
"""


def _fails(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert status_of(arguments) == 2
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return captured.err


def test_six_mistakes_give_six_messages_with_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "six.yaml"
    path.write_text(SIX, encoding="utf-8")
    lines = _fails(["check", str(path)], capsys).strip().splitlines()
    places = {":".join(line.split(":")[1:3]) for line in lines}
    assert places == {"3:9", "8:17", "9:22", "12:36", "13:18", "14:19", "15:1"}
    text = "\n".join(lines)
    for hint in ("'rgb'", "'conv2plus1d'", "'out'", "'stride'", "'stem'", "cut off", "'budget'"):
        assert hint in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 2\ninputs: {}", "reads version 1"),
        ("a: !!python/object/apply:os.system ['true']", "tag"),
        ("a: &a [1, *a]", "aliases"),
        ("[" * 500, "nests deeper"),
        ("version: 1\nversion: 1", "stands twice"),
        ("version: 1\nx: [1", "is not YAML"),
        ("", "is empty"),
        ("just text", "mapping"),
    ],
)
def test_a_hostile_or_broken_file(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    assert message in _fails(["check", str(path)], capsys)


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no file 'nowhere.yaml'" in _fails(["check", "nowhere.yaml"], capsys)


def _replaced(space: Path, old: str, new: str) -> Path:
    text = space.read_text(encoding="utf-8")
    assert old in text
    space.write_text(text.replace(old, new), encoding="utf-8")
    return space


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("{macs: 2M, params: 20K}", "{macs: 10}"), "impossible"),
        (("separable3d", "separable3"), "Did you mean 'separable3d'?"),
        (("population: 2", "population: 0"), "greater than or equal to 1"),
        (("population: 2", "algorithm: evolution"), "no algorithm named 'evolution'"),
        (("population: 2", "mutations: {resample: 1}"), "no mutation named 'resample'"),
        (("epochs: 1", "epochs: none"), "epochs"),
    ],
)
def test_a_space_that_cannot_be_searched(
    change: tuple[str, str],
    message: str,
    space: Path,
    clips: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _replaced(space, *change)
    run = tmp_path / "run"
    text = _fails(["search", str(space), "--data", str(clips), "--out", str(run)], capsys)
    assert message in text
    assert not run.exists()


def _truncate(data: Path) -> None:
    video = next(data.glob("train/*/*.mp4"))
    video.write_bytes(video.read_bytes()[:200])


def _delete(data: Path) -> None:
    next(data.glob("val/*/*.mp4")).unlink()


def _bad_row(data: Path) -> None:
    with (data / "train.csv").open("a", encoding="utf-8") as file:
        file.write("only-a-path.mp4\n")


def _no_val(data: Path) -> None:
    (data / "val.csv").unlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_truncate, ".mp4"),
        (_delete, ".mp4"),
        (_bad_row, "train.csv:17"),
        (_no_val, "val.csv"),
    ],
)
def test_data_that_is_wrong(
    spoil: Callable[[Path], None],
    message: str,
    space: Path,
    clips: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "data"
    shutil.copytree(clips, data, ignore=shutil.ignore_patterns(".nasvid_cache"))
    spoil(data)
    run = tmp_path / "run"
    arguments = ["search", str(space), "--data", str(data), "--out", str(run)]
    assert message in _fails([*arguments, "--executor", "inline"], capsys)
    assert not run.exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--executor", "slurm"], "slurm"),
        (["--evaluate", "no.such:function"], "no.such"),
        (["--evaluate", "text"], "package.module:function"),
        (["--out", "/dev/null/run"], "/dev/null/run"),
    ],
)
def test_arguments_that_cannot_be_used(
    more: list[str],
    message: str,
    space: Path,
    clips: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    arguments = ["search", str(space), "--data", str(clips), "--out", str(run)]
    assert message in _fails([*arguments, *more], capsys)
    assert not run.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search"], "search"),
        (["search", "--resume", "nowhere"], "nowhere"),
        (["status", "nowhere"], "nowhere"),
        (["export", "nowhere", "best", "--out", "x"], "nowhere"),
        (["data", "make", "moving-digit", "--out", "x"], "moving-digits"),
        (["data", "show", "nowhere"], "nowhere"),
        (["cost", "search_spaces/quickstart.yaml"], "left to choose"),
        (["cost", "search_spaces/quickstart_single_frame.yaml", "--clip", "8"], "32x256"),
        (["cost", "search_spaces/quickstart_single_frame.yaml", "--norm", "3"], "0, 2 or 5"),
        (["check", "search_spaces/quickstart.yaml", "--block", "unt"], "'unit'"),
        (["check", "search_spaces/quickstart.yaml", "--block", "unit", "--in", "3"], "CxTxHxW"),
    ],
)
def test_other_mistakes(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in _fails(arguments, capsys)
