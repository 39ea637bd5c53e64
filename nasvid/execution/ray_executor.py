"""Evaluates in warm Ray actors, on this machine or on a cluster."""

import importlib
import logging
import os
import socket
import tempfile
import time
from pathlib import Path
from typing import Any, final

from nasvid.core.errors import NasvidError, RunError
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Request
from nasvid.execution.evaluator_factory import EvaluatorFactory, JobEvaluator
from nasvid.execution.executor import Executor, Finished, Preempted

# Requests and results are small; clips never travel through Ray.
OBJECT_STORE_BYTES = 200 * 2**20
# How long a host may keep a call; bounds how long a free slot of a busy host waits for its job.
HOST_POLL_SECONDS = 0.5
MAX_START_DEATHS = 3
CONNECT_SECONDS = 10.0


class EvaluatorHost:
    """What runs inside an actor: one evaluator, made once and kept.

    Args:
        factory: How the evaluator is made.
    """

    def __init__(self, factory: EvaluatorFactory) -> None:
        self._factory = factory
        self._evaluator: JobEvaluator | None = None

    def start(self) -> int:
        """Make the evaluator.

        Apart from the constructor, because an error there would look like a dead worker.

        Returns: How many slots it has.
        """
        self._evaluator = self._factory.make()
        return self._evaluator.free_slots

    def work(self, requests: list[Request], seconds: float) -> list[tuple[int, Evaluation]]:
        """Take jobs on and give back those that ended."""
        assert self._evaluator is not None
        for request in requests:
            self._evaluator.submit(request)
        return self._evaluator.poll(seconds)


