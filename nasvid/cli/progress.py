"""What a person sees while a search or a training runs: a bar on a terminal, lines elsewhere."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nasvid.core.costs import COUNTED, human_count
from nasvid.execution.events import (
    Event,
    JobFinished,
    JobPreempted,
    SessionStarted,
    Stopping,
    WarmStarted,
    WorkersAwaited,
)
from nasvid.report.candidate_row import CandidateRow, row_of
from nasvid.report.tally import Tally
from nasvid.search.objectives import Objectives


class Bar:
    """A bar on a terminal; where the console is none, `say` is all there is.

    Args:
        console: Where to show it.
        what: What goes on.
        total: Steps there will be; None where that shows later.
    """

    def __init__(self, console: Console, what: str, total: int | None = None) -> None:
        self._console = console
        self._what = what
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(what, total=total, note="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def step(self, done: int, total: int, note: str = "", what: str = "") -> None:
        """Show how far it is."""
        self._bar.update(
            self._task, description=what or self._what, completed=done, total=total, note=note
        )

    def decoding(self, what: str, done: int, total: int) -> None:
        """Take the progress of work on videos."""
        self.step(done, total, what=what)

    def say(self, text: str) -> None:
        """Print a line; on a terminal it scrolls past above the bar."""
        self._console.print(text, markup=False)

    @property
    def is_live(self) -> bool:
        """Whether there is a bar to look at."""
        return self._console.is_terminal


class TrainingProgress(Bar):
    """Follows a training by epochs.

    Args:
        console: Where to show it.
        epochs: How many there will be.
    """

    def __init__(self, console: Console, epochs: int) -> None:
        super().__init__(console, "training", epochs)
        self._epochs = epochs

    def __call__(self, epoch: int, metrics: dict[str, float]) -> None:
        """Take the metrics of an epoch, counted from 1."""
        note = ", ".join(f"{name} {value:.3f}" for name, value in metrics.items())
        self.step(epoch, self._epochs, note)
        if not self.is_live:
            self.say(f"epoch {epoch}/{self._epochs}: {note}")


class SearchProgress(Bar):
    """Watches a search and shows how far it is and what the leading candidate is worth.

    Args:
        console: Where to show it.
        objectives: How candidates are ranked.
        known: Trainings of earlier sessions.
    """

    def __init__(
        self, console: Console, objectives: Objectives, known: Iterable[CandidateRow] = ()
    ) -> None:
        super().__init__(console, "preparing")
        self._objective = objectives.primary
        self._tally = Tally(objectives, known)

    def __call__(self, event: Event) -> None:
        """Take an event of the search."""
        if isinstance(event, WarmStarted):
            self.say(event.message)
        elif isinstance(event, SessionStarted):
            self._session(event)
        elif isinstance(event, JobFinished):
            self._finished(event)
        elif isinstance(event, JobPreempted):
            self.say(f"job {event.job.number} lost its worker ({event.reason}); it runs again")
        elif isinstance(event, WorkersAwaited):
            self.say(
                f"no worker is ready after {event.seconds:.0f} s; they load the data, or there is "
                "no room for them"
            )
        elif isinstance(event, Stopping):
            self.say(
                f"stopping: {event.num_running} running jobs are finished first; once more Ctrl-C "
                "drops them (they run again on --resume)"
            )

    def _session(self, event: SessionStarted) -> None:
        self._what = "search"
        self.step(event.num_finished, event.num_jobs)
        if event.num_finished == event.num_jobs:
            self.say(f"all {event.num_jobs} jobs are finished already")
        elif event.num_finished or event.num_unfinished:
            self.say(
                f"going on: {event.num_finished} jobs are finished, {event.num_unfinished} without "
                "a result run again"
            )
        if event.torn is not None:
            self.say(f"the last record was cut off in the middle; it was moved to {event.torn}")
        for change in event.changes:
            self.say(f"changed since the last session: {change}")

    def _finished(self, event: JobFinished) -> None:
        row = row_of(event.job, event.evaluation)
        self._tally.add(row)
        leader = self._tally.leader
        shown = None if leader is None else self._score(leader.row)
        best = "" if shown is None else f"best {self._objective} {self._text(shown)}"
        self.step(event.num_finished, event.num_jobs, best)
        failure = event.evaluation.failure
        if failure is not None:
            # Worth a line on a terminal too: a mistake in an evaluate function shows here.
            self.say(f"{_head(event)}: failed ({failure.kind}: {failure.reason})")
        elif not self.is_live:
            reused = " (taken over)" if event.reused_from else ""
            score = self._score(row)
            result = "" if score is None else f"{self._objective} {self._text(score)}"
            self.say(f"{_head(event)}: {result}{reused}; {best}")

    def _score(self, row: CandidateRow) -> float | None:
        if self._objective in COUNTED:
            return getattr(row, self._objective) if row.state == "scored" else None
        return row.metrics.get(self._objective)

    def _text(self, score: float) -> str:
        return human_count(score) if self._objective in COUNTED else f"{score:.3f}"


def _head(event: JobFinished) -> str:
    job = event.job
    macs = human_count(job.cost.macs)
    return (
        f"{event.num_finished}/{event.num_jobs} {job.kind} {job.number} {job.graph_id} {macs} MACs"
    )
