"""Where candidates are evaluated."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nasvid.core.errors import RunError
from nasvid.core.registry import unknown_name
from nasvid.evaluation.custom import EvaluateFunction
from nasvid.execution.evaluator_factory import EvaluatorFactory
from nasvid.execution.executor import Executor
from nasvid.execution.inline_executor import InlineExecutor
from nasvid.execution.ray_executor import RayExecutor
from nasvid.spec.search_space import SearchSpace

EVALUATOR = "nasvid.evaluation.evaluator:Evaluator"
EXECUTORS = ("ray", "inline")
# A worker that hangs beyond its own time limit is killed at this many times the limit.
KILL_FACTOR = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where candidates are evaluated; results do not depend on it.

    Args:
        executor: `ray` or `inline` (in this process).
        workers: Ray actors; 0 takes as many as the machine or cluster has room for.
        address: A running Ray cluster; empty starts Ray on this machine.
        device: `auto`, `cpu` or `cuda`.
        slots: Candidates that one worker trains at once.

    Raises:
        RunError: A setting is not accepted.
    """

    executor: str = "ray"
    workers: int = 0
    address: str = ""
    device: str = "auto"
    slots: int = 1

    def __post_init__(self) -> None:
        if self.executor not in EXECUTORS:
            raise RunError(f"executor: {unknown_name('executor', self.executor, EXECUTORS)}")
        if self.workers < 0:
            raise RunError(f"workers: got {self.workers}; accepts counts from 0.")
        if self.slots < 1:
            raise RunError(f"slots: got {self.slots}; accepts counts from 1.")
        if self.address and self.executor != "ray":
            raise RunError(
                f"address: got {self.address!r} with the {self.executor} executor, which stays in "
                "this process; leave one of them out."
            )


def make_executor(
    machine: Machine,
    space: SearchSpace,
    data: Path | None,
    function: EvaluateFunction | str | None,
) -> Executor:
    """What evaluates the candidates of a space.

    Args:
        machine: Where.
        space: The space.
        data: The data folder; None where the function needs none.
        function: A custom evaluation; None for training.

    Raises:
        NasvidError: There is no such machine, or it cannot be used.
    """
    device = device_of(machine)
    arguments: dict[str, Any] = {
        "data": data,
        "recipe": space.training,
        "device": device,
        "slots": machine.slots,
        "evaluate": function,
        "timeout_s": space.search.timeout_s or None,
    }
    factory = EvaluatorFactory(EVALUATOR, arguments)
    if machine.executor == "inline":
        return InlineExecutor(factory)
    return RayExecutor(
        factory,
        workers=machine.workers,
        # More would only wait: no more jobs than the window are ever in flight.
        at_most=-(-space.search.window // machine.slots),
        address=machine.address,
        gpus_per_worker=1.0 if device.startswith("cuda") else 0.0,
        kill_after_s=KILL_FACTOR * space.search.timeout_s,
    )


def describe_machine(machine: Machine) -> dict[str, Any]:
    """What the last bits of results depend on, as far as it is known here."""
    import torch

    from nasvid.training.placement import default_threads

    # Not looked up here: a cluster may have devices that this machine has not.
    device = device_of(machine)
    found = {"device": device, "threads": default_threads(device.partition(":")[0])}
    return found if machine.address else found | {"cpu": torch.backends.cpu.get_cpu_capability()}


def device_of(machine: Machine) -> str:
    """The device, where `auto` is a GPU if there is one here."""
    if machine.device != "auto":
        return machine.device
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
