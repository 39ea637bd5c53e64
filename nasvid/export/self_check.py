"""Proof that an exported folder computes what the network computes, where there is no nasvid."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from nasvid.core.errors import ExportError
from nasvid.core.seeds import keyed_seed
from nasvid.graph.ir import OUT
from nasvid.modules.network import Network

BATCH = 2
TIMEOUT_SECONDS = 1800
# None in sys.modules makes every import of that name fail.
_SCRIPT = """
import sys
sys.modules["nasvid"] = None
folder, weights, inputs, outputs, num_threads = sys.argv[1:]
sys.path.insert(0, folder)
import torch
from safetensors.torch import load_file, save_file
import model
torch.set_num_threads(int(num_threads))
if hasattr(model, "load"):
    network = model.load(weights)
else:
    network = model.Model().eval()
    network.load_state_dict(load_file(weights + "/model.safetensors"))
# Copied, because libraries may sum in another order where memory is not aligned.
streams = {name: tensor.clone() for name, tensor in load_file(inputs).items()}
with torch.no_grad():
    result = network(streams)
result = {"out": result} if isinstance(result, torch.Tensor) else result
save_file({name: tensor.contiguous() for name, tensor in result.items()}, outputs)
"""


def check_same_output(folder: Path, weights: Path, network: Network, scratch: Path) -> None:
    """Run `model.py` in another process without nasvid, and compare its output to the last bit.

    Args:
        folder: Where `model.py` lies.
        weights: A folder with `model.safetensors`.
        network: The network with the same weights, on the CPU.
        scratch: A folder for inputs and outputs.

    Raises:
        ExportError: The file does not run, or its output differs.
    """
    generator = torch.Generator().manual_seed(keyed_seed("export", "check"))
    streams = {
        entry.name: torch.randn(BATCH, *entry.shape.tensor_sizes, generator=generator)
        for entry in network.graph.inputs
    }
    network.eval()
    with torch.no_grad():
        expected = network({name: tensor.clone() for name, tensor in streams.items()})
    inputs, outputs = scratch / "inputs.safetensors", scratch / "outputs.safetensors"
    save_file(streams, inputs)
    _run(folder, weights, inputs, outputs)
    try:
        found = load_file(outputs)
    except (OSError, SafetensorError) as error:
        raise ExportError(
            f"{folder / 'model.py'}: gave no output in its check: {error}."
        ) from error
    _compare({OUT: expected} if isinstance(expected, Tensor) else expected, found)


def _run(*paths: Path) -> None:
    # -I: no environment variable, user folder or current folder adds a module; -B: no cache files.
    command = [sys.executable, "-I", "-B", "-c", _SCRIPT, *map(str, paths)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            [*command, str(torch.get_num_threads())],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env=os.environ | {"CUDA_VISIBLE_DEVICES": ""},
        )
    except subprocess.TimeoutExpired as error:
        raise ExportError(
            f"model.py did not end within {TIMEOUT_SECONDS} s in its check."
        ) from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ExportError(f"model.py does not run where nasvid is absent: {lines[-1]}")


def _compare(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> None:
    for port, tensor in expected.items():
        other = found.get(port)
        if other is None or other.shape != tensor.shape or other.dtype != tensor.dtype:
            raise ExportError(f"model.py gives another output {port!r} than the network does.")
        # Bits are compared, so that a NaN equals itself.
        bits, other_bits = tensor.contiguous().view(torch.uint8), other.view(torch.uint8)
        if not torch.equal(bits, other_bits):
            largest = (tensor - other).abs().max().item()
            raise ExportError(
                f"model.py does not compute what the network computes: output {port!r} differs by "
                f"up to {largest:g}."
            )
