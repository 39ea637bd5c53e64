from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nasvid.data.subset import balanced_subset

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=60)


@given(labels=LABELS, count=st.integers(1, 60), seed=st.integers(0, 5))
def test_no_class_has_more_than_another_unless_that_one_ran_out(
    labels: list[int], count: int, seed: int
) -> None:
    chosen = balanced_subset(labels, count, seed)
    assert len(set(chosen.tolist())) == len(chosen) == min(count, len(labels))
    there, taken = (
        np.bincount(labels, minlength=5),
        np.bincount(np.array(labels)[chosen], minlength=5),
    )
    for label in range(5):
        if taken[label] < there[label]:
            assert taken[label] >= taken.max() - 1


@given(labels=LABELS, seed=st.integers(0, 5))
def test_a_smaller_subset_is_part_of_a_larger_one(labels: list[int], seed: int) -> None:
    subsets = [set(balanced_subset(labels, n, seed).tolist()) for n in range(1, len(labels) + 1)]
    assert all(small < large for small, large in pairwise(subsets))


def test_zero_takes_all() -> None:
    assert balanced_subset([1, 0, 1], 0, seed=0).tolist() == [0, 1, 2]


def test_the_seed_decides_which() -> None:
    labels = [0] * 50 + [1] * 50
    first, again, other = (balanced_subset(labels, 10, seed).tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other
