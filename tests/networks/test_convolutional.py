"""Published convolutional networks as files of the language, against the numbers in print.

Sources: torchvision's documentation (R3D-18, R(2+1)D-18), PyTorchVideo's model zoo (SlowFast), the
TensorFlow implementation of AssembleNet, and counts made from the released code (EvaNet).
"""

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

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
    ],
)
def test_a_published_network_has_its_published_size(name: str, params: float, macs: float) -> None:
    cost = nasvid.load(HERE / f"{name}.yaml").cost()
    if isinstance(params, int):
        assert cost.params == params
    else:
        assert round(cost.params / 1e6, 2) == params / 1e6
    digits = 2 if macs < 70 else 1
    # 71.35 prints as 71.3 where digits are cut.
    assert abs(cost.macs / 1e9 - macs) < 10**-digits


@pytest.mark.parametrize("name", ["r3d_18", "r2plus1d_18", "slowfast_r50_8x8", "assemblenet_50"])
def test_counts_are_those_of_torch(name: str) -> None:
    architecture = nasvid.load(HERE / f"{name}.yaml").architecture()
    with torch.device("meta"):
        model = architecture.build()
        streams = {i.name: torch.empty(1, *i.shape.sizes) for i in architecture.graph.inputs}
    model.eval()
    with FlopCounterMode(display=False) as counter:
        model(streams)
    cost = architecture.cost()
    assert counter.get_total_flops() == cost.flops
    assert sum(p.numel() for p in model.parameters()) == cost.params
    assert sum(b.numel() for b in model.buffers()) == cost.buffers


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "clip"), [("r3d_18", "8x32"), ("assemblenet_50", "4x64"), ("evanet_1", "8x64")]
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
