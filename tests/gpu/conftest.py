"""The colour task as a data folder, and a space that fits it."""

from pathlib import Path

import pytest

from tests.command_line import TINY_SPACE, write
from tests.unit.training.colours import write_colours


@pytest.fixture(scope="session")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three splits; nothing writes to it."""
    return write_colours(tmp_path_factory.mktemp("colours"))


@pytest.fixture
def space_file(tmp_path: Path) -> Path:
    text = TINY_SPACE.replace("size: 16", "size: 8").replace("classes: 8", "classes: 3")
    return write(tmp_path / "tiny.yaml", text.replace("epochs: 1", "epochs: 4"))
