"""Which architectures are best, given that one training says little; see `posterior`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from nasvid.search.history import Result
from nasvid.search.objectives import Objectives
from nasvid.search.pareto import non_dominated
from nasvid.search.posterior import Vector, at_least, noises_of, posterior_means
from nasvid.spec.sections import SearchSettings


@dataclass(slots=True)
class Standing:
    """What is known of one architecture.

    Args:
        first: The job that found it.
        vectors: At each number of epochs, all objectives of every training, higher is better.
    """

    first: Result
    vectors: dict[int, list[Vector]] = field(default_factory=dict[int, list[Vector]])


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
        closing: For how many finalists trainings are due, and how often each.
    """

    def __init__(
        self, objectives: Objectives, rungs: Sequence[int] = (), closing: tuple[int, int] = (1, 1)
    ) -> None:
        self._objectives = objectives
        self._rungs = tuple(rungs)
        self._closing = closing
        self._by_graph: dict[str, Standing] = {}
        self._finalists: set[str] = set()
        self._num_closed = 0

    def __len__(self) -> int:
        return len(self._by_graph)

    def fold(self, result: Result) -> None:
        """Take a result in; failures and scores on the final split say nothing here."""
        job = result.job
        if job.kind == "finalist":
            self._finalists.add(job.graph_id)
            self._num_closed += 1
        if not result.evaluation.ok or job.kind == "final":
            return
        if job.kind == "search":
            self._by_graph.setdefault(job.graph_id, Standing(result))
        standing = self._by_graph.get(job.graph_id)
        if standing is not None:
            vector = self._objectives.vector(result.evaluation, job.cost)
            standing.vectors.setdefault(job.fidelity.epochs, []).append(vector)

    def ranked(self) -> list[Ranked]:
        """The architectures at the highest level that any has reached, best first.

        Where all finalists were trained again, they alone are compared: the others had one lucky
        draw at most. One whose trainings failed then is judged by those before.

        Of equals the one of fewest MACs is first, then the earliest.
        """
        finalists, repeats = self._closing
        due = min(finalists, len(self._by_graph)) * repeats
        compared = self._compared(self._finalists if self._num_closed >= due else ())
        means = posterior_means([[vector[0] for vector in vectors] for _, vectors in compared])
        found = [
            Ranked(standing.first, mean, len(vectors))
            for (standing, vectors), mean in zip(compared, means, strict=True)
        ]
        return sorted(found, key=lambda r: (-r.mean, r.first.job.cost.macs, r.first.job.number))

    def front(self) -> list[tuple[Result, Vector]]:
        """The architectures that no other one dominates, and what they are worth at least.

        In the order of the jobs that found them; those at the highest level that any has reached are
        compared, finalists or not.
        """
        compared = self._compared(())
        noises = noises_of([vectors for _, vectors in compared])
        vectors = [at_least(vectors, noises) for _, vectors in compared]
        return [(compared[k][0].first, vectors[k]) for k in non_dominated(vectors)]

    @property
    def epochs(self) -> int | None:
        """Epochs of the highest level that any has reached; None where there are no levels."""
        for epochs in reversed(self._rungs):
            if any(epochs in standing.vectors for standing in self._by_graph.values()):
                return epochs
        return None

    def _compared(self, alone: Collection[str]) -> list[tuple[Standing, list[Vector]]]:
        """Those of the highest level with their vectors there; none but these where there are any."""
        epochs = self.epochs
        known = self._by_graph
        standings = [known[graph] for graph in known if graph in (alone or known)]
        if epochs is not None:
            return [(s, s.vectors[epochs]) for s in standings if epochs in s.vectors]
        return [(s, s.vectors[s.first.job.fidelity.epochs]) for s in standings]


def find_winner(results: Iterable[Result], settings: SearchSettings) -> Result | None:
    """The job that found the best candidate, by the posterior mean of its scores.

    Returns: None where no candidate has succeeded.
    """
    closing = settings.finalists, settings.repeats
    standings = Standings(Objectives.of(settings), settings.rungs, closing)
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
