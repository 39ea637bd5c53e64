"""Whole runs on instant evaluations: any order, any crash, any resume, one ledger."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nasvid.core.errors import RunError
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.execution.evaluator_factory import EvaluatorFactory
from nasvid.execution.events import (
    Event,
    JobFinished,
    JobPreempted,
    JobStarted,
    SessionStarted,
    Stopping,
)
from nasvid.execution.executor import Executor, Finished, Preempted
from nasvid.execution.inline_executor import InlineExecutor
from nasvid.execution.interrupts import Interrupts
from nasvid.execution.ledger import read_ledger
from nasvid.execution.loop import MAX_DEATHS, Outcome
from nasvid.execution.run_folder import RunFolder
from nasvid.execution.run_search import run_search
from nasvid.spec.decisions import Decision, DecisionTable
from tests.search_fakes import (
    KilledError,
    ShuffledExecutor,
    ToyEvaluator,
    job_records,
    toy_candidates,
    toy_controller,
)

CONTEXT = {"data": "digest", "recipe": {"epochs": 2}}
NUM_JOBS = 67


def new_run(path: Path) -> RunFolder:
    return RunFolder.create(path, settings_text="", space_text="")


def search(
    folder: RunFolder,
    executor: Executor,
    *,
    context: Mapping[str, Any] = CONTEXT,
    following: Mapping[str, Any] | None = None,
    reuse_from: Path | None = None,
    events: list[Event] | None = None,
    **settings: Any,
) -> Outcome:
    with Interrupts() as interrupts:
        return run_search(
            folder,
            toy_controller(**settings),
            toy_candidates(),
            lambda: executor,
            interrupts=interrupts,
            context=context,
            search=following,
            reuse_from=reuse_from,
            watcher=(events if events is not None else []).append,
        )


def inline() -> Executor:
    return InlineExecutor(EvaluatorFactory("tests.search_fakes:ToyEvaluator"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of a run that nothing disturbed."""
    folder = new_run(tmp_path_factory.mktemp("runs") / "reference")
    assert search(folder, inline()).how == "complete"
    return folder.ledger_file


def test_a_run_ends_with_every_job_finished(reference: Path) -> None:
    content = read_ledger(reference)
    assert len(content.jobs) == len(content.evaluations) == NUM_JOBS
    assert content.ended is not None
    assert content.ended["how"] == "complete"


@pytest.mark.parametrize("order", range(6))
def test_any_order_any_number_in_flight_and_any_loss_give_the_same_ledger(
    tmp_path: Path, reference: Path, order: int
) -> None:
    folder = new_run(tmp_path / "run")
    search(folder, ShuffledExecutor(1 + order, order, share_preempted=0.05))
    assert job_records(folder.ledger_file) == job_records(reference)


def test_no_more_jobs_run_than_the_window_allows(tmp_path: Path) -> None:
    executor = ShuffledExecutor(50, 0)
    search(new_run(tmp_path / "run"), executor)
    assert executor.most_running == 5


def test_a_run_resumed_from_any_tenth_record_gives_the_same_ledger(
    tmp_path: Path, reference: Path
) -> None:
    lines = reference.read_bytes().splitlines(keepends=True)
    for cut in range(1, len(lines), 10):
        folder = new_run(tmp_path / str(cut))
        folder.ledger_file.write_bytes(b"".join(lines[:cut]) + lines[cut][:17])
        before = set(read_ledger(folder.ledger_file).evaluations)
        executor = ShuffledExecutor(3, cut)
        search(folder, executor)
        assert job_records(folder.ledger_file) == job_records(reference)
        evaluated = [request.job for request in executor.submitted]
        assert sorted(evaluated) == sorted(set(range(NUM_JOBS)) - before)


@pytest.mark.parametrize("stop_after", [0, 1, 17, 58, 61])
def test_a_run_killed_with_jobs_in_flight_is_resumed_to_the_same_ledger(
    tmp_path: Path, reference: Path, stop_after: int
) -> None:
    folder = new_run(tmp_path / "run")
    with pytest.raises(KilledError):
        search(folder, ShuffledExecutor(4, 1, stop_after=stop_after))
    assert len(read_ledger(folder.ledger_file).jobs) == stop_after + 1
    search(folder, ShuffledExecutor(2, 2))
    assert job_records(folder.ledger_file) == job_records(reference)


def test_unfinished_jobs_run_before_new_ones_are_asked_for(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "run")
    with pytest.raises(KilledError):
        search(folder, ShuffledExecutor(4, 1, stop_after=20))
    unfinished = [job.number for job in read_ledger(folder.ledger_file).unfinished]
    executor = ShuffledExecutor(1, 0)
    search(folder, executor)
    assert [request.job for request in executor.submitted][: len(unfinished)] == unfinished


