"""Networks of every family take steps of training on a GPU, and their exports run there."""

from itertools import pairwise
from math import isfinite, log
from pathlib import Path

import pytest
import torch
from torch import Tensor

import nasvid
from nasvid.core.recipes import Recipe
from nasvid.export.write_module import write_module
from nasvid.graph.ir import Graph
from nasvid.modules.assemble import build
from tests.gpu.device import DEVICE, IS_REHEARSED, exact_fp32, may_be_rehearsed, train_on_noise
from tests.unit.export.networks import load_source, streams_of, two_stream

pytestmark = may_be_rehearsed

SPACES = Path(__file__).parents[2] / "search_spaces"
CLASSES = 4
# Of the zoo, with a small clip: what convolves, attends, remembers, matches frames, streams, and mixes
# rates and modalities.
NETWORKS = {
    "r2plus1d_18": "4x32",
    "slowfast_r50_8x8": "8x64",
    "x3d_m": "4x64",
    "movinet_a0": "6x64",
    "mvit_b_16x4": "4x64",
    "swin3d_t": "4x64",
    "timesformer_divided": "2x32",
    "csn_r101": "4x32",
    "c3d_lstm": "16x64",
    "skip_rnn": "4x32",
    "s3dg": "8x64",
    "i3d_nln_r50": "8x64",
    "two_stream_i3d": "8x64",
    "assemblenet_50": "8x64",
    "evanet_1": "8x64",
    "tvn_1": "4x32",
}
RECIPE = Recipe(batch_size=4, lr=0.001, warmup=0.0)


def _zoo(name: str, width: float | None = None) -> Graph:
    return nasvid.load(name, clip=NETWORKS[name], classes=CLASSES, width=width).graph


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_of_the_zoo_takes_steps_of_training(name: str) -> None:
    network, placement, losses = train_on_noise(_zoo(name), RECIPE, steps=3, num_classes=CLASSES)
    assert all(isfinite(loss) for loss in losses)
    assert losses[0] < 4 * log(CLASSES)
    for weight in network.parameters():
        assert weight.dtype == torch.float32
        assert weight.device.type == torch.device(placement.device).type
        assert weight.isfinite().all()


@pytest.mark.parametrize("file", sorted(SPACES.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_member_of_every_space_takes_steps_of_training(file: Path) -> None:
    space = nasvid.load(file, clip="8x32")
    members = [space.sample(seed=seed) for seed in range(4)]
    graph = min(members, key=lambda member: member.cost().params).graph
    classes = dict(graph.output_shapes)["out"].channels
    _, _, losses = train_on_noise(graph, RECIPE, steps=2, num_classes=classes)
    assert all(isfinite(loss) for loss in losses)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_step_of_a_two_stream_network_lowers_the_loss(precision: str) -> None:
    recipe = Recipe(batch_size=20, lr=0.003, warmup=0.0, precision=precision)
    _, _, losses = train_on_noise(two_stream(), recipe, steps=12, num_classes=10)
    assert losses[-1] < losses[0]
    assert any(later < earlier for earlier, later in pairwise(losses))


def _scores(model: torch.nn.Module, graph: Graph, precision: torch.dtype) -> Tensor:
    xs = {k: x.to(next(model.parameters()).device, precision) for k, x in streams_of(graph).items()}
    with torch.inference_mode():
        out = model(xs if len(xs) > 1 else next(iter(xs.values())))
    return out["out"] if isinstance(out, dict) else out


def _with_statistics(graph: Graph) -> torch.nn.Module:
    """A network whose norms know what they see, so that no number is beyond half precision."""
    torch.manual_seed(0)
    network = build(graph)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm3d | torch.nn.BatchNorm1d):
            # The mean over all that was seen, which is one batch.
            module.momentum = None
    network.train()(streams_of(graph, batch=4))
    return network.eval()


@pytest.mark.parametrize(
    "name",
    [
        "r2plus1d_18",
        "movinet_a0",
        "mvit_b_16x4",
        "swin3d_t",
        "assemblenet_50",
        "tvn_1",
        "c3d_lstm",
        "evanet_1",
    ],
)
# torch lays the weights of recurrent cells one behind the other in all precisions but bf16.
@pytest.mark.filterwarnings("ignore:RNN module weights:UserWarning")
def test_an_exported_network_runs_on_a_gpu_and_in_half_precision(name: str) -> None:
    graph = _zoo(name)
    network = _with_statistics(graph)
    expected = _scores(network, graph, torch.float32)

    def exported(precision: torch.dtype) -> Tensor:
        model = load_source(write_module(graph)).Model().eval()
        model.load_state_dict(network.state_dict())
        return _scores(model.to(DEVICE, precision), graph, precision)

    with exact_fp32():
        torch.testing.assert_close(exported(torch.float32).cpu(), expected, rtol=1e-3, atol=1e-3)
    # A CPU has no kernels for some of it.
    for precision in () if IS_REHEARSED else (torch.bfloat16, torch.float16):
        half = exported(precision)
        assert half.dtype == precision
        assert half.isfinite().all()
        # Eight times as exact as bf16, in which a network of chance multiplies its rounding too much.
        if precision == torch.float16:
            assert (half.cpu().float() - expected).norm() < 0.2 * expected.norm()
