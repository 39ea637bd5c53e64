"""A model of the scores: which of many children is worth a training, and which candidates are best.

Each objective has an ensemble of Gaussian processes of its own; all of them are fitted to the same
candidates.

Everything it says is a function of the scores that were added, in their order; when it was asked
in between does not matter, so that a search which is resumed goes on alike.

Source: Gaussian processes as predictors of networks, Kandasamy et al. 2018, NASBOT,
https://arxiv.org/abs/1802.07191; the upper confidence bound, Srinivas et al. 2010,
https://arxiv.org/abs/0912.3995. Differs: the kernel is one on decisions, on what these
come to together, and on numbers of the graph where that is asked for; scores are replaced by their
ranks on a normal scale, so that trainings which went wrong do not bend it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from math import ceil
from statistics import NormalDist

import numpy as np

from nasvid.search.ensemble import Ensemble, Weighted, members_around
from nasvid.search.features import DecisionFeatures, Floats
from nasvid.search.front_gain import best_of, gains
from nasvid.search.gaussian_process import (
    Scales,
    UnderWay,
    log_likelihood,
    lower_kernel,
    tuned,
)
from nasvid.search.large_arrays import keep_memory
from nasvid.search.metric import TOTALS, Features, Metric
from nasvid.search.one_thread import one_thread
from nasvid.search.pareto import non_dominated
from nasvid.search.posterior import Vector
from nasvid.spec.decisions import DecisionTable, Genotype

# Results at which scales are looked for the first time, and how much more there are the next time.
FIRST_TUNING, TUNING_GROWTH = 16, 1.1
# Up to here the model is fitted anew after every result, then whenever there are 1 to 2 % more.
EVERY_RESULT, FIT_GROWTH = 100, 50
# From here on by steps that are powers of two, as others would not go on from one to the next.
LONG = 512
# It is fitted to so many of the best candidates and of the latest others.
MOST_BEST, MOST_LATEST = 150, 150
# Shares of n candidates are multiples of 1 / 2n, and n stays where it is once there are as many.
_quantile = lru_cache(4 * (MOST_BEST + MOST_LATEST))(NormalDist().inv_cdf)


@dataclass(frozen=True, slots=True)
class _Data:
    """Candidates that the model is fitted to."""

    ids: list[str]
    rows: Floats
    # One array for each objective.
    scores: list[Floats]
    counts: Floats


class Surrogate:
    """Learns from all candidates so far which others are promising.

    Args:
        table: The decisions of the space.
        optimism: How much a standard deviation is worth against the mean.
        exact: For each objective whether a score tells it without noise, as that of a cost does.
        features: What it knows a genotype by; its decisions where nothing else is given.
    """

    def __init__(
        self,
        table: DecisionTable,
        optimism: float,
        exact: Sequence[bool] = (False,),
        features: Features | None = None,
    ) -> None:
        keep_memory()
        self._exact = tuple(exact)
        self._metric = Metric(table, DecisionFeatures(table) if features is None else features)
        self._optimism = optimism
        # Scores in the order in which they came, and the row of each candidate.
        self._log: list[tuple[str, Vector]] = []
        self._rows: dict[str, Floats] = {}
        # For each objective the likeliest scales, and the members of its ensemble.
        self._scales = [Scales()] * len(self._exact)
        self._members: list[tuple[Weighted, ...]] = [
            (Weighted(1.0, scales),) for scales in self._scales
        ]
        self._next_tuning = FIRST_TUNING
        self._num_fitted: int = 0
        self._is_eager = False
        # Places of the candidates that no other one dominates, once somebody asks.
        self._on_front: list[int] | None = None

    def __len__(self) -> int:
        """Scores that were added."""
        return len(self._log)

    def add(self, graph_id: str, genotype: Genotype, *scores: float) -> None:
        """Take a score for each objective in; those of several trainings of a graph are averaged."""
        self._log.append((graph_id, scores))
        if graph_id not in self._rows:
            self._rows[graph_id] = self._metric.matrix([genotype])[0]

    @property
    def is_fitted(self) -> bool:
        """Whether what it is asked next rests on all scores, not only on those that are due."""
        return self._is_eager or _num_due(len(self._log)) == len(self._log)

    def part(self) -> None:
        """Learn alone from here on, of two that are copies, and from every score at once."""
        self._is_eager = True
        self._log, self._rows = [*self._log], dict(self._rows)
        self._scales, self._members = [*self._scales], [*self._members]

    def promise(self, genotypes: Sequence[Genotype], under_way: Sequence[Genotype] = ()) -> Floats:
        """The upper end of the first score of each of them, on a scale of the model's own.

        Args:
            genotypes: Members.
            under_way: Members whose scores are still to come.
        """
        (hopes,) = self._hopes(self._metric.matrix(genotypes), [self._optimism], under_way)
        return hopes

    def promise_of_known(self, graph_ids: Sequence[str], optimism: float) -> Floats:
        """The same of candidates that were scored."""
        (hopes,) = self._hopes(self._rows_of(graph_ids), [optimism])
        return hopes

    def gain(
        self, genotypes: Sequence[Genotype], luck: float, under_way: Sequence[Genotype] = ()
    ) -> Floats:
        """How far each of them may push the front out.

        Args:
            genotypes: Members.
            luck: Factor of the optimism.
            under_way: Members whose scores are still to come.
        """
        front = self._front()
        optimism = [0.0 if is_exact else luck * self._optimism for is_exact in self._exact]
        hopes = self._hopes(self._metric.matrix(genotypes), optimism, under_way)
        return gains(np.stack(hopes, axis=1), self._means[front])

    def posterior(self) -> list[tuple[str, float]]:
        """Graph id and mean quality, given all scores, of each candidate; the best one first.

        Candidates that are old and bad may be left out.
        """
        with one_thread():
            self._update()
        means = self._means[:, 0].tolist()
        order = sorted(range(len(means)), key=lambda k: (-means[k], k))
        return [(self._fitted.ids[k], means[k]) for k in order]

    def gain_of_known(self, graph_ids: Sequence[str], optimism: float) -> Floats:
        """The same of candidates that were scored, and of which the model remembers the costs."""
        front = self._means[self._front()]
        place = {graph_id: k for k, graph_id in enumerate(self._fitted.ids)}
        known = self._means[[place[graph_id] for graph_id in graph_ids]]
        hopes = self._hopes(self._rows_of(graph_ids), [optimism] * len(self._exact))
        told = [
            known[:, objective] if is_exact else hopes[objective]
            for objective, is_exact in enumerate(self._exact)
        ]
        return gains(np.stack(told, axis=1), front)

    def front(self) -> list[tuple[str, Vector]]:
        """Graph id and mean objectives, given all scores, of candidates that no other one dominates."""
        front = self._front()
        vectors = self._means[front].tolist()
        return [(self._fitted.ids[k], tuple(v)) for k, v in zip(front, vectors, strict=True)]

    def _front(self) -> list[int]:
        with one_thread():
            self._update()
        if self._on_front is None:
            self._on_front = non_dominated([tuple(row) for row in self._means.tolist()])
        return self._on_front

    def _hopes(
        self, rows: Floats, optimism: Sequence[float], under_way: Sequence[Genotype] = ()
    ) -> list[Floats]:
        """Of each objective the upper ends, by how much a deviation is worth in it."""
        found: list[Floats] = []
        with one_thread():
            self._update()
            waiting = self._metric.matrix(under_way) if under_way else None
            # Most often totals weigh as much for all objectives.
            places = {
                totals: self._places(rows, waiting, totals)
                for totals in {scales.totals for scales in self._scales}
            }
            for ensemble, scales, worth in zip(
                self._ensembles, self._scales, optimism, strict=True
            ):
                distances, jobs = places[scales.totals]
                if worth:
                    mean, deviation = ensemble.predict(distances, jobs)
                    found.append(mean + worth * deviation)
                else:
                    found.append(ensemble.predict_mean(distances))
        return found

    def _places(
        self, rows: Floats, waiting: Floats | None, totals: int
    ) -> tuple[Floats, UnderWay | None]:
        """How far rows are from the candidates, and where those are whose scores are still to come."""
        between = self._metric.between
        distances = between(self._fitted.rows, rows, totals)
        if waiting is None:
            return distances, None
        to_known = between(self._fitted.rows, waiting, totals)
        return distances, UnderWay(
            to_known, between(waiting, rows, totals), between(waiting, waiting, totals)
        )

    def _rows_of(self, graph_ids: Sequence[str]) -> Floats:
        rows = [self._rows[graph_id] for graph_id in graph_ids]
        # Much quicker than stacking them.
        return np.concatenate(rows).reshape(len(rows), -1)

    def _update(self) -> None:
        """Fit to as many results as the schedule says for those that there are."""
        while self._next_tuning <= len(self._log):
            data = self._data(self._next_tuning)
            choices = range(len(TOTALS)) if self._metric.has_totals else [Scales().totals]
            distances = {
                totals: self._metric.between(data.rows, data.rows, totals) for totals in choices
            }
            # Some of these are asked for several times.
            kernel = cache(partial(_kernel, distances))
            for objective, scores in enumerate(data.scores):
                likelihood = cache(partial(_likelihood, kernel, scores, data.counts))
                scales = tuned(self._scales[objective], likelihood, choices)
                self._scales[objective] = scales
                self._members[objective] = members_around(scales, likelihood)
            self._next_tuning = ceil(self._next_tuning * TUNING_GROWTH)
            self._num_fitted = 0
        due: int = len(self._log) if self._is_eager else _num_due(len(self._log))
        if due != self._num_fitted:
            self._fitted = data = self._data(due)
            self._ensembles = [
                Ensemble(
                    members,
                    self._metric.between(data.rows, data.rows, scales.totals),
                    scores,
                    data.counts,
                )
                for members, scales, scores in zip(
                    self._members, self._scales, data.scores, strict=True
                )
            ]
            # A row for each candidate, a column for each objective: what lies behind its scores.
            self._means = np.stack(
                [
                    scores if is_exact else ensemble.posterior
                    for is_exact, ensemble, scores in zip(
                        self._exact, self._ensembles, data.scores, strict=True
                    )
                ],
                axis=1,
            )
            self._on_front = None
            self._num_fitted = due

    def _data(self, num_scores: int) -> _Data:
        """What the model is fitted to after so many scores."""
        found: dict[str, list[Vector]] = {}
        for graph_id, scores in self._log[:num_scores]:
            found.setdefault(graph_id, []).append(scores)
        means = {graph_id: _mean(vectors) for graph_id, vectors in found.items()}
        ids = _kept(means)
        return _Data(
            ids,
            self._rows_of(ids),
            [
                _normal(scores)
                for scores in zip(*[means[graph_id] for graph_id in ids], strict=True)
            ],
            np.array([float(len(found[graph_id])) for graph_id in ids]),
        )


def _kernel(distances: Mapping[int, Floats], totals: int, length: int) -> Floats:
    """Of distances by how much totals weigh; see `lower_kernel`."""
    return lower_kernel(distances[totals], length)


def _likelihood(
    kernel: Callable[[int, int], Floats], scores: Floats, counts: Floats, scales: Scales
) -> float:
    """See `log_likelihood`."""
    return log_likelihood(kernel(scales.totals, scales.length), scores, counts, scales.noise)


def _mean(vectors: Sequence[Vector]) -> Vector:
    if len(vectors) == 1:
        return vectors[0]
    return tuple([sum(scores) / len(scores) for scores in zip(*vectors, strict=True)])


def _num_due(num_scores: int) -> int:
    """The scores that the model has seen after its last fit, when so many are there."""
    if num_scores <= EVERY_RESULT:
        return num_scores
    step = max(1, num_scores // FIT_GROWTH)
    if num_scores >= LONG:
        step = 1 << (step.bit_length() - 1)
    return num_scores - num_scores % step


def _kept(means: dict[str, Vector]) -> list[str]:
    """The best candidates and the latest others, in the order in which they came."""
    ids = list(means)
    if len(ids) <= MOST_BEST + MOST_LATEST:
        return ids
    best = set(best_of(list(means.values()), MOST_BEST))
    latest = [k for k in range(len(ids)) if k not in best][-MOST_LATEST:]
    return [ids[k] for k in sorted(best.union(latest))]


def _normal(scores: Sequence[float]) -> Floats:
    """Scores by their ranks on a normal scale, equal ones alike; of mean 0 and variance 1."""
    values = np.array(scores)
    order = np.sort(values)
    below, upto = np.searchsorted(order, values), np.searchsorted(order, values, side="right")
    shares = (below + upto) / (2 * len(values))
    found = np.array([_quantile(share) for share in shares.tolist()])
    spread = float(found.std())
    return (found - found.mean()) / (spread if spread > 0 else 1.0)
