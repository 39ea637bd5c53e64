"""The rule for precision, memory format and threads."""

import pytest
import torch
from torch import nn

from nasvid.core.errors import EvaluationError
from nasvid.training.placement import Placement, default_threads, num_threads, place


def test_a_cpu_takes_fp32_and_channels_last() -> None:
    assert place(nn.Conv3d(4, 4, 3), "cpu").describe() == {
        "device": "cpu",
        "precision": "fp32",
        "is_channels_last": True,
    }
    assert default_threads("cpu") == 1


@pytest.mark.parametrize(("groups", "is_channels_last"), [(1, True), (4, False)])
def test_a_gpu_takes_bf16_and_channels_last_unless_depthwise(
    monkeypatch: pytest.MonkeyPatch, groups: int, is_channels_last: bool
) -> None:
    _pretend_gpus(monkeypatch, 1)
    network = nn.Sequential(nn.Conv3d(4, 4, 3, groups=groups), nn.Conv3d(1, 4, 3))
    assert place(network, "cuda:0") == Placement("cuda:0", "bf16", is_channels_last)


def test_a_recipe_can_ask_for_a_precision() -> None:
    assert place(nn.Linear(1, 1), "cpu", "bf16").precision == "bf16"


def test_bf16_computes_in_bf16_and_keeps_weights_in_fp32() -> None:
    layer = nn.Linear(2, 2)
    placement = place(layer, "cpu", "bf16")
    with placement.autocast():
        assert placement.put_network(layer)(torch.ones(1, 2)).dtype == torch.bfloat16
    assert layer.weight.dtype == torch.float32


def test_channels_last_reaches_kernels_and_clips_and_leaves_matrices() -> None:
    network = nn.Sequential(nn.Conv3d(4, 4, 3), nn.Linear(4, 4))
    placement = place(network, "cpu")
    placement.put_network(network)
    clips_BCTHW = placement.arrange(torch.zeros(2, 4, 3, 3, 3))
    for tensor in (network[0].weight, clips_BCTHW):
        assert isinstance(tensor, torch.Tensor)
        assert tensor.is_contiguous(memory_format=torch.channels_last_3d)
        assert not tensor.is_contiguous()


def _pretend_gpus(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: number > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: number)


@pytest.mark.parametrize(
    ("number", "device", "message"),
    [
        (1, "cuda:1", "got 'cuda:1', but torch sees 1 GPU here; accepts cuda:0."),
        (2, "cuda:7", "got 'cuda:7', but torch sees 2 GPUs here; accepts cuda:0 to cuda:1."),
    ],
)
def test_a_gpu_beyond_those_there_are_is_refused(
    monkeypatch: pytest.MonkeyPatch, number: int, device: str, message: str
) -> None:
    _pretend_gpus(monkeypatch, number)
    with pytest.raises(EvaluationError) as caught:
        place(nn.Linear(1, 1), device)
    assert str(caught.value) == f"device: {message}"


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("gpu", r"device: got 'gpu'; accepts cpu, cuda or cuda:N\."),
        ("meta", r"device: got 'meta'; accepts cpu, cuda or cuda:N\."),
        ("cuda", r"device: got 'cuda', but torch sees no GPU here; use cpu\."),
    ],
)
def test_a_device_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, device: str, message: str
) -> None:
    _pretend_gpus(monkeypatch, 0)
    with pytest.raises(EvaluationError, match=message):
        place(nn.Linear(1, 1), device)


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(EvaluationError, match=r"got 'fp16'; accepts auto, fp32, bf16\."):
        place(nn.Linear(1, 1), "cpu", "fp16")


def test_threads_are_put_back() -> None:
    before = torch.get_num_threads()
    with num_threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
