"""The model of the scores: what it learns, and that only the scores it was given count."""

import numpy as np
import pytest

from nasvid.core.seeds import keyed_rng
from nasvid.search.metric import TOTALS
from nasvid.search.surrogate import MOST_BEST, MOST_LATEST, Surrogate
from nasvid.spec.decisions import Decision, DecisionTable, Genotype

TABLE = DecisionTable([Decision(f"d{k}", "choice", (0, 1, 2)) for k in range(6)])


def drawn(number: int) -> Genotype:
    return TABLE.sample(keyed_rng("member", number))


def quality(genotype: Genotype) -> float:
    return sum(int(value == 1) for _, value in genotype.values) / 6


def taught(count: int, noise: float = 0.0, first: int = 0) -> Surrogate:
    model = Surrogate(TABLE, optimism=0.0)
    teach(model, range(first, first + count), noise)
    return model


def teach(model: Surrogate, numbers: range, noise: float = 0.0) -> None:
    for number in numbers:
        genotype = drawn(number)
        luck = noise * keyed_rng("noise", number).gauss(0, 1)
        model.add(genotype.id, genotype, quality(genotype) + luck)


def test_it_ranks_what_it_has_not_seen() -> None:
    others = [drawn(1000 + k) for k in range(200)]
    promise = taught(60, noise=0.05).promise(others)
    ranks = np.corrcoef(promise, [quality(genotype) for genotype in others])[0, 1]
    assert ranks > 0.85


def test_totals_weigh_as_much_as_they_tell() -> None:
    # How often an option is there, or where: 1 and 0 change places in every second decision.
    def by_places(genotype: Genotype) -> float:
        return sum(int(value == k % 2) for k, (_, value) in enumerate(genotype.values))

    others = [drawn(1000 + k) for k in range(200)]
    for score, place in ((quality, len(TOTALS) - 1), (by_places, 0)):
        model = Surrogate(TABLE, optimism=0.0)
        for number in range(40):
            genotype = drawn(number)
            model.add(genotype.id, genotype, score(genotype))
        promise = model.promise(others)
        assert np.corrcoef(promise, [score(genotype) for genotype in others])[0, 1] > 0.8
        assert model._scales[0].totals == place


def test_each_objective_has_totals_of_its_own() -> None:
    def by_places(genotype: Genotype) -> float:
        return sum(int(value == k % 2) for k, (_, value) in enumerate(genotype.values))

    others, waiting = [drawn(1000 + k) for k in range(50)], [drawn(2000 + k) for k in range(5)]
    both = Surrogate(TABLE, optimism=1.0, exact=(False, False))
    alone = [Surrogate(TABLE, optimism=1.0) for _ in range(2)]
    for number in range(60):
        genotype = drawn(number)
        scores = quality(genotype), by_places(genotype)
        both.add(genotype.id, genotype, *scores)
        for model, score in zip(alone, scores, strict=True):
            model.add(genotype.id, genotype, score)
    rows = both._metric.matrix(others)
    for under_way in ((), waiting):
        found = both._hopes(rows, [1.0, 1.0], under_way)
        for one, model in zip(found, alone, strict=True):
            assert one.tolist() == model.promise(others, under_way).tolist()
    assert [scales.totals for scales in both._scales] == [len(TOTALS) - 1, 0]
    # Scores to come take from what there is to find out.
    assert (both._hopes(rows, [1.0, 1.0], waiting)[0] < both._hopes(rows, [1.0, 1.0])[0]).all()


def test_failures_far_off_do_not_bend_it() -> None:
    model = taught(60)
    model.add("lost", drawn(5000), -1e9)
    others = [drawn(1000 + k) for k in range(200)]
    assert np.corrcoef(model.promise(others), [quality(g) for g in others])[0, 1] > 0.85


def test_a_lucky_score_is_not_taken_at_its_word() -> None:
    model = taught(60, noise=0.05)
    bad = next(g for g in map(drawn, range(2000, 3000)) if quality(g) <= 1 / 6)
    best = max(scores[0] for _, scores in model._log)
    model.add(bad.id, bad, best + 0.001)
    assert model.posterior()[0][0] != bad.id


def test_more_scores_of_one_candidate_are_averaged_and_weigh_more() -> None:
    model = taught(40, noise=0.1)
    graph_id, before = model.posterior()[5]
    genotype = next(g for g in map(drawn, range(40)) if g.id == graph_id)
    for _ in range(6):
        model.add(graph_id, genotype, 2.0)
    assert dict(model.posterior())[graph_id] > before
    assert model.posterior()[0][0] == graph_id


