"""Members that are evaluated first."""

from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.api.warm_start import Start, find_starts, read_starts, starts_text, usable
from nasvid.core.errors import NasvidError, RunError
from nasvid.graph.ir import Graph
from nasvid.spec.decisions import Genotype
from tests.command_line import TINY_SPACE, write

SPACES = Path(__file__).parents[3] / "search_spaces"
CONSTRAINED = TINY_SPACE.replace(
    "budget:", "constraints: [{implies: {if: {width: 12}, then: {body.block: conv2d}}}]\nbudget:"
)


@pytest.fixture
def space(tmp_path: Path) -> nasvid.SearchSpace:
    return nasvid.load(write(tmp_path / "tiny.yaml", TINY_SPACE))


def member(path: Path, choose: str = "{width: 8, body.block: conv3d}", name: str = "tiny") -> str:
    write(path, f"version: 1\nspace: {name}.yaml\nchoose: {choose}\n")
    return path.name


def starts(space: nasvid.SearchSpace, *names: str) -> list[Start]:
    return find_starts(space.spec, names, Path(space.spec.file).parent, "warm_start")


def test_the_file_of_an_architecture_is_a_member(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    assert starts(space, member(tmp_path / "a.yaml")) == [
        Start("a.yaml", Genotype((("width", 8), ("body.block", "conv3d"))))
    ]


def test_an_architecture_in_a_file_of_its_own_is_a_member_too(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    drawn = space.sample(seed=3)
    write(tmp_path / "whole.yaml", drawn.to_yaml())
    assert [start.genotype for start in starts(space, "whole.yaml")] == [drawn.genotype]


def test_a_network_of_the_zoo_is_a_member_of_the_space_that_it_is_made_from() -> None:
    space = nasvid.load(SPACES / "tvn.yaml")
    (start,) = starts(space, "tvn_1")
    assert start.genotype["stages.repeat"] == 4
    assert nasvid.load(SPACES / "zoo/tvn_1.yaml").architecture().genotype == start.genotype


def test_members_come_in_the_order_in_which_they_are_named(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    names = [member(tmp_path / f"{w}.yaml", f"{{width: {w}, body.block: conv2d}}") for w in (8, 4)]
    assert [start.genotype["width"] for start in starts(space, *names)] == [8, 4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            TINY_SPACE.replace("[4, 6, 8, 12]", "[4, 6, 10, 12]"),
            "width is 8, where the space accepts one of 4, 6, 10, 12",
        ),
        (TINY_SPACE.replace("width", "channels"), "it decides on 'width', which is no decision"),
        (
            TINY_SPACE.replace("stride: 4}", "stride: {choice: [4, 8]}}"),
            "it says nothing of 'stem.stride', which is open there",
        ),
        (CONSTRAINED.replace("width: 12}", "width: 8}"), "it does not meet the constraint implies"),
    ],
)
def test_a_member_of_another_space_is_refused_with_the_first_decision_that_does_not_fit(
    tmp_path: Path, text: str, told: str
) -> None:
    write(tmp_path / "tiny.yaml", TINY_SPACE)
    other = nasvid.load(write(tmp_path / "other.yaml", text.replace("name: tiny", "name: other")))
    name = member(tmp_path / "a.yaml")
    with pytest.raises(NasvidError) as caught:
        starts(other, name)
    message = str(caught.value)
    assert message.startswith(
        f"warm_start: a.yaml: is made from {tmp_path}/tiny.yaml and no member"
    )
    assert f"of the space 'other': {told}" in message


def test_a_decision_with_one_option_need_not_be_named(tmp_path: Path) -> None:
    write(tmp_path / "tiny.yaml", TINY_SPACE)
    text = TINY_SPACE.replace("stride: 4}", "stride: {choice: [4]}}")
    (start,) = starts(nasvid.load(write(tmp_path / "one.yaml", text)), member(tmp_path / "a.yaml"))
    assert start.genotype.by_path == {"width": 8, "stem.stride": 4, "body.block": "conv3d"}


def test_a_name_that_is_nothing_is_refused(space: nasvid.SearchSpace) -> None:
    with pytest.raises(
        NasvidError,
        match=r"warm_start: got 'c3d_lst'; accepts a network of the zoo, .*mean 'c3d_lstm'\?",
    ):
        starts(space, "c3d_lst")


def test_a_run_without_a_score_is_no_beginning(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    def fails(graph: Graph, **_: Any) -> dict[str, float]:
        raise ValueError("no")

    machine = nasvid.Machine(executor="inline")
    nasvid.search(space, run=tmp_path / "failed", evaluate=fails, machine=machine)
    with pytest.raises(
        NasvidError,
        match=r"warm_start: got 'failed', a run in which no candidate has been scored; accepts one",
    ):
        starts(space, "failed")


def test_a_space_is_no_member(space: nasvid.SearchSpace) -> None:
    with pytest.raises(NasvidError, match=r"is a space, not one architecture: width, body\.block"):
        starts(space, "tiny.yaml")


def test_members_over_the_budget_and_networks_named_before_are_left_out(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    names = [
        member(tmp_path / "a.yaml", "{width: 4, body.block: conv2d}"),
        member(tmp_path / "b.yaml", "{width: 4, body.block: conv2d}"),
        member(tmp_path / "c.yaml", "{width: 12, body.block: conv3d}"),
    ]
    small = nasvid.load(
        write(tmp_path / "small.yaml", TINY_SPACE.replace("macs: 2M", "macs: 100K"))
    )
    found = usable(small.spec, starts(small, *names))
    assert [start.source for start in found.starts] == ["a.yaml"]
    assert str(found) == "1 of 3 members; left out: 1 named before, 1 over the budget (macs)"
    with pytest.raises(NasvidError, match=r"warm_start: 0 of 1 members; .* raise it, or leave"):
        usable(small.spec, starts(small, names[2]))
    assert str(usable(space.spec, [])) == "0 of 0 members"


def test_members_beyond_the_candidates_are_left_out(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    names = [
        member(tmp_path / f"{width}.yaml", f"{{width: {width}, body.block: conv2d}}")
        for width in (4, 6, 8)
    ]
    few = space.with_search(candidates=2, population=1, warm_start=names)
    found = usable(few.spec, starts(few, *names))
    assert [start.source for start in found.starts] == ["4.yaml", "6.yaml"]
    told = "2 of 3 members; left out: 1 more than there are candidates"
    assert str(found) == told
    with pytest.warns(nasvid.SettingsWarning, match=told):
        nasvid.AskTell(few, warm_start=[str(tmp_path / name) for name in names])


def test_what_a_run_freezes_reads_back(tmp_path: Path) -> None:
    kept = [Start("a", Genotype((("x", 1.5), ("y", ("p", "q")), ("z", None), ("b", True))))]
    path = write(tmp_path / "warm_start.json", starts_text(kept))
    assert read_starts(path) == kept


@pytest.mark.parametrize("text", ["{", "[1]", '[{"source": "a"}]', '{"source": 1}'])
def test_a_damaged_warm_start_is_told(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "warm_start.json", text)
    with pytest.raises(RunError, match=r"warm_start\.json: is not the warm start of a run"):
        read_starts(path)


def test_a_lost_warm_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="restore it, or start a new run"):
        read_starts(tmp_path / "warm_start.json")
