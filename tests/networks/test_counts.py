"""Every network of the zoo and here costs what torch counts, on modules that hold no data."""

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import nasvid
from nasvid.api.zoo_folder import zoo_folder

HERE = Path(__file__).parent
# What takes torch seconds, or nasvid's other tests know well, is for the slow ones.
FAST = ("r3d_18", "slowfast_r50_4x16", "tvn_1", "x3d_s", "mvit_v2_s", "two_stream_late", "s3dg")
FILES = [*sorted(HERE.glob("*.yaml")), *sorted(zoo_folder().glob("*.yaml"))]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=() if is_fast else pytest.mark.slow)
        for path in FILES
        for is_fast in [path.parent == HERE or path.stem in FAST]
    ],
)
def test_counts_are_those_of_torch(path: Path) -> None:
    architecture = nasvid.load(path).architecture()
    with torch.device("meta"):
        network = architecture.build().eval()
        inputs = architecture.graph.inputs
        streams = {item.name: torch.empty(1, *item.shape.sizes) for item in inputs}
    with FlopCounterMode(display=False) as counter:
        network(streams)
    cost = architecture.cost()
    assert counter.get_total_flops() == cost.flops > 0
    assert sum(p.numel() for p in network.parameters()) == cost.params
    assert sum(b.numel() for b in network.buffers()) == cost.buffers
