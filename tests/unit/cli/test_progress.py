import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from nasvid.cli.progress import SearchProgress, TrainingProgress
from nasvid.core.costs import Cost
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.core.jobs import Fidelity
from nasvid.execution.events import (
    JobFinished,
    JobPreempted,
    SessionStarted,
    Stopping,
    WorkersAwaited,
)
from nasvid.report.candidate_row import row_of
from nasvid.search.objectives import Objectives
from nasvid.search.proposal import Job, Origin
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import Penalty


def job(number: int) -> Job:
    return Job(
        number=number,
        kind="search",
        genotype=Genotype(()),
        graph_id=f"g2-{number}",
        cost=Cost(macs=12_340),
        origin=Origin("random"),
        known=0,
        fidelity=Fidelity(),
        seed=1,
    )


def finished(number: int, evaluation: Evaluation, *, reused: bool = False) -> JobFinished:
    source = {"run": "a", "job": 0} if reused else None
    return JobFinished(job(number), evaluation, source, number + 1, 4)


@pytest.fixture
def text() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(text: io.StringIO) -> SearchProgress:
    return SearchProgress(Console(file=text, highlight=False, soft_wrap=True), Objectives("top1"))


def told_best(text: io.StringIO) -> list[str]:
    """What each line says of the best one."""
    return [line.rpartition("; ")[2] for line in text.getvalue().splitlines()]


def test_what_is_minimised_is_best_where_it_is_lowest() -> None:
    text = io.StringIO()
    console = Console(file=text, highlight=False, soft_wrap=True)
    with SearchProgress(console, Objectives("loss")) as progress:
        for number, loss in enumerate((0.5, 0.25, 0.75)):
            evaluation = Evaluation({"loss": loss})
            progress(JobFinished(job(number), evaluation, None, number + 1, 3))
    assert told_best(text) == [
        "best loss 0.500",
        "best loss 0.250",
        "best loss 0.250",
    ]


def test_the_best_is_the_mean_of_the_candidate_that_leads_with_its_soft_limits() -> None:
    text = io.StringIO()
    console = Console(file=text, highlight=False, soft_wrap=True)
    # Job 1 weighs four times the target, so that its score counts a quarter.
    objectives = Objectives("top1", penalties={"macs": Penalty(12_340, exponent=-1.0)})
    heavy = replace(job(1), cost=Cost(macs=4 * 12_340))
    again = replace(job(2), kind="repeat", graph_id="g2-0")
    with SearchProgress(console, objectives) as progress:
        for found, score in ((job(0), 0.5), (heavy, 0.75), (again, 0.25)):
            progress(JobFinished(found, Evaluation({"top1": score}), None, found.number + 1, 3))
    assert told_best(text) == [
        "best top1 0.500",
        "best top1 0.500",
        "best top1 0.375",
    ]


def test_trainings_of_earlier_sessions_count() -> None:
    text = io.StringIO()
    console = Console(file=text, highlight=False, soft_wrap=True)
    known = [row_of(job(0), Evaluation({"top1": 0.75}))]
    with SearchProgress(console, Objectives("top1"), known) as progress:
        progress(finished(1, Evaluation({"top1": 0.5})))
    assert text.getvalue().endswith("top1 0.500; best top1 0.750\n")


def test_a_cost_is_shown_as_a_count() -> None:
    text = io.StringIO()
    console = Console(file=text, highlight=False, soft_wrap=True)
    with SearchProgress(console, Objectives("macs")) as progress:
        progress(JobFinished(job(0), Evaluation({"top1": 0.5}), None, 1, 1))
    assert "macs 12.34K; best macs 12.34K" in text.getvalue()


def test_every_result_is_a_line_where_there_is_no_terminal(
    progress: SearchProgress, text: io.StringIO
) -> None:
    with progress:
        progress(SessionStarted(0, 0, 4, None, ()))
        progress(finished(0, Evaluation({"top1": 0.5})))
        progress(finished(1, Evaluation({"top1": 0.25}), reused=True))
        progress(finished(2, Evaluation(failure=Failure("diverged", "loss is nan"))))
    assert text.getvalue().splitlines() == [
        "1/4 search 0 g2-0 12.34K MACs: top1 0.500; best top1 0.500",
        "2/4 search 1 g2-1 12.34K MACs: top1 0.250 (taken over); best top1 0.500",
        "3/4 search 2 g2-2 12.34K MACs: failed (diverged: loss is nan)",
    ]


def test_what_went_before_is_told(progress: SearchProgress, text: io.StringIO) -> None:
    changes = ("torch was 2.11, is 2.13",)
    progress(SessionStarted(2, 1, 4, Path("runs/a/ledger.jsonl.torn1"), changes))
    progress(JobPreempted(job(3), "its node was lost", 1))
    progress(WorkersAwaited(31.4))
    progress(Stopping(2))
    assert text.getvalue().splitlines() == [
        "going on: 2 jobs are finished, 1 without a result run again",
        "the last record was cut off in the middle; it was moved to runs/a/ledger.jsonl.torn1",
        "changed since the last session: torch was 2.11, is 2.13",
        "job 3 lost its worker (its node was lost); it runs again",
        "no worker is ready after 31 s; they load the data, or there is no room for them",
        (
            "stopping: 2 running jobs are finished first; once more Ctrl-C drops them (they run again "
            "on --resume)"
        ),
    ]


def test_a_finished_search_is_called_one(progress: SearchProgress, text: io.StringIO) -> None:
    progress(SessionStarted(4, 0, 4, None, ()))
    assert text.getvalue() == "all 4 jobs are finished already\n"


def test_text_from_files_is_no_markup(progress: SearchProgress, text: io.StringIO) -> None:
    progress(finished(0, Evaluation(failure=Failure("error", "[bold]not found[/bold]"))))
    assert "[bold]not found[/bold]" in text.getvalue()


def test_a_terminal_gets_a_bar(text: io.StringIO) -> None:
    console = Console(file=text, force_terminal=True, width=100, highlight=False)
    with SearchProgress(console, Objectives("top1")) as progress:
        progress.decoding("train: rgb at 32 px", 1, 2)
        progress.decoding("train: rgb at 32 px", 2, 2)
        progress(SessionStarted(0, 0, 4, None, ()))
        progress(finished(0, Evaluation({"top1": 0.5})))
    shown = text.getvalue()
    assert "1/4" in shown
    assert "best top1 0.500" in shown
    assert "g2-0" not in shown


def test_epochs_are_lines_where_there_is_no_terminal(text: io.StringIO) -> None:
    with TrainingProgress(Console(file=text, soft_wrap=True), 2) as progress:
        progress(1, {"train_loss": 2.0, "train_top1": 0.125})
        progress(2, {"train_loss": 1.5, "train_top1": 0.25})
    assert text.getvalue().splitlines() == [
        "epoch 1/2: train_loss 2.000, train_top1 0.125",
        "epoch 2/2: train_loss 1.500, train_top1 0.250",
    ]
