"""Real files for tests of the whole program: a small data set, small spaces, a finished run."""

import textwrap
from pathlib import Path

import pytest

from nasvid.data.datasets.moving_digits import MovingDigits
from tests.command_line import TINY_SPACE, call_ok, write

SPACE = """
    version: 1
    name: small
    inputs:
      rgb: {modality: rgb, frames: 4, frame_stride: 1, size: 16}
      flow: {modality: flow, frames: 4, frame_stride: 1, size: 16}
    decisions:
      width: {choice: [4, 6, 8]}
    network:
      nodes:
        look: {from: rgb, conv2d: {out: =width, stride: 2}}
        move: {from: flow, block: {choice: [conv2d, conv3d, conv2plus1d]}, out: =width, stride: 2}
        fusion: {from: {any_of: [look, move], min: 1, merge: concat}, separable3d: {out: 8}}
      head: {from: fusion, classes: =classes}
    budget: {macs: 2M, params: 20K}
    search: {population: 2, tournament: 2, candidates: 4, window: 2, repeats: 1}
    training: {epochs: 1, batch_size: 8}
"""


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of a few real videos."""
    folder = tmp_path_factory.mktemp("clips") / "data"
    MovingDigits(train_per_class=2, val_per_class=1, test_per_class=1, frames=6, size=16).make(
        folder
    )
    return folder


@pytest.fixture
def space(tmp_path: Path) -> Path:
    """A search space file."""
    path = tmp_path / "small.yaml"
    path.write_text(textwrap.dedent(SPACE), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def space_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest space that can be searched; no test changes it."""
    return write(tmp_path_factory.mktemp("space") / "tiny.yaml", TINY_SPACE)


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory, clips: Path, space_file: Path) -> Path:
    """A run of the smallest space that is complete; no test changes it."""
    folder = tmp_path_factory.mktemp("runs") / "finished"
    call_ok("search", space_file, "--data", clips, "--out", folder, "--executor", "inline")
    return folder
