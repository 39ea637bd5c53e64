"""States that pass from frame to frame."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from nasvid.core.shapes import Shape
from nasvid.graph.ir import Graph, Input
from nasvid.graph.primitive import make_primitive
from nasvid.modules.assemble import build
from nasvid.modules.primitives.lstm import ClipLSTM
from nasvid.modules.primitives.skip_rnn import SkipRecurrence
from tests.unit.modules.graphs import node

CLIP = Shape.clip(3, 6, 2, 2)


def test_an_lstm_has_the_weights_of_torch_and_runs_over_each_place_alone() -> None:
    torch.manual_seed(0)
    clip_lstm = ClipLSTM(3, 4, 2, bidirectional=True)
    lstm = nn.LSTM(3, 4, 2, batch_first=True, bidirectional=True)
    lstm.load_state_dict(clip_lstm.lstm.state_dict())
    op = make_primitive("lstm", {"hidden": 4, "layers": 2, "bidirectional": True})
    assert op.cost(CLIP).params == sum(weight.numel() for weight in lstm.parameters())
    x = torch.randn(2, *CLIP.sizes)
    expected, _ = lstm(x[:, :, :, 1, 0].transpose(1, 2))
    torch.testing.assert_close(clip_lstm(x)[:, :, :, 1, 0], expected.transpose(1, 2))


def test_on_the_cpu_torch_counts_nothing_for_an_lstm_so_costs_follow_the_formula() -> None:
    with FlopCounterMode(display=False) as counter:
        ClipLSTM(3, 4, 1, bidirectional=False)(torch.randn(1, *CLIP.sizes))
    assert counter.get_total_flops() == 0
    cost = make_primitive("lstm", {"hidden": 4}).cost(CLIP)
    assert cost.macs == 4 * 4 * (3 + 4) * CLIP.positions


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_gate_that_is_always_open_leaves_a_plain_recurrent_network(cell: str) -> None:
    torch.manual_seed(0)
    skipping = SkipRecurrence(3, 4, cell)
    nn.init.constant_(skipping.chance.bias, 50)
    plain = nn.LSTM(3, 4, batch_first=True) if cell == "lstm" else nn.GRU(3, 4, batch_first=True)
    plain.load_state_dict({f"{k}_l0": v for k, v in skipping.cell.state_dict().items()})
    x = torch.randn(2, 3, 6, 1, 1)
    expected, _ = plain(x[..., 0, 0].transpose(1, 2))
    torch.testing.assert_close(skipping(x)[..., 0, 0], expected.transpose(1, 2))


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_chances_add_up_until_the_gate_opens(cell: str) -> None:
    skipping = SkipRecurrence(3, 4, cell)
    nn.init.zeros_(skipping.chance.weight)
    # 0.3, 0.6: the sum passes one half at every second frame.
    nn.init.constant_(skipping.chance.bias, torch.logit(torch.tensor(0.3)).item())
    out = skipping(torch.randn(1, 3, 7, 1, 1))[0, :, :, 0, 0]
    is_new = [not torch.equal(out[:, t], out[:, t - 1]) for t in range(1, 7)]
    assert is_new == [False, True] * 3


def test_most_gates_start_open() -> None:
    made = node("node", "skip_rnn", ("x", CLIP), hidden=4)
    network = build(Graph((Input("x", CLIP),), (made,), (("out", "node"),)))
    assert network.get_parameter("node.chance.bias").item() == 1


@pytest.mark.slow  # torch.export loads its compiler
# torch says so of its own recurrent layers, whose list of weights is no buffer.
@pytest.mark.filterwarnings(r"ignore:The tensor attributes self.node\..*_flat_weights")
@pytest.mark.parametrize(
    ("op", "parameters"),
    [
        ("lstm", {"hidden": 4, "bidirectional": True}),
        ("gru", {"hidden": 4, "layers": 2}),
        ("skip_rnn", {"hidden": 4, "cell": "lstm"}),
        ("representation_flow", {"iterations": 3}),
        ("tgm_conv", {"out": 4, "kernel": 3}),
        ("cumulative_pool", {"kind": "avg"}),
    ],
)
def test_what_runs_over_time_can_be_exported_as_a_program(
    op: str, parameters: dict[str, Any]
) -> None:
    made = node("node", op, ("x", CLIP), **parameters)
    network = build(Graph((Input("x", CLIP),), (made,), (("out", "node"),))).eval()
    x = torch.randn(2, *CLIP.sizes)
    program = torch.export.export(network, (x,))
    torch.testing.assert_close(program.module()(x), network(x))
