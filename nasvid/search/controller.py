"""Ask for the next job, tell what came of it: same seed, same jobs, in whatever order they end.

Job n is a function of the settings, the jobs before it as proposed, and the results of jobs 0 to
n - window. It never depends on how many workers there are or which of them is fastest.
"""

import random
from collections import Counter
from collections.abc import Iterable

from nasvid.core.evaluations import Evaluation
from nasvid.core.jobs import Fidelity, training_seed
from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import ALGORITHMS
from nasvid.search.candidates import Candidates, Prepared, Rejection
from nasvid.search.history import History, Result
from nasvid.search.incumbent import find_incumbent
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.proposal import Job, Origin, Proposal
from nasvid.spec.decisions import DecisionTable, Genotype
from nasvid.spec.sections import SearchSettings

REPEAT = Rejection("repeat")


class Controller:
    """The search as a state machine: `ask` for jobs, `tell` results, until `is_done`.

    First come the search jobs, then the winner again with fresh training seeds, then, if asked
    for, the winner on the split that the search never saw.

    Args:
        table: The decisions of the space.
        settings: How to search.
        candidates: What may be evaluated, and at what cost.
        fidelity: How thoroughly each candidate is looked at.
    """

    def __init__(
        self,
        table: DecisionTable,
        settings: SearchSettings,
        candidates: Candidates,
        *,
        fidelity: Fidelity | None = None,
    ) -> None:
        self.settings = settings
        self.history = History()
        self._table = table
        self._candidates = candidates
        self._fidelity = fidelity or Fidelity()
        self._algorithm = ALGORITHMS[settings.algorithm](table, settings)
        self._size = table.size()
        # Search jobs there will be: fewer than asked for where the space is exhausted.
        self._num_search = settings.candidates
        self._exhausted = ""
        self._graph_ids: set[str] = set()
        # What became of each genotype ever proposed; the answer never changes, so it is kept.
        self._verdicts: dict[str, Rejection] = {}
        # Of the job that is being asked for: results it may see, proposals made, why turned down.
        self._visible = 0
        self._attempt = 0
        self._is_last_round = False
        self._rejections: Counter[str] = Counter()

    @property
    def exhausted(self) -> str:
        """Why there are fewer candidates than asked for, for people; empty if there are not."""
        return self._exhausted

    @property
    def num_jobs(self) -> int:
        """Jobs of the whole run, as far as is known now."""
        after = self.settings.repeats + bool(self.settings.final_split)
        if self._is_searched and self.winner is None:
            return self._num_search
        return self._num_search + after

    @property
    def winner(self) -> Result | None:
        """The best candidate among the results that are there."""
        return find_incumbent(self.history.results(), self.settings.objective)

    @property
    def is_done(self) -> bool:
        """Whether every job has its result and no further one can be asked for."""
        return self.history.num_in_flight == 0 and not self.can_ask()

    def can_ask(self) -> bool:
        """Whether enough is known to look for the next job; `ask` may still find none."""
        number = len(self.history)
        if number - self.history.num_known >= self.settings.window:
            return False
        if number < self._num_search:
            return self.history.num_known >= self._visible
        return self._is_searched and number < self.num_jobs

    def ask(self) -> Job | None:
        """The next job, or None: more results are needed first, or the run has no more jobs."""
        while self.can_ask():
            is_searching = len(self.history) < self._num_search
            job = self._next_search_job() if is_searching else self._next_closing_job()
            if job is not None:
                self._take(job)
                return job
        return None

    def tell(self, number: int, evaluation: Evaluation) -> None:
        """Hand in what came of a job.

        Raises:
            ValueError: The job was never proposed, has a result, or its metrics lack the objective.
        """
        objective = self.settings.objective
        if evaluation.ok and objective not in evaluation.metrics:
            raise ValueError(f"job {number} has no metric {objective!r}.")
        self.history.tell(number, evaluation)

    def restore(self, jobs: Iterable[Job]) -> None:
        """Take over the jobs of an earlier session as they were proposed, before anything else.

        Raises:
            ValueError: They are not numbered from 0.
        """
        for job in jobs:
            if job.kind != "search" and job.number < self._num_search:
                self._num_search = job.number
                self._exhausted = "the space was exhausted in an earlier session."
            self._take(job)

    @property
    def _is_searched(self) -> bool:
        """Whether all search jobs have their results."""
        return self.history.num_known >= self._num_search

    def _take(self, job: Job) -> None:
        self.history.propose(job)
        if job.kind == "search":
            self._graph_ids.add(job.graph_id)
            self._verdicts[job.genotype.id] = REPEAT
        # Never less than the job before it saw: a state cannot be unfolded.
        self._visible = max(job.known, len(self.history) - self.settings.window + 1)
        self._attempt = 0
        self._is_last_round = False
        self._rejections = Counter()

    def _next_search_job(self) -> Job | None:
        """A new architecture, or None after as many rejected proposals as are allowed."""
        number = len(self.history)
        for result in self.history.fold(self._visible):
            self._algorithm.fold(result)
        for attempt in range(self._attempt, self._attempt + self.settings.attempts):
            if self._is_every_member_seen:
                self._end_search(f"each of the {self._size.count} members of the space was tried")
                return None
            rng = keyed_rng(self.settings.seed, "ask", number, attempt)
            try:
                proposal = self._propose(number, rng)
            except NothingToChangeError:
                self._rejections["unchanged"] += 1
                continue
            verdict = self._judge(proposal.genotype)
            if isinstance(verdict, Prepared):
                return self._search_job(proposal, verdict)
            self._rejections[verdict.reason] += 1
        self._attempt += self.settings.attempts
        if self._visible < number:
            self._visible = max(self._visible, 0) + 1
        elif not self._is_last_round:
            self._is_last_round = True
        else:
            self._end_search(f"no new architecture in {self._attempt} proposals")
        return None

    def _propose(self, number: int, rng: random.Random) -> Proposal:
        # An algorithm may be caught where all neighbours are taken; the space may still have room.
        return (
            self._algorithm.draw(rng)
            if self._is_last_round
            else self._algorithm.propose(number, rng)
        )

    @property
    def _is_every_member_seen(self) -> bool:
        return self._size.label == "exact" and len(self._verdicts) >= self._size.count

    def _end_search(self, why: str) -> None:
        self._num_search = len(self.history)
        counts = ", ".join(f"{reason} {n}" for reason, n in self._rejections.most_common())
        turned_down = f"; turned down: {counts}" if counts else ""
        self._exhausted = (
            f"the space is exhausted after {self._num_search} candidates: {why}{turned_down}."
        )

    def _judge(self, genotype: Genotype) -> Prepared | Rejection:
        known = self._verdicts.get(genotype.id)
        if known is not None:
            return known
        verdict = self._candidates.prepare(genotype)
        if isinstance(verdict, Prepared):
            if verdict.graph_id not in self._graph_ids:
                return verdict
            verdict = REPEAT
        self._verdicts[genotype.id] = verdict
        return verdict

    def _search_job(self, proposal: Proposal, prepared: Prepared) -> Job:
        seed = self.settings.seed
        return Job(
            number=len(self.history),
            kind="search",
            genotype=proposal.genotype,
            graph_id=prepared.graph_id,
            cost=prepared.cost,
            origin=proposal.origin,
            rejections=dict(self._rejections),
            known=max(self._visible, 0),
            fidelity=self._fidelity,
            seed=training_seed(seed, prepared.graph_id, self._fidelity, 0),
        )

    def _next_closing_job(self) -> Job | None:
        """The winner again, with a fresh training seed or on the final split."""
        winner = self.winner
        if winner is None:
            return None
        number = len(self.history)
        repeat = number - self._num_search + 1
        is_repeat = repeat <= self.settings.repeats
        fidelity = self._fidelity
        if not is_repeat:
            repeat = 0
            fidelity = Fidelity(self._fidelity.epochs, self.settings.final_split)
        kind = "repeat" if is_repeat else "final"
        graph_id = winner.job.graph_id
        return Job(
            number=number,
            kind=kind,
            genotype=winner.job.genotype,
            graph_id=graph_id,
            cost=winner.job.cost,
            origin=Origin(kind, (winner.job.number,)),
            known=self._num_search,
            repeat=repeat,
            fidelity=fidelity,
            seed=training_seed(self.settings.seed, graph_id, fidelity, repeat),
        )
