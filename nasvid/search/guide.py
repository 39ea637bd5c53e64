"""Proposals guided by a model of the scores: many children are made, the most promising one goes.

The children are mutants of the candidates that the model holds for the best, and a few random
members. For one objective the one with the highest upper confidence bound is proposed; for a front
the one whose bounds push it out furthest, with an optimism that is drawn for each job, so that jobs
which see the same results look in different places. A fixed share of the proposals is left to the
algorithm alone, so that a wrong model costs little. And because one training says little, promising
candidates, or members of the front, are trained once more in a share of the jobs.

Source: White et al. 2021, BANANAS, https://arxiv.org/abs/1910.11858, algorithm 1: mutants of the
best, ranked by an acquisition function; Berk et al. 2020, https://arxiv.org/abs/2006.04296: a bound
of random width. Differs: see `Surrogate` and `front_gain`; strong optimism; repeats. The constants were
found on the CIFAR-10 table of NAS-Bench-201, see benchmarks/search_quality.py.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from math import ceil, log
from typing import TYPE_CHECKING

from nasvid.core.costs import COUNTED
from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import Algorithm
from nasvid.search.history import Result
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.posterior import Vector
from nasvid.search.proposal import Proposal
from nasvid.search.space_view import Parent
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings

if TYPE_CHECKING:
    from nasvid.search.surrogate import Surrogate

# Candidates that children descend from and that are trained again: the best by the model.
NUM_LEADERS = 10
# Share of random members among the children.
RANDOM_SHARE = 0.2
# Chance that a mutant gets another mutation, again and again.
MORE_MUTATIONS = 0.3
# Scores from which on candidates are trained again, how often in all, and with how much optimism.
REPEATS_AFTER, MOST_TRAININGS, REPEAT_OPTIMISM = 50, 20, 2.0
# The model hears of so many of the latest jobs under way; its time grows with their square.
MOST_UNDER_WAY = 64


class Guide:
    """Ranks children, and says which candidate is to be trained again.

    Args:
        algorithm: Draws and changes members.
        settings: How to search.
        is_taken: Whether a genotype is that of a job.
    """

    def __init__(
        self, algorithm: Algorithm, settings: SearchSettings, is_taken: Callable[[Genotype], bool]
    ) -> None:
        self._algorithm = algorithm
        self._settings = settings
        self._is_taken = is_taken
        self._surrogate = _make_surrogate(algorithm, settings)
        self._enough = scores_to_guide(settings)
        self._first: dict[str, Result] = {}
        # Repeats that were scored, and whether one differed from the first score.
        self._num_repeats = 0
        self._is_noisy = False

    def fold(self, result: Result) -> None:
        """Take the next result in; the model is fitted when it is next asked."""
        job = result.job
        if self._surrogate is None or not result.evaluation.ok or job.kind == "promotion":
            return
        scores = self._scores(result)
        if job.kind == "repeat" and job.graph_id in self._first:
            self._num_repeats += 1
            self._is_noisy |= scores != self._scores(self._first[job.graph_id])
        elif job.kind == "search":
            self._first.setdefault(job.graph_id, result)
        else:
            return
        self._surrogate.add(job.graph_id, job.genotype, *scores)

    def informed(self, results: Iterable[Result]) -> "Guide":
        """As it would be with these results and all before them; itself it stays what it is.

        A model is fitted to the latest results at some numbers of them alone, this one to all.
        """
        if self._surrogate is None:
            return self
        found = copy(self)
        found.part()
        for result in results:
            found.fold(result)
        return found

    def part(self) -> None:
        """Learn alone from here on, of two that are copies."""
        assert self._surrogate is not None
        self._first, self._surrogate = dict(self._first), copy(self._surrogate)
        self._surrogate.part()

    @property
    def is_informed(self) -> bool:
        """Whether what it says rests on all results that it took in."""
        return self._surrogate is None or self._surrogate.is_fitted

    def _scores(self, result: Result) -> Vector:
        """What the model learns of a result."""
        if self._algorithm.seeks_front:
            return self._algorithm.vector(result)
        return (self._algorithm.score(result),)

    @property
    def learns(self) -> bool:
        """Whether there is a model."""
        return self._surrogate is not None

    @property
    def is_ready(self) -> bool:
        """Whether there is a model, and results enough for it."""
        return self._surrogate is not None and self._ready() is not None

    def leaders(self) -> list[Result]:
        """The candidates, the best by the model first; none where it does not guide."""
        surrogate = self._ready(self._settings.surrogate.after)
        if surrogate is None:
            return []
        return [self._first[graph_id] for graph_id, _ in surrogate.posterior()]

    def front(self) -> list[tuple[Result, Vector]]:
        """The candidates that no other one dominates by the model, and what it thinks of them.

        None where it does not guide; objectives are on scales of its own, higher is better.
        """
        surrogate = self._ready(self._settings.surrogate.after)
        if surrogate is None:
            return []
        return [(self._first[graph_id], vector) for graph_id, vector in surrogate.front()]

    def ranked(self, number: int, under_way: Sequence[Genotype]) -> list[Proposal]:
        """Children for job `number`, the most promising first; none where it is not guided.

        Args:
            number: Of the job.
            under_way: Members of jobs whose results it does not see; near them there will be less to
                find out.
        """
        surrogate = self._ready()
        if surrogate is None or number < self._settings.population:
            return []
        rng = keyed_rng(self._settings.seed, "guide", number)
        if rng.random() >= self._settings.surrogate.share:
            return []
        parents = [Parent.of(self._first[graph_id]) for graph_id in self._promising(surrogate)]
        children: dict[object, Proposal] = {}
        key = self._algorithm.view.table.key
        for _ in range(self._settings.surrogate.pool):
            try:
                proposal = self._child(parents, number, rng)
            except NothingToChangeError:
                continue
            if not self._is_taken(proposal.genotype):
                children.setdefault(key(proposal.genotype), proposal)
        found = list(children.values())
        if not found:
            return []
        genotypes = [proposal.genotype for proposal in found]
        under_way = under_way[-MOST_UNDER_WAY:]
        if self._algorithm.seeks_front:
            # A factor of 1 on average.
            luck = -log(1 - rng.random())
            promise = surrogate.gain(genotypes, luck, under_way).tolist()
        else:
            promise = surrogate.promise(genotypes, under_way).tolist()
        order = sorted(range(len(found)), key=lambda k: (-promise[k], k))
        return [found[k] for k in order]

    def _promising(self, surrogate: "Surrogate") -> list[str]:
        """Graph ids of the candidates that children descend from, and that are trained again."""
        if self._algorithm.seeks_front:
            return [graph_id for graph_id, _ in surrogate.front()]
        return [graph_id for graph_id, _ in surrogate.posterior()[:NUM_LEADERS]]

    def _child(self, parents: list[Parent], number: int, rng: random.Random) -> Proposal:
        if rng.random() < RANDOM_SHARE:
            return self._algorithm.draw(rng)
        more = 0
        while rng.random() < MORE_MUTATIONS:
            more += 1
        return self._algorithm.variation.child(
            lambda rng: parents[int(rng.random() * len(parents))], number, rng, more=more
        )

    def repeat(self, number: int, num_trainings: Callable[[str], int]) -> Result | None:
        """A promising candidate that job `number` trains once more; None where it does not.

        Args:
            number: Of the job.
            num_trainings: Jobs that train a graph, by its id, at the fidelity of the search.
        """
        surrogate = self._ready()
        if surrogate is None or len(surrogate) < REPEATS_AFTER:
            return None
        # Costs are known, and a metric without noise is after one evaluation.
        if not self._algorithm.objectives.metrics:
            return None
        if self._num_repeats >= 2 and not self._is_noisy:
            return None
        if keyed_rng(self._settings.seed, "repeat", number).random() >= self._settings.repeat_share:
            return None
        ids = [i for i in self._promising(surrogate) if num_trainings(i) < MOST_TRAININGS]
        if not ids:
            return None
        if self._algorithm.seeks_front:
            promise = surrogate.gain_of_known(ids, REPEAT_OPTIMISM).tolist()
        else:
            promise = surrogate.promise_of_known(ids, REPEAT_OPTIMISM).tolist()
        return self._first[ids[max(range(len(ids)), key=lambda k: (promise[k], -k))]]

    def _ready(self, enough: int = 0) -> "Surrogate | None":
        """The model, if there are so many scores, or enough to guide."""
        surrogate = self._surrogate
        if surrogate is None or len(surrogate) < max(enough, self._enough):
            return None
        return surrogate


def scores_to_guide(settings: SearchSettings) -> int:
    """Scores that it takes to guide: where jobs are under way fewer, half of them at least.

    So that about as many jobs are drawn without it whatever the window is.
    """
    after = settings.surrogate.after
    return max(ceil(after / 2), after - settings.window + 1)


def _make_surrogate(algorithm: Algorithm, settings: SearchSettings) -> "Surrogate | None":
    if not settings.surrogate.share or not algorithm.takes_guidance:
        return None
    # Loaded where it is used, so that commands which search nothing do not wait for numpy.
    from nasvid.search.surrogate import Surrogate

    view, optimism = algorithm.view, settings.surrogate.optimism
    exact = [False]
    if algorithm.seeks_front:
        exact = [name in COUNTED for name in algorithm.objectives.directions]
    features = None
    if settings.surrogate.features == "graph":
        from nasvid.search.graph_features import GraphFeatures

        features = GraphFeatures(view.table, view.graph_of)
    return Surrogate(view.table, optimism, exact, features)
