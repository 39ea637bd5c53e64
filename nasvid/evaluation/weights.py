"""Weights of a trained network as a safetensors file."""

import os
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from nasvid.core.errors import EvaluationError


def save_weights(network: nn.Module, path: Path) -> None:
    """Write all weights and buffers under the names of `state_dict`, whole or not at all.

    Tensors are stored apart and with axes in their usual order, whatever ties and memory formats
    the network has, so `load_state_dict` takes the file as it is.

    Raises:
        EvaluationError: The file cannot be written.
    """
    state = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in network.state_dict().items()
    }
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(save(state))
        partial.replace(path)
    except OSError as error:
        raise EvaluationError(_message(path, error.strerror or str(error))) from error
    finally:
        partial.unlink(missing_ok=True)


def check_folder(path: Path) -> None:
    """Raise an EvaluationError where `save_weights` could only fail, before a long training."""
    if not path.parent.is_dir():
        raise EvaluationError(_message(path, "there is no such folder"))
    if not os.access(path.parent, os.W_OK):
        raise EvaluationError(_message(path, "the folder is read-only"))


def _message(path: Path, what: str) -> str:
    return (
        f"{path}: the weights cannot be written: {what}. "
        "Choose a folder that exists and can be written to."
    )
