"""Which architectures are best, given that one training says little: posterior means of scores.

A score is the quality of an architecture plus the luck of a training seed. The luckiest of many
single draws is not the best architecture, so architectures are ranked by the mean of their quality
given all their scores: that of their scores, drawn towards the middle of all architectures, the
more so the fewer they are and the noisier trainings are.

Source: the normal-normal model, Gelman et al. 2013, Bayesian Data Analysis, section 2.5; Efron and
Morris 1975, Data Analysis Using Stein's Estimator. Differs: the spread of qualities is that of the
better half, since many spaces have a long tail of architectures that learn nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from nasvid.spec.sections import SearchSettings

# Qualities are taken to spread by at least this share of the variance of the noise.
_LEAST_SPREAD = 0.1


@dataclass(slots=True)
class Standing:
    """What is known of one architecture.

    Args:
        first: The job that found it.
        scores: At each number of epochs, the score of every training, higher is better.
    """

    first: Result
    scores: dict[int, list[float]] = field(default_factory=dict[int, list[float]])


@dataclass(frozen=True, slots=True)
class Ranked:
    """An architecture and the mean of its quality.

    Args:
        first: The job that found it.
        mean: Posterior mean, higher is better.
        num_scores: Trainings that it rests on.
    """

    first: Result
    mean: float
    num_scores: int


class Standings:
    """All successful architectures; those that were trained longest are compared.

    Args:
        objectives: Reads scores.
        rungs: Epochs of the levels of promotion, rising; empty for one level.
    """

    def __init__(self, objectives: Objectives, rungs: Sequence[int] = ()) -> None:
        self._objectives = objectives
        self._rungs = tuple(rungs)
        self._by_graph: dict[str, Standing] = {}
        self._finalists: set[str] = set()

    def __len__(self) -> int:
        return len(self._by_graph)

    def fold(self, result: Result) -> None:
        """Take a result in; failures and scores on the final split say nothing here."""
        job = result.job
        if not result.evaluation.ok or job.kind == "final":
            return
        if job.kind == "search":
            self._by_graph.setdefault(job.graph_id, Standing(result))
        standing = self._by_graph.get(job.graph_id)
        if standing is not None:
            score = self._objectives.score(result.evaluation, job.cost)
            standing.scores.setdefault(job.fidelity.epochs, []).append(score)
            if job.kind == "finalist":
                self._finalists.add(job.graph_id)

    def ranked(self) -> list[Ranked]:
        """The architectures at the highest level that any has reached, best first.

        Where finalists were trained again, they alone are compared: the others had one lucky draw
        at most.

        Of equals the one of fewest MACs is first, then the earliest.
        """
        compared = self._compared()
        means = _posterior_means([scores for _, scores in compared])
        found = [
            Ranked(standing.first, mean, len(scores))
            for (standing, scores), mean in zip(compared, means, strict=True)
        ]
        return sorted(found, key=lambda r: (-r.mean, r.first.job.cost.macs, r.first.job.number))

    @property
    def epochs(self) -> int | None:
        """Epochs of the highest level that any has reached; None where there are no levels."""
        for epochs in reversed(self._rungs):
            if any(epochs in standing.scores for standing in self._by_graph.values()):
                return epochs
        return None

    def _compared(self) -> list[tuple[Standing, list[float]]]:
        epochs = self.epochs
        known = self._by_graph
        standings = [known[graph] for graph in known if graph in (self._finalists or known)]
        if epochs is not None:
            return [(s, s.scores[epochs]) for s in standings if epochs in s.scores]
        return [(s, s.scores[s.first.job.fidelity.epochs]) for s in standings]


def _posterior_means(groups: Sequence[Sequence[float]]) -> list[float]:
    """For each group of scores the posterior mean of what they are noisy draws of."""
    means = [fmean(scores) for scores in groups]
    noise = _pooled_variance(groups, means)
    if noise == 0:
        return means
    middle = median(means)
    spread = fmean([(mean - middle) ** 2 for mean in means if mean >= middle])
    spread = max(spread - noise, _LEAST_SPREAD * noise)
    found: list[float] = []
    for scores, mean in zip(groups, means, strict=True):
        weight, prior = len(scores) / noise, 1 / spread
        found.append((weight * mean + prior * middle) / (weight + prior))
    return found


def _pooled_variance(groups: Sequence[Sequence[float]], means: Sequence[float]) -> float:
    """Variance within groups; 0 where none has two scores."""
    freedom = sum(len(scores) - 1 for scores in groups)
    if not freedom:
        return 0.0
    pairs = zip(groups, means, strict=True)
    return sum((score - mean) ** 2 for scores, mean in pairs for score in scores) / freedom


def find_winner(results: Iterable[Result], settings: SearchSettings) -> Result | None:
    """The job that found the best candidate, by the posterior mean of its scores.

    Returns: None where no candidate has succeeded.
    """
    standings = Standings(Objectives.of(settings), settings.rungs)
    for result in results:
        standings.fold(result)
    return standings.ranked()[0].first if len(standings) else None


def find_leaders(results: Iterable[Result], settings: SearchSettings) -> list[Result]:
    """The jobs that found the candidates, the best first.

    Those that were compared last come first, in the order of their posterior means: finalists, then
    those of the highest level, then all others.
    """
    found: dict[str, Result] = {}
    known = list(results)
    objectives = Objectives.of(settings)
    searched = [result for result in known if not result.job.is_closing]
    for rungs, compared in ((settings.rungs, known), (settings.rungs, searched), ((), searched)):
        standings = Standings(objectives, rungs)
        for result in compared:
            standings.fold(result)
        for ranked in standings.ranked():
            found.setdefault(ranked.first.job.graph_id, ranked.first)
    return list(found.values())
