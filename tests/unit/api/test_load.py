from pathlib import Path

import pytest

import nasvid
from nasvid.core.errors import Mark, SpaceError
from tests.command_line import TINY_SPACE, write


def test_classes_can_be_given(space_file: Path) -> None:
    few, many = (nasvid.load(space_file, classes=n).sample().cost().params for n in (8, 100))
    assert many > few


@pytest.mark.parametrize("classes", [0, -1, 10**6 + 1])
def test_a_number_of_classes_that_is_none_is_refused(space_file: Path, classes: int) -> None:
    with pytest.raises(nasvid.NasvidError, match=rf"classes: got {classes}; accepts 1 to 1000000"):
        nasvid.load(space_file, classes=classes)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(nasvid.NasvidError, match=r"is a folder; accepts a \.yaml file"):
        nasvid.load(tmp_path)


def test_unknown_algorithms_and_mutations_are_told_with_their_places(tmp_path: Path) -> None:
    search = "search: {algorithm: evolution, mutations: {nudge: 1, resample_decision: 1}, "
    path = write(tmp_path / "space.yaml", TINY_SPACE.replace("search: {", search))
    with pytest.raises(SpaceError) as caught:
        nasvid.load(path)
    algorithm, mutation = caught.value.problems
    assert algorithm.mark == Mark(str(path), 15, 21)
    assert algorithm.path == "search.algorithm"
    assert algorithm.message.startswith("no algorithm named 'evolution'")
    assert mutation.path == "search.mutations.nudge"
    assert mutation.mark.line == 15


def test_the_place_of_an_algorithm_is_in_the_file_that_names_it(tmp_path: Path) -> None:
    write(tmp_path / "below.yaml", TINY_SPACE.replace("search: {", "search: {algorithm: bad, "))
    write(tmp_path / "middle.yaml", "version: 1\nspace: below.yaml\nsearch: {seed: 1}\n")
    top = write(tmp_path / "top.yaml", "version: 1\nspace: middle.yaml\n")
    with pytest.raises(SpaceError, match=r"below\.yaml:15:21: search\.algorithm"):
        nasvid.load(top)
    write(tmp_path / "middle.yaml", "version: 1\nspace: below.yaml\nsearch: {algorithm: worse}\n")
    with pytest.raises(SpaceError, match=r"middle\.yaml:3:21: search\.algorithm.*'worse'"):
        nasvid.load(top)
