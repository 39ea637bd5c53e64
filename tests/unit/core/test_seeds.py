import random

import pytest

from nasvid.core.seeds import Key, keyed_rng, keyed_seed


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
