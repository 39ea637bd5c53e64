"""Ask for the next job, tell what came of it: same seed, same jobs, in whatever order they end.

Job n is a function of the settings, the jobs before it as proposed, and the results of jobs 0 to
n - window. It never depends on how many workers there are or which of them is fastest.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity, training_seed, training_seeds
from nasvid.core.keyed_draws import KeyedDraws
from nasvid.core.seeds import keyed_seed
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.candidates import Candidates, Prepared
from nasvid.search.closing import Closing
from nasvid.search.guide import Guide
from nasvid.search.history import History, Result
from nasvid.search.judge import Judge
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.objectives import Objectives
from nasvid.search.outlook import Outlook
from nasvid.search.proposal import (
    NO_REJECTIONS,
    WARM_START,
    Job,
    JobKind,
    Origin,
    Proposal,
)
from nasvid.search.retraining import Retraining
from nasvid.search.space_view import SpaceView
from nasvid.search.standings import find_winner
from nasvid.search.turned_down import TurnedDown
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.outline import Outline
from nasvid.spec.sections import SearchSettings

# So many proposals in a row may be turned down before changes of changes are tried, of which each
# begins anew after so many steps.
PATIENCE = 8
STEPS = 4
# So many until the budget is taken for one that members drawn at random do not meet: then most proposals
# are changes of the one that was least over it.
BUDGET_PATIENCE = 256
# And so many of an algorithm that takes milliseconds for each before members are drawn at random.
SLOW_PATIENCE = 64


class Controller:
    """The search as a state machine: `ask` for jobs, `tell` results, until `is_done`.

    First come the search jobs: new architectures, promotions and repeats of promising ones. Then
    the finalists again with fresh training seeds and, if asked for, the winner on the split that
    the search never saw.

    Args:
        table: The decisions of the space.
        settings: How to search.
        candidates: What may be evaluated, and at what cost.
        limits: Budget of the space, for operators that aim at it; `candidates` keeps to it.
        outline: Which nodes may read which, for operators that look at streams.
        warm_start: Members that are evaluated first, those over the budget left out.
    """

    def __init__(
        self,
        table: DecisionTable,
        settings: SearchSettings,
        candidates: Candidates,
        *,
        limits: Mapping[str, int] | None = None,
        outline: Outline | None = None,
        warm_start: Sequence[Genotype] = (),
    ) -> None:
        # No more than 30 attributes: those of an object with more of them take Python longer to read.
        self.settings = settings
        self.history = History()
        self._judge = Judge(candidates, table)
        kind = ALGORITHMS[settings.algorithm]
        view = SpaceView(
            table,
            limits or {},
            self._judge.measure,
            outline=outline or Outline(),
            graph_of=self._judge.graph,
            is_taken=self._judge.is_taken,
        )
        if not (settings.surrogate.share and kind.takes_guidance):
            # Where a model ranks many children for each job, only the best ones are looked at.
            view = replace(view, identify=self._judge.identify)
        self._algorithm = kind(view, settings)
        self.objectives: Objectives = self._algorithm.objectives
        self._needed = self.objectives.metrics
        self._guide = Guide(self._algorithm, settings, self._judge.is_taken)
        self._retraining = Retraining(settings, self.objectives, self._guide)
        learns = self._guide.learns
        self._trains_again = learns or bool(settings.rungs)
        # Who learns from results.
        self._learners = [self._algorithm.fold]
        self._learners += [self._guide.fold] if learns else []
        self._learners += [self._retraining.fold] if settings.rungs else []
        self._fidelity = Fidelity(settings.epochs)
        self._window, self._num_attempts = settings.window, settings.attempts
        # Of the first training of a graph.
        self._first_seed = training_seeds(settings.seed, self._fidelity, 0)
        # Members that can be told to be no new ones, if that is all there are.
        size = table.size()
        self._most = size.count if size.label == "exact" else math.inf
        self._warm_start = self._usable(warm_start)
        # Whether nothing but the algorithm proposes, as long as nothing is turned down.
        self._is_plain = not learns and not self._warm_start
        # Search jobs there will be: fewer than asked for where the space is exhausted.
        self._num_search = settings.candidates
        self._exhausted = ""
        self._closing: Closing | None = None
        self._num_closed = 0
        # Of the job that is being asked for: results it may see, proposals made, why turned down.
        self._visible = 0
        self._attempt = 0
        self._draws = KeyedDraws(keyed_seed(settings.seed, "ask"))
        self._is_last_round = False
        self._turned_down = TurnedDown(view)
        self._guided: list[Proposal] | None = None
        self._num_warm_started = 0
        seeks_front = self._algorithm.seeks_front
        self._outlook = Outlook(
            self.history, self._guide, self.objectives, settings, seeks_front=seeks_front
        )

    @property
    def exhausted(self) -> str:
        """Why there are fewer candidates than asked for, for people; empty if there are not."""
        return self._exhausted

    @property
    def num_jobs(self) -> int:
        """Jobs of the whole run, as far as is known now."""
        if self._is_searched:
            return self._num_search + self._closed().num_jobs
        settings = self.settings
        after = settings.finalists * settings.repeats + bool(settings.final_split)
        return self._num_search + after

    @property
    def winner(self) -> Result | None:
        """The best candidate by the results that are there; see `standings`."""
        return find_winner(self.history.results(), self.settings)

    @property
    def incumbent(self) -> Result | None:
        """What would win if the search ended now, by all results that are there; see `Outlook`."""
        self._catch_up()
        return self._outlook.incumbent()

    @property
    def front(self) -> list[Result]:
        """The front of all objectives by all results that are there; see `Outlook`."""
        self._catch_up()
        return self._outlook.front()

    def _catch_up(self) -> None:
        if self.settings.window == 1:
            # The next job sees all of them anyway.
            self._fold(self.history.num_known)

    @property
    def is_done(self) -> bool:
        """Whether every job has its result and no further one can be asked for."""
        return self.history.num_in_flight == 0 and not self.can_ask()

    def can_ask(self) -> bool:
        """Whether enough is known to look for the next job; `ask` may still find none."""
        history = self.history
        number, num_known = len(history.jobs), history.num_known
        if number - num_known >= self._window:
            return False
        if number < self._num_search:
            return num_known >= self._visible
        if not self._is_searched or number >= self.num_jobs:
            return False
        is_waiting = self._closed().is_final(number - self._num_search)
        return not is_waiting or num_known == number

    def ask(self) -> Job | None:
        """The next job, or None: more results are needed first, or the run has no more jobs."""
        while self.can_ask():
            is_searching = len(self.history.jobs) < self._num_search
            job = self._next_search_job() if is_searching else self._next_closing_job()
            if job is not None:
                self._note(job)
                return job
        return None

    def tell(self, number: int, evaluation: Evaluation) -> None:
        """Hand in what came of a job.

        Raises:
            ValueError: The job was never proposed, has a result, or its metrics lack an objective.
        """
        if evaluation.failure is None:
            for name in self._needed:
                if name not in evaluation.metrics:
                    raise ValueError(f"job {number} has no metric {name!r}.")
        self.history.tell(number, evaluation)

    def restore(self, jobs: Iterable[Job]) -> None:
        """Take over the jobs of an earlier session as they were proposed, before anything else.

        Raises:
            ValueError: They are not numbered from 0.
        """
        for job in jobs:
            if job.is_closing and job.number < self._num_search:
                self._num_search = job.number
                self._exhausted = "the space was exhausted in an earlier session."
            if job.kind == "search":
                self._judge.restore(job)
            self._note(job)

    @property
    def _is_searched(self) -> bool:
        """Whether all search jobs have their results."""
        return self.history.num_known >= self._num_search

    def _usable(self, genotypes: Sequence[Genotype]) -> list[Genotype]:
        """Those that are within the budget, each graph once."""
        found: dict[str, Genotype] = {}
        for genotype in genotypes:
            verdict = self._judge.look(genotype)
            if isinstance(verdict, Prepared):
                found.setdefault(verdict.graph_id, genotype)
        return list(found.values())

    def _note(self, job: Job) -> None:
        self.history.propose(job)
        if job.kind != "search":
            self._retraining.note(job)
        elif self._warm_start and job.origin.how == WARM_START:
            self._num_warm_started += 1
        # Never less than the job before it saw: a state cannot be unfolded.
        known, least = job.known, job.number + 2 - self._window
        self._visible = max(known, least)
        self._guided = None
        if self._turned_down.reasons:
            self._attempt, self._is_last_round = 0, False
            self._turned_down = TurnedDown(self._algorithm.view)

    def _fold(self, count: int) -> None:
        """Let everybody learn from the results up to this one."""
        history = self.history
        if count > history.num_folded:
            learners = self._learners
            for result in history.fold(count):
                for learn in learners:
                    learn(result)
            self._guided = None

    def _next_search_job(self) -> Job | None:
        """The next search job, or None after as many rejected proposals as are allowed."""
        number = len(self.history.jobs)
        self._fold(self._visible)
        if self._trains_again:
            again = self._retraining.next(number)
            if again is not None:
                return self._training_job(*again)
        judge, known, most = self._judge, self._judge.known, self._most
        for attempt in range(self._attempt, self._attempt + self._num_attempts):
            if len(known) >= most:
                self._end_search(f"each of the {most} members of the space was tried")
                return None
            try:
                proposal = self._propose(number, attempt)
            except NothingToChangeError:
                self._turned_down.reasons["unchanged"] += 1
                continue
            verdict = judge.take(proposal.genotype)
            if isinstance(verdict, Prepared):
                return self._new_job(number, proposal, verdict)
            self._turned_down.add(proposal, verdict)
        self._attempt += self._num_attempts
        if self._visible < number:
            self._visible += 1
        elif not self._is_last_round:
            self._is_last_round = True
        else:
            self._end_search(f"no new architecture in {self._attempt} proposals")
        return None

    def _propose(self, number: int, attempt: int) -> Proposal:
        rng = self._draws.begin(number, attempt)
        # So it is for nearly all jobs where no model is asked.
        if self._is_plain and not attempt:
            return self._algorithm.propose(number, rng)
        if self._num_warm_started < len(self._warm_start):
            return Proposal(self._warm_start[self._num_warm_started], Origin(WARM_START))
        # An algorithm may be caught where all neighbours are taken; the space may still have room.
        if self._is_last_round:
            return self._algorithm.draw(rng)
        if self._guided is None:
            self._guided = self._rank(number) if self._guide.is_ready else []
        # The next best one where those before it were turned down.
        if attempt < len(self._guided):
            best = self._guided[attempt]
            return Proposal(best.genotype, best.origin.guided())
        turned_down = self._turned_down
        if turned_down.nearest is not None and attempt >= BUDGET_PATIENCE and attempt % STEPS:
            return self._algorithm.changed(turned_down.nearest, number, rng)
        if attempt >= SLOW_PATIENCE and self._algorithm.is_slow:
            return self._algorithm.draw(rng)
        if turned_down.last is not None and attempt >= PATIENCE and attempt % STEPS:
            return self._algorithm.further(turned_down.last, number, rng)
        return self._algorithm.propose(number, rng)

    def _rank(self, number: int) -> list[Proposal]:
        """Children as the model ranks them, which knows of jobs under way where they are."""
        under_way = self.history.jobs[self.history.num_folded :]
        return self._guide.ranked(number, [job.genotype for job in under_way])

    def _next_closing_job(self) -> Job | None:
        closing = self._closed()
        index = len(self.history.jobs) - self._num_search
        if closing.is_final(index):
            for number in range(self._num_search + self._num_closed, len(self.history.jobs)):
                closing.fold(self.history.result(number))
            self._num_closed = index
        step = closing.step(index)
        return None if step is None else self._training_job(step.kind, step.first, step.fidelity)

    def _closed(self) -> Closing:
        """The closing part, once the search is over."""
        if self._closing is None:
            self._fold(self._num_search)
            searched = [self.history.result(number) for number in range(self._num_search)]
            guide = self._guide if self._guide.is_informed else self._guide.informed(())
            leaders = guide.leaders()
            front = guide.front() if self._algorithm.seeks_front else None
            self._closing = Closing(
                self.settings, self.objectives, searched, leaders, self._fidelity, front
            )
        return self._closing

    def _end_search(self, why: str) -> None:
        self._num_search = len(self.history.jobs)
        reasons = self._turned_down.reasons
        counts = ", ".join(f"{reason} {n}" for reason, n in reasons.most_common())
        turned_down = f"; turned down: {counts}" if counts else ""
        self._exhausted = (
            f"the space is exhausted after {self._num_search} candidates: {why}{turned_down}."
        )

    def _new_job(self, number: int, proposal: Proposal, prepared: Prepared) -> Job:
        graph_id, seed_of, reasons = prepared.graph_id, self._first_seed, self._turned_down.reasons
        return Job(
            number,
            "search",
            prepared.genotype,
            graph_id,
            prepared.cost,
            proposal.origin,
            self._fidelity,
            seed_of(graph_id),
            dict(reasons) if reasons else NO_REJECTIONS,
            self._visible,
            0,
        )

    def _training_job(self, kind: JobKind, first: Result, fidelity: Fidelity) -> Job:
        job, number = first.job, len(self.history.jobs)
        # The model scored on the final split is the one that was scored first.
        trained = 0 if kind == "final" else self._retraining.count(job.graph_id, fidelity)
        return replace(
            job,
            number=number,
            kind=kind,
            origin=Origin(kind, (job.number,)),
            fidelity=fidelity,
            seed=training_seed(self.settings.seed, job.graph_id, fidelity, trained),
            rejections=NO_REJECTIONS,
            known=self._visible if number < self._num_search else self._known_of(kind),
            repeat=trained,
        )

    def _known_of(self, kind: JobKind) -> int:
        """Results that a closing job rests on."""
        return len(self.history.jobs) if kind == "final" else self._num_search
