from pathlib import Path

import pytest

import nasvid
from nasvid.api.block_check import check_block, parse_shape, standard_space
from nasvid.core.errors import ShapeError, SpaceError
from tests.command_line import TINY_SPACE, write

CLIP = parse_shape("8x4x8x8")


def load_with(tmp_path: Path, blocks: str, decisions: str = "") -> nasvid.SearchSpace:
    text = TINY_SPACE.replace("network:", f"blocks:\n{blocks}\nnetwork:")
    text = text.replace("decisions:\n", f"decisions:\n{decisions}")
    return nasvid.load(write(tmp_path / "blocks.yaml", text))


def test_all_ways_to_choose_are_shown(tmp_path: Path) -> None:
    space = load_with(tmp_path, "  mine: {body: [{conv2d: {out: {choice: [4, 8]}}}]}")
    found = check_block(space.spec, "mine", CLIP)
    assert found.num_members == 2
    assert [member.choices["block.conv2d.out"] for member in found.members] == [4, 8]
    assert [str(member.output_shape) for member in found.members] == ["4x4x8x8", "8x4x8x8"]
    assert found.invalid == {}


def test_decisions_that_the_block_uses_are_among_its_choices(tmp_path: Path) -> None:
    blocks = "  inner: {body: [{conv2d: {out: =width}}]}\n  mine: {body: [{block: inner}]}"
    found = check_block(load_with(tmp_path, blocks).spec, "mine", CLIP)
    assert [member.choices for member in found.members] == [{"width": n} for n in (4, 6, 8, 12)]


def test_decisions_that_it_does_not_use_are_not(tmp_path: Path) -> None:
    blocks = "  mine: {body: [{conv2d: {out: 4}}]}"
    found = check_block(load_with(tmp_path, blocks).spec, "mine", CLIP)
    assert found.num_members == 1
    assert [member.choices for member in found.members] == [{}]


def test_choices_that_give_one_network_are_shown_once(tmp_path: Path) -> None:
    # The parameter hides the decision of the same name.
    blocks = "  mine: {params: {width: 4}, body: [{conv2d: {out: =width}}]}"
    found = check_block(load_with(tmp_path, blocks).spec, "mine", CLIP)
    assert len(found.members) == 1


def test_of_many_ways_some_are_drawn(tmp_path: Path) -> None:
    choice = "{choice: [4, 8, 12, 16]}"
    blocks = f"  mine: {{body: [{{conv2d: {choice}}}, {{conv2d: {choice}}}]}}"
    blocks = blocks.replace("{conv2d: {choice", "{name: n, conv2d: {choice", 1)
    space = load_with(tmp_path, blocks)
    found = check_block(space.spec, "mine", CLIP)
    assert found.num_members == 16
    assert 1 < len(found.members) <= 12
    assert found == check_block(space.spec, "mine", CLIP)


def test_choices_that_do_not_fit_are_counted(tmp_path: Path) -> None:
    blocks = "  mine: {body: [{conv2d: {out: 8, kernel: {choice: [3, 4]}}}]}"
    found = check_block(load_with(tmp_path, blocks).spec, "mine", CLIP)
    assert len(found.members) == 1
    ((reason, count),) = found.invalid.items()
    assert "parameter 'kernel': got 4" in reason
    assert count == 1


def test_a_block_that_never_fits_is_an_error(tmp_path: Path) -> None:
    blocks = "  mine: {body: [{conv2d: {out: 8, kernel: 4}}]}"
    with pytest.raises(SpaceError, match="parameter 'kernel': got 4"):
        check_block(load_with(tmp_path, blocks).spec, "mine", CLIP)


def test_a_block_that_needs_arguments_is_an_error(tmp_path: Path) -> None:
    blocks = "  mine: {params: {out: null, gain: null}, body: [{conv2d: {out: =out}}]}"
    space = load_with(tmp_path, blocks.replace("null", "{type: number}"))
    with pytest.raises(nasvid.NasvidError, match=r"mine needs 'gain', 'out'; give defaults"):
        check_block(space.spec, "mine", CLIP)


def test_standard_blocks_need_no_file() -> None:
    found = check_block(standard_space(), "conv3d", CLIP)
    assert found.members[0].cost.params == 8 * 8 * 27 + 16
    assert found.to_json()["members"][0]["out"] == [8, 4, 8, 8]


@pytest.mark.parametrize("text", ["", "8", "8x8x8", "8x8x8x8x8", "8x8x8x0", "8x8x8x-1", "axbxcxd"])
def test_a_shape_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ShapeError, match=r"^--in: got .*; accepts CxTxHxW"):
        parse_shape(text)
