"""A run on disk: what it found, and how to take it home."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nasvid.api.architecture import Architecture
from nasvid.api.settings import RunSettings, read_settings
from nasvid.core.errors import DataError, RunError
from nasvid.core.evaluations import Evaluation
from nasvid.execution.ledger import read_ledger
from nasvid.execution.run_folder import RunFolder
from nasvid.report.candidate_row import CandidateRow
from nasvid.report.csv_files import write_pareto_csv, write_summary_csv
from nasvid.report.html import write_report
from nasvid.report.read_run import read_run
from nasvid.report.reference_point import ReferencePoint
from nasvid.report.run_summary import RunSummary
from nasvid.search.history import Result
from nasvid.search.proposal import Job
from nasvid.search.standings import find_leaders
from nasvid.spec.search_space import SearchSpace

if TYPE_CHECKING:
    from nasvid.api.handover import Handover

REPORT = "report.html"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An architecture of a run with what came of it.

    Args:
        architecture: The member of the space.
        job: The one that found it.
        evaluation: What came of that job.
        metrics: Means over its trainings with the most epochs; empty for a failure.
    """

    architecture: Architecture
    job: Job
    evaluation: Evaluation
    metrics: Mapping[str, float]

    @property
    def id(self) -> str:
        """Canonical id."""
        return self.job.graph_id


