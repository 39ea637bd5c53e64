"""The colour task as a data folder."""

from pathlib import Path

import pytest

from tests.unit.training.colours import write_colours


@pytest.fixture(scope="session")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three splits; nothing writes to it."""
    return write_colours(tmp_path_factory.mktemp("colours"))
