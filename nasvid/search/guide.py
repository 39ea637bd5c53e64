"""Proposals guided by a model of the scores: many children are made, the most promising one goes.

The model is an ensemble on the decisions of all candidates that were evaluated. A fixed share of
the proposals stays unguided, so that a wrong model costs little.

Source: White et al. 2021, BANANAS, https://arxiv.org/abs/1910.11858, algorithm 1 (an ensemble of
predictors, mutated candidates ranked by an acquisition function); Sun et al. 2020, evolution
assisted by surrogates. Differs: linear models in closed form instead of networks, see `Surrogate`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from nasvid.core.seeds import keyed_rng
from nasvid.search.algorithm import Algorithm
from nasvid.search.history import Result
from nasvid.search.mutation import NothingToChangeError
from nasvid.search.proposal import Origin, Proposal
from nasvid.spec.decisions import Genotype
from nasvid.spec.sections import SearchSettings

if TYPE_CHECKING:
    from nasvid.search.surrogate import Surrogate


class Guide:
    """Ranks children of an algorithm.

    Args:
        algorithm: Makes the children.
        settings: How to search.
        is_taken: Whether a genotype is that of a job.
    """

    def __init__(
        self,
        algorithm: Algorithm,
        settings: SearchSettings,
        is_taken: Callable[[Genotype], bool],
    ) -> None:
        self._algorithm = algorithm
        self._settings = settings
        self._is_taken = is_taken
        self._surrogate = _make_surrogate(algorithm, settings)
        self._num_results = 0

    def fold(self, result: Result) -> None:
        """Take the next result in; the model is fitted when it is next asked."""
        if self._surrogate is not None and result.is_candidate:
            self._num_results += 1
            self._surrogate.add(result.job.genotype, self._algorithm.score(result))

    def ranked(self, number: int) -> list[Proposal]:
        """Children for job `number`, the most promising first; none where it is not guided."""
        settings = self._settings.surrogate
        if self._surrogate is None or self._num_results < settings.after:
            return []
        rng = keyed_rng(self._settings.seed, "guide", number)
        if rng.random() >= settings.share:
            return []
        pool: dict[object, Proposal] = {}
        for _ in range(settings.pool):
            try:
                proposal = self._algorithm.propose(number, rng)
            except NothingToChangeError:
                continue
            if not self._is_taken(proposal.genotype):
                pool.setdefault(proposal.genotype.key, proposal)
        proposals = list(pool.values())
        if not proposals:
            return []
        scores = self._surrogate.acquisition([p.genotype for p in proposals])
        order = sorted(range(len(proposals)), key=lambda k: (-scores[k], k))
        return [_guided(proposals[k]) for k in order]


def _guided(proposal: Proposal) -> Proposal:
    origin = proposal.origin
    return Proposal(proposal.genotype, Origin(f"{origin.how} guided", origin.parents))


def _make_surrogate(algorithm: Algorithm, settings: SearchSettings) -> "Surrogate | None":
    if not settings.surrogate.share or not algorithm.takes_guidance:
        return None
    # Loaded where it is used, so that commands which search nothing do not wait for numpy.
    from nasvid.search.surrogate import Surrogate

    return Surrogate(algorithm.view.table, settings.seed)
