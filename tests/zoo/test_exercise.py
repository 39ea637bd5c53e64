"""The exercise of one pixel that bounces: what a maximum over time forgets, and two temporal filters keep."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

import nasvid
from nasvid.api.zoo_folder import zoo_folder
from nasvid.export.write_module import write_module
from tests.unit.export.networks import load_source

FOLDER = zoo_folder().parent / "exercise"
# Rows and columns of the pixel in four frames; the first two move along a row, the others along a column.
PATHS = {
    "right": [(0, 0), (0, 1), (0, 0), (0, 1)],
    "right_below": [(1, 0), (1, 1), (1, 0), (1, 1)],
    "down": [(0, 0), (1, 0), (0, 0), (1, 0)],
    "down_beside": [(0, 1), (1, 1), (0, 1), (1, 1)],
}
each_path = pytest.mark.parametrize("path", PATHS)


def clip_of(path: str) -> Tensor:
    clip_BCTHW = torch.zeros(1, 1, 4, 2, 2)
    for frame, (row, column) in enumerate(PATHS[path]):
        clip_BCTHW[0, 0, frame, row, column] = 1
    return clip_BCTHW


def features(name: str, clip_BCTHW: Tensor) -> list[float]:
    model = nasvid.load(FOLDER / f"{name}.yaml").build().eval()
    return model({"pixels": clip_BCTHW})[0].tolist()


@each_path
def test_a_maximum_over_time_keeps_the_places_that_were_visited(path: str) -> None:
    visited = {2 * row + column for row, column in PATHS[path]}
    assert features("positions", clip_of(path)) == [float(place in visited) for place in range(4)]


@each_path
def test_a_maximum_over_time_forgets_the_order(path: str) -> None:
    clip = clip_of(path)
    backwards = clip.flip(2)
    assert not torch.equal(clip, backwards)
    assert features("positions", clip) == features("positions", backwards)


@each_path
def test_two_temporal_filters_tell_a_clip_from_its_time_reversal(path: str) -> None:
    clip = clip_of(path)
    assert features("order", clip) != features("order", clip.flip(2))


def test_two_temporal_filters_tell_all_clips_apart() -> None:
    clips = [clip for path in PATHS for clip in (clip_of(path), clip_of(path).flip(2))]
    assert len({tuple(features("order", clip)) for clip in clips}) == 8
    assert len({tuple(features("positions", clip)) for clip in clips}) == 4


@pytest.mark.parametrize(("name", "weights"), [("c3d_layer", 864), ("c2plus1d_layer", 384)])
def test_a_layer_has_the_weights_of_the_exercise(name: str, weights: int) -> None:
    assert nasvid.load(FOLDER / f"{name}.yaml").cost().params == weights


def test_fixed_weights_are_no_parameters() -> None:
    model = nasvid.load(FOLDER / "order.yaml").build()
    assert list(model.parameters()) == []
    assert {name: tensor.numel() for name, tensor in model.named_buffers()} == {
        "places.weight": 16,
        # Two filters of length 2 for each of four places.
        "times.weight": 16,
    }


def test_two_temporal_filters_of_length_2_hold_four_weights_on_one_channel(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(
        "version: 1\ninputs:\n  pixels: {modality: gray, channels: 1, frames: 4, size: 2}\nnetwork:\n"
        "  nodes:\n    times: {fixed_conv: {weights: [[1, 0], [0, 1]], kernel: [2, 1, 1], padding: 0}}\n"
        "  output: times\n",
        encoding="utf-8",
    )
    assert nasvid.load(path).cost().buffers == 4


def test_the_source_of_an_export_has_the_weights_in_it() -> None:
    network = nasvid.load(FOLDER / "order.yaml")
    exported = load_source(write_module(network.graph)).Model().eval()
    clip = clip_of("down")
    assert exported({"pixels": clip})[0].tolist() == features("order", clip)


def test_other_fixed_weights_are_another_architecture(tmp_path: Path) -> None:
    text = (FOLDER / "order.yaml").read_text(encoding="utf-8")
    path = tmp_path / "order.yaml"
    path.write_text(text.replace("[[1, 0], [0, 1]]", "[[1, 0], [0, 2]]"), encoding="utf-8")
    ids = {nasvid.load(file).architecture().id for file in (FOLDER / "order.yaml", path)}
    assert len(ids) == 2