class Run:
    """A search on disk; reading it is safe while it goes on.

    Args:
        path: Its folder.

    Raises:
        RunError: There is no run in this folder.
    """

    def __init__(self, path: str | Path) -> None:
        self._folder = RunFolder.open(Path(path))

    @property
    def path(self) -> Path:
        """The folder."""
        return self._folder.path

    @cached_property
    def _frozen(self) -> tuple[RunSettings, SearchSpace]:
        return read_settings(self._folder)

    @property
    def settings(self) -> RunSettings:
        """Settings as resolved when the run began."""
        return self._frozen[0]

    @property
    def summary(self) -> RunSummary:
        """Progress, front, noise, failures."""
        return read_run(self._folder)

    def best(self) -> Candidate:
        """The winner: the candidate that is best by all its trainings, soft limits counted.

        Raises:
            RunError: No candidate has succeeded yet.
        """
        summary = self.summary
        if summary.winner is None:
            raise RunError(f"{self.path}: no candidate has been scored yet; let the search go on.")
        return self._candidates(summary, [summary.winner])[0]

    def pareto(self) -> list[Candidate]:
        """The front of all objectives, or of the one and MACs (down), fewest MACs first.

        Candidates are compared by the means of their trainings less two standard errors, soft limits
        counted: one lucky training does not beat a mean of several that is nearly as good.
        """
        summary = self.summary
        return self._candidates(summary, summary.front)

    def leaders(self, count: int) -> list[Candidate]:
        """The best candidates by the posterior mean of their scores, the best one first.

        Args:
            count: How many there are at most.
        """
        summary = self.summary
        found = find_leaders(self._results(), self._frozen[1].search)[:count]
        return [self._candidate(summary, result) for result in found]

    def candidates(self) -> list[Candidate]:
        """All candidates that have a result, in order of the jobs."""
        summary = self.summary
        return [self._candidate(summary, r) for r in self._results() if r.job.kind == "search"]

    def find(self, which: str | int) -> Candidate:
        """A candidate by `best`, job number, or the beginning of its id.

        Raises:
            RunError: There is none, or more than one.
        """
        if which == "best":
            return self.best()
        results = [r for r in self._results() if r.job.kind == "search"]
        text = str(which)
        found = [r for r in results if str(r.job.number) == text]
        if not found:
            found = [r for r in results if _matches(r.job.graph_id, text)]
        if len(found) == 1:
            return self._candidate(self.summary, found[0])
        what = "no candidate" if not found else f"{len(found)} candidates"
        raise RunError(
            f"{self.path}: {what} called {text!r}; accepts best, a job number from 0 to "
            f"{max((r.job.number for r in results), default=0)}, or the beginning of an id."
        )

    def export(
        self,
        which: str | int,
        out: str | Path,
        *,
        train: bool = True,
        device: str = "",
        overwrite: bool = False,
        on_epoch: Callable[[int, dict[str, float]], None] | None = None,
    ) -> "Handover":
        """Hand over a candidate as plain PyTorch.

        The candidate is trained again with the seed of its job, which gives the weights that the
        score of that job came from, and scored on the test split if there is one.

        Args:
            which: See `find`.
            out: A new or empty folder.
            train: Whether to train; without it no weights are written.
            device: Where: `cpu`, `cuda`, or `auto` for a GPU if there is one. By default that of
                the search, because another one gives other weights.
            overwrite: Whether an earlier export may be replaced.
            on_epoch: Is told the epoch from 1 and its metrics.

        Raises:
            ExportError: The folder cannot be used.
            RunError: There is no such candidate.
            DataError: The data of the run is gone.
            EvaluationError: The device is not there, or the training failed.
        """
        # Loaded here, so that looking at a run does not wait for torch.
        from nasvid.api.handover import hand_over

        candidate = self.find(which)
        return hand_over(
            candidate.architecture,
            out,
            data=self._training_data() if train else None,
            recipe=self._frozen[1].training,
            seed=candidate.job.seed,
            provenance={
                "run": self.path.resolve().name,
                "job": candidate.job.number,
                "candidate": candidate.id,
                "training seed": candidate.job.seed,
                "space": self.settings.space,
            },
            known_metrics=candidate.metrics,
            device=device or self._device(),
            overwrite=overwrite,
            on_epoch=on_epoch,
        )

    def report(
        self,
        path: str | Path | None = None,
        *,
        baselines: Sequence["Run"] = (),
        references: Sequence[ReferencePoint] = (),
    ) -> Path:
        """Write the HTML report, and `NAME.summary.csv` and `NAME.pareto.csv` beside it.

        Args:
            path: The HTML file; `report.html` in the folder of the run by default.
            baselines: Runs to compare with.
            references: Known networks to compare with.

        Returns: The path of the HTML file.
        """
        summary = self.summary
        winner = summary.winner
        found = [] if winner is None else self._candidates(summary, [winner])
        architecture = found[0].architecture if found else None
        target = self.path / REPORT if path is None else Path(path)
        written = write_report(
            summary,
            target,
            baselines=[run.summary for run in baselines],
            references=references,
            architecture="" if architecture is None else architecture.to_yaml(),
            graph=None if architecture is None else architecture.graph,
        )
        write_summary_csv(summary, target.with_suffix(".summary.csv"))
        write_pareto_csv(summary, target.with_suffix(".pareto.csv"))
        return written

    def _training_data(self) -> Path | None:
        """The data that candidates were trained on, if they were."""
        # Scores of a function of the user's own come from no training that could be repeated.
        if self.settings.evaluate or not self.settings.data:
            return None
        data = Path(self.settings.data)
        if not data.is_dir():
            raise DataError(
                f"{data}: the data folder of the run is gone; put it back, or export without "
                "training (--no-train), which writes no weights."
            )
        return data

    def _device(self) -> str:
        """The device that candidates were trained on."""
        sessions = read_ledger(self._folder.ledger_file).sessions
        return sessions[-1]["evaluator"].get("device", "auto") if sessions else "auto"

    def _results(self) -> list[Result]:
        return read_ledger(self._folder.ledger_file).results

    def _candidates(self, summary: RunSummary, rows: Iterable[CandidateRow]) -> list[Candidate]:
        """The candidates that these rows were found by."""
        by_job = {result.job.number: result for result in self._results()}
        return [self._candidate(summary, by_job[row.job]) for row in rows]

    def _candidate(self, summary: RunSummary, result: Result) -> Candidate:
        architecture = Architecture(self._frozen[1], result.job.genotype)
        metrics = summary.metrics_of(result.job.graph_id)
        return Candidate(architecture, result.job, result.evaluation, metrics)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"


def open_run(path: str | Path) -> Run:
    """A run on disk; see `Run`."""
    return Run(path)


def _matches(graph_id: str, text: str) -> bool:
    # People copy ids with and without the version in front.
    return bool(text) and (graph_id.startswith(text) or graph_id.split("-", 1)[-1].startswith(text))
