"""Every network here costs to the unit what torch counts, on modules that hold no data."""

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import nasvid

HERE = Path(__file__).parent
BATCH = 2


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.yaml")))
def test_counts_are_those_of_torch(name: str) -> None:
    space = nasvid.load(HERE / f"{name}.yaml")
    members = {arch.id: arch for arch in map(space.sample, range(1 if space.is_closed else 3))}
    for architecture in members.values():
        with torch.device("meta"):
            network = architecture.build().eval()
            inputs = architecture.graph.inputs
            streams = {item.name: torch.empty(BATCH, *item.shape.sizes) for item in inputs}
        with FlopCounterMode(display=False) as counter:
            network(streams)
        cost = architecture.cost()
        assert counter.get_total_flops() == BATCH * cost.flops > 0
        assert sum(p.numel() for p in network.parameters()) == cost.params
        assert sum(b.numel() for b in network.buffers()) == cost.buffers
