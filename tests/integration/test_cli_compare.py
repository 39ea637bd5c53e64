"""`nasvid compare` on real runs."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.command_line import call, call_ok

BY_PARAMS = ["--evaluate", "tests.user_evaluations:by_params", "--executor", "inline"]


@pytest.fixture
def runs(tmp_path: Path, space_file: Path) -> list[Path]:
    folders = [tmp_path / "evolution", tmp_path / "random"]
    for folder, algorithm in zip(folders, ("aging_evolution", "random_search"), strict=True):
        words = ["search", space_file, "--out", folder, "--algorithm", algorithm, *BY_PARAMS]
        call_ok(*words)
    return folders


def test_tables_a_picture_and_a_verdict(runs: list[Path], tmp_path: Path) -> None:
    picture = tmp_path / "pictures" / "compare.svg"
    shown = call_ok("compare", *runs, "-o", picture).out
    assert "aging_evolution" in shown
    assert "final fronts" in shown
    assert "aging_evolution against random search after 4 candidates:" in shown
    assert "too few pairs for a test" in shown
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    found = call_ok("compare", *runs, "--json").json
    assert set(found["algorithms"]) == {"aging_evolution", "random_search"}
    assert found["against_random"]["aging_evolution"]["pairs"] == 1


def test_mistakes_are_told(runs: list[Path], tmp_path: Path) -> None:
    one = call("compare", runs[0])
    assert (one.status, "accepts two or more" in one.err) == (2, True)
    odd = call("compare", *runs, "-o", tmp_path / "x.doc")
    assert (odd.status, "got the suffix '.doc'; accepts .svg" in odd.err) == (2, True)
    gone = call("compare", runs[0], tmp_path / "none")
    assert gone.status == 2
    taken = tmp_path / "taken.svg"
    taken.touch()
    full = call("compare", *runs, "-o", taken)
    assert (full.status, "exists" in full.err) == (2, True)
