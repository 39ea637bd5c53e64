"""Strides where there is nothing left to step over."""

import pytest

from nasvid.lowering.idle_strides import idle_strides
from nasvid.lowering.lower import lower
from tests.spaces import load_text, small


def warnings_of(nodes: str) -> list[str]:
    space = load_text(small(nodes))
    graph = lower(space, space.only_genotype()).graph
    return [str(problem) for problem in idle_strides(space, graph)]


@pytest.mark.parametrize(
    "last",
    ["conv3d: {temporal_stride: 2}", "max_pool: {kernel: 3, stride: 2}", "subsample_frames: 2"],
)
def test_a_stride_over_one_frame_is_told_with_its_place(last: str) -> None:
    found = warnings_of(f"a: {{subsample_frames: 4}}\nb: {{{last}}}")
    assert len(found) == 1
    assert found[0].startswith("space.yaml:8:8: b")
    assert "got a stride of 2 on T, where one frame is left; it does nothing." in found[0]


def test_a_stride_over_one_row_and_column_is_told_for_each() -> None:
    nodes = "a: {adaptive_pool: {frames: 4, height: 1, width: 1}}\nb: {conv2d: {stride: 2}}"
    found = warnings_of(nodes)
    assert [text.split(" on ")[1].split(",")[0] for text in found] == ["H", "W"]


def test_strides_that_step_are_not_told() -> None:
    assert warnings_of("a: {conv3d: {stride: 2, temporal_stride: 4}}") == []
    assert warnings_of("a: {subsample_frames: 4}\nb: {conv_transposed: {out: 3, stride: 2}}") == []
