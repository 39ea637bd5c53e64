import copy
import pickle
import random
from collections.abc import Callable
from itertools import islice, pairwise
from statistics import fmean

import pytest

from nasvid.core.keyed_draws import KeyedDraws
from nasvid.core.seeds import keyed_seed

SEED = keyed_seed(7, "ask")
# BLAKE2b of three integers of 8 bytes, and of those and a fourth one, by hand.
EXPECTED = [
    692697767,
    2712344818,
    548123121,
    1767370814,
    2346451787,
    1667457111,
    3230876561,
    729832019,
    3762475280,
    2328331680,
    1623579681,
    2199238238,
    820155796,
    2472418404,
    1807822647,
    45065331,
    1922751126,
    1389972129,
]


def assert_is_even(drawn: list[float]) -> None:
    """Means, squares and products of neighbours, within four standard errors."""
    assert all(0 <= number < 1 for number in drawn)
    around = [number - 0.5 for number in drawn]
    each = 1 / len(drawn) ** 0.5
    assert abs(fmean(around)) < 4 * 12**-0.5 * each
    assert abs(fmean(a * a for a in around) - 1 / 12) < 4 * 180**-0.5 * each
    assert abs(fmean(a * b for a, b in pairwise(around))) < 4 / 12 * each


def test_numbers_that_follow_on_one_another_give_unlike_draws() -> None:
    draws = KeyedDraws(SEED)
    for first in (
        [draws.begin(number, 0).random() for number in range(4000)],
        [draws.begin(5, attempt).random() for attempt in range(4000)],
        [KeyedDraws(SEED + number).begin(5, 0).random() for number in range(4000)],
    ):
        assert len(set(first)) == 4000
        assert_is_even(first)


def test_the_draws_of_one_key_go_on_for_as_long_as_it_takes() -> None:
    draws = KeyedDraws(SEED).begin(1, 2)
    drawn = [draws.random() for _ in range(5000)]
    assert len(set(drawn)) > 4990
    assert_is_even(drawn)


def test_a_generator_that_begins_anew_has_forgotten_the_former_key() -> None:
    used = KeyedDraws(SEED).begin(9, 9)
    used.gauss(0, 1)
    fresh = KeyedDraws(SEED)
    drawn = [[d.gauss(0, 1), d.random()] for d in (used.begin(3, 1), fresh.begin(3, 1))]
    assert drawn[0] == drawn[1]
    assert used.begin(3, 1).random() != used.begin(1, 3).random()


def test_seeds_number_and_attempt_do_not_run_together() -> None:
    keys = [(2**63 - 1, 0, 0), (0, 2**40, 0), (0, 0, 2**40), (0, 0, 0), (0, 0, 1), (0, 1, 0)]
    assert len({KeyedDraws(key[0]).begin(*key[1:]).random() for key in keys}) == len(keys)


@pytest.mark.parametrize("bits", [1, 5, 31, 32, 33, 64, 100])
def test_it_draws_integers_of_so_many_bits(bits: int) -> None:
    draws = KeyedDraws(SEED).begin(bits, 0)
    drawn = [draws.getrandbits(bits) for _ in range(400)]
    assert all(0 <= number < 2**bits for number in drawn)
    # Every bit is as often 1 as 0, within five standard errors.
    for bit in range(bits):
        assert abs(sum(number >> bit & 1 for number in drawn) - 200) < 50
    assert draws.getrandbits(0) == 0


def test_whatever_draws_goes_by_its_numbers() -> None:
    def drawn() -> list[object]:
        draws = KeyedDraws(SEED).begin(4, 0)
        cards = list(range(52))
        draws.shuffle(cards)
        return [cards, draws.choice("abc"), draws.sample(range(99), 5), draws.randrange(10**20)]

    assert drawn() == drawn()
    assert sorted(drawn()[0]) == list(range(52))  # type: ignore[call-overload]
    die = KeyedDraws(SEED).begin(5, 0)
    thrown = [die.randrange(6) for _ in range(6000)]
    assert all(abs(thrown.count(face) - 1000) < 150 for face in range(6))


def test_its_numbers_stay_what_they_are() -> None:
    """Histories of searches rest on them, on any machine and in any version of Python."""
    draws = KeyedDraws(1).begin(2, 3)
    assert [int(number * 2**32) for number in islice(iter(draws.random, None), 18)] == EXPECTED


def test_drawing_leaves_the_global_generator_alone() -> None:
    before = random.getstate()
    KeyedDraws(0).random()
    assert random.getstate() == before


@pytest.mark.parametrize("use", [copy.copy, pickle.dumps, lambda d: d.setstate(())])
def test_it_has_no_state_that_could_be_kept(use: Callable[[KeyedDraws], object]) -> None:
    with pytest.raises(NotImplementedError, match="begin again"):
        use(KeyedDraws(SEED))