def test_a_finished_run_resumed_starts_no_worker(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "run")
    search(folder, inline())
    outcome = run_search(
        folder,
        toy_controller(),
        toy_candidates(),
        partial(pytest.fail, "a worker was started"),
        interrupts=Interrupts(),
        context=CONTEXT,
    )
    assert outcome == Outcome("complete", "67 jobs finished.", NUM_JOBS, 0)


def test_a_job_that_keeps_killing_its_worker_is_a_failure(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "run")
    events: list[Event] = []
    outcome = search(folder, ShuffledExecutor(2, 0, share_preempted=1.0), events=events)
    content = read_ledger(folder.ledger_file)
    assert outcome.num_finished == 60
    assert all(content.preemptions[job.number] == MAX_DEATHS for job in content.jobs)
    failure = content.evaluations[0].failure
    assert failure is not None
    assert failure.kind == "crashed"
    assert failure.reason == "its worker died 3 times; the last time: its machine went away"
    preempted = [event for event in events if isinstance(event, JobPreempted)]
    assert [event.times for event in preempted if event.job.number == 0] == [1, 2, 3]


def test_failures_are_results_and_are_kept(reference: Path) -> None:
    content = read_ledger(reference)
    failures = [e.failure for e in content.evaluations.values() if e.failure is not None]
    assert failures
    assert failures[0] == Failure("diverged", "loss is nan")


def test_a_metric_that_is_not_finite_is_a_failure(tmp_path: Path) -> None:
    def evaluate(graph: dict[str, Any], seed: int) -> Evaluation:
        nan = float("nan")
        return Evaluation({"top1": nan, "loss": 1.0}, gates={"a": nan}, curve=({"loss": nan},))

    folder = new_run(tmp_path / "run")
    search(folder, ShuffledExecutor(1, 0, evaluate=evaluate), candidates=3)
    evaluations = read_ledger(folder.ledger_file).evaluations
    assert evaluations[0] == Evaluation(failure=Failure("diverged", "top1 is nan"), curve=({},))


def test_a_metric_that_is_too_large_to_be_ranked_by_is_a_failure(tmp_path: Path) -> None:
    def evaluate(graph: dict[str, Any], seed: int) -> Evaluation:
        return Evaluation({"top1": -1e200})

    folder = new_run(tmp_path / "run")
    search(folder, ShuffledExecutor(1, 0, evaluate=evaluate), candidates=3)
    evaluations = read_ledger(folder.ledger_file).evaluations
    assert evaluations[0] == Evaluation(failure=Failure("diverged", "top1 is -1e+200"))


def test_an_evaluation_without_the_objective_stops_the_run(tmp_path: Path) -> None:
    def evaluate(graph: dict[str, Any], seed: int) -> Evaluation:
        return Evaluation({"accuracy": 0.5})

    folder = new_run(tmp_path / "run")
    with pytest.raises(RunError, match=r"without the objective 'top1'; its metrics are \['accur"):
        search(folder, ShuffledExecutor(1, 0, evaluate=evaluate))
    assert read_ledger(folder.ledger_file).evaluations == {}


@pytest.mark.parametrize("kind", range(4))
def test_who_comes_back_first_does_not_decide_whether_a_missing_objective_stops_the_run(
    tmp_path: Path, kind: int
) -> None:
    def evaluate(graph: dict[str, Any], seed: int) -> Evaluation:
        return Evaluation({"accuracy" if seed % 4 == kind else "top1": 0.5})

    def outcome(in_flight: int, order: int) -> object:
        folder = new_run(tmp_path / f"{in_flight}_{order}")
        try:
            search(folder, ShuffledExecutor(in_flight, order, evaluate=evaluate), candidates=12)
        except RunError as error:
            return str(error).partition(": ")[2]
        return job_records(folder.ledger_file)

    expected = outcome(1, 0)
    first = toy_controller(candidates=12).ask()
    assert first is not None
    # Of four kinds of seeds, one is that of the first job.
    assert isinstance(expected, str) == (first.seed % 4 == kind)
    for order in range(4):
        assert outcome(5, order) == expected


def test_a_run_whose_settings_changed_is_not_resumed(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "run")
    with pytest.raises(KilledError):
        search(folder, ShuffledExecutor(1, 0, stop_after=5), following={"search.seed": 0})
    with pytest.raises(RunError, match=r"run: it cannot go on: search.seed was 0 and is 5\."):
        search(folder, inline(), following={"search.seed": 5})
    # A setting that the version before did not know is no change.
    search(folder, inline(), following={"search.seed": 0, "search.new": 1})


