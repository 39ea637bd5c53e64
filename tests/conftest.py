"""What all tests share: one thread, no telemetry, the same examples every time, skips."""

import importlib
import importlib.util
import os

import pytest
from hypothesis import HealthCheck, settings

# Before torch is imported anywhere: equal sums need an equal number of threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

settings.register_profile(
    "nasvid",
    derandomize=True,
    # The first example pays for imports, and machines of tests are shared.
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("nasvid")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run."""
    reasons = {"ray": _why_no_ray, "gpu": _why_no_gpu}
    for marker, find_reason in reasons.items():
        marked = [item for item in items if item.get_closest_marker(marker)]
        reason = find_reason() if marked else None
        if reason is not None:
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=reason))


def _why_no_ray() -> str | None:
    return None if importlib.util.find_spec("ray") else "ray is not installed"


def _why_no_gpu() -> str | None:
    torch = importlib.import_module("torch")
    return None if torch.cuda.is_available() else "no CUDA device"
