"""The model's algebra against what numpy says, and what several processes say together."""

from functools import partial

import numpy as np
import pytest

from nasvid.search.ensemble import Ensemble, Weighted, members_around
from nasvid.search.features import Floats, squared_distances
from nasvid.search.gaussian_process import (
    LENGTHS,
    NOISES,
    GaussianProcess,
    Scales,
    UnderWay,
    log_likelihood,
    lower_kernel,
    tuned,
)


def known(count: int, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    """Rows, scores that follow from them with a little noise, and trainings of each."""
    rng = np.random.default_rng(seed)
    rows = rng.random((count, 3))
    scores = np.sin(3 * rows).sum(1) + 0.05 * rng.standard_normal(count)
    counts = rng.integers(1, 4, count).astype(float)
    return rows, (scores - scores.mean()) / scores.std(), counts


def between(left: Floats, right: Floats) -> Floats:
    return squared_distances(left, right) / 0.5


def likelihood_of(rows: Floats, scores: Floats, counts: Floats, scales: Scales) -> float:
    kernel = lower_kernel(between(rows, rows), scales.length)
    return log_likelihood(kernel, scores, counts, scales.noise)


@pytest.mark.parametrize("count", [1, 5, 64, 65, 200, 300])
def test_a_process_says_what_the_textbook_says(count: int) -> None:
    rows, scores, counts = known(count + 1)
    rows, scores, counts = rows[:count], scores[:count], counts[:count]
    others = np.random.default_rng(1).random((7, 3))
    scales = Scales(3, 2)
    process = GaussianProcess(scales, between(rows, rows), scores, counts)
    mean, deviation = process.predict(between(rows, others))

    # Rasmussen and Williams 2006, equations 2.23 and 2.24, by general solvers.
    covariance = np.exp(-between(rows, rows) / LENGTHS[3]) + np.diag(NOISES[2] / counts)
    across = np.exp(-between(rows, others) / LENGTHS[3])
    weights = np.linalg.solve(covariance, scores)
    signal = scores @ weights / count
    variance = 1 - (across * np.linalg.solve(covariance, across)).sum(0)
    assert mean == pytest.approx(across.T @ weights, abs=1e-8)
    assert deviation == pytest.approx(np.sqrt(signal * np.maximum(variance, 1e-9)), abs=1e-5)
    assert process.predict_mean(between(rows, others)).tolist() == mean.tolist()

    # And equation 5.8 with the best scale of the signal, up to what is the same for all scales.
    _, log_determinant = np.linalg.slogdet(covariance)
    expected = -count / 2 * np.log(max(signal, 1e-9)) - log_determinant / 2
    likelihood = likelihood_of(rows, scores, counts, scales)
    assert likelihood == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("count", [2, 64, 65, 200])
def test_the_lower_half_of_a_kernel_is_that_of_the_whole(count: int) -> None:
    distances = between(*[known(count)[0]] * 2)
    whole = np.exp(distances * (-1 / LENGTHS[2]))
    assert np.tril(lower_kernel(distances, 2)).tolist() == np.tril(whole).tolist()


def test_of_those_under_way_it_is_known_where_they_are() -> None:
    rows, scores, counts = known(40)
    waiting, others = rows[30:], np.random.default_rng(1).random((25, 3))
    rows, scores, counts = rows[:30], scores[:30], counts[:30]
    process = GaussianProcess(Scales(3, 2), between(rows, rows), scores, counts)
    under_way = UnderWay(
        between(rows, waiting), between(waiting, others), between(waiting, waiting)
    )
    mean, deviation = process.predict(between(rows, others))
    same_mean, less = process.predict(between(rows, others), under_way)
    assert same_mean.tolist() == mean.tolist()
    assert (less < deviation).all()

    # As certain as if they had been scored as expected; the scale of the signal is another one then.
    both = np.vstack([rows, waiting])
    expected = process.predict_mean(between(rows, waiting))
    told = GaussianProcess(
        Scales(3, 2),
        between(both, both),
        np.append(scores, expected),
        np.append(counts, [1.0] * 10),
    )
    ratios = told.predict(between(both, others))[1] / less
    assert ratios == pytest.approx(np.full(25, ratios[0]))


def test_likelier_length_scales_weigh_more() -> None:
    rows, scores, counts = known(60)
    likelihood = partial(likelihood_of, rows, scores, counts)
    scales = Scales()
    for _ in range(8):
        scales = tuned(scales, likelihood)
    members = members_around(scales, likelihood)
    assert sum(member.weight for member in members) == pytest.approx(1)
    assert all(abs(member.scales.length - scales.length) <= 1 for member in members)
    assert all(member.scales.noise == scales.noise for member in members)
    assert max(members).scales == scales
    likelihoods = [likelihood(member.scales) for member in members]
    weights = np.exp(np.array(likelihoods) - max(likelihoods))
    assert [m.weight for m in members] == pytest.approx((weights / weights.sum()).tolist())


@pytest.mark.parametrize("length", [0, len(LENGTHS) - 1])
def test_an_ensemble_does_not_reach_beyond_the_grid(length: int) -> None:
    rows, scores, counts = known(20)
    likelihood = partial(likelihood_of, rows, scores, counts)
    members = members_around(Scales(length, 3), likelihood)
    assert {member.scales.length for member in members} <= set(range(len(LENGTHS)))


def test_an_ensemble_of_one_is_that_one() -> None:
    rows, scores, counts = known(30)
    others = np.random.default_rng(1).random((9, 3))
    alone = GaussianProcess(Scales(), between(rows, rows), scores, counts)
    ensemble = Ensemble([Weighted(1.0, Scales())], between(rows, rows), scores, counts)
    mean, deviation = ensemble.predict(between(rows, others))
    own_mean, own_deviation = alone.predict(between(rows, others))
    assert mean == pytest.approx(own_mean)
    assert deviation == pytest.approx(own_deviation)
    assert ensemble.posterior == pytest.approx(alone.posterior)


def test_where_members_disagree_an_ensemble_is_less_certain() -> None:
    rows, scores, counts = known(30)
    others = np.random.default_rng(1).random((50, 3)) * 1.5
    scales = [Scales(0, 2), Scales(5, 2)]
    single = [GaussianProcess(s, between(rows, rows), scores, counts) for s in scales]
    ensemble = Ensemble(
        [Weighted(0.3, scales[0]), Weighted(0.7, scales[1])], between(rows, rows), scores, counts
    )
    (first, low), (second, high) = (one.predict(between(rows, others)) for one in single)
    mean, deviation = ensemble.predict(between(rows, others))
    assert mean == pytest.approx(0.3 * first + 0.7 * second)
    # The law of total variance.
    spread = 0.3 * 0.7 * (first - second) ** 2
    assert deviation**2 == pytest.approx(0.3 * low**2 + 0.7 * high**2 + spread)