class _Worker:
    """An actor as seen from here: the call that is out, and the jobs it has."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor
        self.slots = 0
        self.inbox: list[Request] = []
        # Job number to when it was handed over.
        self.jobs: dict[int, float] = {}
        self.call: Any = actor.start.remote()

    @property
    def is_starting(self) -> bool:
        return self.slots == 0

    @property
    def free_slots(self) -> int:
        return self.slots - len(self.jobs)

    def submit(self, request: Request) -> None:
        self.inbox.append(request)
        self.jobs[request.job] = time.monotonic()

    def dispatch(self) -> None:
        """Have one call out wherever there are jobs."""
        if self.call is None and self.jobs:
            self.call = self.actor.work.remote(self.inbox, HOST_POLL_SECONDS)
            self.inbox = []


@final
class RayExecutor(Executor):
    """A pool of evaluators in Ray actors, refilled one by one as jobs end.

    An actor that dies is replaced; its jobs come back as preempted.

    Args:
        factory: How each evaluator is made, on the machine where it runs.
        workers: Actors; 0 takes as many as there are CPUs, or GPUs where `gpus_per_worker` is set.
        at_most: Where `workers` is 0, the most that could ever be busy; 0 for no such bound.
        address: A running Ray cluster, such as `auto` or `10.0.0.1:6379`; empty starts Ray here.
        gpus_per_worker: GPUs, or the share of one, that an actor owns.
        kill_after_s: Seconds after which a worker is killed that still holds a job; 0 for no limit.
            A net under what hangs; an evaluator's own limit should come well before.
    Raises:
        RunError: Ray is not installed, there is no cluster at the address, or it is too small.
    """

    def __init__(
        self,
        factory: EvaluatorFactory,
        *,
        workers: int = 0,
        at_most: int = 0,
        address: str = "",
        gpus_per_worker: float = 0.0,
        kill_after_s: float = 0.0,
    ) -> None:
        if address:
            address = _resolved(address)
            _check_reachable(address)
        self._ray = _import_ray(is_local=not address)
        self._kill_after_s = kill_after_s
        self._start_deaths = 0
        self._owns_ray = not self._ray.is_initialized()
        try:
            if self._owns_ray:
                _connect(self._ray, address, workers)
            room = _find_room(self._ray.cluster_resources(), workers, gpus_per_worker)
        except BaseException:
            # Ctrl-C too: processes of a Ray that was only begun must not stay.
            self._disconnect()
            raise
        # No restarts by Ray: a replaced actor gets its jobs from the loop, in its order.
        host = self._ray.remote(
            num_cpus=1, num_gpus=gpus_per_worker, max_restarts=0, max_task_retries=0
        )(EvaluatorHost)
        self._make_actor = lambda: host.remote(factory)
        count = workers or min(room, at_most or room)
        self._workers = [_Worker(self._make_actor()) for _ in range(count)]

    @property
    def free_slots(self) -> int:
        return sum(worker.free_slots for worker in self._workers)

    def submit(self, request: Request) -> None:
        worker = max(self._workers, key=lambda worker: worker.free_slots)
        worker.submit(request)

    def poll(self, seconds: float) -> list[Finished | Preempted]:
        for worker in self._workers:
            worker.dispatch()
        calls = {worker.call: worker for worker in self._workers if worker.call is not None}
        if not calls:
            return []
        ready, _ = self._ray.wait(list(calls), num_returns=1, timeout=seconds)
        if ready:
            ready, _ = self._ray.wait(list(calls), num_returns=len(calls), timeout=0)
        outcomes: list[Finished | Preempted] = []
        for call in ready:
            outcomes += self._collect(calls[call])
        return outcomes + self._stop_overdue()

    def close(self) -> None:
        for worker in self._workers:
            self._ray.kill(worker.actor, no_restart=True)
        self._workers = []
        self._disconnect()

    def _disconnect(self) -> None:
        if self._owns_ray:
            self._ray.shutdown()

    def _collect(self, worker: _Worker) -> list[Finished | Preempted]:
        call, worker.call = worker.call, None
        try:
            answer = self._ray.get(call)
        except self._ray.exceptions.RayTaskError as error:
            raise _plain(error) from None
        except self._ray.exceptions.RayError as error:
            return self._bury(worker, _first_line(error))
        if worker.is_starting:
            worker.slots = answer
            self._start_deaths = 0
            return []
        for job, _ in answer:
            del worker.jobs[job]
        return [Finished(job, evaluation) for job, evaluation in answer]

    def _bury(self, worker: _Worker, reason: str) -> list[Finished | Preempted]:
        """Replace a worker that is gone; its jobs have to run again."""
        if worker.is_starting:
            self._start_deaths += 1
            if self._start_deaths >= MAX_START_DEATHS:
                raise RunError(
                    f"workers died {self._start_deaths} times while they started: {reason}. Look "
                    "for lack of memory, or use fewer workers."
                )
        self._replace(worker)
        return [Preempted(job, reason) for job in worker.jobs]

    def _replace(self, worker: _Worker) -> None:
        self._ray.kill(worker.actor, no_restart=True)
        self._workers[self._workers.index(worker)] = _Worker(self._make_actor())

    def _stop_overdue(self) -> list[Finished | Preempted]:
        """End workers that hold a job for too long; nothing else stops what hangs."""
        outcomes: list[Finished | Preempted] = []
        if not self._kill_after_s:
            return outcomes
        now = time.monotonic()
        for worker in list(self._workers):
            overdue = {j for j, since in worker.jobs.items() if now - since > self._kill_after_s}
            if not overdue:
                continue
            self._replace(worker)
            failure = Failure("timeout", f"hung for longer than {self._kill_after_s:g} s")
            for job in worker.jobs:
                if job in overdue:
                    outcomes.append(Finished(job, Evaluation(failure=failure)))
                else:
                    outcomes.append(Preempted(job, "a job beside it hung"))
        return outcomes


def _import_ray(*, is_local: bool) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if is_local:
        # Read when ray is imported; without a cluster its ports listen on loopback alone.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise RunError(
            f"ray cannot be imported ({error}); install it with pip install 'nasvid[ray]', or use "
            "the inline executor."
        ) from error


def _resolved(address: str) -> str:
    """What `auto` stands for, as far as that is written down; Ray looks around for the rest."""
    if address != "auto":
        return address
    if os.environ.get("RAY_ADDRESS"):
        return os.environ["RAY_ADDRESS"]
    folder = Path(os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()) / "ray"
    try:
        # Left by `ray start`; it outlives a cluster that was killed.
        return (folder / "ray_current_cluster").read_text(encoding="utf-8").strip() or address
    except OSError:
        return address


def _check_reachable(address: str) -> None:
    """Raise a RunError at once where nothing answers; Ray itself would try for minutes."""
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        raise RunError(f"address: got {address!r}; accepts auto or host:port of a Ray cluster.")
    try:
        socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise RunError(
            f"address: nothing answers at {address} ({error}). Start the cluster first (ray start "
            "--head), or give no address to start Ray on this machine."
        ) from error


def _connect(ray: Any, address: str, workers: int) -> None:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if address:
            ray.init(address=address, **quiet)
            return
        ray.init(
            # Else RAY_ADDRESS of the environment would count.
            address="local",
            num_cpus=workers or None,
            include_dashboard=False,
            object_store_memory=OBJECT_STORE_BYTES,
            **quiet,
        )
    except SystemExit as error:
        # Its handler of SIGTERM, which it puts in place when it starts.
        raise KeyboardInterrupt from error
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        what = f"address: no Ray cluster at {address!r}" if address else "Ray did not start"
        raise RunError(
            f"{what} ({_first_line(error)}). Give the address of a running cluster, or none to "
            "start Ray on this machine; the inline executor does without Ray."
        ) from error


def _find_room(resources: dict[str, float], workers: int, gpus_per_worker: float) -> int:
    """How many workers fit; a RunError where those asked for do not."""
    room = int(resources.get("CPU", 0))
    if gpus_per_worker:
        room = min(room, int(resources.get("GPU", 0) / gpus_per_worker))
    if room < max(workers, 1):
        raise RunError(
            f"Ray has {resources.get('CPU', 0):g} CPUs and {resources.get('GPU', 0):g} GPUs: room "
            f"for {room} workers of 1 CPU and {gpus_per_worker:g} GPUs; {max(workers, 1)} were "
            "asked for. Ask for fewer, or for none to take what there is."
        )
    return room


def _plain(error: Any) -> BaseException:
    """The error as raised in the worker, if it is one for users; else with its traceback."""
    return error.cause if isinstance(error.cause, NasvidError) else error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