@pytest.mark.parametrize("count", [20, 57, 130])
def test_when_it_was_asked_in_between_does_not_matter(count: int) -> None:
    asked = Surrogate(TABLE, optimism=1.0)
    for number in range(count):
        teach(asked, range(number, number + 1), 0.1)
        if number > 15:
            asked.promise([drawn(7)])
    rebuilt = Surrogate(TABLE, optimism=1.0)
    teach(rebuilt, range(count), 0.1)
    others = [drawn(1000 + k) for k in range(20)]
    assert asked.promise(others).tolist() == rebuilt.promise(others).tolist()
    assert asked.posterior() == rebuilt.posterior()


def test_what_is_unknown_promises_more_where_optimism_asks_for_it() -> None:
    near, far = drawn(0), Genotype(tuple((path, 2) for path, _ in drawn(0).values))
    plain, hopeful = Surrogate(TABLE, 0.0), Surrogate(TABLE, 50.0)
    for model in (plain, hopeful):
        for _ in range(20):
            model.add(near.id, near, 0.5)
        other = near.values[0]
        changed = Genotype(((other[0], (int(str(other[1])) + 1) % 3), *near.values[1:]))
        model.add("other", changed, 0.4)
    assert hopeful.promise([far])[0] > hopeful.promise([near])[0]


def test_equal_scores_are_no_reason_to_fail() -> None:
    model = Surrogate(TABLE, 1.0)
    for number in range(20):
        model.add(str(number), drawn(number), 0.5)
    assert np.isfinite(model.promise([drawn(99)])).all()


def test_it_is_fitted_to_so_many_at_most() -> None:
    model = Surrogate(
        DecisionTable([Decision(f"d{k}", "choice", (0, 1, 2)) for k in range(12)]), 1.0
    )
    for number in range(400):
        genotype = model_member(number)
        model.add(genotype.id, genotype, quality(genotype))
    assert len(model.posterior()) == MOST_BEST + MOST_LATEST


def size(genotype: Genotype) -> float:
    return float(sum(int(str(value)) for _, value in genotype.values))


def of_both(count: int, noise: float = 0.0) -> Surrogate:
    """Learns the quality, which is noisy, and the size, which is to be small and is not."""
    model = Surrogate(TABLE, optimism=0.0, exact=(False, True))
    for number in range(count):
        genotype = drawn(number)
        luck = noise * keyed_rng("noise", number).gauss(0, 1)
        model.add(genotype.id, genotype, quality(genotype) + luck, -size(genotype))
    return model


def test_what_pushes_the_front_out_is_better_or_smaller_than_what_is_known() -> None:
    model = of_both(60)
    others = [drawn(1000 + k) for k in range(300)]
    gain = model.gain(others, 1.0).tolist()
    best = others[max(range(300), key=gain.__getitem__)]
    known = {g.id: g for g in map(drawn, range(60))}
    assert not any(
        quality(other) >= quality(best) and size(other) < size(best) for other in known.values()
    )
    worst = others[min(range(300), key=gain.__getitem__)]
    assert any(
        quality(other) > quality(worst) and size(other) < size(worst) for other in known.values()
    )


def test_the_front_is_told_by_means_of_what_is_noisy_and_by_what_is_exact_itself() -> None:
    model = of_both(60, noise=0.05)
    small = min(map(drawn, range(60)), key=size)
    assert small.id in dict(model.front())
    bad = next(g for g in map(drawn, range(2000, 9000)) if not quality(g) and size(g) > size(small))
    best = max(scores[0] for _, scores in model._log)
    model.add(bad.id, bad, best + 0.001, -size(bad))
    assert bad.id not in dict(model.front())


def test_optimism_does_not_count_for_what_is_exact() -> None:
    hopeful = Surrogate(TABLE, optimism=50.0, exact=(True, True))
    plain = Surrogate(TABLE, optimism=0.0, exact=(True, True))
    for number in range(30):
        for model in (hopeful, plain):
            genotype = drawn(number)
            model.add(genotype.id, genotype, quality(genotype), -size(genotype))
    others = [drawn(1000 + k) for k in range(20)]
    assert hopeful.gain(others, 1.0).tolist() == plain.gain(others, 1.0).tolist()


def test_of_several_objectives_the_best_of_all_fronts_are_kept() -> None:
    table = DecisionTable([Decision(f"d{k}", "choice", (0, 1, 2)) for k in range(12)])
    model = Surrogate(table, 1.0, exact=(True, True))
    for number in range(400):
        # Those at the beginning are better in both than all that come later.
        early = 1000.0 if number < 10 else 0.0
        genotype = model_member(number)
        model.add(genotype.id, genotype, early + number % 7, early - number % 7)
    first = {model_member(number).id for number in range(10)}
    known = {graph_id for graph_id, _ in model.posterior()}
    assert first <= known
    assert len(known) == MOST_BEST + MOST_LATEST


def model_member(number: int) -> Genotype:
    rng = keyed_rng("wide", number)
    return Genotype(tuple((f"d{k}", rng.randrange(3)) for k in range(12)))
