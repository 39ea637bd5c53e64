"""Networks of PySlowFast give the same outputs as those of the zoo with the same weights."""

from collections.abc import Iterator
from typing import Any

import pytest
from torch import Tensor, nn

from tests.parity.comparison import Streams, Weights, assert_parity, member, shortcuts_last
from tests.parity.packages import package, stand_in

# Its head imports them for detection.
stand_in("detectron2")
stand_in("detectron2.layers", ROIAlign=None)
models = package("slowfast.models.video_model_builder")
defaults = package("slowfast.config.defaults")


def settings(**changes: Any) -> Any:
    """Its settings with some of them changed, named as in `data__crop_size`."""
    found = defaults.get_cfg()
    for name, value in changes.items():
        section, _, key = name.upper().partition("__")
        setattr(found[section], key, value)
    return found


def scoring(reference: Any) -> Any:
    """The network without the softmax that it has behind its classifier in evaluation."""
    reference.head.act = nn.Identity()
    return reference


def in_our_order(weights: Weights) -> Iterator[Tensor]:
    """Shortcuts behind their branches; a lateral connection is defined behind its stage."""
    return shortcuts_last(weights, r"(.*_res\d+)\.branch1")


def test_slowfast_with_non_local_blocks() -> None:
    # As in its configs/Kinetics/c2/SLOWFAST_NLN_16x8_R101_50_50.yaml, at 64x64; keys and values are
    # pooled over two frames too, which is what the printed cost takes.
    config = settings(
        data__num_frames=64,
        data__crop_size=64,
        slowfast__alpha=4,
        resnet__depth=101,
        resnet__num_block_temp_kernel=[[3, 3], [4, 4], [6, 6], [3, 3]],
        resnet__spatial_strides=[[1, 1], [2, 2], [2, 2], [2, 2]],
        resnet__spatial_dilations=[[1, 1]] * 4,
        nonlocal__location=[[[], []], [[], []], [[6, 13, 20], []], [[], []]],
        nonlocal__group=[[1, 1]] * 4,
        nonlocal__pool=[[[2, 2, 2]] * 2] * 4,
    )

    def feed(reference: nn.Module, streams: Streams) -> Tensor:
        return reference([streams["slow"], streams["fast"]])

    reference = scoring(models.SlowFastModel(config))
    architecture = member("slowfast_r101_16x8_nl", "64x64")
    assert_parity(reference, architecture, arrange=in_our_order, feed=feed)


@pytest.mark.parametrize(("depth", "looking"), [(50, [1, 3, 5]), (101, [6, 13, 20])])
def test_inflated_networks_with_non_local_blocks(depth: int, looking: list[int]) -> None:
    # For 8 frames, so that strides and pools over time of the form for 128 take their place.
    config = settings(
        model__arch="i3d",
        data__num_frames=4,
        data__crop_size=64,
        data__input_channel_num=[3],
        resnet__depth=depth,
        resnet__num_block_temp_kernel=[[3], [4], [6], [3]],
        nonlocal__location=[[[]], [[1, 3]], [looking], [[]]],
        nonlocal__instantiation="softmax",
    )
    reference = scoring(models.ResNetModel(config))
    stem = reference.s1.pathway0_stem
    stem.conv.stride = (2, 2, 2)
    stem.pool_layer = nn.MaxPool3d(3, stride=2, padding=1)
    reference.pathway0_pool = nn.MaxPool3d((3, 1, 1), stride=(2, 1, 1), padding=(1, 0, 0))

    def feed(reference: nn.Module, streams: Streams) -> Tensor:
        return reference([streams["rgb"]])

    assert_parity(reference, member(f"i3d_nln_r{depth}", "16x64"), arrange=in_our_order, feed=feed)
