"""Which failure an exception is."""

import traceback

import torch

from nasvid.core.errors import NasvidError
from nasvid.core.evaluations import Failure
from nasvid.training.trainer import DivergedError

# Torch reports a CPU that is out of memory as a RuntimeError with one of the first texts, and a GPU on
# which a library found no room for itself, as cuBLAS and cuDNN do, with the last one.
_OUT_OF_MEMORY = (
    "not enough memory",
    "can't allocate memory",
    "out of memory",
    "_STATUS_ALLOC_FAILED",
)


def failure_of(error: BaseException) -> Failure:
    """The failure that a candidate's exception means, with its traceback as details."""
    details = "".join(traceback.format_exception(error))
    return Failure(_kind_of(error), _reason_of(error), details)


def _kind_of(error: BaseException) -> str:
    if isinstance(error, DivergedError):
        return "diverged"
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return "out_of_memory"
    if isinstance(error, RuntimeError) and any(text in str(error) for text in _OUT_OF_MEMORY):
        return "out_of_memory"
    return "error"


def _reason_of(error: BaseException) -> str:
    text = str(error).strip()
    first_line = text.splitlines()[0] if text else ""
    if isinstance(error, NasvidError):
        return first_line
    return f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__