def test_watchers_hear_of_everything(tmp_path: Path) -> None:
    events: list[Event] = []
    search(new_run(tmp_path / "run"), inline(), events=events)
    assert events[0] == SessionStarted(0, 0, NUM_JOBS, None, ())
    assert len([e for e in events if isinstance(e, JobStarted)]) == NUM_JOBS
    finished = [event for event in events if isinstance(event, JobFinished)]
    assert [event.num_finished for event in finished] == list(range(1, NUM_JOBS + 1))
    assert finished[-1].num_jobs == NUM_JOBS


def test_an_exhausted_space_ends_the_run_and_says_why(tmp_path: Path) -> None:
    outcome = run_search(
        new_run(tmp_path / "run"),
        toy_controller(DecisionTable([Decision("a", "choice", (1, 2, 3))])),
        toy_candidates(10**9),
        inline,
        interrupts=Interrupts(),
        context=CONTEXT,
    )
    assert outcome.how == "exhausted"
    assert "the space is exhausted after 3 candidates" in outcome.message


def test_a_baseline_takes_over_the_initial_population(tmp_path: Path, reference: Path) -> None:
    executor = ShuffledExecutor(2, 0)
    folder = new_run(tmp_path / "baseline")
    search(folder, executor, reuse_from=reference, algorithm="random_search")
    content = read_ledger(folder.ledger_file)
    assert set(range(10)) <= set(content.reused_from)
    assert content.reused_from[0] == {"run": "reference", "job": 0}
    assert not {request.job for request in executor.submitted} & set(content.reused_from)
    alone = new_run(tmp_path / "alone")
    search(alone, inline(), algorithm="random_search")
    assert _scores(folder.ledger_file) == _scores(alone.ledger_file)


def _scores(ledger: Path) -> list[dict[str, float]]:
    return [result.evaluation.metrics for result in read_ledger(ledger).results]


def test_results_under_another_recipe_are_not_taken_over(tmp_path: Path, reference: Path) -> None:
    context = CONTEXT | {"recipe": {"epochs": 3}}
    with pytest.raises(RunError, match=r"recipe was \{'epochs': 2\} and is \{'epochs': 3\}"):
        search(new_run(tmp_path / "run"), inline(), context=context, reuse_from=reference)


def test_failures_of_a_machine_are_not_taken_over(tmp_path: Path) -> None:
    def crash(graph: dict[str, Any], seed: int) -> Evaluation:
        return Evaluation(failure=Failure("out_of_memory", "no room"))

    crashed = new_run(tmp_path / "crashed")
    search(crashed, ShuffledExecutor(1, 0, evaluate=crash), candidates=5)
    again = new_run(tmp_path / "again")
    search(again, inline(), candidates=5, reuse_from=crashed.ledger_file)
    assert read_ledger(again.ledger_file).reused_from == {}


def test_a_run_whose_data_changed_is_not_resumed(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "run")
    with pytest.raises(KilledError):
        search(folder, ShuffledExecutor(1, 0, stop_after=5))
    with pytest.raises(RunError, match="data was 'digest' and is 'other'"):
        search(folder, inline(), context=CONTEXT | {"data": "other"})


def test_a_resume_under_another_version_is_reported(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "run")
    with pytest.raises(KilledError):
        search(folder, ShuffledExecutor(1, 0, stop_after=5))
    lines = folder.ledger_file.read_text().splitlines(keepends=True)
    session = json.loads(lines[0])
    session["versions"]["torch"] = "1.0"
    folder.ledger_file.write_text(json.dumps(session) + "\n" + "".join(lines[1:]))
    events: list[Event] = []
    search(folder, inline(), events=events)
    started = events[0]
    assert isinstance(started, SessionStarted)
    assert started.num_finished == 5
    assert len(started.changes) == 1
    assert started.changes[0].startswith("torch was 1.0, is ")


def test_a_job_that_is_another_graph_now_is_not_resumed(tmp_path: Path) -> None:
    folder = new_run(tmp_path / "run")
    with pytest.raises(KilledError):
        search(folder, ShuffledExecutor(1, 0, stop_after=5))
    text = folder.ledger_file.read_text()
    graph_id = read_ledger(folder.ledger_file).jobs[5].graph_id
    folder.ledger_file.write_text(text.replace(graph_id, "0123456789abcdef"))
    with pytest.raises(RunError, match="job 5 was proposed as graph 0123456789abcdef and is"):
        search(folder, inline())


def interrupting(*signals: int) -> type[ToyEvaluator]:
    """An evaluator in whose process signals arrive while it evaluates job 12."""

    class Interrupted(ToyEvaluator):
        def poll(self, seconds: float) -> list[tuple[int, Evaluation]]:
            if self._requests and self._requests[0].job == 12:
                for number in signals:
                    os.kill(os.getpid(), number)
            return super().poll(seconds)

    return Interrupted


