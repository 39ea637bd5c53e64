import random
from itertools import pairwise
from statistics import fmean

import pytest

from nasvid.core.seeds import Key, keyed_rng, keyed_seed, rekey


def test_the_same_key_gives_the_same_draws() -> None:
    draws = [[keyed_rng(7, "ask", 3).random() for _ in range(3)] for _ in range(2)]
    assert draws[0] == draws[1]


@pytest.mark.parametrize("other", [(7, "ask", 4), (8, "ask", 3), (7, "tell", 3), (7, "ask"), ()])
def test_other_keys_give_other_draws(other: tuple[Key, ...]) -> None:
    assert keyed_rng(*other).random() != keyed_rng(7, "ask", 3).random()


def test_parts_of_a_key_do_not_run_together() -> None:
    assert keyed_seed("ab", "c") != keyed_seed("a", "bc")
    assert keyed_seed(1, 2) != keyed_seed(12)
    assert keyed_seed("1") != keyed_seed(1)


def test_a_seed_fits_a_signed_64_bit_integer() -> None:
    assert all(0 <= keyed_seed(number) < 2**63 for number in range(100))


def test_drawing_leaves_the_global_generator_alone() -> None:
    before = random.getstate()
    keyed_rng(0).random()
    assert random.getstate() == before


def test_numbers_that_follow_on_one_another_give_unlike_draws() -> None:
    rng, seed = keyed_rng(), keyed_seed(7, "ask")
    for first in (
        [rekey(rng, seed, number, 0).random() for number in range(4000)],
        [rekey(rng, seed, 5, attempt).random() for attempt in range(4000)],
        [rekey(rng, seed + number, 5, 0).random() for number in range(4000)],
    ):
        assert len(set(first)) == 4000
        # Means and products of neighbours, within four standard errors.
        assert abs(fmean(first) - 1 / 2) < 4 * (1 / 12 / 4000) ** 0.5
        products = [(a - 0.5) * (b - 0.5) for a, b in pairwise(first)]
        assert abs(fmean(products)) < 4 / 12 / 4000**0.5


def test_a_generator_that_is_keyed_anew_has_forgotten_the_former_key() -> None:
    rng, seed = keyed_rng("other"), keyed_seed(7, "ask")
    rng.gauss(0, 1)
    drawn = [rng.gauss(0, 1) for rng in (rekey(rng, seed, 3, 1), rekey(keyed_rng(), seed, 3, 1))]
    assert drawn[0] == drawn[1]
    assert rekey(rng, seed, 3, 1).random() != rekey(rng, seed, 1, 3).random()
