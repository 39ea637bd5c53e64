"""Operators drawn by weight."""

from collections import Counter

from nasvid.core.seeds import keyed_rng
from nasvid.search.mutation import MUTATIONS, Mutation
from nasvid.search.operators import Mix

OPERATORS: list[Mutation] = [
    MUTATIONS[name]() for name in ("nudge_ordered", "resample_decision", "add_branch")
]


def drawn(mix: Mix[Mutation]) -> Counter[str]:
    rng = keyed_rng("draws")
    return Counter(mix.draw(rng).name() for _ in range(2000))


def test_an_operator_of_twice_the_weight_is_drawn_twice_as_often() -> None:
    counts = drawn(Mix(zip(OPERATORS, (2.0, 1.0, 1.0), strict=True)))
    assert abs(counts["nudge_ordered"] - 1000) < 100
    assert abs(counts["add_branch"] - 500) < 80


def test_those_that_are_left_out_are_drawn_no_more() -> None:
    nudge, resample, add = OPERATORS
    mix = Mix([(nudge, 1.0), (resample, 2.0), (add, 3.0)])
    for _ in range(2):
        left = mix.without(resample)
        assert set(drawn(left)) == {"nudge_ordered", "add_branch"}
        assert set(drawn(left.without(add))) == {"nudge_ordered"}
        assert left.without(add).without(nudge).size == 0
    assert mix.without(resample) is mix.without(resample)
    assert len(mix) == 3
