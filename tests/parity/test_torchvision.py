"""Networks of torchvision give the same outputs as those of the zoo with the same weights."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from torch import Tensor, nn

from tests.parity.comparison import (
    Streams,
    Weights,
    assert_parity,
    member,
    thirds,
    under,
    with_epsilon,
)
from tests.parity.packages import package

models = package("torchvision.models")
resnet = package("torchvision.models.video.resnet")


def feed_frame(reference: nn.Module, streams: Streams) -> Tensor:
    return reference(streams["rgb"][:, :, 0])


@pytest.mark.parametrize("depth", [18, 34])
def test_resnet(depth: int) -> None:
    reference = getattr(models, f"resnet{depth}")()
    assert_parity(reference, member(f"resnet{depth}", "1x64"), feed=feed_frame)


def stem(frames: int, padding: int) -> Any:
    """The first layers with another temporal kernel than 3."""

    def make() -> nn.Module:
        kernel, pads = (frames, 7, 7), (padding, 3, 3)
        conv = nn.Conv3d(3, 64, kernel, stride=(1, 2, 2), padding=pads, bias=False)
        return nn.Sequential(conv, nn.BatchNorm3d(64), nn.ReLU())

    return make


# Temporal kernels of the stem and of the four groups; the whole clip (of 8 frames) is -1.
MIXED = {
    "r3d_18": (3, 3, 3, 3, 3),
    "r3d_34": (3, 3, 3, 3, 3),
    "res3d_18": (3, 3, 3, 3, 3),
    "res3d_34": (3, 3, 3, 3, 3),
    "mc2_18": (3, 1, 1, 1, 1),
    "mc3_18": (3, 3, 1, 1, 1),
    "mc4_18": (3, 3, 3, 1, 1),
    "mc5_18": (3, 3, 3, 3, 1),
    "rmc2_18": (1, 3, 3, 3, 3),
    "rmc3_18": (1, 1, 3, 3, 3),
    "rmc4_18": (1, 1, 1, 3, 3),
    "rmc5_18": (1, 1, 1, 1, 3),
    "f_r2d_18": (1, 1, 1, 1, 1),
    "r2d_18": (-1, 1, 1, 1, 1),
}


@pytest.mark.parametrize("name", MIXED)
def test_residual_networks_of_mixed_convolutions(name: str) -> None:
    first, *groups = MIXED[name]
    reference = resnet.VideoResNet(
        block=resnet.BasicBlock,
        conv_makers=[
            resnet.Conv3DSimple if time == 3 else resnet.Conv3DNoTemporal for time in groups
        ],
        layers=[2, 2, 2, 2] if name.endswith("18") else [3, 4, 6, 3],
        stem=resnet.BasicStem if first == 3 else stem(8 if first < 0 else 1, 0),
        num_classes=101 if name.startswith("res3d") else 400,
    )
    assert_parity(reference, member(name, "8x56"))


@pytest.mark.parametrize("name", ["r3d_18", "mc3_18"])
def test_the_mixtures_are_those_that_torchvision_ships(name: str) -> None:
    assert_parity(getattr(models.video, name)(), member(name, "8x56"))


def test_r2plus1d_18() -> None:
    assert_parity(models.video.r2plus1d_18(), member("r2plus1d_18", "8x56"))


class WidthOfConvolution(resnet.Conv2Plus1D):
    """With the width between the two parts that the paper computes for each convolution."""

    def __init__(self, in_planes: int, out_planes: int, midplanes: int, stride: int = 1) -> None:
        midplanes = 27 * in_planes * out_planes // (9 * in_planes + 3 * out_planes)
        super().__init__(in_planes, out_planes, midplanes, stride)


def test_r2plus1d_34() -> None:
    reference = resnet.VideoResNet(
        block=resnet.BasicBlock,
        conv_makers=[WidthOfConvolution] * 4,
        layers=[3, 4, 6, 3],
        stem=resnet.R2Plus1dStem,
    )
    # As in the code of the paper, facebookresearch/VMZ.
    assert_parity(with_epsilon(reference, 1e-3), member("r2plus1d_34", "8x56"))


def test_s3d() -> None:
    # Windows of its pool are 2x7x7; at 224 there would be one.
    assert_parity(models.video.s3d(), member("s3d", "16x256"))


def test_two_in_one_without_its_modulation() -> None:
    # Where scale and shift are 0, it is a ResNet-152 on one frame.
    def arrange(weights: Weights) -> Iterator[Tensor]:
        own = member("two_in_one", "1x64").build().state_dict()
        motion = {k: 0 * v.double() for k, v in own.items() if k.startswith(("motion.", "modul"))}
        yield from under(motion, "motion.")
        yield from under(weights, "conv1.", "bn1.")
        yield from under(motion, "modul")
        yield from under(weights, "layer", "fc.")

    reference = models.resnet152(num_classes=101)
    assert_parity(reference, member("two_in_one", "1x64"), arrange=arrange, feed=feed_frame)


def multiscale(weights: Weights, *, version: int) -> Iterator[Tensor]:
    """Multiscale vision transformers: queries, keys and values apart, pools behind each."""
    yield from under(weights, "conv_proj.")
    if version == 1:
        yield weights["pos_encoding.spatial_pos"].T.unflatten(1, (16, 16))
        yield weights["pos_encoding.temporal_pos"].T
    yield from under(weights, "pos_encoding.class_token", "pos_encoding.class_pos")
    for block in (f"blocks.{k}." for k in range(16)):
        yield from under(weights, f"{block}norm1.")
        parts = thirds(weights, f"{block}attn.qkv.")
        for pool, part in zip("qkv", parts, strict=True):
            yield from part
            yield from under(weights, f"{block}attn.pool_{pool}.")
        yield from under(weights, *(f"{block}attn.rel_pos_{axis}" for axis in "thw"))
        yield from under(weights, f"{block}attn.project.")
        last = ("project.", "norm2.") if version == 2 else ("norm2.", "project.")
        yield from under(weights, *(f"{block}{part}" for part in last), f"{block}mlp.")
    yield from under(weights, "norm.", "head.")


def multiscale_reference(monkeypatch: pytest.MonkeyPatch, name: str, clip: str) -> nn.Module:
    """One for smaller clips than those of 224 pixels that torchvision fixes."""
    frames, size = map(int, clip.split("x"))
    module = package("torchvision.models.video.mvit")
    original, smaller = module._mvit, {"spatial_size": (size, size), "temporal_size": frames}
    monkeypatch.setattr(module, "_mvit", lambda **settings: original(**{**settings, **smaller}))
    return getattr(module, name)()


@pytest.mark.parametrize(("name", "clip"), [("mvit_b_16x4", "16x64"), ("mvit_b_32x3", "32x64")])
def test_mvit_b(monkeypatch: pytest.MonkeyPatch, name: str, clip: str) -> None:
    reference = multiscale_reference(monkeypatch, "mvit_v1_b", clip)
    assert_parity(reference, member(name, clip), arrange=partial(multiscale, version=1))


def test_mvit_v2_s(monkeypatch: pytest.MonkeyPatch) -> None:
    reference = multiscale_reference(monkeypatch, "mvit_v2_s", "16x64")
    assert_parity(reference, member("mvit_v2_s", "16x64"), arrange=partial(multiscale, version=2))


def shifted_windows(weights: Weights) -> Iterator[Tensor]:
    """Video Swin: queries, keys and values apart, tables of distances on their axes."""
    yield from under(weights, "patch_embed.")
    for stage, layers in enumerate((2, 2, 6, 2)):
        for layer in (f"features.{2 * stage}.{k}." for k in range(layers)):
            yield from under(weights, f"{layer}norm1.")
            for part in thirds(weights, f"{layer}attn.qkv."):
                yield from part
            table = weights[f"{layer}attn.relative_position_bias_table"]
            yield table.T.unflatten(1, (15, 13, 13))
            yield from under(weights, f"{layer}attn.proj.", f"{layer}norm2.", f"{layer}mlp.")
        merging = f"features.{2 * stage + 1}."
        yield from under(weights, f"{merging}norm.", f"{merging}reduction.")
    yield from under(weights, "norm.", "head.")


# Where windows are larger than the clip, torchvision takes distances from the wrong rows of its
# table; not so at 7x7 patches or more behind the last merging.
@pytest.mark.parametrize("clip", ["4x224", "18x200"])
def test_swin3d_t(clip: str) -> None:
    assert_parity(models.video.swin3d_t(), member("swin3d_t", clip), arrange=shifted_windows)
