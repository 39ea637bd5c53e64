import importlib
import socket
from pathlib import Path
from types import ModuleType

import pytest

from nasvid.core.errors import RunError
from nasvid.execution.evaluator_factory import EvaluatorFactory
from nasvid.execution.ray_executor import RayExecutor

FACTORY = EvaluatorFactory("tests.search_fakes:ToyEvaluator")


@pytest.mark.parametrize("address", ["localhost", "localhost:", ":6379", "localhost:ray"])
def test_an_address_without_host_or_port_is_refused(address: str) -> None:
    with pytest.raises(RunError, match=f"address: got '{address}'; accepts auto or host:port"):
        RayExecutor(FACTORY, address=address)


def test_an_address_where_nothing_answers_is_told_at_once() -> None:
    with socket.socket() as taken:
        # Bound but not listening, so that connections are refused.
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(RunError, match=f"address: nothing answers at 127.0.0.1:{port}"):
            RayExecutor(FACTORY, address=f"127.0.0.1:{port}")


def test_auto_is_the_cluster_that_was_started_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    (tmp_path / "ray").mkdir()
    (tmp_path / "ray" / "ray_current_cluster").write_text("127.0.0.1:1\n")
    with pytest.raises(RunError, match=r"address: nothing answers at 127\.0\.0\.1:1 "):
        RayExecutor(FACTORY, address="auto")


def test_auto_is_first_of_all_the_cluster_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:2")
    with pytest.raises(RunError, match=r"address: nothing answers at 127\.0\.0\.1:2 "):
        RayExecutor(FACTORY, address="auto")


def test_a_missing_ray_is_told_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import_module = importlib.import_module

    def without_ray(name: str) -> ModuleType:
        if name == "ray":
            raise ModuleNotFoundError("No module named 'ray'")
        return import_module(name)

    monkeypatch.setattr(importlib, "import_module", without_ray)
    with pytest.raises(RunError, match=r"install it with pip install 'nasvid\[ray\]'"):
        RayExecutor(FACTORY)
