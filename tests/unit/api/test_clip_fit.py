"""What is told of a clip that a network does not take as asked."""

from pathlib import Path

import pytest

import nasvid
from tests.command_line import write
from tests.spaces import small

TUBELETS = "a: {conv: {out: 4, kernel: [2, 4, 4], stride: [2, 4, 4], padding: 0}}"
TWO = "fast: {modality: rgb, frames: 8, size: 8}, slow: {modality: rgb, frames: 2, size: 8}"
BOTH = (
    "a: {from: fast, conv: 4}\nb: {from: slow, conv: 4}\nc: {from: [a, b], merge: add, block: relu}"
)


def _warnings(folder: Path, nodes: str, clip: str, inputs: str = "") -> tuple[str, ...]:
    text = small(nodes, inputs=inputs) if inputs else small(nodes)
    file = write(folder / "net.yaml", text)
    return nasvid.load(file, clip=clip).architecture().clip_warnings


def test_frames_rows_and_columns_that_windows_leave_out_are_told(tmp_path: Path) -> None:
    told = _warnings(tmp_path, f"n: batch_norm\n{TUBELETS}", "5x10")
    assert [text.removeprefix("clip 5x10: rgb loses ").split(" at its end, ") for text in told] == [
        ["1 of 5 frames", "because a has windows of 2, 2 apart; 4 or 6 fit."],
        ["2 of 10 rows", "because a has windows of 4, 4 apart; 8 or 12 fit."],
        ["2 of 10 columns", "because a has windows of 4, 4 apart; 8 or 12 fit."],
    ]


def test_a_slow_stream_that_leaves_its_ratio_is_told(tmp_path: Path) -> None:
    assert _warnings(tmp_path, BOTH, "6x8", TWO) == (
        "clip 6x8: slow gets 1 for 6 frames of fast, where the file has 2 for 8; frames are whole.",
    )


@pytest.mark.parametrize(
    ("nodes", "clip", "inputs"),
    [
        (TUBELETS, "6x12", ""),
        # The convolution of a stem pads what its stride would leave out.
        ("a: {conv: {out: 4, kernel: 3, stride: 2}}", "7x11", ""),
        # Frames between windows are left out by design, and so are those behind other layers.
        ("a: {conv: {out: 4, stride: 2}}", "5x9", ""),
        (f"b: {{conv: {{out: 4, stride: [1, 2, 2]}}}}\n{TUBELETS}", "5x18", ""),
        # The clip of the file loses as much.
        ("a: {conv: {out: 4, kernel: 3, stride: 3, padding: 0}}", "7x8", ""),
        (BOTH, "4x16", TWO),
    ],
)
def test_a_clip_that_fits_is_no_news(tmp_path: Path, nodes: str, clip: str, inputs: str) -> None:
    assert _warnings(tmp_path, nodes, clip, inputs) == ()


def test_without_another_clip_there_is_nothing_to_tell(tmp_path: Path) -> None:
    file = write(tmp_path / "net.yaml", small(TUBELETS, inputs="rgb: {frames: 5, size: 9}"))
    assert nasvid.load(file).architecture().clip_warnings == ()


@pytest.mark.parametrize("clip", ["16x112", "8x64"])
@pytest.mark.parametrize("name", ["r2plus1d_18", "c3d", "tvn_1"])
def test_networks_of_the_zoo_take_usual_clips(name: str, clip: str) -> None:
    assert nasvid.load(name, clip=clip).architecture().clip_warnings == ()