class Direct(InlineExecutor):  # type: ignore[misc]
    """An inline executor with an evaluator that is there already."""

    def __init__(self, evaluator: ToyEvaluator) -> None:
        self._evaluator = evaluator


@pytest.mark.parametrize(
    ("signals", "num_finished"),
    [
        ([signal.SIGINT], 13),
        ([signal.SIGINT, signal.SIGINT], 12),
        ([signal.SIGTERM], 12),
    ],
)
def test_ctrl_c_ends_the_running_job_first_and_a_second_one_leaves_at_once(
    tmp_path: Path, reference: Path, signals: list[int], num_finished: int
) -> None:
    folder = new_run(tmp_path / "run")
    events: list[Event] = []
    # Ignored where the tests run in the background of a shell.
    before = signal.getsignal(signal.SIGINT)
    outcome = search(folder, Direct(interrupting(*signals)()), events=events)
    assert outcome.how == "stopped"
    assert outcome.num_finished == num_finished
    assert f"Go on with: nasvid search --resume {folder.path}" in outcome.message
    assert (Stopping(0) in events) == (num_finished == 13)
    assert signal.getsignal(signal.SIGINT) is before
    search(folder, inline())
    assert job_records(folder.ledger_file) == job_records(reference)


def starting(*signals: int, is_interrupted: bool = False) -> Executor:
    """An executor that signals reach while it is made."""
    for number in signals:
        os.kill(os.getpid(), number)
    assert not is_interrupted
    return inline()


@pytest.mark.parametrize(
    ("signals", "is_interrupted"),
    [([signal.SIGINT], False), ([signal.SIGINT, signal.SIGINT], True), ([signal.SIGTERM], True)],
)
def test_ctrl_c_while_workers_start_begins_no_job_and_a_second_one_leaves_at_once(
    tmp_path: Path, signals: list[int], is_interrupted: bool
) -> None:
    folder = new_run(tmp_path / "run")
    former = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), Interrupts() as interrupts:
        run_search(
            folder,
            toy_controller(),
            toy_candidates(),
            partial(starting, *signals, is_interrupted=is_interrupted),
            interrupts=interrupts,
            context=CONTEXT,
        )
    assert signal.getsignal(signal.SIGTERM) is former
    folder.remove_if_unused()
    assert not folder.path.exists()


def test_signals_are_heard_though_workers_come_with_handlers_of_their_own(tmp_path: Path) -> None:
    class Stopped(InlineExecutor):  # type: ignore[misc]
        def poll(self, seconds: float) -> list[Finished | Preempted]:
            os.kill(os.getpid(), signal.SIGTERM)
            return super().poll(seconds)

    def make() -> Executor:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return Stopped(EvaluatorFactory("tests.search_fakes:ToyEvaluator"))

    with Interrupts() as interrupts:
        outcome = run_search(
            new_run(tmp_path / "run"),
            toy_controller(),
            toy_candidates(),
            make,
            interrupts=interrupts,
            context=CONTEXT,
        )
    assert (outcome.how, outcome.num_finished) == ("stopped", 0)


def test_ctrl_c_before_workers_start_starts_none(tmp_path: Path) -> None:
    interrupts = Interrupts()
    interrupts.wants_stop = True
    with pytest.raises(KeyboardInterrupt):
        run_search(
            new_run(tmp_path / "run"),
            toy_controller(),
            toy_candidates(),
            partial(pytest.fail, "a worker was started"),
            interrupts=interrupts,
            context=CONTEXT,
        )


def test_kill_9_loses_nothing_that_was_finished(tmp_path: Path, reference: Path) -> None:
    folder = new_run(tmp_path / "run")
    script = (
        "import sys; from pathlib import Path\n"
        "from nasvid.execution.interrupts import Interrupts\n"
        "from nasvid.execution.run_folder import RunFolder\n"
        "from nasvid.execution.run_search import run_search\n"
        "from tests.search_fakes import *\n"
        "class Slow(ShuffledExecutor):\n"
        "    def poll(self, seconds):\n"
        "        import time; time.sleep(0.01)\n"
        "        return super().poll(seconds)\n"
        "run_search(RunFolder(Path(sys.argv[1])), toy_controller(), toy_candidates(),\n"
        f"           lambda: Slow(3, 0), interrupts=Interrupts(), context={CONTEXT!r})\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(folder.path)]) as process:
        while not folder.ledger_file.exists() or folder.ledger_file.stat().st_size < 20_000:
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
    before = read_ledger(folder.ledger_file).evaluations
    assert 0 < len(before) < NUM_JOBS
    executor = ShuffledExecutor(2, 0)
    search(folder, executor)
    assert not {request.job for request in executor.submitted} & set(before)
    assert job_records(folder.ledger_file) == job_records(reference)
