"""A search whose candidates somebody else evaluates: ask for one, tell what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any, SupportsIndex

from nasvid.api.architecture import Architecture
from nasvid.api.preparation import prepare_space
from nasvid.api.space import SearchSpace
from nasvid.core.errors import NasvidError
from nasvid.core.evaluations import Evaluation, Failure
from nasvid.evaluation.custom import check_gates, check_metrics
from nasvid.search.history import Result
from nasvid.search.proposal import JobKind


@dataclass(frozen=True, slots=True)
class Trial:
    """An evaluation that is asked for.

    Args:
        number: From 0, in the order in which trials are asked for.
        kind: `search` for a new architecture; `repeat`, `promotion` and `finalist` for one that is
            known: with a fresh seed, for longer, or at the end.
        architecture: What to evaluate.
        seed: For all that is random in the evaluation.
        epochs: How long to train; 0 leaves it to whoever trains.
        repeat: 0, or which repeat of its architecture for so many epochs this is.
    """

    number: int
    kind: JobKind
    architecture: Architecture
    seed: int
    epochs: int
    repeat: int


class AskTell:
    """The search of `nasvid.search` without its executors, run folder and ledger.

    Its trials are those of `nasvid.search` with the same settings and an `evaluate` function: trial n
    hangs on the settings and on what was told of trials 0 to n - `window`, in whatever order that
    comes. Told the same once more, a new one asks for the same trials, which is how to go on with a
    search that was stopped.

    Args:
        space: The space, or its file.
        settings: Settings of the search in place of those of the file, such as `candidates`.

    Warns:
        SettingsWarning: A setting that was asked for has no effect.

    Raises:
        NasvidError: Something is wrong with the space, a setting or the budget.
    Example:
        >>> search = AskTell("search_spaces/nas_bench_201.yaml", candidates=40, window=1)
        >>> while trial := search.ask():
        ...     search.tell(trial, {"top1": 1 / trial.architecture.cost().params})
        >>> search.is_done, search.best().cost().params
        (True, 73306)
    """

    def __init__(self, space: SearchSpace | str | Path, **settings: Any) -> None:
        task = prepare_space(space, settings)
        task.warn(stacklevel=3)
        self._spec = task.spec
        self._controller = task.controller()
        self._is_closing = False

    @property
    def is_done(self) -> bool:
        """Whether everything was told and there is nothing left to ask for."""
        return self._controller.is_done

    @property
    def num_trials(self) -> int:
        """Trials of the whole search, as far as is known now."""
        return self._controller.num_jobs

    @property
    def exhausted(self) -> str:
        """Why there are fewer candidates than asked for, for people; empty if there are not."""
        return self._controller.exhausted

    def ask(self) -> Trial | None:
        """The next trial; None while it hangs on what was not told yet, and when there are no more."""
        job = self._controller.ask()
        if job is None:
            return None
        architecture = Architecture(self._spec, job.genotype)
        epochs = job.fidelity.epochs
        return Trial(job.number, job.kind, architecture, job.seed, epochs, job.repeat)

    def tell(
        self,
        trial: Trial | int,
        metrics: Mapping[str, float] | None = None,
        *,
        failure: str = "",
        gates: Mapping[str, float] | None = None,
    ) -> None:
        """What came of a trial: its metrics, or why there are none.

        Args:
            trial: The trial, or its number.
            metrics: Name to finite number, such as `{"top1": 0.71}`; all objectives among them.
            failure: Why there are none; a failure is never a score of 0.
            gates: Learned gates by node path, 0 to 1, for mutations that are guided by them; see
                `nasvid.modules.gates.learned_gates`.

        Raises:
            NasvidError: The trial was not asked for, or told before, or an objective is missing.
        """
        number = self._number_of(trial)
        where = f"tell({number})"
        if not isinstance(failure, str):
            raise NasvidError(f"{where}: failure: got {failure!r}; accepts a text that says why.")
        if bool(failure) == (metrics is not None):
            raise NasvidError(f"{where}: got both or neither; accepts metrics, or a failure.")
        if failure:
            evaluation = Evaluation(failure=Failure("error", failure))
        else:
            learned = {} if gates is None else check_gates(where, gates)
            evaluation = Evaluation(check_metrics(where, metrics), gates=learned)
        missing = self._controller.objectives.missing(evaluation) if evaluation.ok else ()
        if missing:
            raise NasvidError(f"{where}: lacks {missing[0]!r}, an objective; tell it too.")
        history = self._controller.history
        if history.is_told(number):
            raise NasvidError(f"{where}: got a second result; the first one stands.")
        self._controller.tell(number, evaluation)
        self._is_closing |= history.jobs[number].is_closing

    def best(self) -> Architecture:
        """What would win if the search ended now; not the luckiest single score, see `docs/search.md`.

        All trials count that were told, those among them that the next ones must not see yet.

        Raises:
            NasvidError: No trial has succeeded yet.
        """
        controller = self._controller
        leader = None if self._is_closing else controller.incumbent
        leader = leader or controller.winner
        if leader is None:
            raise NasvidError("best: no trial has succeeded.")
        return self._architecture(leader)

    def front(self) -> list[Architecture]:
        """The members that no other one dominates in the objectives, as the search sees it.

        By the model's posterior means where one guides a search for a front, else by means less two
        standard errors. With a single objective that is one member, unless the algorithm looks for a
        front, which weighs it against MACs.
        """
        return [self._architecture(result) for result in self._controller.front]

    def _number_of(self, trial: object) -> int:
        """The number of a trial that was asked for."""
        jobs = self._controller.history.jobs
        if isinstance(trial, Trial):
            job = jobs[trial.number] if trial.number < len(jobs) else None
            if job is None or (job.seed, job.genotype) != (trial.seed, trial.architecture.genotype):
                raise NasvidError(f"tell: trial {trial.number} is of another search.")
            return trial.number
        if isinstance(trial, bool) or not isinstance(trial, SupportsIndex):
            raise NasvidError(f"tell: got {trial!r}; accepts a trial, or its number.")
        number = index(trial)
        if not jobs:
            raise NasvidError(f"tell({number}): nothing was asked for yet; call ask() first.")
        if not 0 <= number < len(jobs):
            raise NasvidError(f"tell({number}): was not asked for; accepts 0 to {len(jobs) - 1}.")
        return number

    def _architecture(self, result: Result) -> Architecture:
        return Architecture(self._spec, result.job.genotype)
