from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.api import zoo_folder as zoo_folder_module
from nasvid.api.zoo_folder import zoo_folder
from nasvid.core.errors import Mark, NasvidError, ShapeError, SpaceError
from tests.command_line import TINY_SPACE, write


def test_classes_can_be_given(space_file: Path) -> None:
    few, many = (nasvid.load(space_file, classes=n).sample().cost().params for n in (8, 100))
    assert many > few


@pytest.mark.parametrize("classes", [0, -1, 10**6 + 1])
def test_a_number_of_classes_that_is_none_is_refused(space_file: Path, classes: int) -> None:
    with pytest.raises(
        nasvid.NasvidError,
        match=rf"classes: got {classes}; accepts whole numbers from 1 to 1000000",
    ):
        nasvid.load(space_file, classes=classes)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(nasvid.NasvidError, match=r"is a folder; accepts a \.yaml file"):
        nasvid.load(tmp_path)


@pytest.mark.parametrize("path", [None, 5, b"space.yaml"])
def test_what_is_no_path_is_told(path: Any) -> None:
    with pytest.raises(NasvidError, match=r"load: got .*; accepts the path of a .yaml file"):
        nasvid.load(path)


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


def test_names_are_told_together_with_all_else_that_is_wrong(tmp_path: Path) -> None:
    settings = (
        "search: {algorithm: evolution, mutations: {merge: often, spit: -1}, reduction: 0, sed: 1, "
    )
    text = TINY_SPACE.replace("search: {", settings).replace("head: {", "haed: {")
    path = write(tmp_path / "space.yaml", text)
    with pytest.raises(SpaceError) as caught:
        nasvid.load(path)
    assert [problem.path for problem in caught.value.problems] == [
        "network",
        "network",
        "search.algorithm",
        "search.mutations.merge",
        "search.mutations.spit",
        "search.mutations.spit",
        "search.reduction",
        "search",
    ]
    assert caught.value.problems[2].mark == Mark(str(path), 15, 21)


def test_the_place_of_an_algorithm_is_in_the_file_that_names_it(tmp_path: Path) -> None:
    write(tmp_path / "below.yaml", TINY_SPACE.replace("search: {", "search: {algorithm: bad, "))
    write(tmp_path / "middle.yaml", "version: 1\nspace: below.yaml\nsearch: {seed: 1}\n")
    top = write(tmp_path / "top.yaml", "version: 1\nspace: middle.yaml\n")
    with pytest.raises(SpaceError, match=r"below\.yaml:15:21: search\.algorithm"):
        nasvid.load(top)
    write(tmp_path / "middle.yaml", "version: 1\nspace: below.yaml\nsearch: {algorithm: worse}\n")
    with pytest.raises(SpaceError, match=r"middle\.yaml:3:21: search\.algorithm.*'worse'"):
        nasvid.load(top)


def test_the_name_of_a_network_of_the_zoo_stands_for_its_file(tmp_path: Path) -> None:
    assert nasvid.load("x3d_s").spec.file == str(zoo_folder() / "x3d_s.yaml")
    with pytest.raises(NasvidError, match=r"'x3d_z', and no .* so\. Did you mean 'x3d_[a-z]+'\?"):
        nasvid.load("x3d_z")
    with pytest.raises(
        NasvidError, match=r"the space of that name is .*search_spaces/movinet.yaml"
    ):
        nasvid.load("movinet")
    with pytest.raises(SpaceError, match="there is no file 'nothing_like_it'"):
        nasvid.load("nothing_like_it")


def test_what_is_no_clip_is_told(space_file: Path) -> None:
    with pytest.raises(ShapeError, match=r"clip: got \(16, 224\); accepts frames x size"):
        nasvid.load(space_file, clip=(16, 224))  # type: ignore[arg-type]


def test_a_clip_that_does_not_fit_is_told_with_the_shapes() -> None:
    network = nasvid.load("slowfast_r50_8x8", clip="30x224").architecture()
    with pytest.raises(SpaceError, match="This is with a clip of 30x224 in place of the file's"):
        network.cost()
    with pytest.raises(SpaceError, match="This is with another width in place of the file's"):
        nasvid.load("slowfast_r50_8x8", width=0.01).architecture().cost()


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_the_zoo_is_found_wherever_it_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    folders = [tmp_path / str(k) for k in range(4)]
    monkeypatch.setattr(zoo_folder_module, "_folders", lambda: tuple(folders))
    with pytest.raises(NasvidError, match=r"zoo: not found in .*; install nasvid again"):
        zoo_folder()
    folders[place].mkdir()
    assert zoo_folder() == folders[place]
