"""Learned gates of a network."""

import pytest
import torch

from nasvid.modules.assemble import build
from nasvid.modules.gates import learned_gates
from tests.unit.modules.graphs import single_stream, two_streams


def test_a_learned_gate_starts_half_open_under_the_name_of_its_node() -> None:
    assert learned_gates(build(single_stream())) == {"stage2.op.gate": 0.5}


def test_a_trained_gate_is_the_sigmoid_of_its_weight() -> None:
    network = build(single_stream())
    torch.nn.init.constant_(network.get_parameter("stage2.op.gate.logit"), 2.0)
    assert learned_gates(network) == {"stage2.op.gate": pytest.approx(0.880797)}


def test_a_fixed_gate_is_no_weight_and_is_not_listed() -> None:
    assert list(learned_gates(build(two_streams()))) == ["stem.gate"]
