"""States that pass from frame to frame, said with primitives that there are."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import nasvid
from nasvid.lowering.lower import lower
from nasvid.modules.assemble import build
from tests.spaces import load_text, small

HERE = Path(__file__).parent


def conv_lstm(x_BCTHW: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """The last state of a convolutional LSTM as it is written down, B x C x H x W."""
    hidden = len(bias) // 4
    state = memory = x_BCTHW.new_zeros(len(x_BCTHW), hidden, *x_BCTHW.shape[3:])
    for frame in x_BCTHW.unbind(2):
        gates = F.conv2d(torch.cat([frame, state], 1), weight[:, :, 0], bias, padding=1)
        enters, stays, news, shows = gates.chunk(4, dim=1)
        memory = stays.sigmoid() * memory + enters.sigmoid() * news.tanh()
        state = shows.sigmoid() * memory.tanh()
    return state


def test_a_convolutional_lstm_is_a_block_whose_copies_share_their_weights() -> None:
    architecture = nasvid.load(HERE / "conv_lstm.yaml", clip="4x16").architecture()
    torch.manual_seed(0)
    network = architecture.build().eval()
    x = torch.randn(2, *architecture.graph.inputs[0].shape.sizes)
    cell = network.get_submodule("memory.cells.0.gates")
    assert isinstance(cell, nn.Conv3d)
    assert cell.bias is not None
    nn.init.normal_(cell.bias)
    with torch.no_grad():
        stem = network.get_submodule("stem")
        features = stem.get_submodule("batch_norm")(stem.get_submodule("conv")(x)).relu()
        state = conv_lstm(features, cell.weight, cell.bias)
        head = network.get_submodule("head.linear")
        torch.testing.assert_close(network({"rgb": x}), head(state.mean((2, 3))))


def test_weights_of_a_convolutional_lstm_count_once_and_its_multiply_adds_at_every_frame() -> None:
    costs = [nasvid.load(HERE / "conv_lstm.yaml", clip=f"{t}x32").cost() for t in (2, 4)]
    gates = 4 * 64 * (64 + 64) * 9
    assert costs[0].params == costs[1].params
    assert costs[1].params == gates + 4 * 64 + 3 * 9 * 64 + 2 * 64 + 64 * 8 + 8
    stem = 3 * 9 * 64 * 16 * 16
    assert costs[1].macs - costs[0].macs == 2 * (gates * 16 * 16 + stem)


def test_a_3d_network_feeds_an_lstm() -> None:
    nodes = """
        features: {conv3d: {out: 6, stride: 2}}
        frames: {mean: {over: HW, keep: true}}
        memory: {lstm: {hidden: 5}}
        last: {slice: {axis: T, start: -1}}
    """
    space = load_text(small(nodes))
    graph = lower(space, space.only_genotype()).graph
    torch.manual_seed(0)
    network = build(graph).eval()
    x = torch.randn(2, *graph.inputs[0].shape.sizes)
    features = network.get_submodule("features")
    maps = features.get_submodule("batch_norm")(features.get_submodule("conv")(x)).relu()
    states, _ = network.get_submodule("memory.lstm")(maps.mean((3, 4)).transpose(1, 2))
    torch.testing.assert_close(
        network({"rgb": x}), network.get_submodule("head.linear")(states[:, -1])
    )
