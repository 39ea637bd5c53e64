import re
from pathlib import Path
from typing import Any

import pytest

import nasvid
from nasvid.core.errors import BudgetError, NasvidError, ShapeError, SpaceError
from tests.command_line import TINY_SPACE, write

# Half of the members have an even kernel, whose shapes do not fit.
HALF_INVALID = TINY_SPACE.replace(
    "stem: {conv2d: {out: =width, stride: 4}}",
    "stem: {conv2d: {out: =width, stride: 4, kernel: {choice: [3, 4]}}}",
)
NESTED = TINY_SPACE.replace(
    "{choice: [conv2d, conv3d, conv2plus1d]}",
    "{choice: [conv2d, {conv3d: {temporal_kernel: {choice: [1, 3]}}}]}",
)


@pytest.fixture
def half_invalid(tmp_path: Path) -> nasvid.SearchSpace:
    return nasvid.load(write(tmp_path / "half.yaml", HALF_INVALID))


def test_a_space_knows_its_name_and_size(space: nasvid.SearchSpace) -> None:
    assert space.name == "tiny"
    assert (space.size.count, space.size.label) == (12, "exact")
    assert len(space.decisions) == 2
    assert not space.is_closed
    assert repr(space) == "SearchSpace('tiny', 2 decisions, 12 members)"


def test_equal_seeds_draw_equal_samples(space: nasvid.SearchSpace) -> None:
    assert space.sample(seed=5).id == space.sample(seed=5).id
    assert len({space.sample(seed=seed).id for seed in range(80)}) == 12


def test_samples_are_valid_networks(half_invalid: nasvid.SearchSpace) -> None:
    samples = [half_invalid.sample(seed) for seed in range(20)]
    assert {sample.choices["stem.kernel"] for sample in samples} == {3}
    assert len({sample.choices["width"] for sample in samples}) > 1


def test_children_are_valid_networks_that_differ(half_invalid: nasvid.SearchSpace) -> None:
    parent = half_invalid.sample(seed=0)
    before = dict(parent.choices)
    children = [half_invalid.mutate(parent, seed=seed) for seed in range(20)]
    assert all(child.choices != before for child in children)
    assert {child.choices["stem.kernel"] for child in children} == {3}
    assert parent.choices == before
    assert half_invalid.mutate(parent, seed=3).id == half_invalid.mutate(parent, seed=3).id


def test_a_space_without_valid_members_says_why(tmp_path: Path) -> None:
    text = TINY_SPACE.replace("out: =width * 2,", "out: =width * 2, kernel: 4,")
    path = write(tmp_path / "none.yaml", text)
    with pytest.raises(SpaceError, match="parameter 'kernel': got 4"):
        nasvid.load(path).sample()


def test_a_sample_within_the_budget_is_drawn_on_request(tmp_path: Path) -> None:
    text = TINY_SPACE.replace("macs: 2M", "macs: 15K")
    space = nasvid.load(write(tmp_path / "tight.yaml", text))
    samples = [space.sample(seed, within_budget=True) for seed in range(10)]
    assert all(sample.cost().macs <= 15_000 for sample in samples)
    assert any(space.sample(seed).cost().macs > 15_000 for seed in range(10))


def test_a_budget_that_no_sample_meets_is_told(tmp_path: Path) -> None:
    space = nasvid.load(write(tmp_path / "no.yaml", TINY_SPACE.replace("macs: 2M", "macs: 10")))
    with pytest.raises(BudgetError, match=r"no member within macs <= 10 in 1000 draws"):
        space.sample(within_budget=True)


def test_a_member_of_another_space_is_not_mutated(space: nasvid.SearchSpace) -> None:
    stranger = nasvid.load("search_spaces/quickstart.yaml").sample()
    with pytest.raises(nasvid.NasvidError, match=r"decides on 'rgb_slow.*', which 'tiny' does not"):
        space.mutate(stranger)


def test_an_architecture_that_breaks_a_constraint_is_not_mutated(tmp_path: Path) -> None:
    line = "{implies: {if: {width: 4}, then: {body.block: conv2d}}}"
    text = TINY_SPACE.replace("network:", f"constraints: [{line}]\nnetwork:", 1)
    free = nasvid.load(write(tmp_path / "free.yaml", TINY_SPACE))
    narrow = nasvid.load(write(tmp_path / "narrow.yaml", text))
    stranger = free.architecture({"width": 4, "body.block": "conv3d"})
    with pytest.raises(nasvid.NasvidError, match=r"does not meet the constraint implies of"):
        narrow.mutate(stranger)
    member = free.architecture({"width": 4, "body.block": "conv2d"})
    assert narrow.mutate(member).id != member.id


