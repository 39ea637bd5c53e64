"""Published convolutional networks as files of the language, against the numbers in print.

Sources: torchvision's documentation (R3D-18, R(2+1)D-18, S3D), PyTorchVideo's model zoo (SlowFast,
ir-CSN), the papers (non-local I3D, ip-CSN, X3D), the TensorFlow implementations of AssembleNet and
MoViNet, and counts made from the released code (EvaNet, MoViNet).
"""

from pathlib import Path

import pytest
import torch

import nasvid
from nasvid.search.lower_bound import all_genotypes
from nasvid.spec.source import plain, read_text

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("name", "params", "macs"),
    [
        ("r3d_18", 33_371_472, 40.70),
        ("r2plus1d_18", 31_505_325, 40.52),
        ("slowfast_r50_8x8", 34.57e6, 65.71),
        ("assemblenet_50", 37_273_875, 250.5),
        ("evanet_1", 32.80e6, 71.3),
        ("x3d_s", 3_794_322, 1.96),
        ("movinet_a0", 3_111_799, 2.63),
        ("nonlocal_i3d_r50", 35_401_936, 282),
    ],
)
def test_a_published_network_has_its_published_size(name: str, params: float, macs: float) -> None:
    cost = nasvid.load(HERE / f"{name}.yaml").cost()
    if isinstance(params, int):
        assert cost.params == params
    else:
        assert round(cost.params / 1e6, 2) == params / 1e6
    digits = 0 if isinstance(macs, int) else 2 if macs < 70 else 1
    # 71.35 prints as 71.3 where digits are cut.
    assert abs(cost.macs / 1e9 - macs) < 10**-digits


@pytest.mark.parametrize("clip", ["32x224", "32x256"])
@pytest.mark.parametrize(
    ("preserved", "params", "billions"),
    [(True, 24_601_616, {"32x224": 63.6}), (False, 22_213_776, {"32x224": 56.5, "32x256": 75.62})],
)
def test_channel_separated_networks_have_their_published_size(
    clip: str, preserved: bool, params: int, billions: dict[str, float]
) -> None:
    space = nasvid.load(HERE / "csn_101.yaml", clip=clip)
    architecture = space.architecture({"preserved": preserved})
    assert architecture.cost().params == params
    # The paper counts multiply-adds at 224; PyTorchVideo counts norms too, at 256.
    cost = architecture.cost(norm=5 if clip == "32x256" else 0)
    if clip in billions:
        digits = 2 if clip == "32x256" else 1
        assert round(cost.total / 1e9, digits) == billions[clip]


def test_s3d_has_its_published_size_and_gates_add_one_matrix_each() -> None:
    space = nasvid.load(HERE / "s3d.yaml")
    plain = space.architecture({"gating": False}).cost()
    gated = space.architecture({"gating": True}).cost()
    assert plain.params == 8_320_048
    assert round(plain.macs / 1e9, 2) == 17.98
    widths = [64, 192]
    for module in ([128, 32], [192, 96], [208, 48], [224, 64], [256, 64], [288, 64]):
        widths += module
    widths += [320, 128, 320, 128, 384, 128]
    assert gated.params - plain.params == sum(c * c + c for c in widths)
    assert gated.macs - plain.macs == sum(c * c for c in widths)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "clip"),
    [
        ("r3d_18", "8x32"),
        ("assemblenet_50", "4x64"),
        ("evanet_1", "8x64"),
        ("x3d_s", "4x32"),
        ("movinet_a0", "4x32"),
        ("nonlocal_i3d_r50", "16x32"),
    ],
)
def test_a_network_runs_forwards_and_backwards(name: str, clip: str) -> None:
    architecture = nasvid.load(HERE / f"{name}.yaml", clip=clip, classes=5).architecture()
    torch.manual_seed(0)
    model = architecture.build()
    streams = {i.name: torch.randn(2, *i.shape.sizes) for i in architecture.graph.inputs}
    model(streams).sum().backward()
    # Scales that start at zero let no gradient through to what is before them.
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_the_nas_bench_201_space_has_its_15625_cells() -> None:
    space = nasvid.load(HERE / "nas_bench_201.yaml")
    assert (space.size.count, space.size.label) == (15_625, "exact")
    edges = ("0_1", "0_2", "1_2", "0_3", "1_3", "2_3")
    # All 3x3 convolutions: 1.531546 M parameters and 220.12 M MACs in the benchmark's table.
    cost = space.architecture({f"edge_{edge}": "conv3" for edge in edges}).cost()
    assert (cost.params, round(cost.macs / 1e6, 2)) == (1_531_546, 220.12)
    genotypes = all_genotypes(space.spec.decisions)
    assert sum(1 for _ in genotypes) == 15_625


def test_every_network_is_named_as_its_file() -> None:
    for path in sorted(HERE.glob("*.yaml")):
        data = plain(read_text(path.read_text(encoding="utf-8")))
        assert data["version"] == 1
        assert data["name"] in (path.stem, path.stem.split("_", maxsplit=1)[0])
