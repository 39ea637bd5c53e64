"""From hand-made graphs to networks."""

import copy
import pickle

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.testing import assert_close

from nasvid.graph.ir import graph_from_json
from nasvid.modules.assemble import build
from nasvid.modules.network import Network, leaves
from tests.unit.modules.graphs import FLOW, RGB, single_stream, two_streams


def clips(batch: int = 2) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        "rgb": torch.randn(batch, *RGB.sizes, generator=generator),
        "flow": torch.randn(batch, *FLOW.sizes, generator=generator),
    }


@pytest.fixture
def meta() -> torch.device:
    """The meta device, with torch's shape rules loaded, which takes a second."""
    F.relu(torch.empty(1, device="meta"))
    return torch.device("meta")


def built(seed: int = 0) -> Network:
    torch.manual_seed(seed)
    return build(single_stream())


def test_weights_are_named_after_blocks_and_nodes() -> None:
    assert list(build(single_stream()).state_dict()) == [
        "stage2.op.conv.weight",
        "stage2.op.norm.weight",
        "stage2.op.norm.bias",
        "stage2.op.norm.running_mean",
        "stage2.op.norm.running_var",
        "stage2.op.norm.num_batches_tracked",
        "stage2.op.gate.logit",
        "head.weight",
        "head.bias",
    ]


def test_operations_without_weights_are_no_children() -> None:
    network = build(two_streams())
    assert [name for name, _ in network.named_modules()] == [
        "",
        "stem",
        "stem.conv",
        "stem.norm",
        "stem.gate",
    ]


def test_the_output_is_that_of_the_same_calls_by_hand() -> None:
    network, x_BCTHW = built().eval(), clips()["rgb"]
    state = network.state_dict()
    raw = F.conv3d(x_BCTHW, state["stage2.op.conv.weight"], padding=(0, 1, 1))
    gated = F.relu(raw / torch.sqrt(torch.tensor(1 + 1e-5))) * 0.5
    expected_BK = F.linear((gated + raw).mean((2, 3, 4)), state["head.weight"])
    assert_close(network(x_BCTHW), expected_BK)


def test_one_input_takes_the_tensor_or_a_dict() -> None:
    network, x_BCTHW = built().eval(), clips()["rgb"]
    assert torch.equal(network(x_BCTHW), network({"rgb": x_BCTHW}))


def test_several_outputs_come_as_a_dict_of_ports() -> None:
    outputs = build(two_streams())(clips())
    assert list(outputs) == ["out", "raw"]
    assert outputs["raw"].shape == (2, 4, 4, 8, 8)


def test_streams_are_taken_by_name_in_any_order() -> None:
    network, streams = build(two_streams()).eval(), clips()
    swapped = dict(reversed(streams.items()))
    assert torch.equal(network(streams)["out"], network(swapped)["out"])


def test_equal_graphs_get_equal_weights_from_the_same_seed() -> None:
    graph = single_stream()
    torch.manual_seed(0)
    again = build(graph_from_json(graph.to_json()))
    first, other = built(seed=0).state_dict(), built(seed=1).state_dict()
    assert all(torch.equal(first[key], tensor) for key, tensor in again.state_dict().items())
    assert not torch.equal(first["head.weight"], other["head.weight"])


def test_copies_and_pickles_give_the_same_output_and_share_nothing() -> None:
    network, x_BCTHW = built().eval(), clips()["rgb"]
    expected = network(x_BCTHW)
    for copied in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert torch.equal(copied(x_BCTHW), expected)
        torch.nn.init.zeros_(copied.get_parameter("head.weight"))
        assert torch.equal(network(x_BCTHW), expected)


def test_a_pickled_network_leaves_the_hash_of_its_graph_behind() -> None:
    network = built()
    expected = hash(network.graph)
    graph = pickle.loads(pickle.dumps(network)).graph
    assert "_hash" in vars(network.graph)
    assert "_hash" not in vars(graph)
    assert (graph, hash(graph)) == (network.graph, expected)


def test_a_replaced_child_is_called() -> None:
    network, x_BCTHW = built(), clips()["rgb"]
    network.head = torch.nn.Linear(8, 7)
    assert network(x_BCTHW).shape == (2, 7)


def test_a_network_on_the_meta_device_has_no_memory_and_a_shape(meta: torch.device) -> None:
    with meta:
        network = build(single_stream())
        out = network(torch.empty(3, *RGB.sizes))
    assert all(tensor.is_meta for tensor in network.state_dict().values())
    assert out.shape == (3, 5)


def test_backward_reaches_every_weight_of_a_network() -> None:
    network = built()
    network(clips()["rgb"]).square().sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_leaves_are_named_as_nodes_in_graph_order() -> None:
    found = [(name, op.name()) for name, op, _ in leaves(built())]
    assert found == [
        ("stage2.op.conv", "conv"),
        ("stage2.op.norm", "batch_norm"),
        ("stage2.op.gate", "gate"),
        ("head", "linear"),
    ]


def test_a_network_shows_the_names_of_its_blocks() -> None:
    assert "outer" in repr(built())


@pytest.mark.slow  # torch loads its tracer
def test_export_keeps_names_and_output() -> None:
    network, x_BCTHW = built().eval(), clips()["rgb"]
    exported = torch.export.export(network, ({"rgb": x_BCTHW},))
    assert set(exported.state_dict) == set(network.state_dict())
    assert_close(exported.module()({"rgb": x_BCTHW}), network(x_BCTHW))


@pytest.mark.slow  # torch loads its compiler
def test_the_forward_pass_compiles_without_a_break() -> None:
    network, streams = build(two_streams()).eval(), clips()
    compiled = torch.compile(network, backend="eager", fullgraph=True)
    assert_close(compiled(streams), network(streams))