def test_an_architecture_has_nothing_to_mutate(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    closed = nasvid.load(write(tmp_path / "closed.yaml", space.sample().to_yaml()))
    with pytest.raises(nasvid.NasvidError, match="nothing can be changed in this architecture"):
        closed.mutate(closed.architecture())


def test_a_member_is_found_by_its_choices(space: nasvid.SearchSpace) -> None:
    sample = space.sample(seed=2)
    assert space.architecture(sample.choices).id == sample.id
    with pytest.raises(SpaceError, match=r"body\.block is left to choose"):
        space.architecture({"width": 4})
    with pytest.raises(SpaceError, match=r"choose\.width: got 5; accepts one of 4, 6, 8, 12"):
        space.architecture({"width": 5, "body.block": "conv2d"})


def test_a_closed_file_has_graph_cost_and_module(space: nasvid.SearchSpace, tmp_path: Path) -> None:
    sample = space.sample(seed=1)
    closed = nasvid.load(write(tmp_path / "closed.yaml", sample.to_yaml()))
    assert closed.is_closed
    assert closed.open_decisions == ()
    assert closed.graph == sample.graph
    assert closed.cost(norm=2) == sample.cost(norm=2)
    assert sum(p.numel() for p in closed.build().parameters()) == sample.cost().params


@pytest.mark.parametrize("block", ["conv2d", "conv3d"])
def test_choices_below_an_option_that_is_not_taken_need_no_answer(
    tmp_path: Path, block: str
) -> None:
    space = nasvid.load(write(tmp_path / "nested.yaml", NESTED))
    sample = next(s for s in map(space.sample, range(99)) if s.choices["body.block"] == block)
    closed = nasvid.load(write(tmp_path / "closed.yaml", sample.to_yaml()))
    assert closed.is_closed
    assert closed.architecture().id == sample.id


def test_open_decisions_are_named(space: nasvid.SearchSpace) -> None:
    assert space.open_decisions == ("width", "body.block")
    with pytest.raises(SpaceError, match=r"width, body\.block is left to choose"):
        _ = space.graph


def test_settings_of_the_search_can_be_given(space: nasvid.SearchSpace) -> None:
    other = space.with_search(candidates=7, seed=None)
    assert (other.spec.search.candidates, space.spec.search.candidates) == (7, 4)
    assert other.spec.search.seed == space.spec.search.seed


def test_several_objectives_are_searched_for_a_front(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    both = {"top1": "max", "macs": "min"}

    def algorithm(space: nasvid.SearchSpace, **settings: Any) -> str:
        return space.with_search(**settings).spec.search.algorithm

    assert algorithm(space) == "aging_evolution"
    assert algorithm(space, objectives=both) == "archive_evolution"
    assert algorithm(space, objectives={"top1": "max"}) == "aging_evolution"
    assert algorithm(space, objectives=both, algorithm="nsga2") == "nsga2"
    assert algorithm(space.with_search(algorithm="nsga2"), objectives=both) == "nsga2"
    for text, expected in (
        ("objectives: {top1: max, macs: min}", "archive_evolution"),
        ("objectives: {top1: max, macs: min}, algorithm: aging_evolution", "aging_evolution"),
    ):
        stated = TINY_SPACE.replace("search: {", f"search: {{{text}, ")
        file = nasvid.load(write(tmp_path / "stated.yaml", stated))
        assert algorithm(file) == expected
    # What the file names stays.
    assert algorithm(file, objectives=both) == "aging_evolution"


def test_objectives_that_no_training_gives_are_told(
    space: nasvid.SearchSpace, tmp_path: Path
) -> None:
    wrong = space.with_search(objective="Top1")
    told = (
        r"search.objective: got 'Top1', which is no cost and which no training gives; accepts top1"
    )
    assert any(re.match(told, text) for text in wrong.warnings(wrong.profile(samples=5)))
    with pytest.raises(NasvidError, match=told):
        nasvid.search(wrong, data=tmp_path, run=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_all_wrong_settings_are_told_at_once(space: nasvid.SearchSpace) -> None:
    with pytest.raises(nasvid.NasvidError) as caught:
        space.with_search(candidates=0, sede=1, window="many", mutations={"resample": 1})
    lines = str(caught.value).splitlines()
    assert lines[0] == "sede: no search setting named 'sede'. Did you mean 'seed'?"
    assert lines[1] == "candidates: got 0; should be greater than or equal to 1."
    assert lines[2] == "window: got 'many'; should be a valid integer."
    with pytest.raises(nasvid.NasvidError, match=r"^mutations\.resample: no mutation named"):
        space.with_search(mutations={"resample": 1})


def test_another_clip_is_for_one_architecture(space_file: Path) -> None:
    space = nasvid.load(space_file, clip="8x32")
    few, many = nasvid.load(space_file).sample().cost(), space.sample().cost()
    assert many.macs > 7 * few.macs
    with pytest.raises(ShapeError, match=r"got 8x32 for the space 'tiny'"):
        space.profile(samples=1)
    with pytest.raises(ShapeError, match=r"got 8x32 for the space 'tiny'"):
        nasvid.search(space, evaluate=lambda graph, **_: {"top1": 1.0})
