"""The search of the demo on one, two and four Ray workers: the same candidates, scores and winner."""

from pathlib import Path
from typing import Any

import pytest

from nasvid.data.datasets.moving_digits import MovingDigits
from tests.command_line import call_ok
from tests.search_fakes import job_records

pytestmark = [pytest.mark.slow, pytest.mark.ray]  # starts Ray, whose workers import torch
QUICKSTART = Path(__file__).parents[2] / "search_spaces" / "quickstart.yaml"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of the demo, with fewer clips."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    MovingDigits(train_per_class=2, val_per_class=2, test_per_class=1).make(folder)
    return folder


def test_the_number_of_workers_changes_nothing_in_the_ledger(tmp_path: Path, data: Path) -> None:
    def searched(workers: int) -> list[dict[str, Any]]:
        run = tmp_path / str(workers)
        words = (
            "--data",
            data,
            "--out",
            run,
            "--workers",
            workers,
            "--candidates",
            8,
            "--repeats",
            0,
        )
        assert call_ok("search", QUICKSTART, *words, "--json").json["state"] == "complete"
        return job_records(run / "ledger.jsonl")

    one = searched(1)
    # Past the random members of the beginning, so that results have a say in what is proposed.
    assert any("mutation" in str(record) for record in one)
    assert searched(2) == one
    assert searched(4) == one
