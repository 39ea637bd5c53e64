"""Every primitive on a GPU against itself on a CPU, in fp32 and in mixed precision."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from nasvid.graph.primitive import PRIMITIVES
from nasvid.graph.primitives.cumulative_pool import CumulativePool
from nasvid.modules.leaf import Layer, leaf_of
from tests.gpu.device import DEVICE, IS_REHEARSED, exact_fp32, may_be_rehearsed
from tests.saved_tensors import inner_tensor
from tests.strategies import SETTINGS, Setting

pytestmark = may_be_rehearsed

BATCH = 2
EXAMPLES = settings(max_examples=6)
# Draws of a GPU are others than those of a CPU.
RANDOM = {"drop_path", "dropout"}
# What autocast on a GPU computes in another precision than on a CPU, by what the rule says of a CPU.
# Source: https://docs.pytorch.org/docs/stable/amp.html, the lists of operations.
ON_GPU = {
    "adaptive_pool": torch.bfloat16,
    "avg_pool": torch.bfloat16,
    "group_norm": torch.float32,
    # cuDNN's recurrent cells know no other half precision under autocast.
    "gru": torch.float16,
    "layer_norm": torch.float32,
    "lstm": torch.float16,
    "max_pool": torch.bfloat16,
    "representation_flow": torch.float32,
    "resize": torch.float32,
    "softmax": torch.float32,
    "softmax_pool": torch.float32,
}

each_primitive = pytest.mark.parametrize("name", list(PRIMITIVES))


@pytest.fixture(autouse=True, scope="module")
def _exact() -> Iterator[None]:
    with exact_fp32():
        yield


class Pass:
    """Output and gradients of a primitive on a device.

    Args:
        setting: The primitive and what it reads.
        device: Where.
        mixed: Precision of autocast; None leaves it out.
        inputs: Precision of what it reads.
    """

    def __init__(
        self,
        setting: Setting,
        device: str,
        mixed: torch.dtype | None = None,
        inputs: torch.dtype = torch.float32,
    ) -> None:
        op, shapes = setting
        torch.manual_seed(0)
        leaf = leaf_of(op, *shapes)
        call = leaf.make() if isinstance(leaf, Layer) else leaf.function
        weights: list[Tensor] = []
        if isinstance(call, nn.Module):
            module = call.to(device).train(op.name() not in RANDOM)
            weights = list(module.parameters())
        generator = torch.Generator().manual_seed(1)
        xs = [inner_tensor(s, BATCH, generator).detach() for s in shapes]
        xs = [x.to(device, inputs).requires_grad_() for x in xs]
        with nullcontext() if mixed is None else torch.autocast(device, mixed):
            self.output: Tensor = call(*xs)
        if self.output.requires_grad:
            weighting = torch.randn(self.output.shape, generator=generator).to(device)
            (self.output.float() * weighting).sum().backward()
        given = [tensor.grad for tensor in (*xs, *weights)]
        self.gradients = [gradient for gradient in given if gradient is not None]


def assert_close(found: Tensor, expected: Tensor, tolerance: float) -> None:
    scale = max(1.0, expected.abs().max().item())
    torch.testing.assert_close(
        found.cpu().float(), expected, rtol=tolerance, atol=tolerance * scale
    )


@each_primitive
@EXAMPLES
@given(data=st.data())
def test_a_gpu_computes_what_a_cpu_computes(name: str, data: st.DataObject) -> None:
    setting = data.draw(SETTINGS[name]())
    found, expected = Pass(setting, DEVICE), Pass(setting, "cpu")
    assert_close(found.output, expected.output, 1e-4)
    assert len(found.gradients) == len(expected.gradients)
    for gradient, other in zip(found.gradients, expected.gradients, strict=True):
        assert_close(gradient, other, 1e-3)


@each_primitive
@pytest.mark.parametrize("mixed", [torch.bfloat16, torch.float16])
@EXAMPLES
@given(data=st.data())
def test_mixed_precision_is_near_and_has_gradients(
    name: str, mixed: torch.dtype, data: st.DataObject
) -> None:
    if IS_REHEARSED and (name, mixed) == ("lstm", torch.float16):
        pytest.skip("no CPU has such a kernel")
    setting = data.draw(SETTINGS[name]())
    found, expected = Pass(setting, DEVICE, mixed), Pass(setting, "cpu")
    assert_close(found.output, expected.output, 0.05)
    assert len(found.gradients) == len(expected.gradients)
    assert all(gradient.isfinite().all() for gradient in found.gradients)


@pytest.mark.skipif(IS_REHEARSED, reason="the rule of a CPU is tested in tests/contracts")
@each_primitive
@EXAMPLES
@given(data=st.data())
def test_mixed_precision_is_that_of_torch_on_a_gpu(name: str, data: st.DataObject) -> None:
    op, shapes = data.draw(SETTINGS[name]())
    narrow = Pass((op, shapes), DEVICE, torch.bfloat16, torch.bfloat16)
    is_narrow = op.mixed_precision() in {"as inputs", "bf16"}
    by_rule = torch.bfloat16 if is_narrow else torch.float32
    # Sums widen, the greatest of several does not.
    if isinstance(op, CumulativePool):
        by_rule = torch.bfloat16 if op.kind == "max" else torch.float32
    assert narrow.output.dtype == ON_GPU.get(name, by_rule)
