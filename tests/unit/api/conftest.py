"""The smallest space that can be searched, loaded."""

from pathlib import Path

import pytest

import nasvid
from tests.command_line import TINY_SPACE, write


@pytest.fixture
def space_file(tmp_path: Path) -> Path:
    return write(tmp_path / "tiny.yaml", TINY_SPACE)


@pytest.fixture
def space(space_file: Path) -> nasvid.SearchSpace:
    return nasvid.load(space_file)
