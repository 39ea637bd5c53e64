"""Real files for tests of the whole program: a small data set, small spaces, a finished run."""

from pathlib import Path

import pytest

from nasvid.data.datasets.moving_digits import MovingDigits
from tests.command_line import TINY_SPACE, call_ok, write


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of a few real videos."""
    folder = tmp_path_factory.mktemp("clips") / "data"
    MovingDigits(train_per_class=2, val_per_class=1, test_per_class=1, frames=6, size=16).make(
        folder
    )
    return folder


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
