"""What a person sees while a search runs: a bar on a terminal, lines elsewhere."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from nasvid.core.costs import human_count
from nasvid.execution.events import (
    Event,
    JobFinished,
    JobPreempted,
    SessionStarted,
    Stopping,
)


class SearchProgress:
    """Watches a search and shows how far it is and the best so far.

    Args:
        console: Where to show it.
        objective: Metric that is maximised.
        is_quiet: Whether to show nothing.
    """

    def __init__(self, console: Console, objective: str, *, is_quiet: bool = False) -> None:
        self._console = console
        self._objective = objective
        self._is_quiet = is_quiet
        self._best: float | None = None
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[best]}"),
            console=console,
            disable=is_quiet or not console.is_terminal,
        )
        self._task = self._bar.add_task("search", total=None, best="")

    def __enter__(self) -> "SearchProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def decoding(self, what: str, done: int, total: int) -> None:
        """Take the progress of the decoding of videos."""
        self._bar.update(self._task, description=what, completed=done, total=total)
        if done == total:
            self._bar.update(self._task, description="search", completed=0, total=None)

    def __call__(self, event: Event) -> None:
        """Take an event of the search."""
        if isinstance(event, SessionStarted):
            self._session(event)
        elif isinstance(event, JobFinished):
            self._finished(event)
        elif isinstance(event, JobPreempted):
            self._say(f"job {event.job.number} lost its worker ({event.reason}); it runs again")
        elif isinstance(event, Stopping):
            self._say(
                f"stopping: {event.num_running} running jobs are finished first; once more Ctrl-C "
                "drops them (they run again on --resume)"
            )

    def _session(self, event: SessionStarted) -> None:
        self._bar.update(
            self._task, description="search", completed=event.num_finished, total=event.num_jobs
        )
        if event.num_finished or event.num_unfinished:
            self._say(
                f"going on: {event.num_finished} jobs are finished, {event.num_unfinished} without "
                "a result run again"
            )
        if event.torn is not None:
            self._say(f"the last record was cut off in the middle; it was moved to {event.torn}")
        for change in event.changes:
            self._say(f"changed since the last session: {change}")

    def _finished(self, event: JobFinished) -> None:
        score = event.evaluation.metrics.get(self._objective)
        if score is not None and event.job.kind == "search":
            self._best = score if self._best is None else max(self._best, score)
        best = "" if self._best is None else f"best {self._objective} {self._best:.3f}"
        self._bar.update(
            self._task, completed=event.num_finished, total=event.num_jobs, best=best
        )
        if self._is_quiet or self._console.is_terminal:
            return
        failure = event.evaluation.failure
        result = f"{self._objective} {score:.3f}" if score is not None else "failed"
        if failure is not None:
            result = f"failed ({failure.kind}: {failure.reason})"
        reused = " (taken over)" if event.reused_from else ""
        cost = f"{human_count(event.job.cost.macs)} MACs"
        self._console.print(
            f"{event.num_finished}/{event.num_jobs} {event.job.kind} job {event.job.number} "
            f"{event.job.graph_id} {cost}: {result}{reused}; {best}",
            markup=False,
        )

    def _say(self, text: str) -> None:
        if not self._is_quiet:
            self._console.print(Text(text))
