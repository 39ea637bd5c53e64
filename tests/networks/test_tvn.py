"""Tiny Video Networks: the published ones are members of the space, and as large as they are.

Sizes follow from the released dictionaries and layers (google-research/tiny_video_nets), counted by
hand; the paper's own table could not be read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

import nasvid
from nasvid.api.architecture import Architecture
from nasvid.api.zoo import zoo_network

ROOT = Path(__file__).parents[2]
GENES = (
    "spatial", "spatial_kernel", "spatial_stride", "temporal", "temporal_kernel", "temporal_stride",
    "filters", "expand", "squeeze", "gate", "skip", "repeats",
)  # fmt: skip
# Size and frames of the clip, its frame stride, parameters, multiply-adds in units of 1e9, and the
# genes of each block in the order above; squeeze ratios are on the grid of the space, where they give
# the released numbers of hidden channels.
PUBLISHED: Mapping[int, tuple[Any, ...]] = {
    1: (
        (224, 2, 4), 26_414_721, 4.33,
        ("std", 4, 2, "maxpool", 2, 2, 64, 4, 0, True, False, 2),
        ("maxpool", 3, 2, "conv", 1, 1, 128, 4, 0.9065, False, False, 1),
        ("depth", 5, 3, "avgpool", 1, 1, 128, 4, 0, True, True, 2),
        ("std", 3, 2, "avgpool", 1, 1, 256, 8, 0.7265, True, False, 2),
    ),
    2: (
        (256, 2, 7), 109_438_487, 34.61,
        ("depth", 5, 3, "conv", 2, 1, 64, 4, 0.0665, True, True, 3),
        ("std", 4, 2, "maxpool", 2, 2, 128, 4, 0.6935, True, True, 5),
        ("depth", 4, 1, "conv", 1, 1, 1024, 1, 0, False, False, 6),
        ("avgpool", 3, 2, "conv", 1, 1, 256, 4, 0, True, False, 1),
        ("avgpool", 4, 3, "conv", 1, 1, 512, 4, 0.947, False, False, 6),
        ("depth", 3, 3, "maxpool", 1, 1, 512, 4, 0, False, False, 4),
        ("maxpool", 2, 1, "maxpool", 1, 1, 348, 6, 0, True, False, 1),
    ),
    3: (
        (160, 8, 2), 67_709_221, 53.64,
        ("depth", 3, 2, "conv", 5, 2, 64, 3, 0.6455, True, False, 2),
        ("depth", 3, 2, "conv", 1, 1, 256, 5, 0.906, False, True, 4),
        ("depth", 5, 4, "maxpool", 3, 2, 256, 2, 0, False, True, 4),
        ("std", 3, 2, "maxpool", 3, 3, 512, 5, 0, True, False, 4),
    ),
    4: (
        (128, 8, 4), 43_669_005, 25.92,
        ("std", 5, 2, "conv", 3, 2, 64, 4, 0.4775, False, True, 5),
        ("depth", 5, 2, "maxpool", 2, 2, 256, 6, 0, True, False, 4),
        ("depth", 5, 3, "conv", 1, 1, 256, 8, 0.253, True, False, 4),
    ),
}  # fmt: skip


def choices(number: int) -> dict[str, Any]:
    """What makes the network of the space, from the released dictionaries."""
    (size, frames, frame_stride), _, _, *blocks = PUBLISHED[number]
    found: dict[str, Any] = {
        "rgb.size": size,
        "rgb.frames": frames,
        "rgb.frame_stride": frame_stride,
        "stages.repeat": len(blocks),
    }
    for index, values in enumerate(blocks):
        genes: dict[str, Any] = dict(zip(GENES, values, strict=True))
        for kind, with_weights in (("spatial", ("std", "depth")), ("temporal", ("conv",))):
            if genes[kind] in with_weights:
                genes[f"{kind}.{kind}_{genes[kind]}.activation"] = "relu"
            genes[kind] = f"{kind}_{genes[kind]}"
        genes |= (
            {"squeeze": "some", "squeeze.some": genes["squeeze"]}
            if genes["squeeze"]
            else {"squeeze": "none"}
        )
        genes |= {"inverted": False, "activation": "relu", "non_local": "none"}
        found |= {f"stages.{index}.{gene}": value for gene, value in genes.items()}
    return found


def member(number: int) -> Architecture:
    """A published network, by the choices that make it of the space."""
    return nasvid.load(ROOT / "search_spaces/tvn.yaml").architecture(choices(number))


@pytest.mark.parametrize("number", PUBLISHED)
def test_a_published_network_is_a_member_and_has_its_size(number: int) -> None:
    _, params, billions, *_ = PUBLISHED[number]
    cost = member(number).cost()
    assert cost.params == params
    assert round(cost.macs / 1e9, 2) == billions


# Channels and released ratios, as in found_tvns.py; ratios of the space; hidden channels.
SQUEEZES = [
    (512, 0.9067600752736579, 0.9065, 464),
    (2048, 0.7265534208526172, 0.7265, 1487),
    (256, 0.06667482492426025, 0.0665, 17),
    (512, 0.693452618624749, 0.6935, 355),
    (2048, 0.9472192794783585, 0.947, 1939),
    (192, 0.6457257964198263, 0.6455, 123),
    (1280, 0.9061418818635367, 0.906, 1159),
    (256, 0.4775900391242449, 0.4775, 122),
    (2048, 0.25309102981899967, 0.253, 518),
    (96, 0.004598785768716973, 0.0045, 8),
    (768, 0.8589741047143076, 0.859, 659),
]


@pytest.mark.parametrize(("channels", "released", "ours", "hidden"), SQUEEZES)
def test_ratios_of_the_grid_give_the_released_numbers_of_channels(
    channels: int, released: float, ours: float, hidden: int
) -> None:
    assert max(8, int(channels * released)) == max(8, int(channels * ours)) == hidden
    space = nasvid.load(ROOT / "search_spaces/tvn.yaml")
    (grid,) = (d.options for d in space.decisions if d.path == "stages.0.squeeze.some")
    assert ours in grid


@pytest.mark.parametrize("number", PUBLISHED)
def test_the_zoo_has_that_member(number: int) -> None:
    network = zoo_network(f"tvn_{number}").space.architecture()
    assert network.choices == choices(number)
    assert network.id == member(number).id


def test_tvn_1_written_by_itself_is_that_member() -> None:
    alone = nasvid.load(ROOT / "tests/networks/tvn_1.yaml").architecture()
    assert alone.cost().params == 26_414_721
    assert alone.id == member(1).id


@pytest.mark.slow
def test_tvn_1_runs_forwards_and_backwards() -> None:
    architecture = nasvid.load(ROOT / "tests/networks/tvn_1.yaml", clip="2x64").architecture()
    torch.manual_seed(0)
    model = architecture.build()
    model({"rgb": torch.randn(2, 3, 2, 64, 64)}).square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
