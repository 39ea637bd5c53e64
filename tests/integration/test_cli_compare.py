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
    assert "fronts of top-1 (up), MACs (down) after 4 trainings" in shown
    assert "aging_evolution against random search after 4 trainings:" in shown
    assert "too few pairs for a test" in shown
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    found = call_ok("compare", *runs, "--json").json
    assert set(found["groups"]) == {"aging_evolution", "random_search"}
    assert found["against_random"][0]["pairs"] == 1


@pytest.mark.slow  # two searches; the numbers are held by tests of their own
def test_fronts_are_compared_by_hypervolume(tmp_path: Path, space_file: Path) -> None:
    runs = [tmp_path / "archive" / "run", tmp_path / "random" / "run"]
    for folder, algorithm in zip(runs, ("archive_evolution", "random_search"), strict=True):
        words = ["search", space_file, "--out", folder, "--algorithm", algorithm, *BY_PARAMS]
        call_ok(*words)
    picture = tmp_path / "compare.png"
    shown = call_ok("compare", *runs, "-o", picture).out
    assert "hypervolume of the front of top-1 (up), MACs (down)" in shown
    assert picture.stat().st_size > 0
    found = call_ok("compare", *runs, "--json").json
    # Two folders of one name are told apart.
    assert found["groups"]["archive_evolution"]["runs"] == [str(runs[0])]
    assert 0 < found["groups"]["archive_evolution"]["hypervolume"][-1]["mean"] <= 1
    assert found["against_random"][0]["measure"] == "hypervolume"


def test_mistakes_are_told(runs: list[Path], tmp_path: Path) -> None:
    one = call("compare", runs[0])
    assert (one.status, "accepts two or more" in one.err) == (2, True)
    twice = call("compare", runs[0], runs[0])
    assert (twice.status, "was given twice; accepts every run once" in twice.err) == (2, True)
    odd = call("compare", *runs, "-o", tmp_path / "x.doc")
    assert (odd.status, "got the suffix '.doc'; accepts .svg" in odd.err) == (2, True)
    gone = call("compare", runs[0], tmp_path / "none")
    assert gone.status == 2
    taken = tmp_path / "taken.svg"
    taken.touch()
    full = call("compare", *runs, "-o", taken)
    assert (full.status, "exists" in full.err) == (2, True)
