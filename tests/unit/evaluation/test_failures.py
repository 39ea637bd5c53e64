"""Which failure an exception is."""

import re

import pytest
import torch

from nasvid.core.errors import GraphError
from nasvid.core.evaluations import FAILURE_KINDS
from nasvid.evaluation.failures import failure_of
from nasvid.training.trainer import DivergedError


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (DivergedError("training: the loss became nan."), "diverged", "training: the loss became"),
        (MemoryError(), "out_of_memory", "MemoryError"),
        (torch.OutOfMemoryError("CUDA out of memory."), "out_of_memory", "OutOfMemoryError: CUDA"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried"),
            "out_of_memory",
            r"RuntimeError: \[enforce fail\]",
        ),
        (
            RuntimeError(
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"
            ),
            "out_of_memory",
            "CUBLAS_STATUS_ALLOC_FAILED",
        ),
        (RuntimeError("shapes\ndiffer"), "error", "RuntimeError: shapes$"),
        (GraphError("a graph\nis wrong"), "error", "^a graph$"),
    ],
)
def test_a_failure_has_a_kind_and_a_reason_of_one_line(
    error: Exception, kind: str, reason: str
) -> None:
    failure = failure_of(error)
    assert failure.kind == kind
    assert failure.kind in FAILURE_KINDS
    assert re.search(reason, failure.reason)


def test_the_traceback_is_kept_as_text() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("x")
    details = failure_of(caught.value).details
    assert 'int("x")' in details
    assert details.startswith("Traceback")
